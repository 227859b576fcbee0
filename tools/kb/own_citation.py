"""How to cite a page of this site: BibTeX and plain text, with its date and revision.

Pure. It does not know where the site is published; who prints the citation adds the address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.bib.tex import escape_tex
from kb.notes.front_matter import NoteMeta
from kb.notes.page import PageKind
from kb.notes.question import QuestionMeta

if TYPE_CHECKING:
    from kb.site import Site

_KINDS = {PageKind.NOTE: "note", PageKind.QUESTION: "question"}


@dataclass(frozen=True, slots=True)
class OwnCitation:
    """How to cite a page. `entry` is BibTeX up to its last field: the address and a brace come behind it."""

    what: str  # `note` or `question`
    entry: str
    text: str
    revision: str  # the file's name in git


def own_citation(site: Site, path: str) -> OwnCitation | None:
    """Return how to cite the page at `path` (below docs/), None if it is neither a note nor a question."""
    page = site.pages.get(path)
    if page is None or not isinstance(page.meta, NoteMeta | QuestionMeta):
        return None
    meta, day = page.meta, page.meta.updated or site.updated
    home = site.pages.get("index.md")
    us = home.title if home else "Notes"
    title = meta.question if isinstance(meta, QuestionMeta) else meta.title
    key = re.sub("[^a-z0-9]", "", us.lower()) + str(day.year) + page.slug.replace("-", "")
    fields = {
        "author": escape_tex(us),
        "title": escape_tex(title),
        "date": str(day),
        "version": page.revision,
    }
    # A second pair of braces: one author, and capitals that stay.
    held = {
        name: f"{{{text}}}" if name in ("author", "title") else text
        for name, text in fields.items()
    }
    # Not @online, which wants an address.
    lines = [f"@misc{{{key},", *(f"  {name} = {{{text}}}," for name, text in held.items())]
    stop = "" if title.endswith((".", "?", "!")) else "."
    text = f"{us}. “{title}{stop}” {day}, revision {page.revision}."
    return OwnCitation(_KINDS[page.kind], "\n".join(lines), text, page.revision)
