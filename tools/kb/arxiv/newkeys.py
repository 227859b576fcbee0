"""Citation keys for new entries: `<first author><year><title word>`, the next word on a clash. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from kb.bib.names import parse_names
from kb.bib.tex import plain_text
from kb.ids import CiteKey

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

# Words that tell nothing about a paper; the first word that is none of them goes into the key.
_EMPTY_WORDS = frozenset(
    "a an and are as at be by can do does for from how in into is it its not of on or should that the"
    " their there this through to toward towards via was we what when where which who why will with".split()
)
# Letters that have no accent to take off.
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)


def make_key(author: str, year: int | None, title: str, taken: Collection[str]) -> CiteKey:
    """Return a key for a work that is in no store yet. `author` and `title` are TeX as stored.

    `taken` are the keys in use, folded: BibTeX knows no case.
    """
    for candidate in _candidates(author, year, title):
        if candidate not in taken:
            return CiteKey(candidate)
    raise AssertionError("candidates never end")


def _candidates(author: str, year: int | None, title: str) -> Iterator[str]:
    names = parse_names(author).names
    stem = (_ascii(names[0].family) if names else "") or "unknown"
    stem += str(year or "")
    words = [word for word in map(_ascii, plain_text(title).split()) if word]
    telling = [word for word in words if word not in _EMPTY_WORDS] or words or [""]
    for word in telling:
        yield stem + word
    base = stem + telling[0]
    number = 2
    while True:
        yield f"{base}{number}"
        number += 1


def _ascii(text: str) -> str:
    """Return the text as lower-case ASCII letters and digits, accents and everything else dropped."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return re.sub(r"[^a-z0-9]", "", folded.translate(_LETTERS))
