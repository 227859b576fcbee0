"""Hands out an object again where nothing about it has changed, so that two states are compared by `is`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

_T = TypeVar("_T")


class Lasting:
    """What one state after another was put together from. Only what the last one asked for is kept."""

    def __init__(self) -> None:
        self._before: dict[Hashable, Any] = {}
        self._now: dict[Hashable, Any] = {}

    def next(self) -> None:
        """Begin another state."""
        self._before, self._now = self._now, {}

    def same(self, name: Hashable, value: _T) -> _T:
        """Return what had this name in the last state if it equals `value`, else `value`."""
        before: _T | None = self._before.get(name)
        kept = before if before is not None and before == value else value
        self._now[name] = kept
        return kept

    def of(self, function: Callable[..., _T], *objects: Any) -> _T:
        """Return `function(*objects)`: what it returned in the last state if it got these very objects."""
        name = (function, *map(id, objects))
        # The objects are kept with it: no other can have their place in memory meanwhile.
        found: tuple[_T, Any] = self._before.get(name) or (function(*objects), objects)
        self._now[name] = found
        return found[0]
