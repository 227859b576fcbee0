"""Rendered pages kept beside the site for other runs: each is known by its place and a digest of it."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from kb.cache import replace_whole


class Shelf:
    """A folder of files that may be deleted, cut off or replaced by another run at any time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, file: str) -> str:
        """Put the content of a file there under this name; return a digest of it."""
        content = Path(file).read_bytes()
        replace_whole(self._folder / name, content)
        return _digest(content)

    def fetch(self, name: str, digest: str, file: str) -> bool:
        """Write what has this name and digest into a file; tell whether it was there."""
        try:
            content = (self._folder / name).read_bytes()
        except OSError:
            return False
        if _digest(content) != digest:
            return False
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).write_bytes(content)
        return True

    def keep_only(self, names: set[str]) -> None:
        """Remove everything else."""
        with suppress(OSError):
            for folder, _, files in os.walk(self._folder, topdown=False):
                for name in files:
                    path = Path(folder) / name
                    if path.relative_to(self._folder).as_posix() not in names:
                        path.unlink(missing_ok=True)
                with suppress(OSError):  # something is in it
                    Path(folder).rmdir()


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()
