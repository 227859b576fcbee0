"""The changes of all ledgers as an Atom feed. Its dates come from the files, none from a clock."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb import atom
from kb.notes.question import Bearing, format_source

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable, Iterator

    from kb.notes.question import Evidence, Source
    from kb.questions.record import Question

MOST = 100  # entries
_POINTS = {
    Bearing.FOR: "for",
    Bearing.AGAINST: "against",
    Bearing.NEITHER: "points neither way",
    Bearing.REFRAMES: "reframes it",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One entry: something that somebody judged or closed on a day."""

    name: str  # what its id is made from; the same for ever
    day: datetime.date
    question: Question
    title: str
    summary: str
    anchor: str


def changes(questions: Iterable[Question], label: Callable[[Source], str]) -> tuple[Change, ...]:
    """Return every item and every closing, newest first; those of one day by question, as they stand.

    `label` says how running text names a source.
    """
    found = [change for question in questions for change in _of_question(question, label)]
    return tuple(sorted(found, key=lambda change: (-change.day.toordinal(), change.question.slug)))


def format_feed(found: Iterable[Change], updated: datetime.date, *, title: str) -> str:
    """Return the feed of the newest `MOST` changes; it stands in the folder of the questions' pages.

    `updated` is the feed's own date while there are no changes.
    """
    feed = atom.Feed("feed", title, "Latent Notes", updated, "feed.xml", "./")
    entries = [
        atom.Entry(
            name=change.name,
            day=change.day,
            title=change.title,
            summary=change.summary,
            href=f"{change.question.slug}/#{change.anchor}",
            category=str(change.question.meta.topic),
        )
        for change in tuple(found)[:MOST]
    ]
    return atom.format_feed(feed, entries)


def _of_question(question: Question, label: Callable[[Source], str]) -> Iterator[Change]:
    for part, ledger in question.ledgers():
        about = part.question if part else question.meta.question
        seen: Counter[Source] = Counter()
        for item in ledger:
            seen[item.source] += 1
            # Neither date nor wording: both may be mended, and the entry stays the same one.
            parts = (question.slug, part.id if part else "", format_source(item.source))
            yield Change(
                name=" ".join((*parts, str(seen[item.source]))),
                day=item.judged,
                question=question,
                title=f"{_POINTS[item.bearing].capitalize()} ({item.strength.value}): {about}",
                summary=_summary(item, label),
                anchor=part.id if part else "evidence",
            )
    closed = question.meta.closed
    if closed:
        yield Change(
            name=f"{question.slug} closed",
            day=closed.date,
            question=question,
            title=f"{closed.as_.value.capitalize()}: {question.meta.question}",
            summary=closed.reason,
            anchor="top",
        )


def _summary(item: Evidence, label: Callable[[Source], str]) -> str:
    where = f"{label(item.source)}{', ' if item.locator else ''}{item.locator}"
    return f"{item.says} {where}; {item.date}; grade {item.grade.value}."
