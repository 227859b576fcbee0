"""What the registers show: rows of experiments, claims, systems, coverage; timeline, launch of o1.

Worked out from the site, never typed. No HTML; what is a link is a path below docs/.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.ids import CiteKey
from kb.model import PartialDate
from kb.registers.record import Claim, Experiment
from kb.transcript_views import transcript_path
from kb.views import Address, link_of, page_title, topic_title, view_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kb.registers.coverage import Home
    from kb.registers.files import Entered
    from kb.registers.record import Saying, System
    from kb.site import Site

FIRST_YEAR = 2022  # the timeline's; what is older stands below its table's fold
LAUNCH = (PartialDate(2024, 8), PartialDate(2024, 11, 30))  # of o1: rumors to echoes
LAUNCH_KINDS = ("social post", "newsletter", "news")


@dataclass(frozen=True, slots=True)
class EntryView:
    """An experiment or claim with its note and its source as links."""

    entry: Experiment | Claim
    note: Address
    source: Address
    topic: str
    topic_name: str


@dataclass(frozen=True, slots=True)
class SystemView:
    """A system with the note that speaks of it most, and each saying with its source as a link."""

    system: System
    note: Address
    topic: str
    said: tuple[tuple[Saying, Address], ...]


@dataclass(frozen=True, slots=True)
class CoverageView:
    """An item of the source documents, and where it is spelled out or why it is not."""

    id: str
    kind: str
    here: bool  # False: left out, and the place gives the reason
    place: Address


@dataclass(frozen=True, slots=True)
class Event:
    """One dated thing: a work, an experiment, a transcript. `place` is in percent of the picture's width."""

    date: PartialDate
    kind: str
    title: str
    href: str
    topic: str
    place: float


def experiments(site: Site) -> tuple[EntryView, ...]:
    """Return every experiment, in the order of the sections and their notes."""
    return tuple(_entries(site, site.registers.experiments))


def claims(site: Site) -> tuple[EntryView, ...]:
    """Return every claim, in the order of the sections and their notes."""
    return tuple(_entries(site, site.registers.claims))


def systems(site: Site) -> tuple[SystemView, ...]:
    """Return every system spoken of, in the order of the register."""
    return tuple(
        SystemView(
            system,
            _note(site, system.note),
            system.note.partition("/")[0],
            tuple((saying, link_of(site, saying.source)) for saying in system.said),
        )
        for system in site.registers.systems
    )


def coverage(site: Site) -> tuple[CoverageView, ...]:
    """Return every item of the source documents, in the order of the file."""
    return tuple(
        CoverageView(name, item.kind.value, item.home is not None, place_of(site, item.place))
        for name, item in site.registers.coverage.items()
    )


def place_of(site: Site, home: Home) -> Address:
    """Return the link to a place, called by what stands there; no link if there is no such page."""
    folder, _, name = home.path.removesuffix(".md").rpartition("/")
    entry = _titles_of(site, name).get(home.anchor) if folder == "registers" else None
    if entry:
        return Address(entry, f"/{home}")
    if folder == "references" and CiteKey(name) in site.references:
        view = view_reference(site, CiteKey(name))
        return Address(f"{view.label.in_sentence()}: {view.plain_title}", f"/{home}")
    if folder == "transcripts" and name in site.transcripts:
        return Address(site.transcripts[name].transcript.title, f"/{home}")
    page = site.pages.get(home.path)
    if page is None:
        return Address(str(home), "")
    heading = next((h.text for h in page.scan.headings if h.anchor == home.anchor), "")
    title = page_title(site, page)
    return Address(f"{title} › {heading}" if heading else title, f"/{home}")


def row_anchors(site: Site, register: str) -> frozenset[str]:
    """Return the anchors of the rows of a register, none for one whose rows have none."""
    if register == "launch-week":
        return frozenset(key.text for key in launch_week(site))
    if register == "coverage":
        return frozenset(site.registers.coverage)
    return frozenset(_titles_of(site, register))


