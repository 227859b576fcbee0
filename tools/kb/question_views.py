"""What a page shows of a question: readable strings, in page, card, list and index alike.

No HTML; what is a link is a path below docs/.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.citable import cited_by_key, question_key
from kb.new_work import view_new_work
from kb.notes.front_matter import NoteMeta
from kb.notes.question import Bearing, Ending
from kb.questions.state import Direction, Review
from kb.questions.timeline import Timeline, draw_timeline
from kb.standings import source_link, standing_of
from kb.views import Address, topic_title

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kb.ids import CiteKey
    from kb.new_work import NewWork
    from kb.notes.question import Evidence
    from kb.questions.record import Bears, Question
    from kb.questions.standing import Standing
    from kb.questions.state import State
    from kb.site import Site

ENDINGS = {
    Ending.ANSWERED: "answered",
    Ending.DISSOLVED: "dissolved",
    Ending.SUPERSEDED: "superseded",
}
DIRECTIONS = {
    Direction.FOR: "evidence for",
    Direction.AGAINST: "evidence against",
    Direction.MIXED: "evidence both ways",
    Direction.NEITHER: "evidence points neither way",
    Direction.IN_PARTS: "evidence on its parts only",
    Direction.NONE: "no evidence yet",
}
AGES = {
    "6-months": "under 6 months",
    "1-year": "6 to 12 months",
    "2-years": "1 to 2 years",
    "older": "over 2 years",
    "none": "no evidence",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One axis of the state: its name, the value a filter knows, and the words shown."""

    axis: str
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item of a ledger as a row shows it."""

    number: int  # in its ledger, from 1
    date: str
    source: Address
    locator: str
    bearing: str
    means: str  # the bearing in words: `for “guessing”`
    strength: str
    grade: str
    says: str
    judged: str


@dataclass(frozen=True, slots=True)
class LedgerView:
    """A ledger: its items, oldest first, and the picture of it (None if it is empty)."""

    name: str  # its own on the page
    items: tuple[ItemView, ...]
    timeline: Timeline | None
    lanes: tuple[str, ...]  # the words above each lane of the picture


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of a question."""

    id: str
    question: str
    for_means: str
    settled_by: str
    chips: tuple[Chip, ...]
    ledger: LedgerView


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question as cards, lists, the index and its own page show it."""

    key: CiteKey
    slug: str
    href: str
    question: str
    for_means: str
    topic: str
    topic_name: str
    asked: str
    asked_by: Address
    asked_at: str  # the place in it
    settled_by: str
    review_after: str
    search: str
    chips: tuple[Chip, ...]
    ending: str  # "" while it is open
    reason: str
    closed_on: str
    closed_by: tuple[str, ...]
    successor: Address | None
    bearings: tuple[str, ...]  # those its ledgers hold
    state: State
    tags: tuple[str, ...]  # of the notes that raise it
    ledger: LedgerView
    parts: tuple[PartView, ...]
    waits_for: tuple[str, ...]
    related: tuple[Address, ...]
    newest: ItemView | None
    new: NewWork
    raised: int


@dataclass(frozen=True, slots=True)
class BearsView:
    """A question that a source bears on, seen from the source."""

    question: str
    href: str
    item: ItemView


def question_path(slug: str) -> str:
    """Return the path below docs/ of a question's page."""
    return cited_by_key(question_key(slug)).path


def view_question(site: Site, slug: str) -> QuestionView:
    """Return what is shown of the question `slug`. Raises KeyError if there is none."""
    standing = standing_of(site, slug)
    question, meta = standing.question, standing.question.meta
    ledger = _ledger(site, "evidence", meta.evidence, meta.for_means)
    parts = tuple(_part(site, standing, number) for number in range(len(meta.parts)))
    closed = meta.closed
    new = view_new_work(site, question)
    return QuestionView(
        key=question_key(slug),
        slug=slug,
        href="/" + question.page.path,
        question=meta.question,
        for_means=meta.for_means,
        topic=str(meta.topic),
        topic_name=topic_title(site, meta.topic),
        asked=str(meta.asked.date),
        asked_by=source_link(site, meta.asked.source),
        asked_at=meta.asked.locator,
        settled_by=meta.settled_by,
        review_after=str(meta.review_after),
        search=meta.search,
        chips=_chips(standing.state, meta.for_means, str(meta.review_after), new.text),
        ending=ENDINGS[closed.as_] if closed else "",
        reason=closed.reason if closed else "",
        closed_on=str(closed.date) if closed else "",
        closed_by=closed.evidence if closed else (),
        successor=_link(site, closed.by) if closed and closed.by else None,
        bearings=tuple(sorted({item.bearing.value for item in question.items()})),
        state=standing.state,
        tags=_tags(standing),
        ledger=ledger,
        parts=parts,
        waits_for=tuple(_waits_for(standing)),
        related=tuple(_link(site, other) for other in meta.related),
        newest=_newest(site, question),
        new=new,
        raised=len(standing.raised),
    )


def view_bears(site: Site, key: CiteKey) -> tuple[BearsView, ...]:
    """Return the questions that a reference or a transcript bears on, newest judgment first."""
    return tuple(view_bearing(site, one) for one in site.bears_on.get(key, ()))


