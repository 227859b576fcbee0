"""The life of a server on loopback: it serves in a thread of its own from `with` to its end."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from http.server import ThreadingHTTPServer


class LoopbackServer:
    """Serves by `http` while it is entered; what waits on `stopping` is let go at the end."""

    def __init__(self, http: ThreadingHTTPServer) -> None:
        self.stopping = threading.Event()
        self._http = http
        self._thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)

    @property
    def address(self) -> str:
        """Where it is, without a slash at the end."""
        return f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
