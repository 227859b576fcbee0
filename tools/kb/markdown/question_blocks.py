"""The blocks about questions: a card, the frame of a question's page, the index, what a source bears on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.citable import question_key
from kb.ids import CiteKey
from kb.markdown.block import KEY, SiteBlock
from kb.markdown.filters import Axis, axis
from kb.markdown.fragments import render_element
from kb.notes.question import Bearing, parse_source
from kb.question_views import (
    AGES,
    DIRECTIONS,
    ENDINGS,
    Chip,
    QuestionView,
    view_bears,
    view_question,
    waiting_order,
)
from kb.questions.state import RULE_OF, Review
from kb.standings import source_link, standing_of
from kb.views import page_title

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree import ElementTree as ET

    from kb.site import Site


class QuestionBlock(SiteBlock):
    """A block whose argument is the slug of a question."""

    def fill(self, site: Site, argument: str) -> ET.Element:
        """Return what the block shows, or that there is no such question."""
        if argument not in site.questions:
            return render_element("unknown", what="question", name=argument)
        return self.show(site, argument)

    def show(self, site: Site, slug: str) -> ET.Element:
        """Return what the block shows of a question."""
        raise NotImplementedError


class QuestionCard(QuestionBlock):
    """`/// question | slug`: the question as a card in a note. It counts as a citation."""

    NAME = "question"

    def show(self, site: Site, slug: str) -> ET.Element:
        """Return the card; it bears the key, so that it is numbered as a citation."""
        element = render_element("question-card", question=view_question(site, slug))
        element.set(KEY, str(question_key(slug)))
        return element


class QuestionHead(QuestionBlock):
    """`/// question-head | slug`: what stands above the text on a question's page."""

    NAME = "question-head"

    def show(self, site: Site, slug: str) -> ET.Element:
        """Return the question, its state, how it was closed, and what would settle it."""
        question = view_question(site, slug)
        sources = [parse_source(text) for text in question.closed_by]
        return render_element(
            "question-head",
            question=question,
            closing=[source_link(site, source) for source in sources],
        )


class QuestionLedger(QuestionBlock):
    """`/// question-ledger | slug`: what stands below the text on a question's page."""

    NAME = "question-ledger"

    def show(self, site: Site, slug: str) -> ET.Element:
        """Return ledger, parts, what it waits for, who raises it, and how its state is worked out."""
        raised = standing_of(site, slug).raised
        return render_element(
            "question-ledger",
            question=view_question(site, slug),
            raised=raised,
            titles={passage.page.path: page_title(site, passage.page) for passage in raised},
            rules=RULE_OF,
            updated=site.updated,
        )


class BearsOn(SiteBlock):
    """`/// bears-on | key`: the questions that a reference or a transcript bears on."""

    NAME = "bears-on"

    def fill(self, site: Site, argument: str) -> ET.Element:
        """Return each question with what the source says on it, then those that it is to be judged for."""
        key = CiteKey(argument)
        return render_element(
            "bears-on", bears=view_bears(site, key), waiting=site.waits_on.get(key, ())
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the index: places in two more orders, its chips of evidence, and words to find it by."""

    question: QuestionView
    by_review: int
    by_raised: int
    evidence: tuple[Chip, ...]
    words: str


class QuestionIndex(SiteBlock):
    """`/// question-index`: the table of all questions, with its filters. Newest evidence comes first."""

    NAME = "question-index"
    ARGUMENT = False

    def fill(self, site: Site, argument: str) -> ET.Element:
        """Return the table and its filters."""
        questions = sorted(
            (view_question(site, slug) for slug in site.questions),
            key=lambda q: q.state.newest.order if q.state.newest else (0, 0, 0),
            reverse=True,
        )
        tags = Counter(tag for question in questions for tag in question.tags)
        return render_element(
            "question-index",
            axes=tuple(one for one in _axes(questions) if len(one.values) > 1),
            tags=sorted(tags.items()),
            rows=_rows(questions),
        )


def _rows(questions: list[QuestionView]) -> list[Row]:
    waiting = sorted(questions, key=waiting_order)
    raised = sorted(questions, key=lambda q: -q.raised)
    by_review = {q.slug: number for number, q in enumerate(waiting)}
    by_raised = {q.slug: number for number, q in enumerate(raised)}
    axes = ("direction", "evidence", "bearing", "replicated", "candidates")
    return [
        Row(
            q,
            by_review[q.slug],
            by_raised[q.slug],
            tuple(chip for chip in q.chips if chip.axis in axes),
            _words(q),
        )
        for q in questions
    ]


def _words(question: QuestionView) -> str:
    items = [*question.ledger.items, *(i for part in question.parts for i in part.ledger.items)]
    said = [f"{item.says} {item.source.text}" for item in items]
    return " ".join(
        [question.slug, question.settled_by, *(p.question for p in question.parts), *said]
    )


def _axes(questions: list[QuestionView]) -> Iterable[Axis]:
    yes_no = {"yes": "yes", "no": "no"}
    endings = {ending.value: name for ending, name in ENDINGS.items()}
    directions = {direction.value: name for direction, name in DIRECTIONS.items()}
    reviews = {Review.AHEAD: "ahead", Review.PAST: "past", Review.CLOSED: "closed, none"}
    topics = dict(sorted((q.topic, q.topic_name) for q in questions))
    yield axis("topic", "Topic", topics, [q.topic for q in questions])
    yield axis(
        "status", "Status", {"open": "open"} | endings, [q.ending or "open" for q in questions]
    )
    yield axis(
        "evidence",
        "Any evidence",
        yes_no,
        ["yes" if q.state.has_evidence else "no" for q in questions],
    )
    yield axis("direction", "Which way", directions, [q.state.direction.value for q in questions])
    yield axis(
        "bearing",
        "With an item",
        {bearing.value: bearing.value for bearing in Bearing},
        [bearing for q in questions for bearing in q.bearings],
        many=True,
    )
    yield axis(
        "replicated",
        "Replicated",
        yes_no,
        ["yes" if q.state.replicated else "no" for q in questions],
    )
    yield axis(
        "candidates",
        "Candidates",
        {"yes": "some", "no": "none"},
        ["yes" if q.new.any else "no" for q in questions],
    )
    yield axis("age", "Newest evidence", AGES, [q.state.age.value for q in questions])
    yield axis(
        "review",
        "Review",
        {review.value: name for review, name in reviews.items()},
        [q.state.review.value for q in questions],
    )
