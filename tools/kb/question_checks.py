"""The checks of questions that only the whole site can show: sources, dates, wording, who raises them."""

from __future__ import annotations

import datetime
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from kb.checks import Finding, check
from kb.citable import Kind, cited_by_key, question_key
from kb.computed import COMPUTED
from kb.ids import CiteKey
from kb.notes.page import Page, PageKind
from kb.notes.question import Computed, Here, format_source
from kb.notes.values import Missing
from kb.problems import Severity
from kb.questions.alike import find_alike
from kb.site import nearest
from kb.watch.inbox import INBOX_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.model import PartialDate
    from kb.notes.question import Asker, Source
    from kb.notes.scan import Heading
    from kb.questions.record import Question
    from kb.site import Site

# A review that is so late has been forgotten.
LATE = datetime.timedelta(days=180)
_OPEN = re.compile(r"\b(?:open|unanswered|unsettled)\b", re.IGNORECASE)


@check("KB811", "a source of a question must exist")
def unknown_sources(site: Site) -> Iterator[Finding]:
    """Evidence that nobody can look up is none."""
    named = [(question, line, source) for question, line, source, _ in _sourced(site)]
    waiting = [
        (q, item.line, item.source) for q in site.questions.values() for item in q.meta.to_judge
    ]
    for question, line, source in [*named, *waiting]:
        if isinstance(source, Computed) and source.name not in COMPUTED:
            close = get_close_matches(source.name, COMPUTED, n=1)
            way_out = f"did you mean {close[0]!r}? " if close else ""
            way_out += f"there are {', '.join(COMPUTED)}"
        elif isinstance(source, CiteKey) and source not in site.labels:
            way_out = _way_out(site, source)
        else:
            continue
        message = f"source must exist: {format_source(source)!r}"
        yield Finding(question.path, line, message, way_out)


@check("KB812", "evidence must not be dated before its source")
def too_early(site: Site) -> Iterator[Finding]:
    """One of the two dates is wrong, and the order of the ledger rests on them."""
    for question, line, source, date in _sourced(site):
        came_out = date_of(site, source)
        if came_out and _is_before(date, came_out):
            message = f"date must not be before its source's, {came_out}: '{date}'"
            way_out = f"{format_source(source)} came out then; mend one of the two"
            yield Finding(question.path, line, message, way_out)


@check("KB813", "the topic of a question must be a section")
def unknown_topics(site: Site) -> Iterator[Finding]:
    """A filter by section would lose it."""
    sections = [section.section for section in site.sections()]
    for question in site.questions.values():
        if question.meta.topic not in sections:
            line = question.page.line_of_key("topic")
            message = f"topic must be a section: {str(question.meta.topic)!r}"
            yield Finding(question.path, line, message, f"there are: {', '.join(sections)}")


@check("KB814", "a question must lead to other questions that exist")
def unknown_relations(site: Site) -> Iterator[Finding]:
    """The reader would be sent nowhere."""
    for question in site.questions.values():
        named = [("related", slug) for slug in question.meta.related]
        if question.meta.closed and question.meta.closed.by:
            named.append(("closed", question.meta.closed.by))
        for key, slug in named:
            others = [other for other in site.questions if other != question.slug]
            if slug not in others:
                close = get_close_matches(slug, others, n=1)
                hint = (
                    f"did you mean {close[0]!r}?" if close else "remove it, or write the other one"
                )
                message = f"{key} must name another question: {str(slug)!r}"
                yield Finding(question.path, question.page.line_of_key(key), message, hint)


@check("KB815", "a question must not be asked twice")
def asked_twice(site: Site) -> Iterator[Finding]:
    """Two ledgers for one question each show half of the evidence."""
    wordings = {slug: question.meta.question for slug, question in site.questions.items()}
    for one, other in find_alike(wordings):
        question = site.questions[max(one, other)]
        message = f"question must not be worded like {min(one, other)}: {question.meta.question!r}"
        line = question.page.line_of_key("question")
        yield Finding(question.path, line, message, "merge the two, or say what sets them apart")


