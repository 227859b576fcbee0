"""`refs/arxiv.lock.json`: what arXiv last said of each entry, which is the base of the merge.

Text to values and back. One entry a key, sorted, one field a line, so that git merges it well.
"""

from __future__ import annotations

import datetime
import json
from collections import Counter
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, cast

from kb.arxiv.history import Event, event_to_json, parse_event
from kb.arxiv.meaning import same_meaning
from kb.ids import ArxivId, CiteKey, parse_arxiv_id
from kb.problems import Problem, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

LOCK_PATH = "refs/arxiv.lock.json"
_FORMAT = 1

DAMAGED = Rule(
    "KB606",
    "the lock file must be readable",
    "Without what arXiv said last, nobody can tell whose change a difference is; a sync then touches "
    "nothing that differs and writes the file anew.",
)
RULES = (DAMAGED,)

Source = Literal["arxiv", "facts"]


@dataclass(frozen=True, slots=True)
class Locked:
    """What arXiv said of one entry: `fields` as `convert.stored_fields` gives them.

    `since` is the day on which these values were first seen. `source` is `facts` if a server other
    than arXiv's told; the next sync with arXiv replaces it. `events` says what became of the paper
    since it came into the store. `pending` are the fields that a sync was about to bring into the
    entry when this was written: what of them is there has been said by arXiv.
    """

    id: ArxivId
    fields: Mapping[str, str]
    since: datetime.date
    source: Source = "arxiv"
    withdrawn: bool = False
    events: tuple[Event, ...] = ()
    pending: Mapping[str, str] | None = None

    def base(self, ours: Mapping[str, str]) -> Mapping[str, str]:
        """Return what arXiv had said when a sync last wrote `ours`, even if it was cut off then."""
        if self.pending is None:
            return self.fields
        fields = dict(self.fields)
        for name in {**self.fields, **self.pending}:
            here, value = ours.get(name), self.pending.get(name)
            if here == value or (here and value and same_meaning(name, here, value)):
                fields.pop(name, None)
                fields |= {} if value is None else {name: value}
        return MappingProxyType(fields)


@dataclass(frozen=True, slots=True)
class Lock:
    """The file's content. `trusted` is false if it was lost or damaged: then no absence means anything."""

    entries: Mapping[CiteKey, Locked] = field(default_factory=lambda: MappingProxyType({}))
    trusted: bool = True


def parse_lock(text: str | None) -> tuple[Lock, tuple[Problem, ...]]:
    """Return the lock that `text` spells, and what is wrong with it. None is a file that is not there."""
    if text is None:
        return Lock(trusted=False), ()
    try:
        data = json.loads(text, object_pairs_hook=_once)
        entries = data["entries"]
        if data["format"] != _FORMAT or not isinstance(entries, dict):
            raise ValueError("unknown format")  # noqa: TRY301 - one way out for every kind of damage
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        return Lock(trusted=False), (_damaged(line, str(error)),)
    read, problems = {}, []
    for key, value in entries.items():
        try:
            read[CiteKey(key)] = _locked(value)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            problems.append(_damaged(_line_of(text, key), f"{key}: {error}"))
    return Lock(MappingProxyType(read), trusted=not problems), tuple(problems)


def format_lock(entries: Mapping[CiteKey, Locked]) -> str:
    """Return the text of the file. `parse_lock(format_lock(x))` gives x back."""
    data = {
        "about": "What arXiv last said of each entry; `kb sync` writes it and merges with it.",
        "format": _FORMAT,
        "entries": {str(key): _as_json(entries[key]) for key in sorted(entries)},
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON. Raises ValueError if a name stands twice, as after a careless merge."""
    names = Counter(name for name, _ in pairs)
    repeated = next((name for name, times in names.items() if times > 1), None)
    if repeated is not None:
        raise ValueError(f"{repeated} stands twice")
    return dict(pairs)


def _locked(value: Any) -> Locked:
    fields, pending = value["fields"], value.get("pending")
    if not all(isinstance(text, str) for text in (*fields.values(), *(pending or {}).values())):
        raise ValueError("a field must be text")
    source = value.get("source", "arxiv")
    if source not in ("arxiv", "facts"):
        raise ValueError(f"source must be arxiv or facts: {source!r}")
    return Locked(
        id=parse_arxiv_id(value["id"]),
        fields=MappingProxyType(dict(sorted(fields.items()))),
        since=datetime.date.fromisoformat(value["since"]),
        source=cast("Source", source),
        withdrawn=value.get("withdrawn", False) is True,
        events=tuple(parse_event(event) for event in value.get("events", ())),
        pending=None if pending is None else MappingProxyType(dict(sorted(pending.items()))),
    )


def _as_json(locked: Locked) -> dict[str, Any]:
    return {
        "id": str(locked.id),
        "since": locked.since.isoformat(),
        "source": locked.source,
        **({"withdrawn": True} if locked.withdrawn else {}),
        "fields": dict(sorted(locked.fields.items())),
        **({"events": [event_to_json(event) for event in locked.events]} if locked.events else {}),
        **({} if locked.pending is None else {"pending": dict(sorted(locked.pending.items()))}),
    }


def _damaged(line: int, what: str) -> Problem:
    message = f"lock file must be readable: {what!r}"
    return DAMAGED.at(
        LOCK_PATH, line, message, "kb sync writes it anew and touches nothing that differs"
    )


def _line_of(text: str, key: str) -> int:
    at = text.find(json.dumps(key, ensure_ascii=False))
    return text.count("\n", 0, max(at, 0)) + 1
