"""Plans to bytes: the .bib files, the lock file and annotation pages that a plan leads to. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from kb.arxiv.convert import FIELDS
from kb.bib.additions import NewEntry, add_entries
from kb.bib.edits import edit_entry
from kb.bib.openfile import BibFile, apply_edits, open_files
from kb.bib.scan import scan_bib
from kb.bib.text import ENCODING, BibText
from kb.problems import Problem

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping, Sequence

    from kb.arxiv.add import Addition
    from kb.arxiv.lock import Lock, Locked
    from kb.arxiv.sync import EntryPlan, SyncPlan
    from kb.bib.drafts import Edit
    from kb.bib.store import Store
    from kb.ids import CiteKey


@dataclass(frozen=True, slots=True)
class Written:
    """What a plan makes of the files: new bytes by path, the new lock, and what could not be done.

    An entry that cannot be edited keeps its place in the lock as it was, so that the next sync sees
    the same change again.
    """

    files: Mapping[str, bytes]
    lock: Mapping[CiteKey, Locked]
    refused: tuple[Problem, ...]


def apply_sync(store: Store, plan: SyncPlan, lock: Lock) -> Written:
    """Return what `plan` makes of the .bib files of `store`."""
    opened = _open(store)
    by_path: defaultdict[str, list[EntryPlan]] = defaultdict(list)
    for entry in plan.changed:
        by_path[entry.reference.place.path].append(entry)
    files: dict[str, bytes] = {}
    refused: list[Problem] = []
    locked = dict(plan.lock)
    for path, entries in by_path.items():
        if path not in opened:
            refused += _why_unwritable(store, path)
            for entry in entries:
                _put_back(locked, entry.reference.key, lock)
            continue
        edits: list[Edit] = []
        for entry in entries:
            key = entry.reference.key
            changes = {change.field: change.after for change in entry.changes}
            made = edit_entry(opened[path], key, changes, order=FIELDS)
            if isinstance(made, Problem):
                refused.append(made)
                _put_back(locked, key, lock)
            else:
                edits += made
        data = apply_edits(opened[path], edits)
        if isinstance(data, Problem):
            refused.append(data)
            for entry in entries:
                _put_back(locked, entry.reference.key, lock)
        else:
            files[path] = data
    return Written(MappingProxyType(files), MappingProxyType(locked), tuple(sorted(refused)))


def new_entries(additions: Iterable[Addition]) -> list[NewEntry]:
    """Return the entries of papers from arXiv."""
    return [NewEntry("misc", one.key, tuple(one.fields.items())) for one in additions]


def apply_additions(store: Store, path: str, entries: Sequence[NewEntry]) -> bytes | Problem:
    """Return the bytes of the file `path` with the new entries in it; the file may be new."""
    if problems := _why_unwritable(store, path):
        return problems[0]
    opened = _open(store, path)
    edits = add_entries(opened[path], entries)
    return edits if isinstance(edits, Problem) else apply_edits(opened[path], edits)


def annotation_stub(addition: Addition, today: datetime.date) -> str:
    """Return the beginning of an annotation page: what to say, in the order in which to say it."""
    version = addition.record.id.version
    read = f"read: v{version}\n" if version else ""
    return (
        f"---\n{read}verdict: Not judged yet.\nupdated: {today.isoformat()}\n---\n\n"
        "**What they did.** \n\n**What they found.** \n\n**What to doubt.** \n\n"
        "**Why it matters here.** \n"
    )


def _open(store: Store, new: str = "") -> dict[str, BibFile]:
    """Return the files that can be written, open for edits; and the file `new`, if it is none yet."""
    sources = {source.path: source for source in store.sources}
    files = [file for file in store.files if file.path in sources]
    if new and new not in sources:
        sources[new] = BibText(new, "")
        files.append(scan_bib("", new))
    return {file.source.path: file for file in open_files([*sources.values()], files)}


def _why_unwritable(store: Store, path: str) -> list[Problem]:
    return [one for one in store.problems if (one.path, one.code) == (path, ENCODING.code)]


def _put_back(locked: dict[CiteKey, Locked], key: CiteKey, lock: Lock) -> None:
    if key in lock.entries:
        locked[key] = lock.entries[key]
    else:
        locked.pop(key, None)
