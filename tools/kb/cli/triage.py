"""Candidates one after the other, one key each. What was chosen is carried out at the end."""

from __future__ import annotations

import shutil
import textwrap
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from kb.arxiv.records import clean_text
from kb.cli.base import count
from kb.cli.deciding import Choices

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from kb.watch.inbox import Candidate
    from kb.watch.item import ItemId

REASONS = {"1": "off topic", "2": "nothing new", "3": "too thin"}
LATER_DAYS = 14
_MOVES = {"s": ("skipped", 1), "b": ("back", -1)}
_KEYS = (
    "a accept   1 off topic   2 nothing new   3 too thin   r reject, with a reason of your own\n"
    "l later    s skip        o open          b back       q done: carry it out   Ctrl-C drop it all"
)


@dataclass
class _Session:
    """What was chosen so far, by id, in order."""

    accept: dict[ItemId, None] = field(default_factory=dict)
    reject: dict[ItemId, str] = field(default_factory=dict)
    later: dict[ItemId, datetime.date] = field(default_factory=dict)

    def forget(self, id_: ItemId) -> None:
        self.accept.pop(id_, None)
        self.reject.pop(id_, None)
        self.later.pop(id_, None)

    @property
    def choices(self) -> Choices:
        return Choices(tuple(self.accept), self.reject, self.later)


def triage(candidates: Sequence[Candidate], today: datetime.date) -> Choices:
    """Show each candidate and take one key for it. Raises click.Abort on Ctrl-C: nothing is decided."""
    session = _Session()
    at = 0
    click.echo(_KEYS)
    while at < len(candidates):
        candidate = candidates[at]
        session.forget(candidate.id)
        _show(candidate, at + 1, len(candidates))
        key = click.getchar()
        if key == "q":
            break
        at = max(at + _take(key, candidate, session, today), 0)
    return session.choices


def _take(key: str, candidate: Candidate, session: _Session, today: datetime.date) -> int:
    """Carry a key into the session. Return how many candidates to go on."""
    if key in _MOVES:
        return _say(*_MOVES[key])
    if key == "o":
        click.launch(candidate.id.url)
        return 0
    if key == "a":
        session.accept[candidate.id] = None
        return _say("accepted")
    if key == "l":
        session.later[candidate.id] = today + timedelta(days=LATER_DAYS)
        return _say(f"later: again on {session.later[candidate.id]}")
    if key not in (*REASONS, "r"):
        return _say(f"no such key: {key!r}\n{_KEYS}", 0)
    reason = REASONS.get(key) or clean_text(click.prompt("reason", default="", show_default=False))
    if reason:
        session.reject[candidate.id] = reason
    return _say(f"rejected: {reason}") if reason else _say("no reason, so not rejected", 0)


def _say(text: str, step: int = 1) -> int:
    click.secho(f"  {text}", dim=True)
    return step


def _show(candidate: Candidate, number: int, total: int) -> None:
    width = min(shutil.get_terminal_size().columns, 100)
    about = [candidate.topic or "no topic", count(candidate.points, "point")]
    about += [f"question: {slug}" for slug in candidate.questions]
    click.echo(f"\n{number} of {total}  {' · '.join(about)}")
    click.secho(textwrap.fill(candidate.title, width), bold=True)
    people = ", ".join(candidate.authors)
    day = str(candidate.date) if candidate.date else ""
    click.echo("  ".join(filter(None, [people, day, candidate.id.url])))
    if candidate.why:
        click.echo(textwrap.fill(candidate.why, width, initial_indent="  ", subsequent_indent="  "))
