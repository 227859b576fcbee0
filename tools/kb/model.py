"""What the knowledge base consists of, as frozen values. Knows no file format, no Markdown, no HTML."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.ids import ArxivId, CiteKey


class Grade(enum.Enum):
    """How well a fact is known."""

    A = "A"  # seen in a primary source, or computed here
    B = "B"  # seen in secondary sources only
    C = "C"  # memory, a link's wording, or an inference


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of a file: `path` is relative to the root of the project, `line` counts from 1."""

    path: str
    line: int


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date known to the year, the month or the day (ISO 8601 reduced precision, as biblatex has it)."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def order(self) -> tuple[int, int, int]:
        """What dates of any precision sort by: a year stands before its months."""
        return self.year, self.month or 0, self.day or 0

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"]
        if self.month is not None:
            parts.append(f"{self.month:02d}")
            if self.day is not None:
                parts.append(f"{self.day:02d}")
        return "-".join(parts)


@dataclass(frozen=True, slots=True)
class Name:
    """A person or body in readable text (no TeX). A body such as `{OpenAI}` has only `family`."""

    family: str
    given: str = ""
    von: str = ""
    suffix: str = ""

    @property
    def label(self) -> str:
        """What an author-year label shows: `van den Oord`, `OpenAI`."""
        return f"{self.von} {self.family}".strip()


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry of the store as pybtex reads it, `@string`s and `crossref` resolved.

    `title` and `venue` are TeX as typed; everything else is readable text. `fields` holds every
    resolved field by its lower-case name, in the order typed; `source` the entry's own text.
    """

    key: CiteKey
    kind: str  # entry type in lower case: article, inproceedings, online, misc, ...
    topic: str  # stem of the .bib file it stands in
    place: Place
    title: str
    authors: tuple[Name, ...] = ()
    others: bool = False  # the list ends in `and others`
    date: PartialDate | None = None
    venue: str = ""
    eprint: ArxivId | None = None
    doi: str = ""
    url: str = ""
    grade: Grade | None = None
    fields: tuple[tuple[str, str], ...] = ()
    source: str = ""

    def field(self, name: str) -> str:
        """Return the resolved value of field `name` (lower case), or `""` if the entry has none."""
        return dict(self.fields).get(name, "")
