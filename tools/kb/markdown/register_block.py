"""The block of a register: experiments, claims, systems, coverage, the timeline, the launch of o1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kb import register_views
from kb.markdown.block import SiteBlock
from kb.markdown.fragments import render_element
from kb.views import topic_title, view_reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from xml.etree import ElementTree as ET

    from kb.site import Site


class RegisterBlock(SiteBlock):
    """`/// register | name`: a table over the whole site, with its filters."""

    NAME = "register"
    TAKES = ("register", "name")

    def fill(self, site: Site, argument: str) -> ET.Element:
        """Return the register of that name, or that there is none."""
        if argument not in REGISTERS:
            return render_element("unknown", what="register", name=argument)
        return render_element(f"register-{argument}", **REGISTERS[argument](site))


def _experiments(site: Site) -> dict[str, Any]:
    rows = register_views.experiments(site)
    return {
        "rows": rows,
        "topics": {row.topic: row.topic_name for row in rows},
        "statuses": sorted({row.entry.status.value for row in rows}),  # type: ignore[union-attr]
        "grades": sorted({row.entry.grade.value for row in rows}),
    }


def _claims(site: Site) -> dict[str, Any]:
    rows = register_views.claims(site)
    return {
        "rows": rows,
        "topics": {row.topic: row.topic_name for row in rows},
        "fates": sorted({row.entry.fate.value for row in rows}),  # type: ignore[union-attr]
        "grades": sorted({row.entry.grade.value for row in rows}),
    }


def _systems(site: Site) -> dict[str, Any]:
    rows = register_views.systems(site)
    return {"rows": rows, "topics": _titles(site, (row.topic for row in rows))}


def _coverage(site: Site) -> dict[str, Any]:
    rows = register_views.coverage(site)
    return {"rows": rows, "kinds": list(dict.fromkeys(row.kind for row in rows))}


def _timeline(site: Site) -> dict[str, Any]:
    events = register_views.timeline(site)
    return {
        "events": events,
        "topics": _titles(site, (event.topic for event in events)),
        "years": register_views.timeline_years(events),
        "kinds": sorted({event.kind for event in events}),
    }


def _launch_week(site: Site) -> dict[str, Any]:
    works = [view_reference(site, key) for key in register_views.launch_week(site)]
    return {"works": works, "kinds": sorted({work.kind for work in works})}


def _titles(site: Site, topics: Iterable[str]) -> dict[str, str]:
    """Return the title of each topic, the sections first and in their order."""
    sections = [section.section for section in site.sections()]
    found = set(topics)
    order = [s for s in sections if s in found] + sorted(found.difference(sections))
    return {topic: topic_title(site, topic) for topic in order}


REGISTERS: dict[str, Callable[[Site], dict[str, Any]]] = {
    "experiments": _experiments,
    "claims": _claims,
    "systems": _systems,
    "coverage": _coverage,
    "timeline": _timeline,
    "launch-week": _launch_week,
}
