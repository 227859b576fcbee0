"""Reads a knowledge base again and again: parses what is new, and keeps the rest over runs in `.cache/`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kb.cache import Cache
from kb.memo import Memo
from kb.parallel import results_of
from kb.site import Site, load_site

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

# What was worked out is kept in parts, so that little is written again when little is new.
_NAMES = tuple(f"parsed-{number:02}" for number in range(64))


def cache_of(root: Path) -> Cache:
    """Return the cache of the base below `root`, which no server watches."""
    return Cache(root / ".cache" / "kb")


@contextmanager
def remembered(cache: Cache) -> Iterator[Memo]:
    """Give a memo of what runs before this one worked out; keep in the end what is new in it."""
    known = {name: cache.get(name) or {} for name in _NAMES}
    memo = Memo({key: value for part in known.values() for key, value in part.items()})
    yield memo
    used: dict[str, dict[bytes, Any]] = {name: {} for name in _NAMES}
    for key, value in memo.used.items():
        used[_NAMES[key[0] % len(_NAMES)]][key] = value
    changed = [name for name in _NAMES if used[name].keys() != known[name].keys()]
    results_of([(cache.put, (name, used[name])) for name in changed])


class Reader:
    """Reads bases, and remembers what it parsed last."""

    def __init__(self) -> None:
        self._parsed: Mapping[bytes, Any] | None = None

    def read(self, root: Path) -> Site:
        """Return the site below `root` as it stands now. Raises FileNotFoundError if docs/ or refs/ is missing."""
        if self._parsed is None:
            with remembered(cache_of(root)) as memo:
                site = load_site(root, memo)
        else:  # the cache is for the next run; a server must not write it at each save
            memo = Memo(self._parsed)
            site = load_site(root, memo)
        self._parsed = memo.used
        return site
