"""The navigation as the frame around a page shows it: cut to what it shows, and as text to compare."""

from __future__ import annotations

import hashlib
import html
from copy import copy
from typing import TYPE_CHECKING, Any

from kb.pages import meta_of

if TYPE_CHECKING:
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page
    from mkdocs.theme import Theme

    from kb.site import Site


class Outlines:
    """The navigation of each page.

    With Material's `navigation.prune` a page shows the entries of the first level, and of the tree
    below only that which it stands in. Its templates walk through all entries all the same, and leave
    white space for each: a page of a thousand would change with any other, and take the time of all.
    """

    def __init__(self, nav: Navigation, site: Site, theme: Theme) -> None:
        self._nav, self._site = nav, site
        self._pruned = "navigation.prune" in theme.get("features", ())
        self._cut = [_cut(item) if self._pruned else item for item in nav.items]
        self._first_level = _digest([self._tree(item) for item in self._cut])
        self.trees = {id(item): _digest(self._tree(item)) for item in nav.items}
        self._shown: dict[int, Navigation] = {}

    def name_pages(self) -> None:
        """Give each page a title that has none: the navigation shows it before the page is made."""
        for page in self._nav.pages:
            if page.title is None:
                page.title = self._title(page)

    def of(self, page: Page | None) -> str:
        """Return what tells apart what the frames of pages show of others, None standing for one in no tree."""
        if page is None:
            return self._first_level
        near = [item and self._entry(item) for item in (page.previous_page, page.next_page)]
        return f"{self._first_level} {self.trees.get(id(_top(page)))} {near} {page.is_homepage}"

    def nav_for(self, page: Page) -> Navigation:
        """Return the navigation with no more entries than the frame of a page shows."""
        top = id(_top(page))
        if top not in self.trees:
            top = 0  # a page in no tree
        if top not in self._shown:
            shown = self._shown[top] = copy(self._nav)
            pairs = zip(self._nav.items, self._cut, strict=True)
            shown.items = [whole if id(whole) == top else cut for whole, cut in pairs]
        return self._shown[top]

    def _tree(self, item: Any) -> tuple[Any, ...]:
        return self._entry(item), [self._tree(child) for child in item.children or ()]

    def _entry(self, item: Any) -> tuple[Any, ...]:
        """Return what is shown of one entry."""
        title = item.title or self._title(item)
        return title, getattr(item, "url", None), item.is_page, getattr(item, "is_index", None)

    def _title(self, item: Any) -> str | None:
        """Return the title that the content gives a page, None if it is no page of ours."""
        file = getattr(item, "file", None)
        page = self._site.pages.get(file.src_uri) if file else None
        told = meta_of(self._site, file.src_uri).get("title") if file else None
        return told or (html.escape(page.title) if page else None)


def _digest(shown: Any) -> str:
    return hashlib.blake2b(repr(shown).encode(), digest_size=16).hexdigest()


def _top(page: Page) -> Any:
    return [page, *page.ancestors][-1]


def _cut(item: Any) -> Any:
    """Return an entry with nothing below it but the way to the page it leads to."""
    if not item.children:
        return item
    cut = copy(item)
    cut.children = [_cut(item.children[0])]
    return cut
