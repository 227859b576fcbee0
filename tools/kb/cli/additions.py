"""New entries on their way into the store: the files that `kb add` and `kb inbox accept` write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kb.arxiv.lock import LOCK_PATH, Source, format_lock
from kb.arxiv.write import annotation_stub, apply_additions, new_entries
from kb.cli.days import today
from kb.problems import Problem
from kb.site import reference_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kb.arxiv.add import Addition
    from kb.bib.additions import NewEntry
    from kb.cli.arxiv import Base


def addition_files(
    base: Base,
    papers: Mapping[str, Sequence[Addition]],
    source: Source,
    *,
    annotate: bool,
    others: Mapping[str, Sequence[NewEntry]] | None = None,
) -> dict[str, bytes]:
    """Return the files that new entries lead to: .bib files, lock file, begun annotations.

    `papers` of arXiv and `others` go into the files by whose paths they stand.
    """
    others = others or {}
    files: dict[str, bytes] = {}
    for path in dict.fromkeys((*papers, *others)):
        entries = [*new_entries(papers.get(path, ())), *others.get(path, ())]
        data = apply_additions(base.store, path, entries)
        if isinstance(data, Problem):
            told = data in base.store.problems
            raise click.ClickException(f"nothing was added{'' if told else f': {data}'}")
        files[path] = data
    every = [addition for additions in papers.values() for addition in additions]
    # A lost lock file stays lost until a sync writes it anew: one with the new entries alone would
    # pass for whole.
    whole = base.lock.trusted or not any("eprint" in f.text.lower() for f in base.store.files)
    if every and whole:
        new = {addition.key: addition.locked(today(), source) for addition in every}
        files[LOCK_PATH] = format_lock({**base.lock.entries, **new}).encode()
    for addition in every if annotate else ():
        page = f"docs/{reference_path(addition.key)}"
        if not (base.root / page).exists():
            files[page] = annotation_stub(addition, today()).encode()
            click.echo(f"{page}: begun; write what you think of it")
    return files


def bib_path(text: str) -> str:
    """Return the path of the .bib file that `text` names; anything beyond refs/ is wrong usage."""
    name = text if text.startswith("refs/") else f"refs/{text}"
    name = name if name.endswith(".bib") else f"{name}.bib"
    if name.count("/") != 1:
        raise click.UsageError(f"new entries go into a .bib file in refs/: {text!r}")
    return name
