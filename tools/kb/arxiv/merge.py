"""Three-way merge of an entry's fields: what arXiv said, what we have, what arXiv says. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from kb.arxiv.meaning import keep_braces, same_meaning

if TYPE_CHECKING:
    from collections.abc import Mapping

Side: TypeAlias = Literal["ours", "theirs"]


@dataclass(frozen=True, slots=True)
class Change:
    """A field that takes arXiv's value; None stands for no field."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that both sides changed. `ours` stays until a human settles it."""

    field: str
    base: str | None
    ours: str | None
    theirs: str | None


@dataclass(frozen=True, slots=True)
class Merged:
    """What to change, what to ask, and what to remember.

    `kept` names the fields where what we have differs from arXiv's on purpose. `base` is what the
    next merge starts from: arXiv's values, but the old ones where a conflict is open.
    """

    changes: tuple[Change, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    kept: tuple[str, ...] = ()
    base: tuple[tuple[str, str], ...] = ()

    @property
    def differing(self) -> frozenset[str]:
        """The fields in which the two sides do not say the same."""
        changes = (change.field for change in self.changes)
        return frozenset((*changes, *(conflict.field for conflict in self.conflicts), *self.kept))

    def applied_to(self, ours: Mapping[str, str]) -> dict[str, str]:
        """Return our fields with the changes made."""
        fields = dict(ours)
        for change in self.changes:
            if change.after is None:
                fields.pop(change.field, None)
            else:
                fields[change.field] = change.after
        return fields


def merge(
    base: Mapping[str, str] | None, ours: Mapping[str, str], theirs: Mapping[str, str]
) -> Merged:
    """Return how fields (name in lower case to TeX value) of one entry come together.

    Only theirs moved since `base`: taken. Only ours: kept for good. Both, to different ends: ours
    is kept and a conflict told. Moving is a matter of meaning (`same_meaning`). No other field of
    ours than those of `base` and `theirs` is looked at.

    `base` None means that what arXiv said is lost, and nothing is touched. An empty one means that
    arXiv said nothing before, so what we lack is filled in.
    """
    changes, conflicts, kept, following = [], [], [], {}
    for field in dict.fromkeys((*theirs, *(base or ()))):
        was, mine, new = (side.get(field) or None for side in (base or {}, ours, theirs))
        following[field] = new
        if _same(field, mine, new):
            continue
        if base is None or _same(field, was, new):
            kept.append(field)
        elif _same(field, was, mine):
            changes.append(Change(field, mine, _in_our_style(field, mine, new)))
        else:
            conflicts.append(Conflict(field, was, mine, new))
            following[field] = was
    return Merged(
        tuple(changes),
        tuple(conflicts),
        tuple(kept),
        tuple((field, value) for field, value in following.items() if value is not None),
    )


def settle(
    merged: Merged,
    ours: Mapping[str, str],
    theirs: Mapping[str, str],
    choices: Mapping[str, Side],
) -> Merged:
    """Return `merged` with what a human decided: whose value of which field stands from now on.

    A conflict settled either way is over, since arXiv's word becomes the base. What differs on
    purpose takes arXiv's value if that was chosen, and what arXiv alone changed stays if ours was.
    """
    following = dict(merged.base)
    conflicts = {conflict.field for conflict in merged.conflicts}
    for field in conflicts & choices.keys():
        following.pop(field, None)
        following |= {field: theirs[field]} if theirs.get(field) else {}
    theirs_stand = {
        field
        for field, side in choices.items()
        if side == "theirs" and field in {*conflicts, *merged.kept}
    }
    ours_stand = {field for field, side in choices.items() if side == "ours"}
    taken = (
        Change(
            field, mine := ours.get(field) or None, _in_our_style(field, mine, theirs.get(field))
        )
        for field in sorted(theirs_stand)
    )
    stay = (change.field for change in merged.changes if change.field in ours_stand)
    return Merged(
        (*(change for change in merged.changes if change.field not in ours_stand), *taken),
        tuple(conflict for conflict in merged.conflicts if conflict.field not in choices),
        (*(field for field in merged.kept if field not in theirs_stand), *stay),
        tuple(following.items()),
    )


def _same(field: str, one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return one is other
    return same_meaning(field, one, other)


def _in_our_style(field: str, mine: str | None, new: str | None) -> str | None:
    return keep_braces(mine, new) if field == "title" and mine and new else new
