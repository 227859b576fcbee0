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
    """Reads bases, and remembers what it parsed last."""

    def __init__(self) -> None:
        self._parsed: dict[bytes, Any] | None = None

    def read(self, root: Path) -> Site:
        """Return the site below `root` as it stands now. Raises FileNotFoundError if docs/ or refs/ is missing."""
        if self._parsed is not None:
            memo = Memo(self._parsed)
            site = load_site(root, memo)
        else:  # the cache is for the next run; a server must not write it at each save
            cache = cache_of(root)
            memo = Memo(cache.get("parsed"))
            site = load_site(root, memo)
            if not memo.is_as_known():
                cache.put("parsed", memo.used)
        self._parsed = memo.used
        return site
