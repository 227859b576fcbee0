"""`kb refs`: what the store holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from kb.cli.base import count, root_option
from kb.cli.reading import read_site
from kb.pages import reference_json
from kb.query import Query, find_references

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("words", nargs=-1)
@click.option("--author", default="", help="Part of an author's name.")
@click.option("--title", default="", help="Part of the title.")
@click.option("--id", "id_", default="", help="Part of the key, arXiv id, DOI or address.")
@click.option("--topic", default="", help="The .bib file it stands in, without its ending.")
@click.option("--cited/--uncited", default=None, help="Only what some page cites, or none does.")
@click.option(
    "--annotated/--unannotated", default=None, help="Only what we have annotated, or not."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "bib", "keys"]),
    default="text",
    help="Lines for people, JSON for programs, entries as they stand, or bare keys.",
)
@root_option
@click.pass_context
def refs(
    context: click.Context,
    root: Path,
    words: tuple[str, ...],
    author: str,
    title: str,
    id_: str,
    topic: str,
    form: str,
    *,
    cited: bool | None,
    annotated: bool | None,
) -> None:
    """Find references; every WORD must be in author, title, venue, id or key.

    \b
    kb refs hao latent
    kb refs --topic launch-week --uncited
    kb refs --author evans --format keys

    Exit code 0: something was found. 1: nothing was.
    """
    site = read_site(root)
    query = Query(words, author, title, id_, topic, cited, annotated)
    found = list(find_references(site, query))
    if form == "json":
        click.echo(
            json.dumps([reference_json(site, v.key) for v in found], ensure_ascii=False, indent=1)
        )
    elif form == "bib":
        click.echo("\n\n".join(site.references[view.key].source.strip() for view in found))
    elif form == "keys":
        for view in found:
            click.echo(str(view.key))
    else:
        width = max((len(str(view.key)) for view in found), default=0)
        for view in found:
            click.echo(f"{view.key!s:{width}}  {view.label.textual}. {view.plain_title}")
        click.echo(count(len(found), "reference"), err=True)
    context.exit(0 if found else 1)
