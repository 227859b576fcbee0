"""`kb questions`: what is open, where it stands, and what to look at again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from kb.cli.base import count, hand_down, root_option
from kb.cli.days import today_option
from kb.cli.reading import read_site
from kb.cli.types import SourceType, value_option
from kb.ids import CiteKey
from kb.notes.front_matter import AnnotationMeta
from kb.notes.page import PageKind
from kb.notes.question import Bearing, Ending
from kb.question_query import OPEN, QuestionQuery, Sort, find_questions
from kb.question_views import DIRECTIONS
from kb.questions.export import question_json
from kb.questions.stale import find_stale
from kb.questions.state import Age, Direction, Review

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence
    from pathlib import Path

    from kb.questions.standing import Standing


@click.group(invoke_without_command=True)
@click.option("--words", default="", help="Words that question, evidence or sources must hold.")
@click.option("--topic", default="", help="The section it belongs to.")
@click.option(
    "--status",
    type=click.Choice([OPEN, *(ending.value for ending in Ending)]),
    help="Open, or how it was closed.",
)
@value_option("--direction", Direction, "Which way its evidence points.")
@value_option("--bearing", Bearing, "With an item of this bearing, in its parts too.")
@value_option("--age", Age, "How old its newest evidence is: younger than this.")
@value_option("--review", Review, "Whether its next review is ahead, past, or there is none.")
@click.option("--evidence/--no-evidence", default=None, help="With any evidence, or with none.")
@click.option("--replicated/--not-replicated", default=None, help="Replicated, or not.")
@click.option("--source", type=SourceType(), help="With evidence from @key or @t:slug.")
@value_option("--sort", Sort, "The order.", default=Sort.NEWEST.value, show_default=True)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "slugs"]),
    default="text",
    help="A table for people, JSON for programs, or bare slugs.",
)
@today_option
@root_option
@click.pass_context
def questions(
    context: click.Context,
    /,
    root: Path,
    today: datetime.date,
    form: str,
    sort: Sort,
    status: str | None,
    **asked: Any,
) -> None:
    """List the questions and where each stands.

    \b
    kb questions --topic acrostics --direction mixed
    kb questions --review past --sort review
    kb questions --source @betley2025tell --format json

    Exit code 0: something was found. 1: nothing was.
    """
    if context.invoked_subcommand:
        hand_down(context, root=root, today=today)
        return
    query = QuestionQuery(status=status or "", **asked)
    found = find_questions(read_site(root), query, today, sort)
    if form == "json":
        click.echo(json.dumps([question_json(one) for one in found], ensure_ascii=False, indent=1))
    elif form == "slugs":
        for one in found:
            click.echo(one.question.slug)
    else:
        _show(found)
        click.echo(count(len(found), "question"), err=True)
    context.exit(0 if found else 1)


@questions.command()
@today_option
@root_option
@click.pass_context
def stale(context: click.Context, root: Path, today: datetime.date) -> None:
    """List the open questions to look at again, and why: the longest overdue first.

    Past review; or a source of the ledger was judged later for another question, or annotated later, than
    anything in the ledger was judged.

    Exit code 0: none. 1: some.
    """
    site = read_site(root)
    annotated = {
        CiteKey(page.slug): page.meta.updated
        for page in site.pages.values()
        if page.kind is PageKind.ANNOTATION and isinstance(page.meta, AnnotationMeta)
    }
    found = list(find_stale(site.questions.values(), today, annotated))
    for one in found:
        click.echo(f"{one.question.slug}: {one.question.meta.question}")
        for reason in one.reasons:
            click.echo(f"  {reason}")
    click.echo(count(len(found), "question"), err=True)
    context.exit(1 if found else 0)


def _show(found: Sequence[Standing]) -> None:
    """Print a table; its first line names the columns."""
    rows = [["question", "evidence", "items", "newest", "review", ""]]
    rows += [_row(one) for one in found]
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    for row in rows if found else ():
        line = "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        click.echo(line.rstrip())


def _row(one: Standing) -> list[str]:
    state, meta = one.state, one.question.meta
    way = DIRECTIONS[state.direction].removeprefix("evidence ")
    return [
        one.question.slug,
        f"{way}, replicated" if state.replicated else way,
        str(state.items + state.in_parts),
        str(state.newest or "–"),
        state.ending.value if state.ending else f"{meta.review_after}{_late(state.review)}",
        meta.question,
    ]


def _late(review: Review) -> str:
    return " past" if review is Review.PAST else ""
