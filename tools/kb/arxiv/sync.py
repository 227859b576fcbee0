"""Plan a sync: what arXiv's answers change in the store, what they leave to a human. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from kb.arxiv.convert import stored_fields
from kb.arxiv.history import Event, State, find_events, join_events
from kb.arxiv.lock import Lock, Locked, Source
from kb.arxiv.merge import Change, Conflict, Merged, Side, merge, settle
from kb.arxiv.records import Answers, ArxivRecord, Found
from kb.arxiv.rules import check_merged, check_outcome, check_withdrawn
from kb.bib.text import ENCODING

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping

    from kb.bib.store import Store
    from kb.ids import ArxivId, CiteKey
    from kb.model import Reference
    from kb.problems import Problem

# What other styles of entry call the same field; the first name found in an entry is kept.
_ALIASES = {
    "archiveprefix": ("archiveprefix", "eprinttype"),
    "primaryclass": ("primaryclass", "eprintclass"),
}


@dataclass(frozen=True, slots=True)
class Settled:
    """What a human has decided: whose value of which field stands from now on."""

    key: CiteKey
    field: str
    side: Side


@dataclass(frozen=True, slots=True)
class EntryPlan:
    """What happens to one entry. `changes` name the fields as the entry does."""

    reference: Reference
    changes: tuple[Change, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    kept: tuple[str, ...] = ()
    in_accord: tuple[str, ...] = ()  # fields to be settled in which we and arXiv do not differ
    news: tuple[str, ...] = ()  # what a reader of the entry should know, in words


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """What a sync does: the entries it touches or speaks of, the new lock, the problems."""

    entries: tuple[EntryPlan, ...]
    lock: Mapping[CiteKey, Locked]
    pending: Mapping[CiteKey, Locked]  # the lock to be written before the entries are
    problems: tuple[Problem, ...]
    unchecked: tuple[ArxivId, ...]  # could not be asked for, or arXiv does not know them

    @property
    def changed(self) -> tuple[EntryPlan, ...]:
        """The entries whose text changes."""
        return tuple(entry for entry in self.entries if entry.changes)

    @property
    def in_conflict(self) -> tuple[EntryPlan, ...]:
        """The entries with a field for a human to settle."""
        return tuple(entry for entry in self.entries if entry.conflicts)


def plan_sync(
    references: Iterable[Reference],
    lock: Lock,
    answers: Answers,
    today: datetime.date,
    *,
    source: Source = "arxiv",
    settled: frozenset[Settled] = frozenset(),
    abstract: bool = False,
) -> SyncPlan:
    """Return what the answers mean for `references`, those that have an eprint.

    An entry whose paper was not found keeps its fields and its place in the lock: silence is not
    "unchanged". Entries of the lock whose reference is gone from the store are dropped only if the
    caller passes every reference; see `prune`.
    """
    run = _Run(lock=lock, today=today, source=source, settled=settled, abstract=abstract)
    outcomes = {outcome.asked.base: outcome for outcome in answers.outcomes}
    entries: list[EntryPlan] = []
    problems: list[Problem] = []
    unchecked: list[ArxivId] = []
    locked, pending = dict(lock.entries), dict(lock.entries)
    for reference in references:
        if reference.eprint is None or reference.eprint.base not in outcomes:
            continue
        outcome = outcomes[reference.eprint.base]
        problems += check_outcome(outcome, reference.place)
        if not isinstance(outcome, Found):
            unchecked.append(outcome.asked)
            continue
        plan, interim, locked[reference.key] = run.plan(reference, outcome.record)
        entries.append(plan)
        if plan.changes:
            pending[reference.key] = interim
        merged = Merged(conflicts=plan.conflicts)
        problems += check_merged(merged, str(reference.key), reference.place)
        problems += check_withdrawn(outcome.record, reference.place)
    return SyncPlan(
        tuple(entries),
        MappingProxyType(dict(sorted(locked.items()))),
        MappingProxyType(dict(sorted(pending.items()))),
        tuple(sorted(problems)),
        tuple(unchecked),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What holds for every entry of a sync."""

    lock: Lock
    today: datetime.date
    source: Source
    settled: frozenset[Settled]
    abstract: bool

    def plan(self, reference: Reference, record: ArxivRecord) -> tuple[EntryPlan, Locked, Locked]:
        """Return what happens to an entry, and what the lock keeps of its paper before and after."""
        before = self.lock.entries.get(reference.key)
        ours, names = _ours(reference)
        theirs = stored_fields(record, abstract=self.abstract)
        if reference.eprint and reference.eprint.version and "version" not in ours:
            theirs.pop("version", None)  # the eprint says which one is meant
        base = _base(before, reference.eprint, ours, theirs, trusted=self.lock.trusted)
        choices = {one.field: one.side for one in self.settled if one.key == reference.key}
        open_ = merge(base, ours, theirs)
        merged = settle(open_, ours, theirs, choices)
        changes = [replace(one, field=names.get(one.field, one.field)) for one in merged.changes]
        events = _events(before, record, theirs, self.source, self.today)
        told = [*(_in_words(event, record) for event in events), *_published(before, theirs)]
        plan = EntryPlan(
            reference,
            tuple(each for change in changes for each in _as_typed(change, reference)),
            merged.conflicts,
            merged.kept,
            tuple(field for field in choices if field not in open_.differing),
            tuple(told),
        )
        same_paper = before is not None and before.id.base == record.id.base
        after = Locked(
            record.id,
            MappingProxyType(dict(sorted(merged.base))),
            self.today,
            self.source,
            record.withdrawn,
            join_events(before.events if before and same_paper else (), events, theirs),
        )
        interim = replace(
            before if before and same_paper else after,
            fields=MappingProxyType(dict(sorted((base or {}).items()))),
            pending=after.fields,
        )
        # Without news the file stays as it is, byte for byte.
        unchanged = before if before and replace(before, since=self.today) == after else None
        return plan, interim, unchanged or after


