"""The block of a register: experiments, claims, systems, coverage, the timeline, the launch of o1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kb import register_views
from kb.markdown.block import SiteBlock
from kb.markdown.filters import axis, plain_axis
from kb.markdown.fragments import render_element
from kb.views import topic_title, view_reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from xml.etree import ElementTree as ET

    from kb.markdown.filters import Axis
    from kb.register_views import EntryView
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
    return {"rows": rows, "axes": _entry_axes(rows, "status", "Status")}


def _claims(site: Site) -> dict[str, Any]:
    rows = register_views.claims(site)
    return {"rows": rows, "axes": _entry_axes(rows, "fate", "Stands")}


def _entry_axes(rows: Sequence[EntryView], state: str, label: str) -> tuple[Axis, ...]:
    """Return the filters of experiments or claims; `state` names where such an entry stands."""
    names = {row.topic: row.topic_name for row in rows}
    return (
        axis("topic", "Topic", names, (row.topic for row in rows)),
        plain_axis(state, label, (getattr(row.entry, state).value for row in rows)),
        plain_axis("grade", "Grade", (row.entry.grade.value for row in rows)),
    )


def _systems(site: Site) -> dict[str, Any]:
    rows = register_views.systems(site)
    return {"rows": rows, "axes": [_topic_axis(site, [row.topic for row in rows])]}


def _coverage(site: Site) -> dict[str, Any]:
    rows = register_views.coverage(site)
    kinds = {row.kind: row.kind for row in rows}
    here = ["yes" if row.here else "no" for row in rows]
    return {
        "rows": rows,
        "axes": (
            axis("kind", "Kind", kinds, (row.kind for row in rows)),
            axis("here", "Here", {"yes": "yes", "no": "no"}, here),
        ),
    }


def _timeline(site: Site) -> dict[str, Any]:
    events = register_views.timeline(site)
    return {
        "events": events,
        "topics": _titles(site, (event.topic for event in events)),
        "years": register_views.timeline_years(events),
        "axes": (
            _topic_axis(site, [event.topic for event in events]),
            plain_axis("year", "Year", (str(event.date.year) for event in events)),
            plain_axis("kind", "Kind", (event.kind for event in events)),
        ),
    }


def _launch_week(site: Site) -> dict[str, Any]:
    works = [view_reference(site, key) for key in register_views.launch_week(site)]
    return {"works": works, "axes": [plain_axis("kind", "Kind", (work.kind for work in works))]}


def _topic_axis(site: Site, held: Sequence[str]) -> Axis:
    return axis("topic", "Topic", _titles(site, held), held)


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
