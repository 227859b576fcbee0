"""The filters above a table: one for each axis, with how many rows have each of its values."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Axis:
    """A filter: its name in the address, its label, its values as a filter knows and as it shows them."""

    name: str
    label: str
    values: tuple[tuple[str, str], ...]
    many: bool = False  # a row may have several values


def axis(
    name: str, label: str, names: Mapping[str, str], held: Iterable[str], *, many: bool = False
) -> Axis:
    """Return a filter with the values that some row has, in the order of `names`; `held` is all rows'."""
    times = Counter(held)
    values = (
        (value, f"{shown} ({times[value]})") for value, shown in names.items() if times[value]
    )
    return Axis(name, label, tuple(values), many)


def plain_axis(name: str, label: str, held: Iterable[str], *, newest: bool = False) -> Axis:
    """Return a filter whose values are words or years and are shown as they are, in their order."""
    found = list(held)
    order = sorted(set(found), key=str.casefold, reverse=newest)
    return axis(name, label, {value: value for value in order}, found)
