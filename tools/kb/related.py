"""Which notes stand close to a note, by what both cite. Worked out from the site, never typed. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.citable import Kind, cited_by_key
from kb.notes.page import PageKind
from kb.questions.record import whole_source
from kb.site import known_keys
from kb.views import page_title, topic_title

if TYPE_CHECKING:
    from kb.ids import CiteKey
    from kb.site import Site

MOST = 5  # notes shown
_NAMED = 4  # of what is shared, by name
_NOUNS = {Kind.REFERENCE: "reference", Kind.TRANSCRIPT: "transcript", Kind.QUESTION: "question"}


@dataclass(frozen=True, slots=True)
class Related:
    """A note, its section's title, and what it shares with the page it is shown on."""

    path: str  # below docs/
    title: str
    topic: str
    shared: tuple[CiteKey, ...]  # what fewest notes cite comes first
    reason: str  # `shares 2 references and 1 transcript: …`


def related_notes(site: Site, path: str) -> tuple[Related, ...]:
    """Return up to `MOST` notes that share most of what the note at `path` cites.

    A transcript is one thing whichever of its turns is cited. Notes that share equally much stand in
    the order of the sections. A page that is no note has none.
    """
    page = site.pages.get(path)
    if page is None or page.kind is not PageKind.NOTE:
        return ()
    keys = {whole_source(key) for key in known_keys(site, page)}
    citing = {key: frozenset(site.citing_notes.get(key, ())) for key in keys}
    shared: defaultdict[str, list[CiteKey]] = defaultdict(list)
    for key in sorted(citing, key=lambda key: (len(citing[key]), key)):
        for other in citing[key] - {path}:
            shared[other].append(key)
    best = sorted(shared, key=lambda other: (-len(shared[other]), site.note_places[other]))[:MOST]
    return tuple(
        Related(
            path=other,
            title=page_title(site, site.pages[other]),
            topic=topic_title(site, site.pages[other].section),
            shared=tuple(shared[other]),
            reason=_reason(site, shared[other]),
        )
        for other in best
    )


def _reason(site: Site, shared: list[CiteKey]) -> str:
    """Return in words how much is shared, and the first of it by name."""
    counts = Counter(cited_by_key(key).kind for key in shared)
    parts = [
        f"{counts[kind]} {noun}{'' if counts[kind] == 1 else 's'}"
        for kind, noun in _NOUNS.items()
        if counts[kind]
    ]
    names = [site.labels[key].in_sentence() for key in shared[:_NAMED]]
    if len(shared) > _NAMED:
        names.append(f"{len(shared) - _NAMED} more")
    return f"shares {_joined(parts)}: {_joined(names)}"


def _joined(parts: list[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]
