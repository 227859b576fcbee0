"""What became of a paper since it came into the store: told once by a sync, kept in the lock file. Pure."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast, get_args

from kb.arxiv.convert import stored_fields
from kb.arxiv.meaning import same_meaning
from kb.bib.fields import shown
from kb.bib.tex import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kb.arxiv.records import ArxivRecord

What = Literal["withdrawn", "reinstated", "replaced", "renamed", "authors"]
# Which field tells of it. The other kinds are told by the version and by what the comment says.
_FIELDS: dict[str, What] = {"title": "renamed", "author": "authors"}
_SHOWN = 120  # characters of a title or list of authors


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """One thing that happened to a paper on arXiv.

    `date` is the day on which a sync saw it, `version` the one that brought it (0 if arXiv did not say).
    `before` is what it replaced: a version such as `v1`, or a title or list of authors in TeX.
    """

    date: datetime.date
    version: int
    what: What
    before: str = ""

    def __str__(self) -> str:
        """Return what happened in words, without the day."""
        came = f" with v{self.version}" if self.version else ""
        before = plain_text(self.before)
        was = f"before: {shown(before, _SHOWN)}"
        return {
            "withdrawn": f"withdrawn{came}",
            "reinstated": f"no longer withdrawn{came}",
            "replaced": f"{before} replaced by v{self.version}",
            "renamed": f"renamed{came}, {was}",
            "authors": f"authors changed{came}, {was}",
        }[self.what]


@dataclass(frozen=True, slots=True)
class Mark:
    """What a page shows beside a paper: a word or two, and the sentence behind them."""

    text: str
    detail: str


def find_events(
    old: Mapping[str, str],
    old_version: int | None,
    record: ArxivRecord,
    today: datetime.date,
    *,
    was_withdrawn: bool = False,
) -> Iterator[Event]:
    """Yield what `record` has that arXiv did not say before: `old` fields, an `old_version`.

    A field that `old` lacks was not known, so it did not change.
    """
    version = record.id.version or 0
    if record.withdrawn != was_withdrawn:
        yield Event(today, version, "withdrawn" if record.withdrawn else "reinstated")
    if old_version and version > old_version:
        yield Event(today, version, "replaced", f"v{old_version}")
    now = stored_fields(record)
    for field, what in _FIELDS.items():
        said = old.get(field, "")
        if said and not same_meaning(field, said, now.get(field, "")):
            yield Event(today, version, what, said)


def unseen_events(
    events: Iterable[Event], read: int | None, updated: datetime.date | None
) -> tuple[Event, ...]:
    """Return the events that somebody who read version `read`, or wrote on the day `updated`, cannot know.

    A new version alone is nothing to tell who says which one was read: `rules.check_read` does. A
    withdrawal has a rule of its own.
    """
    return tuple(
        event
        for event in events
        if event.what in ("replaced", "renamed", "authors")
        and not (read and (event.what == "replaced" or event.version <= read))
        and not (updated and event.date <= updated)
    )


def marks(events: Iterable[Event]) -> tuple[Mark, ...]:
    """Return what to show beside a paper wherever it is cited: the last event of each kind."""
    last = {event.what: event for event in sorted(events)}
    words = {
        "replaced": "v{version} since {date}",
        "renamed": "renamed",
        "authors": "authors changed",
    }
    return tuple(
        Mark(text.format(version=event.version, date=event.date), f"{event.date}: {event}")
        for what, text in words.items()
        if (event := last.get(cast("What", what)))
    )


def event_to_json(event: Event) -> dict[str, str]:
    """Return an event as the lock file holds it; `parse_event` gives it back."""
    version = {"version": f"v{event.version}"} if event.version else {}
    before = {"before": event.before} if event.before else {}
    return {"date": event.date.isoformat(), "what": event.what, **version, **before}


def parse_event(value: Mapping[str, str]) -> Event:
    """Return the event that a lock file holds. Raises ValueError, KeyError, TypeError or AttributeError."""
    if value["what"] not in get_args(What):
        raise ValueError(f"what must be one of {', '.join(get_args(What))}: {value['what']!r}")
    return Event(
        datetime.date.fromisoformat(value["date"]),
        int(value.get("version", "v0").removeprefix("v")),
        cast("What", value["what"]),
        str(value.get("before", "")),
    )
