"""Values kept in files between runs: safe to delete, and never taken from other code or a damaged file.

Knows nothing of what it keeps, but that all of it is plain values of this package.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sys
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from kb.pickles import from_bytes, to_bytes

_PACKAGE = Path(__file__).parent


def cache_of(root: Path) -> Cache:
    """Return the cache of the base below `root`, which no server watches."""
    return Cache(root / ".cache" / "kb")


def replace_whole(place: Path, *parts: bytes) -> None:
    """Put a file of these parts in its place at once, whoever else does so.

    Where there is no room or no right it stays undone: the next run works out again what is missing.
    """
    beside = place.with_name(f"{place.name}.{secrets.token_hex(8)}")
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            with beside.open("wb") as file:
                file.writelines(parts)
            beside.replace(place)
        finally:
            beside.unlink(missing_ok=True)


class Cache:
    """A folder with a file for each name, which holds the last value kept under it.

    A file begins with a digest of the code, the key and the content, so a file of other code, for
    another key, or cut off, counts as none. Two runs at once replace each other's files whole.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, name: str, key: str = "") -> Any:
        """Return what was kept under `name` and `key`, None if that cannot be told."""
        try:
            data = (self.folder / f"{name}.cache").read_bytes()
        except OSError:
            return None
        kept, content = data[:64], data[64:]
        if kept != self._digest(key, content):
            return None
        try:
            return from_bytes(content)
        except Exception:  # noqa: BLE001 - whatever somebody else's file leads to
            return None

    def put(self, name: str, value: Any, key: str = "") -> None:
        """Keep `value`, which consists of values of this package, instead of what is there."""
        content = to_bytes(value)
        replace_whole(self.folder / f"{name}.cache", self._digest(key, content), content)

    def _digest(self, key: str, content: bytes) -> bytes:
        digest = hashlib.blake2b(self._code, digest_size=32)
        digest.update(hashlib.blake2b(key.encode()).digest())
        digest.update(content)
        return digest.hexdigest().encode()

    @cached_property
    def _code(self) -> bytes:
        """A digest of everything that decides on values beside their input: this package, what it imports."""
        digest = hashlib.blake2b(sys.version.encode())
        for path in sorted(_PACKAGE.rglob("*.py")):
            digest.update(f"{path.relative_to(_PACKAGE)} ".encode())
            digest.update(hashlib.blake2b(path.read_bytes()).digest())
        for folder in filter(os.path.isdir, sys.path):
            installed = [name for name in os.listdir(folder) if name.endswith(".dist-info")]  # noqa: PTH208
            digest.update("\n".join(sorted(installed)).encode())  # name and version of each
        return digest.digest()
