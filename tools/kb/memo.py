"""What functions of text returned, by their arguments: worked out once, and kept over runs by `kb.cache`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_T = TypeVar("_T")


class Memo:
    """Calls functions whose results follow from their arguments alone, each with the same ones once.

    A result is found by the arguments themselves, no digest of them, so it is never another's.
    """

    def __init__(self, known: Mapping[tuple[Any, ...], Any] | None = None) -> None:
        self._known = known or {}
        self.used: dict[tuple[Any, ...], Any] = {}  # of this run: what nobody asked for is not kept

    def __call__(self, function: Callable[..., _T], *args: Any) -> _T:
        """Return `function(*args)`. No two functions asked here may have the same name."""
        key = (function.__name__, *args)
        if key not in self.used:
            self.used[key] = self._known[key] if key in self._known else function(*args)
        found: _T = self.used[key]
        return found

    def is_as_known(self) -> bool:
        """Tell whether everything asked for was known, and everything known was asked for."""
        return self.used.keys() == self._known.keys()
