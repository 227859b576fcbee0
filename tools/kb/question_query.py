"""Find questions: by words, topic, the axes of their state, bearing and source, in three orders. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.ids import CiteKey
from kb.notes.question import Source, format_source
from kb.query import folded
from kb.questions.record import whole_source
from kb.standings import source_link, standings

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

    from kb.notes.question import Bearing
    from kb.questions.standing import Standing
    from kb.questions.state import Age, Direction, Review
    from kb.site import Site

OPEN = "open"


class Sort(enum.Enum):
    """An order of questions."""

    NEWEST = "newest"  # evidence
    REVIEW = "review"  # the one that is due first
    RAISED = "raised"  # most often


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionQuery:
    """What to look for; an empty part asks for nothing. Words match anywhere, without case or accents."""

    words: str = ""  # each must be in the question, a part, an item or the name of a source
    topic: str = ""
    status: str = ""  # `open`, or how it was closed
    direction: Direction | None = None
    bearing: Bearing | None = None
    age: Age | None = None
    review: Review | None = None
    evidence: bool | None = None
    replicated: bool | None = None
    source: Source | None = None  # a transcript stands for all its turns


def find_questions(
    site: Site, query: QuestionQuery, today: datetime.date, sort: Sort = Sort.NEWEST
) -> tuple[Standing, ...]:
    """Return the questions that match every part of `query` on the day `today`, sorted.

    Ties have the newest evidence first, then go by slug.
    """
    found = [one for one in standings(site, today) if _matches(site, one, query)]
    found.sort(key=_newest, reverse=True)
    if sort is Sort.REVIEW:
        found.sort(key=lambda one: (one.state.ending is not None, one.question.meta.review_after))
    elif sort is Sort.RAISED:
        found.sort(key=lambda one: -len(one.raised))
    return tuple(found)


def _newest(one: Standing) -> tuple[int, int, int]:
    return one.state.newest.order if one.state.newest else (0, 0, 0)


def _matches(site: Site, one: Standing, query: QuestionQuery) -> bool:
    state, meta = one.state, one.question.meta
    items = tuple(one.question.items())
    return (
        query.topic in ("", meta.topic)
        and query.status in ("", state.ending.value if state.ending else OPEN)
        and query.direction in (None, state.direction)
        and query.age in (None, state.age)
        and query.review in (None, state.review)
        and query.evidence in (None, state.has_evidence)
        and query.replicated in (None, state.replicated)
        and (query.bearing is None or any(item.bearing is query.bearing for item in items))
        and (query.source is None or any(_is_of(i.source, query.source) for i in items))
        and _has_words(query.words.split(), _texts(site, one))
    )


def _is_of(source: Source, asked: Source) -> bool:
    return asked in (source, whole_source(source) if isinstance(source, CiteKey) else source)


def _texts(site: Site, one: Standing) -> Iterable[str]:
    meta = one.question.meta
    yield f"{one.question.slug} {meta.question} {meta.settled_by}"
    yield from (part.question for part in meta.parts)
    for item in one.question.items():
        yield f"{item.says} {format_source(item.source)} {source_link(site, item.source).text}"


def _has_words(words: list[str], texts: Iterable[str]) -> bool:
    if not words:
        return True
    everything = folded(" ".join(texts))
    return all(folded(word) in everything for word in words)