def waiting_order(view: QuestionView) -> tuple[bool, str]:
    """Return what open questions sort by so that the oldest review comes first; closed ones come last."""
    return bool(view.ending), view.review_after


def view_bearing(site: Site, one: Bears) -> BearsView:
    """Return an item of a ledger as its source shows it."""
    asked = one.part or one.question.meta
    anchor = f"#{one.part.id}" if one.part else ""
    item = _item(site, 1, one.item, asked.for_means)
    return BearsView(asked.question, f"/{one.question.page.path}{anchor}", item)


def _part(site: Site, standing: Standing, number: int) -> PartView:
    part = standing.question.meta.parts[number]
    return PartView(
        id=str(part.id),
        question=part.question,
        for_means=part.for_means,
        settled_by=part.settled_by,
        chips=_evidence_chips(standing.parts[part.id], part.for_means),
        ledger=_ledger(site, f"part-{part.id}", part.evidence, part.for_means),
    )


def _ledger(site: Site, name: str, ledger: Iterable[Evidence], for_means: str) -> LedgerView:
    ordered = sorted(ledger, key=lambda item: item.date.order)
    timeline = draw_timeline(ordered)
    items = tuple(_item(site, n, item, for_means) for n, item in enumerate(ordered, start=1))
    lanes = timeline.lanes if timeline else ()
    return LedgerView(name, items, timeline, tuple(_means(one.bearing, for_means) for one in lanes))


def _item(site: Site, number: int, item: Evidence, for_means: str) -> ItemView:
    return ItemView(
        number=number,
        date=str(item.date),
        source=source_link(site, item.source),
        locator=item.locator,
        bearing=item.bearing.value,
        means=_means(item.bearing, for_means),
        strength=item.strength.value,
        grade=item.grade.value,
        says=item.says,
        judged=str(item.judged),
    )


def _means(bearing: Bearing, for_means: str) -> str:
    """Return a bearing in words."""
    if bearing in (Bearing.FOR, Bearing.AGAINST):
        return f"{bearing.value} “{for_means}”" if for_means else bearing.value
    return "neither way" if bearing is Bearing.NEITHER else "reframes the question"


def _newest(site: Site, question: Question) -> ItemView | None:
    own = sorted(question.meta.evidence, key=lambda item: item.date.order)
    return _item(site, len(own), own[-1], question.meta.for_means) if own else None


def _tags(standing: Standing) -> tuple[str, ...]:
    notes = (passage.page.meta for passage in standing.raised)
    return tuple(sorted({t for meta in notes if isinstance(meta, NoteMeta) for t in meta.tags}))


def _link(site: Site, slug: str) -> Address:
    known = site.questions.get(slug)
    return Address(
        known.meta.question if known else slug, f"/{question_path(slug)}" if known else ""
    )


def _chips(state: State, for_means: str, review_after: str, new: str) -> tuple[Chip, ...]:
    status = state.ending.value if state.ending else "open"
    review = {
        Review.AHEAD: f"review after {review_after}",
        Review.PAST: f"past review since {review_after}",
    }
    chips = [Chip("status", status, status), *_evidence_chips(state, for_means)]
    if state.newest:
        ago = _ago(state.months or 0)
        chips.append(Chip("age", state.age.value, f"newest evidence {state.newest}, {ago}"))
    if state.review in review:
        chips.append(Chip("review", state.review.value, review[state.review]))
    if new:
        chips.append(Chip("candidates", "yes", new))
    return tuple(chips)


def _evidence_chips(state: State, for_means: str) -> tuple[Chip, ...]:
    direction = DIRECTIONS[state.direction]
    if state.direction in (Direction.FOR, Direction.AGAINST):
        direction = f"{direction} “{for_means}”" if for_means else direction
    chips = [Chip("direction", state.direction.value, direction)]
    if state.items:
        chips.append(Chip("evidence", "yes", _count(state.items, "item")))
    if state.in_parts:
        chips.append(Chip("evidence", "yes", f"{_count(state.in_parts, 'item')} on parts"))
    if state.reframed:
        chips.append(Chip("bearing", "reframes", "reframed"))
    if state.direction in (Direction.FOR, Direction.AGAINST, Direction.MIXED):
        said = "replicated" if state.replicated else "not replicated"
        chips.append(Chip("replicated", "yes" if state.replicated else "no", said))
    return tuple(chips)


def _waits_for(standing: Standing) -> Iterable[str]:
    """Yield what would move an open question on, beside the result that would settle it."""
    state, meta = standing.state, standing.question.meta
    if state.ending:
        return
    if state.direction in (Direction.NONE, Direction.IN_PARTS):
        yield "Any evidence on the question itself."
    elif state.direction is Direction.NEITHER:
        yield "Evidence of grade A or B that points one way or the other."
    elif not state.replicated:
        yield "Two independent sources, of medium strength at least, that point the same way."
    for part in meta.parts:
        if not part.evidence:
            yield f"Evidence on a part of it: {part.question}"
    yield f"A fresh look at the literature after {meta.review_after}."


def _ago(months: int) -> str:
    if months < 1:
        return "less than a month ago"
    if months < 24:  # noqa: PLR2004 - two years, below which months are counted
        return f"{_count(months, 'month')} ago"
    return f"{months // 12} years ago"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
