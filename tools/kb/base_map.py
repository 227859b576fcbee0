"""The map of the base: a lane for each note, a thread for each work or question through the lanes of its notes.

Pure. A lay-out of our own: places follow from dates and the order of the notes, which a library that draws graphs
by forces would throw away. Widths are in percent, so that words keep their size on a narrow screen.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.citable import Kind, cited_by_key
from kb.site import known_keys
from kb.views import Address, link_of, page_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kb.ids import CiteKey
    from kb.notes.page import Page
    from kb.site import Site

# Percent of the width: where works stand, where questions stand, and how close two marks of a row may come.
WORKS, QUESTIONS, GAP = (2.0, 75.0), (81.0, 98.0), 2.8
# Pixels from above to below.
HEAD, TOPIC, TITLE, ROW, FOOT = 24, 34, 24, 11, 10
_NEAR = 9.0  # percent: years that stand closer are not named
FIRST_YEAR = 2023  # named; what is older or has no date stands before it


@dataclass(frozen=True, slots=True)
class Thread:
    """A work or a question: its place from left to right, and one mark in the lane of each note that has it."""

    key: CiteKey
    link: Address
    question: bool
    done: bool  # a work somebody annotated, a question that is closed
    x: float
    ys: tuple[int, ...]
    size: int  # half the width of a mark, in pixels


@dataclass(frozen=True, slots=True)
class Lane:
    """A note: its title, where that stands, and what it cites in the order of the marks."""

    note: Address
    y: int
    works: tuple[Thread, ...]
    questions: tuple[Thread, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A topic: its section, where its name stands, its notes."""

    topic: str
    section: Address
    y: int
    lanes: tuple[Lane, ...]


@dataclass(frozen=True, slots=True)
class BaseMap:
    """The whole picture. `height` is in pixels; a year has the place of its first work."""

    bands: tuple[Band, ...]
    threads: tuple[Thread, ...]
    years: tuple[tuple[str, float], ...]
    height: int
    elsewhere: int  # works of the store that no note cites


def map_base(site: Site) -> BaseMap:
    """Return the map of all notes, of the works they cite and the questions they raise."""
    notes = [note for section in site.sections() for note in site.notes(section.section)]
    cites = {note.path: _cited(site, note) for note in notes}
    places = _places(site, notes, cites)
    rows = {path: _rows(keys, places) for path, keys in cites.items()}
    tops, topics, height = _stack(notes, rows)
    ys: defaultdict[CiteKey, list[int]] = defaultdict(list)
    for note in notes:
        for key, row in rows[note.path].items():
            ys[key].append(tops[note.path] + TITLE + row * ROW)
    threads = {key: _thread(site, key, places[key], ys[key]) for key in sorted(places)}
    return BaseMap(
        bands=tuple(
            Band(
                section.section,
                Address(section.short_title, f"/{section.path}"),
                topics[section.section],
                tuple(
                    _lane(site, note, tops[note.path], cites[note.path], threads)
                    for note in site.notes(section.section)
                ),
            )
            for section in site.sections()
            if section.section in topics
        ),
        threads=tuple(threads.values()),
        years=_years(site, places),
        height=height,
        elsewhere=sum(1 for key in site.references if key not in places),
    )


def _cited(site: Site, note: Page) -> tuple[CiteKey, ...]:
    """Return the works and questions that a note cites, each once."""
    kinds = (Kind.REFERENCE, Kind.QUESTION)
    return tuple(k for k in dict.fromkeys(known_keys(site, note)) if cited_by_key(k).kind in kinds)


def _is_question(key: CiteKey) -> bool:
    return cited_by_key(key).kind is Kind.QUESTION


