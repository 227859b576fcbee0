"""Terms to look for: words and phrases in a title or abstract, names of authors, papers cited. Pure."""

from __future__ import annotations

import enum
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.ids import ArxivId, parse_arxiv_id

if TYPE_CHECKING:
    from kb.watch.item import Item

_WORD = re.compile(r"[^\W_]+")
_TERM_WORD = re.compile(r"[^\W_]+\*?|\.\.\.")
_GAP = r"(?:[^ ]+ ){0,5}"


class Where(enum.Enum):
    """Where a term was found."""

    TITLE = "title"
    ABSTRACT = "abstract"
    AUTHOR = "author"
    CITED = "cited"


@dataclass(frozen=True, slots=True)
class Hit:
    """That an item has a term: where, and in which words."""

    where: Where
    words: str


@dataclass(frozen=True, slots=True)
class Term:
    """A term as typed in `refs/watch.yml`, made by `parse_term`.

    `know* ... evaluated`: whole words without case, accents and hyphens; a star stands for any
    letters, three dots for up to five words. `author:Jane Doe` is a name, `cites:2412.06769` a paper.
    """

    text: str
    pattern: str = ""  # for the text of `spell`, if it is a phrase
    author: str = ""
    cites: ArxivId | None = None


def parse_term(text: str) -> Term:
    """Return the term that `text` spells. Raises ValueError saying what is wrong with it."""
    kind, colon, rest = text.partition(":")
    if colon and kind == "author":
        if len(_WORD.findall(rest)) < 2:  # noqa: PLR2004 - a family name alone is half the world
            raise ValueError(f"an author needs a given and a family name: {text!r}")
        return Term(text, author=fold_name(rest))
    if colon and kind == "cites":
        return Term(text, cites=parse_arxiv_id(rest).unversioned)
    words = _TERM_WORD.findall(_fold(text))
    letters = re.sub(r"[\s-]+", "", _fold(text))
    if not words or "".join(words) != letters or "..." in (words[0], words[-1]):
        raise ValueError(f"a term is words, a word* or two words ... apart: {text!r}")
    return Term(text, pattern=_pattern(words))


def find_term(term: Term, item: Item) -> Hit | None:
    """Return where `item` has the term: the title before the abstract. None if nowhere."""
    if term.author:
        name = next((name for name in item.authors if fold_name(name) == term.author), "")
        return Hit(Where.AUTHOR, name) if name else None
    if term.cites:
        cited = term.cites.base in {each.base for each in item.cites}
        return Hit(Where.CITED, str(term.cites)) if cited else None
    for where, text in ((Where.TITLE, item.title), (Where.ABSTRACT, item.summary)):
        found = _compiled(term.pattern).search(spell(text))
        if found:
            return Hit(where, found[0].strip())
    return None


@lru_cache(maxsize=4096)
def spell(text: str) -> str:
    """Return the words of `text` without case, accents and punctuation, a blank around each."""
    words = _WORD.findall(_fold(text))
    return f" {' '.join(words)} " if words else " "


@lru_cache(maxsize=65536)
def fold_name(name: str) -> str:
    """Return a name as it is compared: `Tim Rocktäschel` and `tim rocktaschel` are one person.

    Middle initials come and go from paper to paper and are left out.
    """
    words = _WORD.findall(_fold(name))
    middle = [word for word in words[1:-1] if len(word) > 1]
    return " ".join([*words[:1], *middle, *words[1:][-1:]])


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _pattern(words: list[str]) -> str:
    parts = []
    for word in words:
        if word == "...":
            parts.append(_GAP)
        elif word.endswith("*"):
            parts.append(f"{re.escape(word[:-1])}[^ ]* ")
        else:
            parts.append(f"{re.escape(word)} ")
    return " " + "".join(parts)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
