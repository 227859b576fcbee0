"""What of a page's HTML the search reads: not what is left out of its index anyway. Pure.

Material's search parses all of a page to find out what to leave out, a quarter of the time that a page
takes; most of a page's elements stand in lists of what is cited, and in cards.
"""

from __future__ import annotations

import functools
import re

# An element that is left out; of a heading so marked all that follows, up to the next one.
_LEFT_OUT = re.compile(r"<(?P<tag>[a-z][a-z0-9]*)\b[^<>]*\bdata-search-exclude\b[^<>]*>")
_NEXT = re.compile(r"\s*<(?P<tag>[a-z][a-z0-9]*)\b[^<>]*>")
_HEADING = re.compile(r"<h[1-6]\b")
_TOLD = re.compile(r' data-search-\w+="[^"]*"')
_VOID = frozenset({"br", "col", "hr", "img", "input", "source", "track", "wbr"})


def searched(html: str) -> str:
    """Return `html`, as Python-Markdown writes it, without elements that the search leaves out.

    Where elements are not nested as they should be, more is left than must be.
    """
    kept = []
    at = 0
    while found := _LEFT_OUT.search(html, at):
        end = _end_of(html, found)
        if end is None:
            kept.append(html[at : found.end()])
            at = found.end()
        elif _HEADING.match(found[0]):
            kept.append(html[at:end])
            at = _end_of_section(html, end)
        else:
            kept.append(html[at : found.start()])
            at = end
    return "".join([*kept, html[at:]])


def published(html: str) -> str:
    """Return `html` without what it says to the search alone."""
    return _TOLD.sub("", html)


def _end_of(html: str, start: re.Match[str]) -> int | None:
    """Return where the element ends that begins with this tag, None if that cannot be told."""
    if start["tag"] in _VOID:
        return start.end()
    depth = 1
    for tag in _tags(start["tag"]).finditer(html, start.end()):
        depth += -1 if tag["end"] else 1
        if not depth:
            return tag.end()
    return None


def _end_of_section(html: str, at: int) -> int:
    """Return where the elements end that follow a heading and have no heading in them."""
    while following := _NEXT.match(html, at):
        end = _end_of(html, following)
        if end is None or _HEADING.search(html, following.start(), end):
            break
        at = end
    return at


@functools.cache
def _tags(name: str) -> re.Pattern[str]:
    return re.compile(rf"<(?P<end>/?){name}\b[^<>]*>")
