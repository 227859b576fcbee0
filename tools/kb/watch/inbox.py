"""`refs/inbox.yml`: what was found and awaits a decision, and what was decided. Text to values.

Pure; edits of the text are in `kb.watch.edit`.
"""

from __future__ import annotations

import datetime
import enum
import json
import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from kb.notes.schema import Slug, key, line_number, read_yaml
from kb.problems import Rule
from kb.watch.item import ItemId, parse_item_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kb.problems import Problem

INBOX_PATH = "refs/inbox.yml"
EMPTY = """\
# What `kb watch` found, the newest last: `kb inbox` shows it and takes your decision. Edit by hand as you like.
candidates: []

# What was decided, so that it is never offered again: day, decision, id, title, then reason or citation key.
decided: |
"""
DECISION = Rule(
    "KB653",
    "a line under 'decided' must say day, decision, id, title and why",
    "A line that cannot be read is a decision forgotten: the paper would be offered again.",
)
TWICE = Rule(
    "KB654",
    "an id must stand once in refs/inbox.yml",
    "A paper that is decided on and awaits a decision is neither.",
)
RULES = (DECISION, TWICE)
_LINE = re.compile(
    r'(?P<day>\d{4}-\d{2}-\d{2}) (?P<what>[a-z]+) (?P<id>\S+) (?P<title>"(?:[^"\\]|\\.)*"): (?P<why>.+)',
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Something that was found and awaits a decision."""

    id: ItemId = key("the paper or address", read=parse_item_id, form="an arXiv id or an address")
    title: str = key("as the feed has it")
    authors: tuple[str, ...] = key("the first few", ())
    date: datetime.date | None = key("the day it was announced or posted", None)
    found: datetime.date = key("the day it was found")
    feeds: tuple[str, ...] = key("the feeds that had it")
    topic: Slug | None = key("the .bib file it would go to", None)
    questions: tuple[Slug, ...] = key("the questions whose searches found it", ())
    points: int = key("how much it bears on our topics")
    why: str = key("what the points are for", "")
    later: datetime.date | None = key("the day to ask again", None)
    line: int = line_number()


class Verdict(enum.Enum):
    """What can be decided for good; `later` is no decision."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision: `why` is the reason of a rejection, the citation key of what was accepted."""

    day: datetime.date
    verdict: Verdict
    id: ItemId
    title: str
    why: str

    def __str__(self) -> str:
        quoted = json.dumps(self.title, ensure_ascii=False)
        return f"{self.day.isoformat()} {self.verdict.value} {self.id} {quoted}: {self.why}"


@dataclass(frozen=True, slots=True)
class Inbox:
    """The file as values. Candidates and decisions in the order of the file."""

    candidates: tuple[Candidate, ...] = ()
    decisions: tuple[Decision, ...] = ()

    @property
    def open(self) -> Mapping[ItemId, Candidate]:
        """What awaits a decision."""
        return MappingProxyType({one.id: one for one in self.candidates})

    @property
    def decided(self) -> Mapping[ItemId, Decision]:
        """What needs none any more; the last decision on an id counts."""
        return MappingProxyType({one.id: one for one in self.decisions})


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    candidates: tuple[Candidate, ...] = key("what awaits a decision", ())
    decided: str = key("one line a decision", "", read=str, form="lines of text")


def parse_inbox(text: str) -> tuple[Inbox | None, tuple[Problem, ...]]:
    """Return what the file says, or None, and every problem found."""
    file, problems = read_yaml(_File, text, INBOX_PATH)
    if file is None:
        return None, problems
    first = next((n for n, t in enumerate(text.splitlines(), 1) if t.startswith("decided:")), 1) + 1
    decisions, wrong = [], []
    for number, line in enumerate(file.decided.splitlines(), start=first):
        if not line.strip():
            continue
        try:
            decisions.append(parse_decision(line.strip()))
        except ValueError as error:
            message = f"line must say day, decision, id, title and why: {line.strip()[:80]!r}"
            wrong.append(DECISION.at(INBOX_PATH, number, message, str(error)))
    inbox = Inbox(file.candidates, tuple(decisions))
    every = tuple(sorted((*problems, *wrong, *_check_once(inbox))))
    return (None if wrong else inbox), every


def parse_decision(line: str) -> Decision:
    """Return the decision in a line. Raises ValueError with the form it should have."""
    form = '2026-01-31 rejected 2601.01234 "Title": reason'
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError(f"write {form}")
    try:
        return Decision(
            datetime.date.fromisoformat(found["day"]),
            Verdict(found["what"]),
            parse_item_id(found["id"]),
            json.loads(found["title"]),
            found["why"].strip(),
        )
    except ValueError as error:
        raise ValueError(f"{error}; write {form}") from None


def _check_once(inbox: Inbox) -> Iterator[Problem]:
    seen: set[ItemId] = set()
    for candidate in inbox.candidates:
        if candidate.id in seen or candidate.id in inbox.decided:
            message = f"id must stand once: '{candidate.id}'"
            yield TWICE.at(INBOX_PATH, candidate.line, message, "remove one of them")
        seen.add(candidate.id)
