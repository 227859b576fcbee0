"""`kb sync`: the references that have an arXiv id brought up to date."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast, get_args

import click

from kb.arxiv.convert import FIELDS
from kb.arxiv.lock import LOCK_PATH, format_lock
from kb.arxiv.merge import Side
from kb.arxiv.sync import (
    EntryPlan,
    Settled,
    SyncPlan,
    has_unread,
    may_have_eprint,
    our_name,
    plan_sync,
    prune,
)
from kb.arxiv.write import apply_sync
from kb.cli.arxiv import (
    CHANGED,
    CONFLICTS,
    NOTHING,
    UNCHECKED,
    ask,
    dry_run_option,
    offline_option,
    open_base,
    quiet_option,
    read_config,
    refresh_option,
    source_of,
)
from kb.cli.base import count, root_option
from kb.cli.days import today
from kb.cli.readers import outdated_pages
from kb.ids import CiteKey

if TYPE_CHECKING:
    from pathlib import Path

    from kb.arxiv.lock import Lock
    from kb.arxiv.records import Answers
    from kb.bib.records import Wanted
    from kb.bib.store import Store
    from kb.model import Reference


@click.command()
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option(
    "--take",
    nargs=2,
    multiple=True,
    metavar="theirs|ours KEY.FIELD",
    help="Settle a conflict: whose value stands from now on.",
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="A diff, or JSON."
)
@dry_run_option
@refresh_option
@offline_option
@quiet_option
@root_option
@click.pass_context
def sync(
    context: click.Context,
    root: Path,
    keys: tuple[str, ...],
    take: tuple[tuple[str, str], ...],
    form: str,
    *,
    dry_run: bool,
    refresh: bool,
    offline: bool,
    quiet: bool,
) -> None:
    """Bring the entries that have an arXiv id up to date: all, or those of the KEYs.

    What only arXiv changed is taken, what you changed is kept for good, what both changed is left as it
    is and named: settle it with --take.

    \b
    kb sync --dry-run
    kb sync hao2024training
    kb sync --take theirs hao2024training.title

    Exit code 0: nothing changed. 3: changed. 4: conflicts are left for you. 5: some paper could not be
    checked. 2: wrong usage.
    """
    settled = frozenset(_settled(whose, field) for whose, field in take)
    if len({(choice.key, choice.field) for choice in settled}) < len(settled):
        raise click.UsageError("--take names a field for both sides: choose one")
    config = read_config(root)
    names = frozenset((*keys, *(str(choice.key) for choice in settled)))
    with open_base(root, "kb sync", lambda lock: _wanted(names, lock)) as base:
        chosen = _chosen(base.store, names)
        asked = [r.eprint.unversioned for r in chosen if r.eprint]
        # Who takes arXiv's version believes it, also where a higher one was seen before.
        believed = {choice.key for choice in settled if choice.field == "version"}
        seen = {
            one.id.base: one.id.version
            for key, one in base.lock.entries.items()
            if one.id.version and key not in believed
        }
        answers = ask(asked, config, refresh=refresh, offline=offline, quiet=quiet, seen=seen)
        plan = plan_sync(
            chosen,
            base.lock,
            answers,
            today(),
            source=source_of(config),
            settled=settled,
            abstract=config.abstracts,
        )
        written = apply_sync(base.store, plan, base.lock)
        entries = written.lock if names else prune(written.lock, base.store)
        if not dry_run:
            # A lock file that is lost stays so until it is whole.
            announce = written.files and base.lock.trusted
            base.write(
                {**written.files, LOCK_PATH: format_lock(entries).encode()},
                announced=format_lock(plan.pending).encode() if announce else None,
            )
    if form == "json":
        click.echo(json.dumps(_plan_json(plan, answers), ensure_ascii=False, indent=1))
    else:
        _show(plan, quiet=quiet, dry_run=dry_run)
    checked = {entry.reference.key: plan.lock[entry.reference.key] for entry in plan.entries}
    refused = (one for one in written.refused if one not in base.store.problems)  # told already
    for problem in (*refused, *outdated_pages(root, checked)):
        click.echo(str(problem), err=True)
    unread = has_unread(base.store) and not names
    context.exit(_exit_code(plan, refused=bool(written.refused), unread=unread))


def _wanted(names: frozenset[str], lock: Lock) -> Wanted:
    """Return what to read of the store: the entries called so, else those that may have an eprint."""
    if names:
        return lambda entry, _: entry.key in names
    locked = {str(key) for key in lock.entries}
    return lambda entry, text: may_have_eprint(text) or entry.key in locked


def _chosen(store: Store, keys: frozenset[str]) -> tuple[Reference, ...]:
    if not keys:
        return tuple(r for r in store.references if r.eprint)
    chosen = []
    for text in sorted(keys):
        reference = store.find(CiteKey(text))
        if reference is None:
            raise click.UsageError(f"no reference has the key {text!r}; kb refs lists them")
        if reference.eprint is None:
            raise click.UsageError(f"{text} has no arXiv id: there is nothing to sync")
        chosen.append(reference)
    return tuple(chosen)


def _settled(whose: str, field: str) -> Settled:
    key, _, typed = field.rpartition(".")
    if whose not in get_args(Side) or not key:
        raise click.UsageError("write --take theirs KEY.FIELD, or --take ours KEY.FIELD")
    name = our_name(typed)
    if name not in FIELDS:
        raise click.UsageError(f"kb sync looks after {', '.join(FIELDS)}, and not after {typed!r}")
    return Settled(CiteKey(key), name, cast("Side", whose))


def _show(plan: SyncPlan, *, quiet: bool, dry_run: bool) -> None:
    for entry in plan.entries:
        for field in entry.in_accord:
            click.echo(
                f"nothing to settle: arXiv says nothing else of {entry.reference.key}.{field}",
                err=True,
            )
    for entry in plan.entries:
        if entry.changes or entry.conflicts or entry.news:
            _show_entry(entry)
    for problem in plan.problems:
        click.echo(str(problem), err=True)
    if not quiet:
        would = "would change" if dry_run else "changed"
        click.echo(
            f"{count(len(plan.changed), 'entry').replace('entrys', 'entries')} {would}, "
            f"{len(plan.in_conflict)} in conflict, {len(plan.unchecked)} not checked",
            err=True,
        )


def _show_entry(entry: EntryPlan) -> None:
    place = entry.reference.place
    click.echo(f"{place.path}:{place.line} {click.style(str(entry.reference.key), bold=True)}")
    for news in entry.news:
        click.echo(f"  * {news}")
    for change in entry.changes:
        if change.before is not None:
            click.secho(f"  - {change.field} = {change.before}", fg="red")
        if change.after is not None:
            click.secho(f"  + {change.field} = {change.after}", fg="green")
    for conflict in entry.conflicts:
        click.secho(f"  ! {conflict.field} is in conflict", fg="yellow")
        click.echo(f"      arXiv said  {_value(conflict.base)}")
        click.echo(f"      arXiv says  {_value(conflict.theirs)}")
        click.echo(f"      we have     {_value(conflict.ours)}")


def _value(value: str | None) -> str:
    return "(nothing)" if value is None else value


def _plan_json(plan: SyncPlan, answers: Answers) -> dict[str, Any]:
    return {
        "entries": [
            {
                "key": str(entry.reference.key),
                "changes": [
                    {"field": c.field, "before": c.before, "after": c.after} for c in entry.changes
                ],
                "conflicts": [
                    {"field": c.field, "base": c.base, "ours": c.ours, "theirs": c.theirs}
                    for c in entry.conflicts
                ],
                "kept": list(entry.kept),
                "news": list(entry.news),
            }
            for entry in plan.entries
            if entry.changes or entry.conflicts or entry.news or entry.kept
        ],
        "unchecked": [str(id_) for id_ in plan.unchecked],
        "problems": [str(problem) for problem in plan.problems],
        "requests": answers.requests,
        "received": answers.received,
    }


def _exit_code(plan: SyncPlan, *, refused: bool, unread: bool) -> int:
    """Return the gravest of what happened: who sees 3 knows that all is checked and settled."""
    if plan.unchecked or unread:
        return UNCHECKED
    if plan.in_conflict or refused:
        return CONFLICTS
    return CHANGED if plan.changed else NOTHING
