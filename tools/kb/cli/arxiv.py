"""What `kb add` and `kb sync` share: the files they work on, their configuration, and asking arXiv."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click
from platformdirs import user_cache_path

import kb.bib.scan
import kb.bib.text
from kb.arxiv.client import CacheUse, fetch_records
from kb.arxiv.config import ArxivConfig, load_config, settings_of
from kb.arxiv.lock import LOCK_PATH, Lock, Source, parse_lock
from kb.arxiv.settings import system_timing
from kb.bib.store import Store, parse_store
from kb.cli.report import progress
from kb.files import BusyError, ChangedError, Replacement, hold_lock, write_all
from kb.watch.inbox import INBOX_PATH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from kb.arxiv.records import Answers
    from kb.arxiv.settings import ApiSettings
    from kb.bib.records import Wanted
    from kb.ids import ArxivId

# What was done is recorded after it is done: a record that is behind is brought up to date by doing it again.
_ORDER = {INBOX_PATH: 1, LOCK_PATH: 2}
_UNREAD = frozenset(rule.code for rule in (*kb.bib.text.RULES, *kb.bib.scan.RULES))
NOTHING, CHANGED, CONFLICTS, UNCHECKED = 0, 3, 4, 5

quiet_option = click.option("--quiet", "-q", is_flag=True, help="No progress and no summary.")
dry_run_option = click.option(
    "--dry-run", "-n", is_flag=True, help="Show what would happen; write nothing."
)
refresh_option = click.option(
    "--refresh", is_flag=True, help="Ask arXiv even for what was asked today."
)
offline_option = click.option(
    "--offline", is_flag=True, help="Use what was asked before and nothing else."
)


def read_config(root: Path) -> ArxivConfig:
    """Return `refs/arxiv.yml`; a wrong one is wrong usage."""
    config, problems = load_config(root)
    if problems:
        raise click.UsageError("\n".join(map(str, problems)))
    return config


@dataclass(frozen=True, slots=True)
class Base:
    """The files a command works on, as they were read under the lock."""

    root: Path
    bibs: Mapping[str, bytes]
    lock_bytes: bytes | None
    store: Store
    lock: Lock

    def write(
        self,
        files: Mapping[str, bytes],
        announced: bytes | None = None,
        read: Mapping[str, bytes | None] | None = None,
    ) -> None:
        """Write all files or none; the inbox and the lock file come last, see `kb.files.write_all`.

        `read` has what the files beside the store held when they were read.

        Before that it is written as `announced`, which says what is about to happen: a run that is
        killed between the files leaves nothing that the next one would take for the writer's wish.
        """
        before = {**self.bibs, LOCK_PATH: self.lock_bytes, **(read or {})}
        if announced is not None:
            write_all([Replacement(self.root / LOCK_PATH, self.lock_bytes, announced)])
            before[LOCK_PATH] = announced
        ordered = sorted(files, key=lambda path: (_ORDER.get(path, 0), path))
        write_all([Replacement(self.root / p, before.get(p), files[p]) for p in ordered])


def whole_store(_: Lock) -> Wanted:
    """Return that every entry is wanted."""
    return lambda _entry, _text: True


@contextmanager
def open_base(root: Path, task: str, wanted: Callable[[Lock], Wanted]) -> Iterator[Base]:
    """Read of the store what is `wanted`, and hold it: two commands that write never run at once.

    What is wanted may depend on the lock file. What cannot be read at all is named.
    """
    if not (root / "refs").is_dir():
        raise click.UsageError(f"no folder refs/ in {root}: this is not a knowledge base")
    try:
        with hold_lock(root / ".cache" / "kb.lock", task):
            bibs = {f"refs/{p.name}": p.read_bytes() for p in sorted(root.glob("refs/*.bib"))}
            lock_file = root / LOCK_PATH
            lock_bytes = lock_file.read_bytes() if lock_file.is_file() else None
            text = None if lock_bytes is None else lock_bytes.decode("utf-8", "replace")
            lock, damaged = parse_lock(text)
            for problem in damaged:
                click.echo(str(problem), err=True)
            store = parse_store(bibs, wanted(lock))
            for problem in store.problems:
                if problem.code in _UNREAD:
                    click.echo(str(problem), err=True)
            yield Base(root, bibs, lock_bytes, store, lock)
    except (BusyError, ChangedError, OSError) as error:
        raise click.ClickException(str(error)) from error


def ask(
    ids: Iterable[ArxivId],
    config: ArxivConfig,
    *,
    refresh: bool,
    offline: bool,
    quiet: bool,
    seen: dict[str, int] | None = None,
) -> Answers:
    """Return what arXiv says of `ids`; `seen` has the newest version known of each paper."""
    if refresh and offline:
        raise click.UsageError("--refresh asks arXiv and --offline does not: choose one")
    use = CacheUse.REFRESH if refresh else CacheUse.OFFLINE if offline else CacheUse.FRESH
    settings = api_settings(config)
    with progress("asking arXiv", quiet=quiet) as tell:
        answers = fetch_records(
            ids, settings, system_timing(), use=use, newest_seen=seen, progress=tell
        )
    for remark in answers.remarks:
        click.echo(f"arXiv: {remark}", err=True)
    return answers


def api_settings(config: ArxivConfig) -> ApiSettings:
    """Return how to ask arXiv from this machine; settings it would not bear are wrong usage."""
    state = Path(os.environ.get("KB_STATE_DIR") or user_cache_path("latent-notes")) / "arxiv"
    try:
        return settings_of(config, state)
    except ValueError as error:
        raise click.UsageError(f"refs/arxiv.yml: {error}") from error


def source_of(config: ArxivConfig) -> Source:
    """Return whose word the answers are: arXiv's own, or facts from some other server."""
    host = urlsplit(config.api).hostname or ""
    return "arxiv" if f".{host}".endswith(".arxiv.org") else "facts"
