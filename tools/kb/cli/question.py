"""`kb question`: a new question, new evidence in a ledger. Nothing is written that `kb check` refuses."""

from __future__ import annotations

import dataclasses
import datetime
import difflib
from typing import TYPE_CHECKING

import click

from kb.cli.base import root_option
from kb.cli.days import today_option
from kb.cli.types import LineType, PartialDateType, SourceType, value_option
from kb.files import ChangedError, Replacement, write_all
from kb.ids import is_slug
from kb.lint import check_site
from kb.model import Grade, PartialDate
from kb.notes.question import Asked, Bearing, Evidence, Here, Strength, format_source
from kb.problems import Severity
from kb.question_checks import date_of
from kb.questions.edit import Draft, EditError, add_evidence, new_question
from kb.site import build_site
from kb.sources import load_sources

if TYPE_CHECKING:
    from pathlib import Path

    from kb.ids import CiteKey
    from kb.notes.question import Source
    from kb.site import Site
    from kb.sources import Sources

_YEAR = datetime.timedelta(days=365)
_dry_option = click.option("--dry-run", is_flag=True, help="Show what would change, and stop.")


@click.group()
def question() -> None:
    """Work with questions.

    \b
    kb question new latent-or-not "Do …?" --topic latent --settled-by "…" --why "…"
    kb question evidence SLUG @key --bearing for --strength weak --grade A --note "…"
    """


@question.command()
@click.argument("slug")
@click.argument("sentence", type=LineType())
@click.option("--topic", required=True, help="The section it belongs to.")
@click.option(
    "--settled-by", type=LineType(), required=True, help="The result that would settle it."
)
@click.option(
    "--why", type=LineType(), required=True, help="Why it matters; more can be written later."
)
@click.option("--for-means", type=LineType(), default="", help="What a yes means, in a few words.")
@click.option("--source", type=SourceType(), help="Where it was first asked. Default: here, today.")
@click.option("--locator", type=LineType(), default="", help="The place in --source.")
@click.option(
    "--search", type=LineType(), default="", help="An arXiv search expression for new work."
)
@_dry_option
@today_option
@root_option
def new(
    root: Path,
    slug: str,
    sentence: str,
    topic: str,
    settled_by: str,
    why: str,
    for_means: str,
    source: CiteKey | None,
    locator: str,
    search: str,
    today: datetime.date,
    *,
    dry_run: bool,
) -> None:
    """Write docs/questions/SLUG.md: a new question with an empty ledger, to be reviewed in a year."""
    sources = _load(root)
    if not is_slug(slug):
        raise click.UsageError(f"{slug!r} is not a slug: lower-case words joined by hyphens")
    date = _date(build_site(sources), source, today) if source else _day(today)
    draft = Draft(
        question=sentence,
        for_means=for_means,
        topic=topic,
        asked=Asked(date=date, source=source or Here(), locator=locator),
        settled_by=settled_by,
        review_after=today + _YEAR,
        search=search,
        why=why,
    )
    path = f"docs/questions/{slug}.md"
    if path in sources.pages:
        raise click.UsageError(f"{path} is there already")
    _write(root, sources, path, new_question(draft), dry_run=dry_run)


@question.command()
@click.argument("slug")
@click.argument("source", type=SourceType())
@value_option(
    "--bearing", Bearing, "Which way it points, about the question read as yes.", required=True
)
@value_option(
    "--strength",
    Strength,
    "How much it would move a careful reader.",
    default=Strength.WEAK.value,
    show_default=True,
)
@value_option(
    "--grade",
    Grade,
    "A primary, B secondary, C memory or inference.",
    default=Grade.C.value,
    show_default=True,
)
@click.option(
    "--note", type=LineType(), required=True, help="What it says, in one sentence of yours."
)
@click.option("--locator", type=LineType(), default="", help="The place in it, such as sec. 4.")
@click.option(
    "--date", type=PartialDateType(), help="When it came out. Default: the source's date."
)
@click.option("--part", default="", help="The part of the question whose ledger is meant.")
@_dry_option
@today_option
@root_option
def evidence(
    root: Path,
    slug: str,
    source: Source,
    bearing: Bearing,
    strength: Strength,
    grade: Grade,
    note: str,
    locator: str,
    date: PartialDate | None,
    part: str,
    today: datetime.date,
    *,
    dry_run: bool,
) -> None:
    """Add SOURCE to the ledger of the question SLUG, judged today. No other line of the file changes.

    An item claims least until you say more: weak, and of grade C.

    SOURCE is @key, @t:slug, @t:slug#turn or "computed: name".
    """
    sources = _load(root)
    site = build_site(sources)
    path = f"docs/questions/{slug}.md"
    if path not in sources.pages:
        close = difflib.get_close_matches(slug, site.questions, n=1)
        hint = f"did you mean {close[0]}?" if close else "kb questions lists them"
        raise click.UsageError(f"no question is called {slug!r} ({hint})")
    item = Evidence(
        date=date or _date(site, source, today),
        source=source,
        locator=locator,
        bearing=bearing,
        strength=strength,
        grade=grade,
        says=note,
        judged=today,
    )
    try:
        text = add_evidence(sources.pages[path].decode("utf-8"), path, item, part)
    except (EditError, UnicodeDecodeError) as error:
        raise click.ClickException(str(error)) from error
    _write(root, sources, path, text, dry_run=dry_run)


def _load(root: Path) -> Sources:
    try:
        return load_sources(root)
    except FileNotFoundError as error:
        raise click.UsageError(str(error)) from error


def _date(site: Site, source: Source, today: datetime.date) -> PartialDate:
    """Return when a source came out; a figure of this site comes out today. Wrong usage if it is unknown."""
    known = date_of(site, source)
    if known is None and source in site.labels:
        raise click.UsageError(f"the date of {format_source(source)} is not known; give --date")
    return known or _day(today)


def _day(day: datetime.date) -> PartialDate:
    return PartialDate(day.year, day.month, day.day)


def _write(root: Path, sources: Sources, path: str, text: str, *, dry_run: bool) -> None:
    """Write the file unless `kb check` would find a problem in it, and show what changed."""
    data = text.encode()
    pages = {**sources.pages, path: data}
    problems = check_site(build_site(dataclasses.replace(sources, pages=pages)))
    refused = [p for p in problems if p.path == path and p.severity is Severity.ERROR]
    if refused:
        raise click.ClickException("nothing was written:\n" + "\n".join(map(str, refused)))
    old = sources.pages.get(path)
    before = old.decode("utf-8").splitlines() if old else []
    name = "/dev/null" if old is None else path
    for line in difflib.unified_diff(before, text.splitlines(), name, path, lineterm=""):
        click.echo(line)
    if dry_run:
        return
    try:
        write_all([Replacement(root / path, old, data)])
    except (ChangedError, OSError) as error:
        raise click.ClickException(str(error)) from error
