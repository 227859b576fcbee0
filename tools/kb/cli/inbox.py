"""`kb inbox`: what `kb watch` found, and your decision on each."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from kb.cli.additions import bib_path
from kb.cli.arxiv import offline_option, quiet_option, refresh_option
from kb.cli.base import count, hand_down, root_option
from kb.cli.days import today
from kb.cli.deciding import Choices, Manner, carry_out, read_inbox, tell_done
from kb.cli.triage import LATER_DAYS, triage
from kb.watch.item import ItemId, parse_item_id

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from pathlib import Path

    from kb.watch.inbox import Candidate, Decision, Inbox

NOTHING, CHANGED, UNHAD = 0, 3, 5

_ids = click.argument("ids", nargs=-1, required=True, metavar="ID...")


@click.group(invoke_without_command=True)
@root_option
@click.pass_context
def inbox(context: click.Context, root: Path) -> None:
    """Decide on what kb watch found: in a terminal one key each, in a script one command each.

    \b
    kb inbox                                    one after the other
    kb inbox list
    kb inbox accept 2412.06769
    kb inbox reject 2412.06769 --reason "off topic"
    """
    hand_down(context, root=root)
    if context.invoked_subcommand is None:
        command = triage_ if sys.stdin.isatty() and sys.stdout.isatty() else list_
        context.invoke(command, root=root)


@inbox.command("triage")
@refresh_option
@offline_option
@root_option
@click.pass_context
def triage_(
    context: click.Context, root: Path, *, refresh: bool = False, offline: bool = False
) -> None:
    """Show the candidates one after the other and take a key for each; q carries it all out."""
    _, found = read_inbox(root)
    due = _due(found, today())
    if not due:
        click.echo("nothing awaits a decision")
        return
    try:
        choices = triage(due, today())
    except (KeyboardInterrupt, EOFError, click.Abort):
        raise click.ClickException("stopped; nothing was decided") from None
    if choices == Choices():
        click.echo("nothing decided")
        return
    done, lost = carry_out(root, choices, Manner(refresh=refresh, offline=offline))
    tell_done(done, lost)
    context.exit(UNHAD if lost else CHANGED if choices.accept else NOTHING)


@inbox.command("list")
@click.option("--topic", default="", help="Only this topic; none for those without.")
@click.option("--question", default="", help="Only what the search of this question found.")
@click.option("--all", "everything", is_flag=True, help="Also what was put off.")
@click.option("--decided", is_flag=True, help="What was decided, with reason or key.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "ids"]),
    default="text",
    help="Lines for people, JSON for programs, or bare ids.",
)
@root_option
def list_(
    root: Path,
    topic: str = "",
    question: str = "",
    form: str = "text",
    *,
    everything: bool = False,
    decided: bool = False,
) -> None:
    """List what awaits a decision, the weightiest first."""
    _, found = read_inbox(root)
    if decided:
        _show_decided(found, form)
        return
    due = found.candidates if everything else _due(found, today())
    shown = [
        one
        for one in _by_weight(due)
        if topic in ("", one.topic or "none") and (not question or question in one.questions)
    ]
    if form == "json":
        click.echo(json.dumps([_as_json(one) for one in shown], ensure_ascii=False, indent=1))
    elif form == "ids":
        for one in shown:
            click.echo(str(one.id))
    else:
        for one in shown:
            click.echo(
                f"{one.points:3}  {click.style(str(one.id), bold=True)}  {one.title}"
                f"  [{', '.join([one.topic or 'no topic', *(f'@q:{q}' for q in one.questions)])}]"
            )
        put_off = len(found.candidates) - len(_due(found, today()))
        click.echo(f"{count(len(shown), 'candidate')}, {put_off} put off", err=True)


@inbox.command()
@_ids
@root_option
def show(root: Path, ids: tuple[str, ...]) -> None:
    """Show all that is known of candidates or decisions."""
    _, found = read_inbox(root)
    for id_ in _parsed(ids):
        if id_ in found.open:
            for name, value in _as_json(found.open[id_]).items():
                if value:
                    text = ", ".join(value) if isinstance(value, list) else value
                    click.echo(f"{name:9}  {text}")
        elif id_ in found.decided:
            click.echo(str(found.decided[id_]))
        else:
            raise click.UsageError(f"{id_} is not in the inbox; kb inbox list shows what is")


@inbox.command()
@_ids
@click.option("--to", "target", default="", help="The .bib file, if not that of the topic.")
@click.option("--annotate/--no-annotate", default=True, help="Begin the page of the reference.")
@refresh_option
@offline_option
@quiet_option
@root_option
@click.pass_context
def accept(
    context: click.Context,
    root: Path,
    ids: tuple[str, ...],
    target: str,
    *,
    annotate: bool,
    refresh: bool,
    offline: bool,
    quiet: bool,
) -> None:
    """Take candidates into the store, as kb add does, and begin their annotations.

    A question whose search found one gets it as evidence to judge; kb question evidence judges it.

    Exit code 3: something was added. 5: some paper could not be had and stays. 2: wrong usage.
    """
    to = bib_path(target) if target else ""
    manner = Manner(to=to, annotate=annotate, refresh=refresh, offline=offline, quiet=quiet)
    done, lost = carry_out(root, Choices(accept=_parsed(ids)), manner)
    if not quiet:
        tell_done(done, lost)
    context.exit(UNHAD if lost else CHANGED)


@inbox.command()
@_ids
@click.option("--reason", required=True, help="Why; it is remembered.")
@root_option
def reject(root: Path, ids: tuple[str, ...], reason: str) -> None:
    """Never offer candidates again, for a reason that is remembered."""
    done, lost = carry_out(root, Choices(reject=dict.fromkeys(_parsed(ids), reason)), Manner())
    tell_done(done, lost)


@inbox.command()
@_ids
@click.option("--days", type=click.IntRange(1, 3650), default=LATER_DAYS, show_default=True)
@root_option
def later(root: Path, ids: tuple[str, ...], days: int) -> None:
    """Put candidates off: they are shown again after so many days."""
    day = today() + timedelta(days=days)
    done, lost = carry_out(root, Choices(later=dict.fromkeys(_parsed(ids), day)), Manner())
    tell_done(done, lost)


def _parsed(ids: Iterable[str]) -> tuple[ItemId, ...]:
    try:
        return tuple(dict.fromkeys(map(parse_item_id, ids)))
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _due(found: Inbox, day: datetime.date) -> list[Candidate]:
    """Return what awaits a decision on `day`, the weightiest first."""
    return _by_weight(one for one in found.candidates if one.later is None or one.later <= day)


def _by_weight(candidates: Iterable[Candidate]) -> list[Candidate]:
    return sorted(candidates, key=lambda one: -one.points)


def _show_decided(found: Inbox, form: str) -> None:
    decisions: tuple[Decision, ...] = found.decisions
    if form == "json":
        click.echo(
            json.dumps(
                [
                    {
                        "day": one.day.isoformat(),
                        "verdict": one.verdict.value,
                        "id": str(one.id),
                        "title": one.title,
                        "why": one.why,
                    }
                    for one in decisions
                ],
                ensure_ascii=False,
                indent=1,
            )
        )
        return
    for one in decisions:
        click.echo(str(one.id) if form == "ids" else str(one))


def _as_json(one: Candidate) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "url": one.id.url,
        "title": one.title,
        "authors": list(one.authors),
        "date": str(one.date or ""),
        "found": str(one.found),
        "feeds": list(one.feeds),
        "topic": str(one.topic or ""),
        "questions": list(one.questions),
        "points": one.points,
        "why": one.why,
        "later": str(one.later or ""),
    }
