"""What is new, for the home page: the newest evidence, and the newest works annotated. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.citable import Kind, cited_by_key
from kb.question_views import view_bearing
from kb.views import view_reference

if TYPE_CHECKING:
    from kb.question_views import BearsView
    from kb.questions.record import Bears
    from kb.site import Site
    from kb.views import ReferenceView

MOST = 3


def latest_references(site: Site) -> tuple[ReferenceView, ...]:
    """Return the newest works that somebody has annotated, newest first."""
    annotated = [
        reference
        for key, reference in site.references.items()
        if reference.date and site.annotation(key)
    ]
    annotated.sort(key=lambda one: one.key)
    annotated.sort(key=lambda one: one.date.order if one.date else (0, 0, 0), reverse=True)
    return tuple(view_reference(site, reference.key) for reference in annotated[:MOST])


def latest_evidence(site: Site) -> tuple[BearsView, ...]:
    """Return the newest evidence from the literature, newest first; no work and no question twice."""
    works = (
        one
        for key, bears in site.bears_on.items()
        if cited_by_key(key).kind is Kind.REFERENCE
        for one in bears
    )
    found: list[Bears] = []
    taken: set[object] = set()
    for one in sorted(works, key=_newest_first):
        if len(found) < MOST and not taken & {one.question.slug, one.item.source}:
            found.append(one)
            taken |= {one.question.slug, one.item.source}
    return tuple(view_bearing(site, one) for one in found)


def _newest_first(one: Bears) -> tuple[object, ...]:
    newest = tuple(-part for part in (*one.item.date.order, one.item.judged.toordinal()))
    return *newest, one.question.slug, one.item.line
