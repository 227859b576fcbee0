"""Scalars that several schemas read alike: text, dates of any precision, sources, and what is not known.

Each reader raises ValueError for what is not of its form, as `kb.notes.schema.key` asks.
"""

from __future__ import annotations

import datetime
import enum
import re

from kb.ids import CiteKey, is_address, parse_cite_key
from kb.model import PartialDate

TEXT = "text"
WHOLE_TEXT = "text in whole characters"
TEXT_OR_UNKNOWN = "text, or unknown"
TEXT_OR_NONE = "text, or none"
DATE_OR_UNKNOWN = "a date such as 2025, 2025-01 or 2025-01-15, or unknown"
SOURCE = 'a citation key such as "@hao2024training"'

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


class Missing(enum.Enum):
    """What stands in place of a fact. `NONE`: it is known that there is none."""

    UNKNOWN = "unknown"
    NONE = "none"

    def __str__(self) -> str:
        return self.value


_MISSING = frozenset(missing.value for missing in Missing)


def read_exact(text: str) -> str:
    """Return the text as it is. Raises ValueError for half a surrogate pair, which no file can hold."""
    text.encode("utf-8")
    return text


def read_words(text: str) -> str:
    """Return the text without blanks around it. Raises ValueError if nothing is left."""
    if not text.strip():
        raise ValueError("empty")
    return read_exact(text.strip())


def read_known(text: str) -> str | Missing:
    """Return the text, or what stands in its place."""
    said = read_words(text)
    return Missing(said) if said in _MISSING else said


def read_partial_date(text: str) -> PartialDate:
    """Return the date, as exactly as it is given. Raises ValueError for a day that never was."""
    found = _DATE.fullmatch(text)
    if not found:
        raise ValueError(f"not a date: {text!r}")
    year, month, day = (int(part) if part else None for part in found.groups())
    datetime.date(year or 0, month or 1, day or 1)
    return PartialDate(year or 0, month, day)


def read_known_date(text: str) -> PartialDate | Missing:
    """Return the date, or what stands in its place."""
    return Missing(text) if text in _MISSING else read_partial_date(text)


def read_source(text: str) -> CiteKey:
    """Return the key behind an at sign: of a reference, a transcript, or one of its turns."""
    if not text.startswith("@"):
        raise ValueError(text)
    return parse_cite_key(text[1:])


def read_known_source(text: str) -> CiteKey | Missing:
    """Return the key behind an at sign, or what stands in its place."""
    return Missing(text) if text in _MISSING else read_source(text)


def read_known_address(text: str) -> str | Missing:
    """Return an address of the web, or what stands in its place."""
    if text in _MISSING:
        return Missing(text)
    if not _ADDRESS.fullmatch(text) or not is_address(text):
        raise ValueError(text)
    return read_exact(text)
