"""Names of people as BibTeX writes them, read by pybtex. The only importer of pybtex."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from kb.bib.tex import plain_text
from kb.model import Name


@dataclass(frozen=True, slots=True)
class NameList:
    """The names of a field, whether `and others` follows them, and those that could not be read.

    An unreadable name is among `names` too, as typed, and as `family` alone.
    """

    names: tuple[Name, ...]
    others: bool = False
    unreadable: tuple[str, ...] = ()


@lru_cache(maxsize=16384)
def parse_names(text: str) -> NameList:
    """Return the names in the value of an `author` or `editor` field.

    `von` parts, `Jr`, `{Bodies in Braces}` and TeX follow BibTeX ("BibTeXing", section 4), as
    pybtex implements it.
    """
    names: list[Name] = []
    unreadable = []
    parts = _split(text)
    others = bool(parts) and parts[-1].lower() == "others"
    for part in parts[: len(parts) - others]:
        name = _read_name(part)
        names.append(name or Name(plain_text(part)))
        if not name:
            unreadable.append(part)
    return NameList(tuple(names), others, tuple(unreadable))


# pybtex is imported where a name is read: a check of what was read before needs none.


def _split(text: str) -> list[str]:
    from pybtex.bibtex.utils import split_name_list  # noqa: PLC0415
    from pybtex.exceptions import PybtexError  # noqa: PLC0415

    try:
        return [str(part) for part in split_name_list(" ".join(text.split()))]
    except PybtexError:  # braces nested too deep for it
        return [text]


@lru_cache(maxsize=65536)
def _read_name(text: str) -> Name | None:
    """Return the name that `text` spells, or nothing if it is none.

    Three commas mean that names were joined by commas, a loose `and` that one is missing.
    """
    from pybtex.database import Person  # noqa: PLC0415
    from pybtex.exceptions import PybtexError  # noqa: PLC0415

    words = text.lower().split()
    if not words or "and" in (words[0], words[-1]):
        return None
    try:
        person = Person(text)
    except (PybtexError, ValueError):
        return None
    name = Name(
        family=_join(person.last_names),
        given=_join(person.bibtex_first_names),
        von=_join(person.prelast_names),
        suffix=_join(person.lineage_names),
    )
    return name if name.family else None


def _join(parts: list[str]) -> str:
    return " ".join(filter(None, (plain_text(part).strip() for part in parts)))
