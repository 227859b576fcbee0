"""What must hold between the store and arXiv, and the problem where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.arxiv.records import Failed, Missing
from kb.problems import Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kb.arxiv.history import Event
    from kb.arxiv.merge import Merged
    from kb.arxiv.records import ArxivRecord, Outcome
    from kb.ids import ArxivId
    from kb.model import Place
    from kb.problems import Problem

UNKNOWN = Rule(
    "KB601",
    "an eprint must be a paper that arXiv knows",
    "A number that arXiv does not know is a slip of the pen, and nobody can look it up.",
)
UNCHECKED = Rule(
    "KB602",
    "a paper must have been checked with arXiv",
    "Silence is no answer: the paper may have changed, or been withdrawn, since it was last asked.",
    Severity.NOTE,
)
CONFLICT = Rule(
    "KB603",
    "a field that we and arXiv both changed must be settled",
    "Ours is kept until a human has seen the three values and chosen.",
)
WITHDRAWN = Rule(
    "KB604",
    "a paper that is cited must not be withdrawn unnoticed",
    "Its authors or arXiv no longer stand by it; the note that cites it should say so.",
    Severity.NOTE,
)
OUTDATED = Rule(
    "KB605",
    "the version that was read must be the newest",
    "What a note says of a paper is true of the version it was written from.",
    Severity.NOTE,
)
UNSEEN = Rule(
    "KB607",
    "what arXiv changed in a paper that is cited must have been seen",
    "A note may speak of a paper by a title it no longer has, or of what only its first version said.",
    Severity.NOTE,
)
RULES = (UNKNOWN, UNCHECKED, CONFLICT, WITHDRAWN, OUTDATED, UNSEEN)


def check_outcome(outcome: Outcome, place: Place) -> Iterator[Problem]:
    """Yield what asking for a paper told, unless it was found; `place` is its eprint."""
    asked = f"'{outcome.asked}'"
    if isinstance(outcome, Missing):
        message = f"eprint must be a paper that arXiv knows: {asked}"
        yield UNKNOWN.at(place.path, place.line, message, "compare it with the paper's abs page")
    elif isinstance(outcome, Failed):
        message = f"eprint must be checked with arXiv: {asked}"
        yield UNCHECKED.at(place.path, place.line, message, outcome.reason)


def check_merged(merged: Merged, key: str, place: Place) -> Iterator[Problem]:
    """Yield the conflicts that a merge left for a human."""
    for conflict in merged.conflicts:
        message = (
            f"{conflict.field} must be settled: ours is {_quoted(conflict.ours)}, arXiv changed "
            f"{_quoted(conflict.base)} to {_quoted(conflict.theirs)}"
        )
        way_out = f"take arXiv's with: kb sync --take theirs {key}.{conflict.field}"
        yield CONFLICT.at(place.path, place.line, message, way_out)


def _quoted(value: str | None) -> str:
    return "nothing" if value is None else repr(value)


def check_withdrawn(record: ArxivRecord, place: Place) -> Iterator[Problem]:
    """Yield that a paper was withdrawn, with the reason in arXiv's comment."""
    if record.withdrawn:
        message = f"paper must not be withdrawn: '{record.id}'"
        yield WITHDRAWN.at(place.path, place.line, message, record.comment)


def check_read(read: int, newest: ArxivId, place: Place) -> Iterator[Problem]:
    """Yield that version `read` is not the newest any more; `place` is the line that names it."""
    if newest.version is not None and read < newest.version:
        message = f"version read must be the newest of {newest.base}: 'v{read}'"
        way_out = f"compare v{newest.version}, then write read: v{newest.version}"
        yield OUTDATED.at(place.path, place.line, message, way_out)


def check_seen(events: Iterable[Event], key: str, place: Place) -> Iterator[Problem]:
    """Yield what happened to the paper `key` and is not known to the page that cites it at `place`."""
    told = "; ".join(f"{event.date}: {event}" for event in events)
    if told:
        message = f"change of a cited paper must have been seen: {key!r}"
        yield UNSEEN.at(
            place.path, place.line, message, f"{told}; look, then renew read or updated"
        )
