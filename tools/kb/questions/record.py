"""A question as a value, and what one file alone can get wrong about it.

Owns what must hold within a record. Knows no store, no other question and no HTML.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from kb.citable import Kind, cited_by_key, transcript_key
from kb.ids import CiteKey, is_slug
from kb.notes.page import Page, PageKind
from kb.notes.question import (
    Bearing,
    Ending,
    Evidence,
    Part,
    QuestionMeta,
    format_source,
)
from kb.problems import Problem, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


NAME = Rule(
    "KB801",
    "a question's file must be named by a slug, right below docs/questions/",
    "The name is its address and the word by which it is cited.",
)
FOR_MEANS = Rule(
    "KB802",
    "a question that yes does not answer must say what for means",
    "Evidence for 'is it A or B?' speaks for one of the two, and a reader must not guess which.",
)
CLOSED = Rule(
    "KB803",
    "a question must be closed by items of its own ledger",
    "Closing is a claim like any other: who reads it must find what it rests on.",
)
SUCCESSOR = Rule(
    "KB804",
    "only a superseded question has one in its place",
    "A reader is sent there, and would not know why.",
)
PARTS = Rule(
    "KB805",
    "the parts of a question must have names of their own",
    "The name is an anchor on the page; two of one name have one place.",
)
JUDGED = Rule(
    "KB806",
    "evidence must not be judged before it came out",
    "One of the two dates is wrong, and both are shown and counted with.",
)
HEADING = Rule(
    "KB807",
    "the text of a question must have no heading of the first level",
    "The question itself is the heading of its page.",
)
TWICE = Rule(
    "KB808",
    "an item must stand once in a ledger",
    "It would be shown twice and look like more evidence than there is.",
)
EMPTY = Rule(
    "KB809",
    "a question must say why it matters",
    "A bare sentence is read in as many ways as it has readers.",
)

WAITS = Rule(
    "KB810",
    "what waits to be judged must do so once, and not be judged",
    "Somebody would read it a second time to find that it is in the ledger.",
)

RULES = (NAME, FOR_MEANS, CLOSED, SUCCESSOR, PARTS, JUDGED, HEADING, TWICE, EMPTY, WAITS)

# Anchors that the frame of a question's page has.
ANCHORS = frozenset(
    {
        "settled-by",
        "evidence",
        "candidates",
        "parts",
        "waits-for",
        "why",
        "cited-by",
        "related",
        "top",
    }
)
# A verb opens the sentence, or the clause after a comma: `After two runs, can it report both?`
_YES_OR_NO = re.compile(
    r"(?:^|, )(?:is|are|was|were|do|does|did|can|could|has|have|had|will|would|should|may|might|must)\b",
    re.IGNORECASE,
)
_ALTERNATIVE = re.compile(r"\bor\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """A question: the slug by which it is cited, its front matter, and its page."""

    slug: str
    meta: QuestionMeta
    page: Page

    @property
    def path(self) -> str:
        """The file, relative to the root."""
        return f"docs/{self.page.path}"

    def ledgers(self) -> Iterator[tuple[Part | None, tuple[Evidence, ...]]]:
        """Yield its own ledger, with None, then that of each part."""
        yield None, self.meta.evidence
        for part in self.meta.parts:
            yield part, part.evidence

    def items(self) -> Iterator[Evidence]:
        """Yield every item of its own ledger, then those of its parts."""
        for _, ledger in self.ledgers():
            yield from ledger


def questions_of(
    pages: Iterable[Page],
) -> tuple[Mapping[str, Question], tuple[Problem, ...]]:
    """Return the questions among `pages` by slug, in the order of their slugs, and what is wrong with each.

    One whose front matter cannot be read is left out; why, parsing the page has told.
    """
    found: dict[str, Question] = {}
    problems: list[Problem] = []
    for page in sorted(pages, key=lambda page: page.path):
        if page.kind is not PageKind.QUESTION:
            continue
        if not is_slug(page.slug) or page.path.count("/") > 1:
            message = f"name must be a slug: {page.path!r}"
            fix = "write lower-case words joined by hyphens, right below docs/questions/"
            problems.append(NAME.at(f"docs/{page.path}", 1, message, fix))
        elif isinstance(page.meta, QuestionMeta):
            found[page.slug] = Question(page.slug, page.meta, page)
            problems += _check(found[page.slug])
    return MappingProxyType(found), tuple(sorted(problems))


@dataclass(frozen=True, slots=True)
class Bears:
    """An item of a ledger, seen from its source: which question, and which part of it, it is about."""

    question: Question
    part: Part | None
    item: Evidence


def bears_on(questions: Iterable[Question]) -> Mapping[CiteKey, tuple[Bears, ...]]:
    """Return what each reference and each transcript, whichever turn, bears on: newest judgment first."""
    found: defaultdict[CiteKey, list[Bears]] = defaultdict(list)
    for question in questions:
        for part, ledger in question.ledgers():
            for item in ledger:
                if isinstance(item.source, CiteKey):
                    found[whole_source(item.source)].append(Bears(question, part, item))
    for bearing in found.values():
        bearing.sort(key=lambda one: one.item.judged, reverse=True)
    return MappingProxyType({key: tuple(bearing) for key, bearing in found.items()})


def waits_on(questions: Iterable[Question]) -> Mapping[CiteKey, tuple[Question, ...]]:
    """Return for each reference and each transcript, whichever turn, the questions that it is to be judged for."""
    found: defaultdict[CiteKey, list[Question]] = defaultdict(list)
    for question in questions:
        for item in question.meta.to_judge:
            if isinstance(item.source, CiteKey):
                found[whole_source(item.source)].append(question)
    return MappingProxyType({key: tuple(waiting) for key, waiting in found.items()})


def whole_source(key: CiteKey) -> CiteKey:
    """Return the key of the transcript for that of a turn, any other as it is."""
    cited = cited_by_key(key)
    return transcript_key(cited.slug) if cited.kind is Kind.TRANSCRIPT else key


def _check(question: Question) -> Iterator[Problem]:
    yield from _check_closed(question)
    yield from _check_parts(question)
    yield from _check_waiting(question)
    for part, ledger in question.ledgers():
        yield from _check_meaning(question, part, ledger)
        yield from _check_ledger(question, ledger)
    for heading in question.page.scan.headings:
        if heading.level == 1:
            line = question.page.line(heading.line)
            message = f"heading must be of the second level or below: {heading.text!r}"
            yield HEADING.at(question.path, line, message, "write ## for #, or remove it")
    if not question.page.body.strip():
        message = "question must say why it matters: ''"
        fix = "write below the front matter what people mean by it"
        yield EMPTY.at(question.path, question.page.body_line, message, fix)


def _check_meaning(
    question: Question, part: Part | None, ledger: tuple[Evidence, ...]
) -> Iterator[Problem]:
    asked = part or question.meta
    points = any(item.bearing in (Bearing.FOR, Bearing.AGAINST) for item in ledger)
    alone = _YES_OR_NO.search(asked.question) and not _ALTERNATIVE.search(asked.question)
    if points and not alone and not asked.for_means:
        line = part.line if part else question.page.line_of_key("question")
        message = f"question must say what for means: {asked.question!r}"
        fix = "add below it, for example: for_means: guessing"
        yield FOR_MEANS.at(question.path, line, message, fix)


def _check_closed(question: Question) -> Iterator[Problem]:
    closed = question.meta.closed
    if closed is None:
        return
    held = {format_source(item.source) for item in question.items()}
    line = question.page.line_of_key("closed")
    if not closed.evidence:
        message = "closed must name the evidence that did it: '[]'"
        fix = f"write evidence: [source, …]; the ledger has {_listed(held)}"
        yield CLOSED.at(question.path, line, message, fix)
    for source in closed.evidence:
        if source not in held:
            message = f"closed must name a source of its own ledger: {source!r}"
            fix = f"add the item to the ledger first; it has {_listed(held)}"
            yield CLOSED.at(question.path, line, message, fix)
    if closed.by is not None and closed.as_ is not Ending.SUPERSEDED:
        message = f"by must stand only with superseded: {str(closed.by)!r}"
        yield SUCCESSOR.at(question.path, line, message, "write as: superseded, or remove by")


def _check_parts(question: Question) -> Iterator[Problem]:
    taken = set(ANCHORS)
    for part in question.meta.parts:
        if part.id in taken:
            message = f"part must have a name of its own: {str(part.id)!r}"
            fix = f"not one of {', '.join(sorted(taken))}"
            yield PARTS.at(question.path, part.line, message, fix)
        taken.add(part.id)


def _check_waiting(question: Question) -> Iterator[Problem]:
    seen = {item.source for item in question.items()}
    for item in question.meta.to_judge:
        if item.source in seen:
            message = f"source must wait once, and not be judged: {format_source(item.source)!r}"
            yield WAITS.at(question.path, item.line, message, "remove it from to_judge")
        seen.add(item.source)


def _check_ledger(question: Question, ledger: tuple[Evidence, ...]) -> Iterator[Problem]:
    seen = set()
    for item in ledger:
        judged = item.judged
        if item.date.order > (judged.year, judged.month, judged.day):
            message = f"evidence must not be judged before it came out on {item.date}: '{judged}'"
            yield JUDGED.at(question.path, item.line, message, "mend date or judged")
        identity = (item.source, item.locator, item.says)
        if identity in seen:
            message = f"item must stand once in its ledger: {format_source(item.source)!r}"
            yield TWICE.at(question.path, item.line, message, "remove one")
        seen.add(identity)


def _listed(sources: set[str]) -> str:
    return ", ".join(sorted(sources)) or "no items"
