"""Carries out what was decided on candidates: import, evidence, inbox, all in one write."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import click

from kb.arxiv.add import arxiv_ids, plan_additions
from kb.arxiv.lock import LOCK_PATH
from kb.arxiv.records import clean_text
from kb.cli.additions import addition_files
from kb.cli.arxiv import ask, open_base, read_config, source_of, whole_store
from kb.cli.base import count
from kb.cli.days import today
from kb.ids import CiteKey
from kb.notes.question import ToJudge
from kb.question_views import question_path
from kb.questions.edit import EditError, add_to_judge
from kb.watch.accept import online_entry
from kb.watch.edit import UneditableError, edit_inbox
from kb.watch.inbox import EMPTY, INBOX_PATH, Decision, Inbox, Verdict, parse_inbox

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from kb.arxiv.add import Addition
    from kb.arxiv.config import ArxivConfig
    from kb.arxiv.records import Failed, Missing
    from kb.bib.additions import NewEntry
    from kb.cli.arxiv import Base
    from kb.watch.inbox import Candidate
    from kb.watch.item import ItemId


@dataclass(frozen=True, slots=True)
class InboxText:
    """The file as read: its text, and its bytes, None where there was none."""

    text: str
    data: bytes | None


@dataclass(frozen=True, slots=True)
class Choices:
    """What was decided: accepted, rejected with a reason, put off to a day."""

    accept: tuple[ItemId, ...] = ()
    reject: Mapping[ItemId, str] = field(default_factory=dict)
    later: Mapping[ItemId, datetime.date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manner:
    """How to import: into which file if not that of the topic, and whom to ask."""

    to: str = ""
    annotate: bool = True
    refresh: bool = False
    offline: bool = False
    quiet: bool = False


def read_inbox(root: Path) -> tuple[InboxText, Inbox]:
    """Return the inbox below `root`; one that is not there is empty, a broken one wrong usage."""
    path = root / INBOX_PATH
    data = path.read_bytes() if path.is_file() else None
    text = EMPTY if data is None else data.decode("utf-8", "replace")
    inbox, problems = parse_inbox(text.removeprefix("\ufeff"))
    if inbox is None:
        raise click.UsageError("\n".join(map(str, problems)))
    return InboxText(text, data), inbox


def carry_out(root: Path, choices: Choices, manner: Manner) -> tuple[int, int]:
    """Write down what was decided. Return how many were done, and how many could not be had.

    What cannot be had stays in the inbox. Ids that are not there are wrong usage.
    """
    with open_base(root, "kb inbox", whole_store) as base:
        text, inbox = read_inbox(root)
        candidates = _chosen(inbox, [*choices.accept, *choices.reject, *choices.later])
        imported = _Import(base, read_config(root), manner)
        keys = imported.run([candidates[id_] for id_ in choices.accept])
        attached = _Attaching(root)
        for id_, key in keys.items():
            attached.run(candidates[id_], CiteKey(key))
        log = [
            *(_decision(candidates[id_], Verdict.ACCEPTED, key) for id_, key in keys.items()),
            *(
                _decision(candidates[id_], Verdict.REJECTED, _reason(reason))
                for id_, reason in choices.reject.items()
            ),
        ]
        change = [replace(candidates[id_], later=day) for id_, day in choices.later.items()]
        try:
            new = edit_inbox(text.text, change=change, remove={d.id for d in log}, log=log)
        except UneditableError as error:
            raise click.ClickException(str(error)) from error
        if new != text.text:
            files = {**imported.files(), **attached.files, INBOX_PATH: new.encode()}
            read = {**attached.read, INBOX_PATH: text.data}
            base.write(files, announced=files.get(LOCK_PATH), read=read)
    return len(log) + len(change), len(choices.accept) - len(keys)


def _chosen(inbox: Inbox, ids: Iterable[ItemId]) -> dict[ItemId, Candidate]:
    found = {}
    for id_ in ids:
        if id_ in inbox.open:
            found[id_] = inbox.open[id_]
        elif id_ in inbox.decided:
            past = inbox.decided[id_]
            raise click.UsageError(
                f"{id_} was {past.verdict.value} on {past.day}: {past.why} (remove its line from "
                f"{INBOX_PATH} to have it offered again)"
            )
        else:
            raise click.UsageError(f"{id_} is not in the inbox; kb inbox list shows what is")
    return found


def _decision(candidate: Candidate, verdict: Verdict, why: str) -> Decision:
    return Decision(today(), verdict, candidate.id, candidate.title, why)


def _reason(text: str) -> str:
    reason = clean_text(text)
    if not reason:
        raise click.UsageError("a rejection needs a reason: it is what you will want to know later")
    return reason


class _Import:
    """Accepted candidates on their way into the store."""

    def __init__(self, base: Base, config: ArxivConfig, manner: Manner) -> None:
        self._base = base
        self._config = config
        self._manner = manner
        self._papers: defaultdict[str, list[Addition]] = defaultdict(list)
        self._posts: defaultdict[str, list[NewEntry]] = defaultdict(list)

    def files(self) -> dict[str, bytes]:
        """Return the files that all of them lead to."""
        return addition_files(
            self._base,
            self._papers,
            source_of(self._config),
            annotate=self._manner.annotate,
            others=self._posts,
        )

    def run(self, candidates: list[Candidate]) -> dict[ItemId, str]:
        """Return the citation key of each candidate that could be had."""
        references = reversed(self._base.store.references)
        here = {id_.base: str(one.key) for one in references for id_ in arxiv_ids(one)}
        keys: dict[ItemId, str] = {}
        for one in candidates:
            if one.id.text in here:
                keys[one.id] = here[one.id.text]
                click.echo(f"already there: {keys[one.id]}")
        papers = [one for one in candidates if one.id.paper and one.id not in keys]
        posts = [one for one in candidates if not one.id.paper]
        keys |= self._add_papers(papers) if papers else {}
        keys |= self._add_posts(posts)
        return keys

    def _add_papers(self, candidates: list[Candidate]) -> dict[ItemId, str]:
        manner = self._manner
        by_id = {one.id.text: one for one in candidates}
        answers = ask(
            [one.id.paper for one in candidates if one.id.paper],
            self._config,
            refresh=manner.refresh,
            offline=manner.offline,
            quiet=manner.quiet,
        )
        lost: list[Missing | Failed] = [*answers.missing, *answers.failed]
        for outcome in lost:
            click.echo(f"stays in the inbox: {outcome.asked}: {outcome.reason}", err=True)
        additions = plan_additions(answers, self._taken(), abstract=self._config.abstracts)
        keys = {}
        for addition in additions:
            candidate = by_id[addition.record.id.base]
            path = self._path(candidate)
            self._papers[path].append(addition)
            keys[candidate.id] = str(addition.key)
            click.echo(f"{path}: {addition.key}  {addition.title}")
        return keys

    def _taken(self) -> set[CiteKey]:
        """Return the keys that stand in some file, entries that cannot be read included."""
        added = [one.key for additions in self._papers.values() for one in additions]
        files = self._base.store.files
        return {*added, *(CiteKey(entry.key) for file in files for entry in file.entries)}

    def _add_posts(self, candidates: list[Candidate]) -> dict[ItemId, str]:
        taken = self._taken()
        keys = {}
        for candidate in candidates:
            entry = online_entry(candidate, taken, today())
            taken.add(entry.key)
            path = self._path(candidate)
            self._posts[path].append(entry)
            keys[candidate.id] = str(entry.key)
            click.echo(f"{path}: {entry.key}  {candidate.title}")
        return keys

    def _path(self, candidate: Candidate) -> str:
        """Return the file of the new entry: the one asked for, that of the topic, or the common one."""
        of_topic = f"refs/{candidate.topic}.bib"
        wanted = self._manner.to or (of_topic if of_topic in self._base.bibs else "")
        return wanted or self._config.new_entries


class _Attaching:
    """Accepted papers on their way to the questions that found them; `read` is what was in `files` before."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.files: dict[str, bytes] = {}
        self.read: dict[str, bytes] = {}

    def run(self, candidate: Candidate, key: CiteKey) -> None:
        """Put a paper on the list of what is to be judged for each of its questions.

        A question that is gone or cannot be edited is told; the paper is in the store all the same.
        """
        for slug in candidate.questions:
            path = f"docs/{question_path(slug)}"
            try:
                if path not in self.files:
                    self.read[path] = self.files[path] = (self._root / path).read_bytes()
                text = self.files[path].decode("utf-8")
                edited = add_to_judge(text, path, ToJudge(source=key, since=today()))
            except FileNotFoundError:
                click.echo(f"{path}: not there any more; nothing waits there for @{key}", err=True)
            except (EditError, UnicodeDecodeError) as error:
                click.echo(f"not attached: add @{key} to to_judge by hand: {error}", err=True)
            else:
                if edited != text:
                    self.files[path] = edited.encode()
                    click.echo(f"{path}: @{key} waits to be judged")


def tell_done(done: int, lost: int) -> None:
    """Say in a line how it ended."""
    left = f", {lost} could not be had and stay" if lost else ""
    click.echo(f"{count(done, 'decision')} written{left}", err=True)
