"""The first use of each glossary term on a page becomes a link to it, so that a reader can ask what is meant."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from kb.glossary import GLOSSARY, terms_of
from kb.notes.page import PageKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.glossary import Term
    from kb.site import Site
    from markdown import Markdown

# Pages in which somebody argues; elsewhere a link on a common word would be in the way.
_KINDS = {PageKind.NOTE, PageKind.ANNOTATION, PageKind.QUESTION}
_TEXT = frozenset({"p", "li", "dd", "em", "strong", "div"})


class LinkTerms(Treeprocessor):
    """Link each term where a page's running text first uses it, in whatever case, also in the plural.

    Headings, tables, links, code, quotations and what our blocks show are left alone.
    """

    def __init__(self, md: Markdown, site: Callable[[], Site], page: str) -> None:
        super().__init__(md)
        self.site = site
        self.page = page

    def run(self, root: ET.Element) -> None:
        """Change the tree in place."""
        page = self.site().pages.get(self.page)
        terms = terms_of(self.site()) if page and page.kind in _KINDS else ()
        if terms:
            _link_below(root, _pattern(terms), {term.name.casefold(): term for term in terms})


def _link_below(element: ET.Element, pattern: re.Pattern[str], unused: dict[str, Term]) -> None:
    """Link what the text below `element` uses of the terms in `unused`, and take it out of there."""
    first, links = _split(element.text, pattern, unused)
    element.text = first
    place = len(links)
    element[:0] = links
    while place < len(element):
        child = element[place]
        if child.tag in _TEXT:
            _link_below(child, pattern, unused)
        child.tail, links = _split(child.tail, pattern, unused)
        element[place + 1 : place + 1] = links
        place += 1 + len(links)


def _split(
    text: str | None, pattern: re.Pattern[str], unused: dict[str, Term]
) -> tuple[str | None, list[ET.Element]]:
    """Return the text up to the first term, and a link for each term with the text behind it."""
    if not text or isinstance(text, AtomicString):
        return text, []
    links: list[ET.Element] = []
    start = 0
    before = text
    for match in pattern.finditer(text):
        term = unused.pop(" ".join(match["term"].casefold().split()), None)
        if term is None:
            continue
        if links:
            links[-1].tail = text[start : match.start()]
        else:
            before = text[: match.start()]
        links.append(ET.Element("a", {"class": "kb-term", "href": f"/{GLOSSARY}#{term.anchor}"}))
        links[-1].text = AtomicString(match[0])
        start = match.end()
    if links:
        links[-1].tail = text[start:]
    return before, links


@functools.lru_cache(maxsize=4)
def _pattern(terms: tuple[Term, ...]) -> re.Pattern[str]:
    """Return what finds any of the terms as whole words; of two that begin alike the longer one."""
    names = sorted((re.escape(term.name) for term in terms), key=len, reverse=True)
    # A space of the name may be a line's end in the text.
    either = "|".join(name.replace(r"\ ", r"\s+") for name in names)
    return re.compile(rf"(?<![\w-])(?P<term>{either})s?(?![\w-])", re.IGNORECASE)
