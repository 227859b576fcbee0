"""Find references: by words, author, title, id, topic, and whether they are cited or annotated. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.views import ReferenceView, view_reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.site import Site


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for; an empty part asks for nothing. Texts match anywhere, without case or accents."""

    words: tuple[str, ...] = ()  # each must be in author, title, venue, ids or key
    author: str = ""
    title: str = ""
    id: str = ""  # key, arXiv id, DOI or address
    topic: str = ""
    cited: bool | None = None
    annotated: bool | None = None


def find_references(site: Site, query: Query) -> Iterator[ReferenceView]:
    """Yield the references that match every part of `query`, in the order of their keys."""
    for key in sorted(site.references):
        view = view_reference(site, key)
        if _matches(view, _ids(view), query):
            yield view


def _matches(view: ReferenceView, ids: str, query: Query) -> bool:
    everything = f"{view.all_authors} {view.plain_title} {view.plain_venue} {ids}"
    return (
        all(_in(word, everything) for word in query.words)
        and _in(query.author, view.all_authors)
        and _in(query.title, view.plain_title)
        and _in(query.id, ids)
        and query.topic in ("", view.topic)
        and query.cited in (None, view.cited > 0)
        and query.annotated in (None, bool(view.verdict))
    )


def _ids(view: ReferenceView) -> str:
    return " ".join([str(view.key), *(f"{a.text} {a.url}" for a in view.addresses)])


def _in(part: str, text: str) -> bool:
    return folded(part) in folded(text)


def folded(text: str) -> str:
    """Return the text without case and accents: `Soto` finds Martín Söto."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
