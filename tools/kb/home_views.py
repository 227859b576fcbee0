"""What is new, for the home page: the newest works that somebody has annotated. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.register_views import order_of
from kb.views import view_reference

if TYPE_CHECKING:
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
    annotated.sort(key=lambda one: order_of(one.date) if one.date else (0, 0, 0), reverse=True)
    return tuple(view_reference(site, reference.key) for reference in annotated[:MOST])