def timeline(site: Site) -> tuple[Event, ...]:
    """Return works, experiments and transcripts with a date from `FIRST_YEAR` on, by date."""
    found = [event for event in _events(site) if event.date.year >= FIRST_YEAR]
    return tuple(sorted(found, key=lambda event: (event.date.order, event.title)))


def timeline_years(events: Iterable[Event]) -> tuple[tuple[int, float], ...]:
    """Return each year of the picture with the place of its first day."""
    last = max((event.date.year for event in events), default=FIRST_YEAR)
    return tuple((year, _place(PartialDate(year), last)) for year in range(FIRST_YEAR, last + 1))


def launch_week(site: Site) -> tuple[CiteKey, ...]:
    """Return what was posted and printed around the launch of o1, in the order of time."""
    first, last = LAUNCH
    found = [
        reference
        for reference in site.references.values()
        if reference.topic == "launch-week"
        or (
            reference.date
            and first.order <= reference.date.order <= last.order
            and view_reference(site, reference.key).kind in LAUNCH_KINDS
        )
    ]
    # What has no date cannot be put in order: it comes last.
    late = (9999, 0, 0)
    found.sort(key=lambda r: (r.date.order if r.date else late, r.key))
    return tuple(reference.key for reference in found)


def _titles_of(site: Site, register: str) -> Mapping[str, str]:
    """Return what each row of a register of our own writing is called, by its id."""
    held = site.registers
    if register == "experiments":
        return {
            one.entry.id: one.entry.title
            for one in held.experiments
            if isinstance(one.entry, Experiment)
        }
    if register == "claims":
        return {
            one.entry.id: one.entry.claim for one in held.claims if isinstance(one.entry, Claim)
        }
    return {one.id: one.name for one in held.systems} if register == "systems" else {}


def _entries(site: Site, entered: Iterable[Entered]) -> Iterator[EntryView]:
    order = [page.path for section in site.sections() for page in site.notes(section.section)]
    by_note = sorted(
        entered, key=lambda one: order.index(one.note) if one.note in order else len(order)
    )
    for one in by_note:
        topic = one.note.partition("/")[0]
        yield EntryView(
            one.entry,
            _note(site, one.note),
            link_of(site, one.entry.source),
            topic,
            topic_title(site, topic),
        )


def _note(site: Site, path: str) -> Address:
    page = site.pages.get(path)
    return Address(page_title(site, page) if page else path, f"/{path}" if page else "")


def _events(site: Site) -> Iterator[Event]:
    dated = list(_dated(site))
    last = max((date.year for date, *_ in dated), default=FIRST_YEAR)
    for date, kind, title, href, topic in dated:
        yield Event(date, kind, title, href, topic, _place(date, last))


def _dated(site: Site) -> Iterator[tuple[PartialDate, str, str, str, str]]:
    for key, reference in site.references.items():
        if reference.date:
            view = view_reference(site, key)
            title = f"{view.label.authors}: {view.plain_title}"
            yield reference.date, view.kind, title, view.href, reference.topic
    for one in site.registers.experiments:
        if isinstance(one.entry, Experiment) and isinstance(one.entry.date, PartialDate):
            href = f"/registers/experiments.md#{one.entry.id}"
            yield one.entry.date, "experiment", one.entry.title, href, one.note.partition("/")[0]
    for slug, record in site.transcripts.items():
        said = record.transcript.provenance.date
        if isinstance(said, PartialDate):
            href = f"/{transcript_path(slug)}"
            yield said, "transcript", record.transcript.title, href, str(record.transcript.topic)


def _place(date: PartialDate, last_year: int) -> float:
    """Return where a date stands between the first day of `FIRST_YEAR` and the end of `last_year`."""
    start = datetime.date(FIRST_YEAR, 1, 1)
    day = datetime.date(date.year, date.month or 1, date.day or 1)
    whole = (datetime.date(last_year + 1, 1, 1) - start).days
    return round(100 * (day - start).days / whole, 2)
