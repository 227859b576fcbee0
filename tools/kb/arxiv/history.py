"""What became of a paper since it came into the store: told by a sync, kept in the lock file. Pure."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias, cast, get_args

from kb.arxiv.meaning import same_meaning
from kb.bib.fields import shown
from kb.bib.tex import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

What: TypeAlias = Literal["withdrawn", "reinstated", "replaced", "renamed", "authors"]
# Which field tells of it. The other kinds are told by the version and by what the comment says.
_FIELDS: dict[str, What] = {"title": "renamed", "author": "authors"}
_SHOWN = 120  # characters of a title or list of authors


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """One thing that happened to a paper on arXiv.

    `date` is the day on which a sync saw it. `before` is what was: a version such as `v1`, or a
    title or list of authors in TeX. `after` is the version that replaced one.
    """

    date: datetime.date
    what: What
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        """Return what happened in words, without the day."""
        before = f", before: {shown(plain_text(self.before), _SHOWN)}"
        return {
            "withdrawn": "withdrawn",
            "reinstated": "no longer withdrawn",
            "replaced": f"{self.before} replaced by {self.after}",
            "renamed": f"renamed{before}",
            "authors": f"authors changed{before}",
        }[self.what]


@dataclass(frozen=True, slots=True)
class Mark:
    """What a page shows beside a paper: a word or two, and the sentence behind them."""

    text: str
    detail: str


@dataclass(frozen=True, slots=True)
class State:
    """How a paper is: its version (0 if nobody said), whether it is withdrawn, its stored fields."""

    version: int
    withdrawn: bool
    fields: Mapping[str, str]


def find_events(old: State, new: State, today: datetime.date) -> Iterator[Event]:
    """Yield what became of a paper. A field that `old` lacks was not known, so it did not change."""
    if new.withdrawn != old.withdrawn:
        yield Event(today, "withdrawn" if new.withdrawn else "reinstated")
    if new.version > old.version > 0:
        yield Event(today, "replaced", f"v{old.version}", f"v{new.version}")
    for field, what in _FIELDS.items():
        said = old.fields.get(field, "")
        if said and not same_meaning(field, said, new.fields.get(field, "")):
            yield Event(today, what, said)


def join_events(
    past: Iterable[Event], new: Iterable[Event], now: Mapping[str, str]
) -> tuple[Event, ...]:
    """Return what is to be kept: one event of a kind, with what was when the paper came.

    So it makes no difference how often somebody looked meanwhile. What is again as it was is over:
    `now` has the fields as they are.
    """
    kept = {event.what: event for event in past}
    for event in new:
        first = kept.get(event.what, event)
        kept[event.what] = replace(event, before=first.before)
    if kept.pop("reinstated", None):
        kept.pop("withdrawn", None)
    for field, what in _FIELDS.items():
        if what in kept and same_meaning(field, kept[what].before, now.get(field, "")):
            del kept[what]
    return tuple(kept[what] for what in get_args(What) if what in kept)


def unseen_events(
    events: Iterable[Event], read: str | None, newest: str, updated: datetime.date | None
) -> tuple[Event, ...]:
    """Return the events that a page cannot know which says that it `read` a version such as `v1`.

    Without it, what was `updated` after an event is taken to know of it. That a version is older than
    the `newest` has a rule of its own (`rules.check_read`), and so has a withdrawal.
    """
    return tuple(
        event
        for event in events
        if event.what != "withdrawn"
        and read != newest
        and not (read and event.what == "replaced")
        and not (updated and event.date <= updated)
    )


def marks(events: Iterable[Event]) -> tuple[Mark, ...]:
    """Return what to show beside a paper wherever it is cited, but for a withdrawal."""
    words = {"renamed": "renamed", "authors": "authors changed"}
    return tuple(
        Mark(words.get(event.what, f"{event.after} since {event.date}"), f"{event.date}: {event}")
        for event in events
        if event.what != "withdrawn"
    )


def event_to_json(event: Event) -> dict[str, str]:
    """Return an event as the lock file holds it; `parse_event` gives it back."""
    said = {"before": event.before, "after": event.after}
    given = {name: text for name, text in said.items() if text}
    return {"date": event.date.isoformat(), "what": event.what, **given}


def parse_event(value: Mapping[str, str]) -> Event:
    """Return the event that a lock file holds.

    Raises ValueError, KeyError, TypeError or AttributeError if it is of another form.
    """
    if value["what"] not in get_args(What):
        raise ValueError(f"what must be one of {', '.join(get_args(What))}: {value['what']!r}")
    texts = value.get("before", ""), value.get("after", "")
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("before and after must be text")
    return Event(datetime.date.fromisoformat(value["date"]), cast("What", value["what"]), *texts)
