"""`kb add`: papers from arXiv into the store."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from kb.arxiv.add import arxiv_ids, plan_additions
from kb.arxiv.lock import LOCK_PATH
from kb.cli.additions import addition_files, bib_path
from kb.cli.arxiv import (
    CHANGED,
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
from kb.cli.base import root_option
from kb.ids import ArxivId, CiteKey, find_arxiv_ids, is_slug, parse_arxiv_id

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kb.arxiv.records import Failed, Missing
    from kb.bib.records import Wanted
    from kb.bib.store import Store
    from kb.model import Reference

# In a list of ids; an address may hold the sign.
_COMMENT = re.compile(r"(?:^|\s)#.*")
# What tells one paper from another in an identifier of either kind.
_NUMBER = re.compile(r"[0-9]{4}\.[0-9]{4,5}|[0-9]{7}", re.ASCII)


@click.command()
@click.argument("ids", nargs=-1, metavar="ID...")
@click.option(
    "--from",
    "sources",
    multiple=True,
    type=click.File("r", encoding="utf-8-sig", errors="replace"),
    help="A file with ids; - is standard input. What follows a # is a remark.",
)
@click.option(
    "--find-in",
    "texts",
    multiple=True,
    type=click.File("r", encoding="utf-8", errors="replace"),
    help="A text: every arXiv address in it is added.",
)
@click.option(
    "--to", "target", default="", help="The .bib file of the new entries, such as latent.bib."
)
@click.option("--key", default="", help="The citation key, for a single paper.")
@click.option("--annotate", is_flag=True, help="Also begin the page for what we think of it.")
@dry_run_option
@refresh_option
@offline_option
@quiet_option
@root_option
@click.pass_context
def add(
    context: click.Context,
    root: Path,
    ids: tuple[str, ...],
    sources: tuple[Any, ...],
    texts: tuple[Any, ...],
    target: str,
    key: str,
    *,
    annotate: bool,
    dry_run: bool,
    refresh: bool,
    offline: bool,
    quiet: bool,
) -> None:
    """Add papers to the store by their arXiv ids, in any form one has at hand.

    \b
    kb add 2412.06769
    kb add https://arxiv.org/abs/2412.06769v2 --to latent.bib --annotate
    kb add --find-in notes.txt

    What is in the store already is named and left as it is. Exit code 0: nothing to add. 3: added. 5: some
    paper could not be had. 2: wrong usage.
    """
    papers = _papers(ids, sources, texts)
    if key and len(papers) != 1:
        raise click.UsageError("--key names one paper: give one id with it")
    config = read_config(root)
    path = bib_path(target or config.new_entries)
    with open_base(root, "kb add", lambda _: _wanted(papers)) as base:
        here = {id_.base: one for one in reversed(base.store.references) for id_ in arxiv_ids(one)}
        for id_ in papers:
            if id_.base in here:
                _say_where(here[id_.base])
        new = [id_ for id_ in papers if id_.base not in here]
        if not new:
            context.exit(NOTHING)
        wish = _cite_key(key, base.store) if key else None
        answers = ask(new, config, refresh=refresh, offline=offline, quiet=quiet)
        not_found: list[Missing | Failed] = [*answers.missing, *answers.failed]
        for outcome in not_found:
            click.echo(f"not added: {outcome.asked}: {outcome.reason}", err=True)
        taken = (CiteKey(entry.key) for file in base.store.files for entry in file.entries)
        additions = plan_additions(answers, taken, abstract=config.abstracts, key=wish)
        for addition in additions:
            click.echo(f"{path}: {addition.key}  {addition.title}")
            if addition.record.withdrawn:
                click.echo(f"{addition.key} is withdrawn: {addition.record.comment}", err=True)
        if additions and not dry_run:
            source = source_of(config)
            files = addition_files(base, {path: additions}, source, annotate=annotate)
            # First the lock file: a key that the store does not have is dropped from it, but an entry
            # that it does not know would pass for typed by hand.
            base.write(files, announced=files.get(LOCK_PATH))
    if not_found:
        context.exit(UNCHECKED)
    context.exit(CHANGED)


def _papers(
    ids: Iterable[str], sources: Iterable[Any], texts: Iterable[Any]
) -> tuple[ArxivId, ...]:
    found = [paper for text in ids for paper in _parse_ids(text)]
    for source in sources:
        for number, line in enumerate(source, 1):
            if typed := _COMMENT.sub("", line).strip():
                found += _parse_ids(typed, f"{source.name}:{number}: ")
    for source in texts:
        found += find_arxiv_ids(source.read())
    if not found:
        raise click.UsageError("no arXiv id given; try: kb add 2412.06769")
    return tuple({id_.base: id_ for id_ in found}.values())


def _parse_ids(text: str, place: str = "") -> Iterable[ArxivId]:
    """Return the paper that `text` names, or the papers if commas or blanks part it."""
    try:
        return [parse_arxiv_id(text)]
    except ValueError as error:
        try:
            return [parse_arxiv_id(word) for word in re.findall(r"[^\s,;]+", text)]
        except ValueError:
            raise click.UsageError(f"{place}{error}") from error


def _wanted(papers: Iterable[ArxivId]) -> Wanted:
    """Return what to read of the store: entries that may be one of `papers`."""
    numbers = {paper.base.rpartition("/")[2] for paper in papers}
    return lambda _, text: not numbers.isdisjoint(_NUMBER.findall(text))


def _cite_key(text: str, store: Store) -> CiteKey:
    if not is_slug(text):
        must = "a citation key must be lower-case ASCII letters and digits, as in hao2024training"
        raise click.UsageError(f"{must}: {text!r}")
    for file in store.files:
        for entry in file.entries:
            if entry.key.casefold() == text:
                raise click.UsageError(f"the key {text!r} is taken: {file.path}:{entry.line}")
    return CiteKey(text)


def _say_where(reference: Reference) -> None:
    place = f"{reference.place.path}:{reference.place.line}"
    click.echo(f"already there: {reference.key} ({place}); cite it as [@{reference.key}]")
    if reference.eprint is None:
        (paper, *_) = arxiv_ids(reference)
        click.echo(
            f"{place}: write eprint = {{{paper.base}}} into it, and kb sync looks after it",
            err=True,
        )
