"""One GET with every limit that requests does not set. The only importer of requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from kb.arxiv.trouble import (
    BodyTroubleError,
    RateLimitedError,
    RefusedError,
    ServerTroubleError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kb.arxiv.settings import ApiSettings, Timing

_PIECE = 65536
_OK = 200
_BAD_REQUEST = 400
_TOO_MANY_REQUESTS = 429
_UNAVAILABLE = 503
_SERVER_ERROR = 500
_REQUEST_TIMEOUT = 408
_REDIRECTS = range(300, 400)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a request: `headers` by names in lower case; no body but with status 200 or 400."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def content_type(self) -> str:
        """The header as sent, parameters included."""
        return self.headers.get("content-type", "")


class _Session(requests.Session):
    """A session that sees no redirects: to see them, requests reads their whole body and parses the target."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return None: who asked looks at status and headers."""


class Transport:
    """Sends requests over one connection and counts what they cost.

    `server` is how messages call whoever is asked.
    """

    def __init__(self, settings: ApiSettings, timing: Timing, server: str = "arXiv") -> None:
        self._settings = settings
        self._server = server
        self._timing = timing
        self._session = _Session()
        self._session.headers.clear()
        self._session.headers.update(
            {
                "User-Agent": settings.user_agent,
                "Accept": "application/atom+xml",
                # A compressed body would have to be unpacked before its size can be known.
                "Accept-Encoding": "identity",
            }
        )
        self.requests = 0
        self.received = 0

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def fetch(self, url: str) -> tuple[int, str, bytes]:
        """Return status (200 or 400), content type and whole body of `url`.

        Raises TroubleError for every other status, a redirect, a stall, a cut, and a body that is
        too large or compressed.
        """
        reply = self.ask(url)
        if reply.status in _REDIRECTS:
            target = reply.headers.get("location", "")
            raise RefusedError(
                f"{self._server} answered HTTP {reply.status}: the API has moved to {target!r} "
                "(set its address)"
            )
        return reply.status, reply.content_type, reply.body

    def ask(self, url: str, headers: Mapping[str, str] | None = None) -> Reply:
        """Return the reply to a request with `headers` added to ours.

        A redirect is a reply and not followed, and so is `304 Not Modified`. Raises TroubleError like
        `fetch` for everything else that is not a whole body with status 200 or 400.
        """
        limits = (self._settings.connect_timeout, self._settings.read_timeout)
        self.requests += 1
        try:
            with self._session.get(
                url, stream=True, timeout=limits, allow_redirects=False, headers=headers
            ) as response:
                self._check_status(response)
                named = {name.lower(): value for name, value in response.headers.items()}
                whole = response.status_code not in _REDIRECTS
                return Reply(response.status_code, named, self._read(response) if whole else b"")
        except (requests.exceptions.Timeout, ReadTimeoutError):
            raise ServerTroubleError(
                f"{self._server} did not answer within {self._settings.read_timeout:g} s"
            ) from None
        except requests.exceptions.RequestException as error:
            raise ServerTroubleError(f"no connection to {self._server}: {_cause(error)}") from None

    def _check_status(self, response: requests.Response) -> None:
        status = response.status_code
        if status in (_OK, _BAD_REQUEST) or status in _REDIRECTS:
            return
        wait = self._retry_after(response.headers.get("Retry-After", ""))
        if status == _TOO_MANY_REQUESTS:
            raise RateLimitedError(f"{self._server} answered HTTP 429, rate exceeded", wait=wait)
        if status >= _SERVER_ERROR or status == _REQUEST_TIMEOUT:
            raise ServerTroubleError(f"{self._server} answered HTTP {status}", wait=wait)
        raise RefusedError(f"{self._server} answered HTTP {status}")

    def _read(self, response: requests.Response) -> bytes:
        """Return the body, piece by piece: a server may drip, lie about the length, never end."""
        encoding = response.headers.get("Content-Encoding", "identity")
        if encoding != "identity":
            raise BodyTroubleError(f"the answer is compressed ({encoding!r}), which was not asked")
        largest = self._settings.largest_body
        give_up = self._timing.monotonic() + self._settings.body_timeout
        body = bytearray()
        while piece := self._read_piece(response, len(body)):
            body += piece
            if len(body) > largest:
                raise BodyTroubleError(f"the answer is larger than {largest:,} bytes")
            if self._timing.monotonic() > give_up:
                raise ServerTroubleError(
                    f"the answer was not complete after {self._settings.body_timeout:g} s"
                )
        promised = response.headers.get("Content-Length", "")
        if promised.isdigit() and int(promised) != len(body):
            raise ServerTroubleError(
                f"the connection was cut after {len(body):,} of {int(promised):,} bytes"
            )
        return bytes(body)

    def _read_piece(self, response: requests.Response, so_far: int) -> bytes:
        """Return what has come, however little: a plain read would wait for the whole piece."""
        try:
            piece: bytes = response.raw.read1(_PIECE, decode_content=False)
        except ReadTimeoutError:
            raise
        except HTTPError:
            raise ServerTroubleError(f"the connection was cut after {so_far:,} bytes") from None
        self.received += len(piece)
        return piece

    def _retry_after(self, value: str) -> float | None:
        """Return the seconds a `Retry-After` asks for: a number or a date (RFC 9110, 10.2.3)."""
        if value.strip().isascii() and value.strip().isdigit():
            return float(value)
        try:
            when = parsedate_to_datetime(value)
        except ValueError:
            return None
        when = when.replace(tzinfo=UTC) if when.tzinfo is None else when
        return max(0.0, (when - self._timing.now()).total_seconds())


def _cause(error: BaseException) -> str:
    """Return the innermost reason: requests and urllib3 wrap it three times over."""
    while True:
        inner = error.__cause__ or error.__context__
        if inner is None:
            return str(error) or type(error).__name__
        error = inner
