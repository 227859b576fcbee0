"""Where a question stands: axes worked out from its ledger and a given day. Nothing here is typed by anybody.

The rules are said in words in `RULE_OF` and on the site; this module is their only form in code.
"""

from __future__ import annotations

import calendar
import enum
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from kb.model import Grade
from kb.notes.question import Bearing, Ending, Evidence, Source, Strength

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

    from kb.model import PartialDate
    from kb.notes.question import QuestionMeta
    from kb.questions.record import Question

MONTHS = 12


class Direction(enum.Enum):
    """Which way a ledger points."""

    FOR = "for"
    AGAINST = "against"
    MIXED = "mixed"
    NEITHER = "neither"
    IN_PARTS = "in-parts"  # only its parts have evidence, each about its own sentence
    NONE = "none"


class Age(enum.Enum):
    """How long ago the newest evidence came out."""

    HALF_YEAR = "6-months"
    YEAR = "1-year"
    TWO_YEARS = "2-years"
    OLDER = "older"
    NONE = "none"


class Review(enum.Enum):
    """Whether somebody should look at it again."""

    AHEAD = "ahead"
    PAST = "past"
    CLOSED = "closed"


RULE_OF = {
    "direction": (
        "For or against if items of grade A or B point one way only, mixed if they point both ways, "
        "neither if none points anywhere. Items of grade C are shown and do not count."
    ),
    "replicated": (
        "Two items of one bearing, for or against, each of medium or strong strength and of grade A or "
        "B, from independent sources. Sources are independent if they share no author; a transcript "
        "counts as the work it is taken from, and all computed figures as one author, this site."
    ),
    "age": (
        "Whole months from the newest evidence to the day the base last changed; where only a month "
        "or a year is known, from its last day."
    ),
    "review": "Past once the base has changed after the day set for the next review.",
}


@dataclass(frozen=True, slots=True)
class State:
    """Where a question, or a part of one, stands."""

    items: int  # of its own ledger
    in_parts: int
    direction: Direction
    reframed: bool
    replicated: bool
    newest: PartialDate | None  # of all its items
    months: int | None  # since the newest
    review: Review
    ending: Ending | None  # None while it is open

    @property
    def has_evidence(self) -> bool:
        """Whether it or a part of it has any."""
        return self.items + self.in_parts > 0

    @property
    def age(self) -> Age:
        """The months since the newest evidence, in steps one can filter by."""
        if self.months is None:
            return Age.NONE
        steps = ((MONTHS // 2, Age.HALF_YEAR), (MONTHS, Age.YEAR), (2 * MONTHS, Age.TWO_YEARS))
        return next((age for limit, age in steps if self.months < limit), Age.OLDER)


# The authors behind a source, by any names that differ where they differ.
AuthorsOf = Callable[[Source], frozenset[str]]


def state_of(question: Question, today: datetime.date, authors: AuthorsOf) -> State:
    """Return where `question` stands on the day `today`."""
    meta = question.meta
    return _state(meta.evidence, tuple(question.items()), meta, today, authors)


def part_state(
    ledger: tuple[Evidence, ...], meta: QuestionMeta, today: datetime.date, authors: AuthorsOf
) -> State:
    """Return where a part with this ledger stands; review and ending are those of its question."""
    return _state(ledger, ledger, meta, today, authors)


def _state(
    own: tuple[Evidence, ...],
    every: tuple[Evidence, ...],
    meta: QuestionMeta,
    today: datetime.date,
    authors: AuthorsOf,
) -> State:
    newest = max((item.date for item in every), key=lambda date: date.order, default=None)
    ending = meta.closed.as_ if meta.closed else None
    ahead = Review.AHEAD if today <= meta.review_after else Review.PAST
    return State(
        items=len(own),
        in_parts=len(every) - len(own),
        direction=_direction(own) if own or not every else Direction.IN_PARTS,
        reframed=any(item.bearing is Bearing.REFRAMES for item in _counting(own)),
        replicated=_replicated(own, authors),
        newest=newest,
        months=None if newest is None else _months(newest, today),
        review=Review.CLOSED if ending else ahead,
        ending=ending,
    )


def _counting(ledger: Iterable[Evidence]) -> list[Evidence]:
    return [item for item in ledger if item.grade is not Grade.C]


def _direction(ledger: tuple[Evidence, ...]) -> Direction:
    if not ledger:
        return Direction.NONE
    points = {item.bearing for item in _counting(ledger)} & {Bearing.FOR, Bearing.AGAINST}
    if not points:
        return Direction.NEITHER
    return Direction.MIXED if len(points) > 1 else Direction(points.pop().value)


def _replicated(ledger: tuple[Evidence, ...], authors: AuthorsOf) -> bool:
    telling = [i for i in _counting(ledger) if i.strength is not Strength.WEAK]
    return any(
        one.bearing is other.bearing
        and one.bearing in (Bearing.FOR, Bearing.AGAINST)
        and authors(one.source).isdisjoint(authors(other.source))
        for one, other in combinations(telling, 2)
    )


def _months(date: PartialDate, today: datetime.date) -> int:
    """Return the whole months from the last day that `date` can mean to `today`, at least 0."""
    month = date.month or MONTHS
    day = date.day or calendar.monthrange(date.year, month)[1]
    full = (today.year - date.year) * MONTHS + today.month - month - (today.day < day)
    return max(full, 0)
