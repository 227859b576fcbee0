"""The terms of the glossary, read from its page: what each is called, and what it says in plain text. Pure."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.notes.scan import scan_page
from kb.site import readable

if TYPE_CHECKING:
    from kb.site import Site

GLOSSARY = "about/glossary.md"
_LEVEL = 3  # of the heading of a term


@dataclass(frozen=True, slots=True)
class Term:
    """A term: its name, its anchor on the glossary's page, and what it means, as Markdown."""

    name: str
    anchor: str
    markdown: str


def terms_of(site: Site) -> tuple[Term, ...]:
    """Return the terms in the order of the page, none if the site has no glossary."""
    page = site.pages.get(GLOSSARY)
    return _terms(page.body) if page else ()


def meaning(site: Site, term: Term) -> str:
    """Return what a term means as plain text, its citations by their labels."""
    return readable(term.markdown, site.labels)


@functools.lru_cache(maxsize=4)
def _terms(body: str) -> tuple[Term, ...]:
    headings = scan_page(body).headings
    lines = body.splitlines()
    ends = [heading.line - 1 for heading in headings[1:]] + [len(lines)]
    return tuple(
        Term(heading.text, heading.anchor, " ".join(" ".join(lines[heading.line : end]).split()))
        for heading, end in zip(headings, ends, strict=True)
        if heading.level == _LEVEL
    )
