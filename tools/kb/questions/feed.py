"""The changes of all ledgers as an Atom feed (RFC 4287). Its dates come from the files, none from a clock."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from kb.notes.question import Bearing, format_source

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable, Iterator

    from kb.notes.question import Evidence, Source
    from kb.questions.record import Question

_NAMESPACE = "http://www.w3.org/2005/Atom"
# Ids must stay the same for ever, wherever the site is (RFC 4287, 4.2.6); this number is the base of all.
_IDS = uuid.UUID("6f0d3a0e-52c7-4a35-9f0c-3d3f1f5b7c11")
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
    kept = tuple(found)[:MOST]
    feed = ET.Element("feed", {"xmlns": _NAMESPACE, "xml:lang": "en"})
    _add(feed, "id", _urn("feed"))
    _add(feed, "title", title)
    _add(feed, "updated", _instant(kept[0].day if kept else updated))
    ET.SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": "feed.xml"})
    ET.SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": "./"})
    _add(ET.SubElement(feed, "author"), "name", "Latent Notes")
    for change in kept:
        _entry(feed, change)
    ET.indent(feed, " ")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, encoding="unicode") + "\n"


def _entry(feed: ET.Element, change: Change) -> None:
    entry = ET.SubElement(feed, "entry")
    _add(entry, "id", _urn(change.name))
    _add(entry, "title", change.title)
    _add(entry, "updated", _instant(change.day))
    href = f"{change.question.slug}/#{change.anchor}"
    ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": href})
    ET.SubElement(entry, "category", {"term": str(change.question.meta.topic)})
    _add(entry, "summary", change.summary)


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


def _add(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = text


def _urn(name: str) -> str:
    return uuid.uuid5(_IDS, name).urn


def _instant(day: datetime.date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
