"""A ledger as a picture: where each item stands on an axis of time, in the lane of its bearing.

Geometry only, in user units of an SVG; who draws it chooses colors. Pure.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.notes.question import Bearing, Strength

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kb.model import Grade, PartialDate
    from kb.notes.question import Evidence

WIDTH = 480.0  # narrow, so that words stay readable when a phone shrinks it
_SIDE = 14.0  # free at both sides, for half of the first and last mark
_LABEL = 20.0  # the words above a lane
_ROW = 22.0  # a row of marks in a lane
_FOOT = 24.0  # the years below
_FEWEST = 64.0  # units between two years that are named
_RADIUS = {Strength.WEAK: 4.0, Strength.MEDIUM: 6.5, Strength.STRONG: 9.0}


@dataclass(frozen=True, slots=True)
class Mark:
    """An item: its number in the ledger (from 1), its center and radius, and the span its date can mean."""

    number: int
    x: float
    y: float
    radius: float
    start: float
    end: float
    bearing: Bearing
    grade: Grade

    @property
    def spans(self) -> bool:
        """Whether the date is so vague that its span shows beside the mark."""
        return self.end - self.start > 2 * self.radius


@dataclass(frozen=True, slots=True)
class Lane:
    """A band of the picture, its label's base line and its own bottom."""

    bearing: Bearing
    label_y: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole picture."""

    width: float
    height: float
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]
    years: tuple[tuple[int, float], ...]  # those that are named, with their places
    axis_y: float


def draw_timeline(ledger: Iterable[Evidence]) -> Timeline | None:
    """Return the picture of a ledger, oldest item first, or None if it is empty.

    The lanes for and against are always there: an empty one says something. Marks that would touch stand
    in rows of their own.
    """
    items = list(ledger)
    if not items:
        return None
    first = min(item.date.year for item in items)
    last = max(item.date.year for item in items) + 1
    shown = {item.bearing for item in items} | {Bearing.FOR, Bearing.AGAINST}
    y = 0.0
    lanes, marks = [], []
    for bearing in (one for one in Bearing if one in shown):
        mine = [(n, item) for n, item in enumerate(items, start=1) if item.bearing is bearing]
        placed, rows = _place(mine, first, last, y + _LABEL)
        marks += placed
        bottom = y + _LABEL + _ROW * rows
        lanes.append(Lane(bearing, y + _LABEL - 6, bottom))
        y = bottom
    step = max(1, round(_FEWEST / ((WIDTH - 2 * _SIDE) / (last - first)) + 0.49))
    years = tuple((year, _x(year, first, last)) for year in range(first, last + 1, step))
    return Timeline(WIDTH, y + _FOOT, tuple(lanes), tuple(marks), years, y)


def _place(
    items: list[tuple[int, Evidence]], first: int, last: int, top: float
) -> tuple[list[Mark], int]:
    """Return the marks of a lane, and how many rows they take, at least one."""
    ends: list[float] = []  # of the last mark of each row
    marks = []
    for number, item in items:
        begin, end = (_x(when, first, last) for when in _span(item.date))
        radius, x = _RADIUS[item.strength], (begin + end) / 2
        row = next((n for n, taken in enumerate(ends) if x - radius > taken + 1), len(ends))
        ends[row : row + 1] = [x + radius]
        y = top + _ROW * row + _ROW / 2
        marks.append(Mark(number, x, y, radius, begin, end, item.bearing, item.grade))
    return marks, max(len(ends), 1)


def _x(year: float, first: int, last: int) -> float:
    return round(_SIDE + (WIDTH - 2 * _SIDE) * (year - first) / (last - first), 1)


def _span(date: PartialDate) -> tuple[float, float]:
    """Return the first and last moment that a date can mean, in years."""
    if date.month is None:
        return date.year, date.year + 1
    if date.day is None:
        return date.year + (date.month - 1) / 12, date.year + date.month / 12
    day = datetime.date(date.year, date.month, date.day)
    moment = date.year + (day.timetuple().tm_yday - 0.5) / 366
    return moment, moment