def _places(
    site: Site, notes: Sequence[Page], cites: Mapping[str, Iterable[CiteKey]]
) -> Mapping[CiteKey, float]:
    """Return where each work and question stands, in percent of the width.

    Works stand in the order of their dates, equally far apart. Questions stand in as few columns as
    keep two threads from lying on each other.
    """
    spans: dict[CiteKey, tuple[int, int]] = {}
    for number, note in enumerate(notes):
        for key in cites[note.path]:
            spans[key] = spans.get(key, (number, number))[0], number
    works = sorted((key for key in spans if not _is_question(key)), key=lambda k: _by_date(site, k))
    columns: list[int] = []  # the last lane that each column reaches
    column_of: dict[CiteKey, int] = {}
    for key in sorted((k for k in spans if _is_question(k)), key=lambda k: (spans[k], k)):
        first, last = spans[key]
        free = (number for number, end in enumerate(columns) if end < first)
        column_of[key] = next(free, len(columns))
        columns[column_of[key] : column_of[key] + 1] = [last]
    return _spread(works, WORKS) | {
        key: _between(QUESTIONS, column, len(columns)) for key, column in column_of.items()
    }


def _by_date(site: Site, key: CiteKey) -> tuple[tuple[int, int, int], CiteKey]:
    date = site.references[key].date
    return (date.order if date else (0, 0, 0)), key


def _spread(keys: Sequence[CiteKey], within: tuple[float, float]) -> dict[CiteKey, float]:
    return {key: _between(within, number, len(keys)) for number, key in enumerate(keys)}


def _between(within: tuple[float, float], number: int, count: int) -> float:
    """Return the place of the `number`th (from 0) of `count` things spread evenly."""
    first, last = within
    return round(first + (last - first) * number / max(count - 1, 1), 2)


def _rows(keys: Iterable[CiteKey], places: Mapping[CiteKey, float]) -> Mapping[CiteKey, int]:
    """Return the row of a lane (from 0) in which each mark has room."""
    ends: list[float] = []
    rows = {}
    for key in sorted(keys, key=lambda key: (places[key], key)):
        free = (number for number, end in enumerate(ends) if places[key] - end >= GAP)
        rows[key] = next(free, len(ends))
        ends[rows[key] : rows[key] + 1] = [places[key]]
    return rows


def _stack(
    notes: Sequence[Page], rows: Mapping[str, Mapping[CiteKey, int]]
) -> tuple[Mapping[str, int], Mapping[str, int], int]:
    """Return where each note's lane begins, where each topic's name stands, and the height of all."""
    tops: dict[str, int] = {}
    topics: dict[str, int] = {}
    y = HEAD
    for note in notes:
        if note.section not in topics:
            y += TOPIC
            topics[note.section] = y - FOOT
        tops[note.path] = y
        y += TITLE + ROW * max(rows[note.path].values(), default=0) + ROW + FOOT
    return tops, topics, y


def _thread(site: Site, key: CiteKey, x: float, ys: Sequence[int]) -> Thread:
    question = _is_question(key)
    if question:
        meta = site.questions[cited_by_key(key).slug].meta
        link = Address(meta.question, link_of(site, key).url)
        return Thread(key, link, question, meta.closed is not None, x, tuple(ys), 5)
    noted = site.annotation(key) is not None
    return Thread(key, link_of(site, key), question, noted, x, tuple(ys), min(2 + len(ys), 5))


def _lane(
    site: Site, note: Page, top: int, keys: Iterable[CiteKey], threads: Mapping[CiteKey, Thread]
) -> Lane:
    found = sorted((threads[key] for key in keys), key=lambda thread: (thread.x, thread.key))
    return Lane(
        Address(page_title(site, note), f"/{note.path}"),
        top + TITLE - ROW,
        tuple(thread for thread in found if not thread.question),
        tuple(thread for thread in found if thread.question),
    )


def _years(site: Site, places: Mapping[CiteKey, float]) -> tuple[tuple[str, float], ...]:
    """Return each year with the place of its first work; the name is `""` where it has no room."""
    first: dict[int, float] = {}
    for key, x in sorted(places.items(), key=lambda place: place[1]):
        if key in site.references:
            date = site.references[key].date
            first.setdefault(max(date.year if date else 0, FIRST_YEAR - 1), x)
    named = 100.0
    years = []
    for year, x in sorted(first.items(), reverse=True):
        name = f"–{year}" if year < FIRST_YEAR else str(year)
        years.append((name if named - x >= _NEAR else "", x))
        named = x if years[-1][0] else named
    return tuple(reversed(years))