def may_have_eprint(text: str) -> bool:
    """Tell whether the text of an entry may hold an eprint."""
    return "eprint" in text or "eprint" in text.lower()


def has_unread(store: Store) -> bool:
    """Tell whether an entry that may name a paper on arXiv cannot be read, or only by guessing."""
    damaged = _damaged(store)
    for file in store.files:
        for entry in file.entries:
            text = entry.span.of(file.text)
            guessed = file.path in damaged and "\ufffd" in text
            if guessed or (not (entry.closed and entry.key) and may_have_eprint(text)):
                return True
    return False


def _damaged(store: Store) -> set[str]:
    return {problem.path for problem in store.problems if problem.code == ENCODING.code}


def prune(lock: Mapping[CiteKey, Locked], store: Store) -> Mapping[CiteKey, Locked]:
    """Return the lock without the entries that the store no longer has.

    What cannot be read just now is not gone: without its base, everything in it would pass for typed
    by hand once it can be read again.
    """
    if has_unread(store) or _damaged(store):
        return lock
    fields = {reference.key: reference.field("eprint") for reference in store.references}
    texts = [file.text for file in store.files]
    return MappingProxyType(
        {
            key: value
            for key, value in lock.items()
            if (fields[key] if key in fields else any(key.text in text for text in texts))
        }
    )


def _base(
    before: Locked | None,
    eprint: ArxivId | None,
    ours: Mapping[str, str],
    theirs: Mapping[str, str],
    *,
    trusted: bool,
) -> Mapping[str, str] | None:
    """Return what arXiv said last. None, if that is lost: then nothing is touched.

    An entry that a trusted lock does not know was typed by hand: what it says is the writer's, what
    it lacks is filled in. The same holds when its eprint now names another paper, and for one
    without a title: nobody means to leave it like that.
    """
    if before is not None and eprint is not None and before.id.base == eprint.base:
        return before.base(ours)
    if not trusted and "title" in ours:
        return None
    return {field: value for field, value in theirs.items() if field in ours}


def our_name(field: str) -> str:
    """Return what we call a field that an entry may call otherwise, in lower case."""
    name = field.lower()
    found = (ours for ours, aliases in _ALIASES.items() if name in aliases)
    return "date" if name in ("year", "month") else next(found, name)


def _ours(reference: Reference) -> tuple[dict[str, str], dict[str, str]]:
    """Return the entry's fields under our names, and what the entry itself calls them."""
    fields = dict(reference.fields)
    names = {}
    for ours, aliases in _ALIASES.items():
        found = next((name for name in aliases if name in fields), None)
        if found and found != ours:
            fields[ours] = fields[found]
            names[ours] = found
    if "date" not in fields and "year" in fields and reference.date:
        fields["date"] = str(reference.date)
        names["date"] = "year"
    return fields, names


def _as_typed(change: Change, reference: Reference) -> Iterable[Change]:
    """Return a change of the date as one of year and month where the entry has those."""
    if change.field != "year" or change.after is None:
        yield change
        return
    year, _, rest = change.after.partition("-")
    yield Change("year", reference.field("year"), year)
    if reference.field("month") and rest:
        yield Change("month", reference.field("month"), str(int(rest[:2])))


def _events(
    before: Locked | None,
    record: ArxivRecord,
    theirs: Mapping[str, str],
    source: Source,
    today: datetime.date,
) -> tuple[Event, ...]:
    """Return what happened to the paper since the last sync and is not recorded yet.

    While a conflict is open its base stays, and what moved would be told at each sync. Where the
    base were facts from elsewhere, another title of the same version is a mistake mended.
    """
    if before is None or before.id.base != record.id.base:
        return ()
    old, new = before.id.version or 0, record.id.version or 0
    same = before.source == source or new > old > 0
    known = {(event.what, event.before) for event in before.events}
    found = find_events(
        State(old, before.withdrawn, before.fields if same else {}),
        State(new, record.withdrawn, theirs),
        today,
    )
    return tuple(event for event in found if (event.what, event.before) not in known)


def _in_words(event: Event, record: ArxivRecord) -> str:
    """Return an event in words, a withdrawal with its reason."""
    reason = f": {record.comment}" if event.what == "withdrawn" and record.comment else ""
    return f"{event}{reason}"


def _published(before: Locked | None, theirs: Mapping[str, str]) -> list[str]:
    """Return in words that a DOI or a journal appeared since the last sync."""
    told = {"doi": "published: doi", "journalref": "published:"}
    return [
        f"{what} {theirs[field]}"
        for field, what in told.items()
        if before is not None and field in theirs and field not in before.fields
    ]
