"""Reads a knowledge base again and again: parses what is new, and keeps the rest over runs in `.cache/`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from kb.cache import cache_of
from kb.lasting import Lasting
from kb.memo import Memo
from kb.parallel import beside
from kb.site import Site, load_site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from kb.cache import Cache

_T = TypeVar("_T")
# What was worked out is kept in parts, so that little is written again when little is new.
_MANY = 8  # parts that another process had better write
_NAMES = tuple(f"parsed-{number:02}" for number in range(64))


class Past:
    """What runs before this one worked out, and this one: a memo that is kept in a cache.

    `meanwhile` is called here while other processes work.
    """

    def __init__(self, cache: Cache, meanwhile: Callable[[], object] = lambda: None) -> None:
        self._cache = cache
        self._kept = {name: cache.get(name) or {} for name in _NAMES}
        every = self._kept.values()
        self.memo = Memo({k: value for part in every for k, value in part.items()}, meanwhile)

    def keep(self) -> None:
        """Write what was asked for in this run, as far as it is not kept yet."""
        self._write(self._new())

    @contextmanager
    def kept_beside(self) -> Iterator[None]:
        """Write what was asked for before the block during it, and what was asked for in it after it."""
        new = self._new()
        if len(new) < _MANY:
            yield
        else:
            with beside(lambda: self._write(new)):
                self._kept |= new
                yield
        self.keep()

    def _new(self) -> dict[str, dict[bytes, Any]]:
        if self.memo.is_as_known():
            return {}
        used: dict[str, dict[bytes, Any]] = {name: {} for name in _NAMES}
        for key, value in self.memo.used.items():
            used[_NAMES[key[0] % len(_NAMES)]][key] = value
        return {name: part for name, part in used.items() if part.keys() != self._kept[name].keys()}

    def _write(self, parts: dict[str, dict[bytes, Any]]) -> None:
        for name, part in parts.items():
            self._cache.put(name, part)
        self._kept |= parts


class Reader:
    """Reads bases, and remembers what it parsed last."""

    def __init__(self) -> None:
        self._parsed: Mapping[bytes, Any] | None = None
        self._lasting = Lasting()

    def read(self, root: Path) -> Site:
        """Return the site below `root` as it stands now. Raises FileNotFoundError if docs/ or refs/ is missing."""
        return self.read_with(root, lambda site, _: site)

    def read_with(self, root: Path, work: Callable[[Site, Memo], _T]) -> _T:
        """Return what `work` makes of the site below `root` and of what is remembered.

        What it asks for and is not remembered is worked out in this process: a build, which shows the
        figures that it checks, then has them.
        """
        if self._parsed is None:
            past = Past(cache_of(root))
            memo = past.memo
            site = load_site(root, memo, self._lasting)
            memo.processes = 1
            made = work(site, memo)
            past.keep()
        else:  # the cache is for the next run; a server must not write it at each save
            memo = Memo(self._parsed, processes=1)
            made = work(load_site(root, memo, self._lasting), memo)
        self._parsed = memo.used
        return made