@check("KB816", "a question that a note calls open must be one of the index")
def unnamed_questions(site: Site) -> Iterator[Finding]:
    """What is open only in a note is found by nobody else, and its evidence is kept nowhere."""
    for page in site.pages.values():
        if page.kind is not PageKind.NOTE or not site.questions:
            continue
        for heading, last in _sections(page):
            if _OPEN.search(heading.text) and not _names_question(site, page, heading, last):
                message = f"section must name a question: {heading.text!r}"
                way_out = "write /// question | slug, or cite [@q:slug]; kb questions lists them"
                yield Finding(f"docs/{page.path}", page.line(heading.line), message, way_out)


@check("KB817", "a candidate must name questions that exist")
def unknown_questions(site: Site) -> Iterator[Finding]:
    """Its question was renamed or removed, and would not get the paper."""
    for candidate in site.inbox.candidates:
        for slug in candidate.questions:
            if slug not in site.questions:
                close = get_close_matches(slug, site.questions, n=1)
                hint = f"did you mean {close[0]!r}?" if close else "remove it"
                message = f"a candidate's question must exist: {str(slug)!r}"
                yield Finding(INBOX_PATH, candidate.line, message, hint)


@check("KB902", "a question should be raised by some page", Severity.NOTE)
def never_raised(site: Site) -> Iterator[Finding]:
    """Nobody comes across it in reading: name it in the note it belongs to."""
    for question in site.questions.values():
        passages = site.cited_by.get(question_key(question.slug), ())
        if all(passage.page.kind is PageKind.QUESTION for passage in passages):
            message = f"question must be raised by a page to be found: {question.slug!r}"
            yield Finding(
                question.path, 1, message, f"write /// question | {question.slug} in a note"
            )


@check("KB903", "a question should be reviewed when its day has come", Severity.NOTE)
def late_reviews(site: Site) -> Iterator[Finding]:
    """The day was set so that somebody looks; half a year later nobody has."""
    for question in site.questions.values():
        due = question.meta.review_after
        if question.meta.closed is None and site.updated > due + LATE:
            message = f"review must not be late by half a year: '{due}'"
            way_out = "look for new evidence, then set review_after anew"
            line = question.page.line_of_key("review_after")
            yield Finding(question.path, line, message, way_out)


CHECKS = (
    unknown_sources,
    too_early,
    unknown_topics,
    unknown_relations,
    asked_twice,
    unnamed_questions,
    unknown_questions,
    never_raised,
    late_reviews,
)


def _sourced(site: Site) -> Iterator[tuple[Question, int, Source | Asker, PartialDate]]:
    """Yield every source that a question names, with its line and the date beside it."""
    for question in site.questions.values():
        asked = question.meta.asked
        yield question, question.page.line_of_key("asked"), asked.source, asked.date
        for item in question.items():
            yield question, item.line, item.source, item.date


def _way_out(site: Site, source: CiteKey) -> str:
    cited = cited_by_key(source)
    if cited.kind is Kind.TRANSCRIPT and cited.slug in site.transcripts:
        return f"{cited.slug} has {len(site.transcripts[cited.slug].transcript.turns)} turns"
    close = nearest(source, site.labels)
    if close:
        return f"did you mean '@{close[0]}'?"
    return "add it to refs/ first" if cited.kind is Kind.REFERENCE else "see docs/transcripts/"


def date_of(site: Site, source: Source | Asker) -> PartialDate | None:
    """Return when a source came out, if that is known."""
    if isinstance(source, Computed | Here):
        return None
    reference = site.references.get(source)
    if reference:
        return reference.date
    record = site.transcripts.get(cited_by_key(source).slug)
    date = record.transcript.provenance.date if record else None
    return None if isinstance(date, Missing) else date


def _is_before(one: PartialDate, other: PartialDate) -> bool:
    """Tell whether one date is before another for sure: a year is not before its own months."""
    for mine, theirs in ((one.year, other.year), (one.month, other.month), (one.day, other.day)):
        if mine is None or theirs is None:
            return False
        if mine != theirs:
            return mine < theirs
    return False


def _sections(page: Page) -> Iterator[tuple[Heading, float]]:
    """Yield each heading and the line before which its section ends."""
    headings = page.scan.headings
    for number, heading in enumerate(headings):
        later = (h.line for h in headings[number + 1 :] if h.level <= heading.level)
        yield heading, next(later, float("inf"))


def _names_question(site: Site, page: Page, heading: Heading, last: float) -> bool:
    return any(
        cited_by_key(item.key).kind is Kind.QUESTION and item.key in site.labels
        for cited in page.scan.cited
        if heading.line <= cited.line < last
        for item in cited.group.items
    )
