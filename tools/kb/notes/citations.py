"""Pandoc's citation syntax: what is a citation in a piece of text, and of what it consists.

The scanner and the Markdown extension both ask here, so they cannot disagree on the grammar. Knows
neither Markdown's other constructs nor the store.
Source of the rules: Pandoc User's Guide, "Citation syntax".
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, NamedTuple

from kb.ids import CITE_KEY, CiteKey

if TYPE_CHECKING:
    from collections.abc import Iterator

# A key, or anything in braces: `@{https://example.org}` cites a key that the plain grammar cannot.
_AT = rf"@(?:\{{(?P<braced>[^{{}}\s]+)\}}|(?P<plain>{CITE_KEY}))"

# `[…@…]`, but not a link `[…](…)` or `[…][…]`, nor a footnote `[^…]`. A footnote or another citation
# may follow at once: `[@a][^1]`, `[@a][@b]`.
_NO_LINK = r"(?!\(|\[(?!\^|[^\[\]]*@))"
GROUP = re.compile(rf"\[(?!\^)(?P<inside>[^\[\]]*?@[^\[\]]*)\]{_NO_LINK}")

# `@key` in running text, with an optional locator in brackets: `@key [p. 3]`. Not after a word
# character (an e-mail address), a slash or an at sign (a URL), a backslash (an escape).
_BARE = rf"(?<![\w@/\\=.+&#-])(?P<minus>-?){_AT}"
BARE = re.compile(rf"{_BARE}(?:\s?\[(?!\^)(?P<locator>[^\[\]@]+)\]{_NO_LINK})?")

_ITEM = re.compile(rf"(?:^|(?<=\s)|(?<=[(“\"']))(?P<minus>-?){_AT}", re.MULTILINE)
# Whatever reads as a citation in running text: more than one in a part, and the brackets are none.
_ANY = re.compile(rf"{_BARE}|(?:^|\s)-?@")
# What a key of this store looks like: name, year, word; or a transcript or question by its prefix.
# A bare @word of that shape which is no key is a typing mistake; any other is somebody's handle.
_KEY_SHAPE = re.compile(r"[a-z][a-z-]*\d{4}[a-z0-9-]*|[tq]:.+")


class CiteItem(NamedTuple):
    """One work in a citation: `see @key, p. 3` has prefix `see` and locator `p. 3`."""

    key: CiteKey
    prefix: str = ""
    locator: str = ""
    year_only: bool = False  # `-@key`: the author stands in the sentence already


class CiteGroup(NamedTuple):
    """One citation as written: its items, and whether it stands in running text without brackets."""

    items: tuple[CiteItem, ...]
    textual: bool
    start: int
    end: int


def parse_group(inside: str) -> tuple[CiteItem, ...] | None:
    """Return the items of a bracketed citation, given the text between the brackets.

    None if it is no citation: some part between semicolons has no `@key`, or has two.
    """
    items = []
    for part in inside.split(";"):
        match = _first_item(part)
        if match is None or (part.count("@") > 1 and _cites_again(part, match.end())):
            return None
        after = part[match.end() :].strip()
        items.append(
            CiteItem(
                key=_key(match),
                prefix=" ".join(part[: match.start()].split()),
                locator=" ".join(after.removeprefix(",").split()),
                year_only=bool(match["minus"]),
            )
        )
    return tuple(items)


def _first_item(part: str) -> re.Match[str] | None:
    """Return what `_ITEM.search` does, and look only where an at sign is."""
    at = -1
    while (at := part.find("@", at + 1)) >= 0:
        if found := _ITEM.match(part, at - (part[at - 1 : at] == "-")):
            return found
    return None


def _cites_again(part: str, after: int) -> bool:
    """Tell whether a part whose item ends at `after` has another, or anything that reads like one."""
    return _ITEM.search(part, after) is not None or sum(1 for _ in _ANY.finditer(part)) > 1


def parse_bare(match: re.Match[str]) -> CiteItem:
    """Return the item of a match of `BARE`."""
    locator = " ".join((match["locator"] or "").split())
    return CiteItem(key=_key(match), locator=locator, year_only=bool(match["minus"]))


def looks_like_key(text: str) -> bool:
    """Tell whether a bare `@word` that names nothing was meant as a citation: `betly2025tell` was."""
    return _KEY_SHAPE.fullmatch(text) is not None


def find_citations(text: str) -> tuple[CiteGroup, ...]:
    """Return every citation of `text` in order, handles included: who asks knows which keys exist.

    `text` must have code, tags and escapes blanked out already (see `kb.notes.mask`).
    """
    if "@" not in text:
        return ()
    found = []
    for match in GROUP.finditer(text):
        items = parse_group(match["inside"])
        if items is not None:
            found.append(CiteGroup(items, False, match.start(), match.end()))
    taken = [(group.start, group.end) for group in found]
    found += [
        CiteGroup((parse_bare(match),), True, match.start(), match.end())
        for match in _bare(text)
        if not any(start <= match.start() < end for start, end in taken)
    ]
    return tuple(sorted(found, key=lambda group: group.start)) if len(found) > 1 else tuple(found)


def _bare(text: str) -> Iterator[re.Match[str]]:
    """Yield what `BARE.finditer` does, and look only where an at sign is: most text is far from any."""
    end = at = 0
    while (at := text.find("@", max(at, end))) >= 0:
        minus = at > end and text[at - 1] == "-"
        match = BARE.match(text, at - minus)
        end = match.end() if match else end
        at += 1
        if match:
            yield match


def _key(match: re.Match[str]) -> CiteKey:
    return CiteKey(sys.intern(match["braced"] or match["plain"]))  # one work is cited often
