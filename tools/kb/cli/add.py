"""`kb add`: papers from arXiv into the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kb.arxiv.add import Addition, plan_additions
from kb.arxiv.lock import LOCK_PATH, Source, format_lock
from kb.arxiv.write import annotation_stub, apply_additions
from kb.cli.arxiv import (
    CHANGED,
    NOTHING,
    UNCHECKED,
    Base,
    ask,
    dry_run_option,
    offline_option,
    open_base,
    quiet_option,
    read_config,
    refresh_option,
    source_of,
    today,
)
from kb.cli.base import root_option
from kb.ids import ArxivId, CiteKey, find_arxiv_ids, parse_arxiv_id, parse_cite_key
from kb.problems import Problem
from kb.site import reference_path

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kb.arxiv.records import Failed, Missing
    from kb.bib.store import Store
    from kb.model import Reference


@click.command()
@click.argument("ids", nargs=-1, metavar="ID...")
@click.option(
    "--from",
    "sources",
    multiple=True,
    type=click.File("r", encoding="utf-8"),
    help="A file with ids, one a line; - is standard input.",
)
@click.option(
    "--find-in",
    "texts",
    multiple=True,
    type=click.File("r", encoding="utf-8"),
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
    wanted = _wanted(ids, sources, texts)
    if key and len(wanted) != 1:
        raise click.UsageError("--key names one paper: give one id with it")
    config = read_config(root)
    path = _target(target or config.new_entries)
    with open_base(root, "kb add") as base:
        here = {r.eprint.base: r for r in base.store.references if r.eprint}
        for id_ in wanted:
            if id_.base in here:
                _say_where(here[id_.base])
        new = [id_ for id_ in wanted if id_.base not in here]
        if not new:
            context.exit(NOTHING)
        answers = ask(new, config, refresh=refresh, offline=offline, quiet=quiet)
        not_found: list[Missing | Failed] = [*answers.missing, *answers.failed]
        for outcome in not_found:
            click.echo(f"not added: {outcome.asked}: {outcome.reason}", err=True)
        wish = _cite_key(key, base.store) if key else None
        additions = plan_additions(
            answers, base.store.references, abstract=config.abstracts, key=wish
        )
        for addition in additions:
            click.echo(f"{path}: {addition.key}  {addition.title}")
        if additions and not dry_run:
            _write_additions(base, path, additions, source_of(config), annotate=annotate)
    if not_found:
        context.exit(UNCHECKED)
    context.exit(CHANGED)


def _wanted(
    ids: Iterable[str], sources: Iterable[Any], texts: Iterable[Any]
) -> tuple[ArxivId, ...]:
    lines = [line.strip() for source in sources for line in source]
    typed = [*ids, *(line for line in lines if line and not line.startswith("#"))]
    found = []
    for text in typed:
        try:
            found.append(parse_arxiv_id(text))
        except ValueError as error:
            raise click.UsageError(str(error)) from error
    for source in texts:
        found += find_arxiv_ids(source.read())
    if not found:
        raise click.UsageError("no arXiv id given; try: kb add 2412.06769")
    return tuple({id_.base: id_ for id_ in found}.values())


def _cite_key(text: str, store: Store) -> CiteKey:
    try:
        key = parse_cite_key(text)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    taken = next((r for r in store.references if r.key.folded == key.folded), None)
    if taken:
        raise click.UsageError(f"the key {text!r} is taken: {taken.place.path}:{taken.place.line}")
    return key


def _target(text: str) -> str:
    name = text if text.startswith("refs/") else f"refs/{text}"
    name = name if name.endswith(".bib") else f"{name}.bib"
    if name.count("/") != 1:
        raise click.UsageError(f"new entries go into a .bib file in refs/: {text!r}")
    return name


def _say_where(reference: Reference) -> None:
    place = f"{reference.place.path}:{reference.place.line}"
    click.echo(f"already there: {reference.key} ({place}); cite it as [@{reference.key}]")


def _write_additions(
    base: Base, path: str, additions: tuple[Addition, ...], source: Source, *, annotate: bool
) -> None:
    data = apply_additions(base.bibs, path, additions)
    if isinstance(data, Problem):
        raise click.ClickException(str(data))
    files = {path: data}
    # A lost lock file stays lost until a sync writes it anew: one with the new entries alone would
    # pass for whole.
    if base.lock.trusted or not any(r.eprint for r in base.store.references):
        new = {addition.key: addition.locked(today(), source) for addition in additions}
        files[LOCK_PATH] = format_lock({**base.lock.entries, **new}).encode()
    for addition in additions if annotate else ():
        page = f"docs/{reference_path(addition.key)}"
        if not (base.root / page).exists():
            files[page] = annotation_stub(addition, today()).encode()
            click.echo(f"{page}: begun; write what you think of it")
    base.write(files)
