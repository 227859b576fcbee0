"""`kb watch`: what is new for our topics and questions, into `refs/inbox.yml`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from kb.arxiv.settings import system_timing
from kb.cli.arxiv import api_settings, open_base, read_config, whole_store
from kb.cli.base import count, root_option
from kb.cli.days import today
from kb.cli.deciding import read_inbox
from kb.cli.reading import read_site
from kb.cli.report import progress
from kb.watch.config import WATCH_PATH, WatchConfig, load_config
from kb.watch.decide import Fate, make_candidate, take_stock
from kb.watch.edit import UneditableError, edit_inbox
from kb.watch.feed import Asked, Source, make_feeds
from kb.watch.fetch import Fetcher
from kb.watch.inbox import INBOX_PATH
from kb.watch.run import read_feeds, sort_feeds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kb.watch.decide import NewVersion
    from kb.watch.feed import Feed
    from kb.watch.rank import Ranked
    from kb.watch.run import FeedRead, Look

NOTHING, CHANGED, UNREAD = 0, 3, 5


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="Lines for people, or one JSON object for programs.",
)
@click.option("--dry-run", "-n", is_flag=True, help="Show what would be offered; write nothing.")
@click.option("--refresh", is_flag=True, help="Ask even for what was asked a moment ago.")
@click.option("--offline", is_flag=True, help="Use what was asked before and nothing else.")
@click.option("--quiet", "-q", is_flag=True, help="Name only what is new and what went wrong.")
@root_option
@click.pass_context
def watch(
    context: click.Context,
    root: Path,
    form: str,
    *,
    dry_run: bool,
    refresh: bool,
    offline: bool,
    quiet: bool,
) -> None:
    """Read the feeds of refs/watch.yml and put what bears on our topics into refs/inbox.yml.

    What is in the store, awaits a decision or was decided on is not offered again. A new version of a
    work in the store is named; `kb sync` takes it.

    \b
    kb watch
    kb watch --dry-run
    kb inbox

    Exit code 0: nothing new. 3: something is. 5: some feed could not be read; the others were. 2: wrong
    usage.
    """
    if refresh and offline:
        raise click.UsageError("--refresh asks and --offline does not: choose one")
    config = _config(root)
    feeds = _feeds(root, config)
    settings = api_settings(read_config(root))
    fetcher = Fetcher(settings, system_timing(), refresh=refresh, offline=offline)
    try:
        with progress("reading feeds", quiet=quiet or form == "json") as tell:
            read = read_feeds(feeds, fetcher, today(), tell)
    finally:
        fetcher.close()
    look = _take_in(root, config, read, dry_run=dry_run)
    if form == "json":
        click.echo(json.dumps(_as_json(look, fetcher.requests), ensure_ascii=False, indent=1))
    else:
        _show(look, quiet=quiet, dry_run=dry_run)
    news = look.sorted.offered or look.sorted.versions or look.sorted.updated
    context.exit(UNREAD if look.failed else CHANGED if news else NOTHING)


def _config(root: Path) -> WatchConfig:
    config, problems = load_config(root)
    if problems:
        raise click.UsageError("\n".join(map(str, problems)))
    if config is None:
        raise click.UsageError(
            f"no {WATCH_PATH} in {root}: the guide shows one, docs/guide/watch.md"
        )
    return config


def _feeds(root: Path, config: WatchConfig) -> tuple[Feed, ...]:
    """Return what to read: the feeds of the file and the searches of the questions that are open."""
    searches = {
        slug: Asked(question.meta.search, question.meta.topic)
        for slug, question in read_site(root).questions.items()
        if question.meta.search and not question.meta.closed
    }
    feeds = make_feeds(config, searches, read_config(root).api)
    if not feeds:
        raise click.UsageError(f"{WATCH_PATH} names no feed")
    return feeds


def _take_in(root: Path, config: WatchConfig, read: Sequence[FeedRead], *, dry_run: bool) -> Look:
    """Sort what was read and write it down. Only now is the base held: feeds may take minutes."""
    with open_base(root, "kb watch", whole_store) as base:
        text, inbox = read_inbox(root)
        stock = take_stock(base.store.references, base.lock.entries)
        look = sort_feeds(read, config, stock, inbox, today())
        offered = [make_candidate(one, today()) for one in look.sorted.offered]
        if not dry_run and (offered or look.sorted.updated):
            try:
                # The list is by day, and within a day by weight.
                new = edit_inbox(text.text, add=offered, change=look.sorted.updated)
            except UneditableError as error:
                raise click.ClickException(str(error)) from error
            base.write({INBOX_PATH: new.encode()}, read={INBOX_PATH: text.data})
    return look


def _show(look: Look, *, quiet: bool, dry_run: bool) -> None:
    idle = [one for one in look.feeds if _found_nothing(one)]
    told = [one for one in look.feeds if one not in idle]
    width = max((len(one.feed.name) for one in told), default=0)
    for one in told:
        if one.trouble:
            click.echo(f"{one.feed.name:{width}}  not read: {one.trouble}", err=True)
        elif not quiet:
            unchanged = "" if one.news else "not changed; "
            click.echo(f"{one.feed.name:{width}}  {unchanged}{_sum(look, one)}")
        for remark in one.remarks:
            click.echo(f"{one.feed.name:{width}}  {remark}", err=True)
    if idle and not quiet:
        click.echo(f"open questions whose searches found nothing: {len(idle)}")
    for version in look.sorted.versions:
        click.echo(_version(version))
    for ranked in look.sorted.offered:
        _show_ranked(ranked)
    if not quiet:
        would = "would be offered" if dry_run else "offered"
        waiting = sum(fate is Fate.WAITING for _, fate in look.sorted.fates)
        click.echo(
            f"{count(len(look.sorted.offered), 'candidate')} {would}, {waiting} waiting, "
            f"{count(len(look.sorted.versions), 'new version')}, "
            f"{count(len(look.failed), 'feed')} not read",
            err=True,
        )


def _found_nothing(one: FeedRead) -> bool:
    """Tell whether it is the search of a question on a common day: there are many, and one line will do."""
    return bool(one.feed.question) and not (one.items or one.remarks or one.trouble)


def _sum(look: Look, one: FeedRead) -> str:
    if not one.items:
        # A weekend, a holiday, a quiet blog; a search without a match.
        return "nothing found" if one.feed.source is Source.SEARCH else "nothing announced"
    fates = look.fates(one.feed)
    parts = [f"{fates[fate]} {fate.value}" for fate in Fate if fates[fate]]
    return f"{count(len(one.items), 'item')}: {', '.join(parts)}"


def _version(version: NewVersion) -> str:
    new = f"v{version.version}" if version.version else "a new version"
    known = f" (v{version.known} is known here)" if version.known else ""
    return f"{version.key}: {new} is out{known}; take it with: kb sync {version.key}"


def _show_ranked(ranked: Ranked) -> None:
    topic = ranked.topics[0] if ranked.topics else "no topic"
    head = click.style(str(ranked.item.id), bold=True)
    click.echo(f"{head}  {ranked.item.title}  [{topic}, {count(ranked.points, 'point')}]")
    if ranked.why:
        click.echo(f"    {ranked.why}")


def _as_json(look: Look, requests: int) -> dict[str, Any]:
    return {
        "feeds": [
            {
                "name": one.feed.name,
                "url": one.feed.url,
                "trouble": one.trouble or None,
                "remarks": list(one.remarks),
                "changed": one.news,
                "items": len(one.items),
                "fates": {fate.value: number for fate, number in look.fates(one.feed).items()},
            }
            for one in look.feeds
        ],
        "offered": [
            {
                "id": str(one.item.id),
                "url": one.item.id.url,
                "title": one.item.title,
                "authors": list(one.item.authors),
                "date": str(one.item.date) if one.item.date else None,
                "feeds": list(one.item.feeds),
                "topics": list(one.topics),
                "questions": list(one.questions),
                "points": one.points,
                "why": [reason.text for reason in one.reasons],
            }
            for one in look.sorted.offered
        ],
        "versions": [
            {"key": one.key, "version": one.version, "known": one.known}
            for one in look.sorted.versions
        ],
        "requests": requests,
    }
