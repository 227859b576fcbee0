"""Reads a knowledge base again and again: parses what is new, and keeps the rest over runs in `.cache/`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kb.cache import Cache
from kb.memo import Memo
from kb.site import Site, load_site

if TYPE_CHECKING:
    from pathlib import Path


def cache_of(root: Path) -> Cache:
    """Return the cache of the base below `root`, which no server watches."""
    return Cache(root / ".cache" / "kb")


class Reader:
    """Reads the base below a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._parsed: dict[tuple[Any, ...], Any] | None = None

    def read(self) -> Site:
        """Return the site as it stands now. Raises FileNotFoundError if docs/ or refs/ is missing."""
        if self._parsed is not None:
            memo = Memo(self._parsed)
            site = load_site(self._root, memo)
        else:  # the cache is for the next run; a server must not write it at each save
            cache = cache_of(self._root)
            memo = Memo(cache.get("parsed"))
            site = load_site(self._root, memo)
            if not memo.is_as_known():
                cache.put("parsed", memo.used)
        self._parsed = memo.used
        return site
