"""Which questions somebody should look at again, and why. Pure; is told what day it is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.ids import CiteKey
from kb.notes.question import Source, format_source
from kb.questions.record import whole_source

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator, Mapping

    from kb.questions.record import Question


@dataclass(frozen=True, slots=True)
class Stale:
    """A question to look at again, and why, in a sentence each."""

    question: Question
    reasons: tuple[str, ...]


def find_stale(
    questions: Iterable[Question], today: datetime.date, annotated: Mapping[CiteKey, datetime.date]
) -> Iterator[Stale]:
    """Yield the open questions that are past review, have something to judge, or are older than their sources.

    `annotated` tells when the annotation of each reference last changed. Oldest review first.
    """
    found = list(questions)
    judged = _newest_by_source(found)
    for question in sorted(found, key=lambda q: (q.meta.review_after, q.slug)):
        reasons = tuple(_reasons(question, today, judged, annotated))
        if reasons and question.meta.closed is None:
            yield Stale(question, reasons)


def _newest_by_source(
    questions: Iterable[Question],
) -> Mapping[Source, list[tuple[datetime.date, str]]]:
    newest: defaultdict[Source, list[tuple[datetime.date, str]]] = defaultdict(list)
    for question in questions:
        for item in question.items():
            newest[_whole(item.source)].append((item.judged, question.slug))
    return {source: sorted(days, reverse=True) for source, days in newest.items()}


def _reasons(
    question: Question,
    today: datetime.date,
    judged: Mapping[Source, list[tuple[datetime.date, str]]],
    annotated: Mapping[CiteKey, datetime.date],
) -> Iterator[str]:
    if today > question.meta.review_after:
        yield f"past review since {question.meta.review_after}"
    for item in question.meta.to_judge:
        yield f"{format_source(item.source)} waits to be judged since {item.since}"
    last = question.meta.updated
    if last is None:
        return
    for source in dict.fromkeys(_whole(item.source) for item in question.items()):
        day, slug = judged[source][0]
        if day > last:
            yield f"{format_source(source)} was judged for {slug} on {day}, after anything here ({last})"
        changed = annotated.get(source) if isinstance(source, CiteKey) else None
        if changed and changed > last:
            yield f"the annotation of @{source} changed on {changed}, after anything here ({last})"


def _whole(source: Source) -> Source:
    return whole_source(source) if isinstance(source, CiteKey) else source
