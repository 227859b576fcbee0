"""Plain values of this package to bytes and back: what is kept in files, and what a second process hands over.

Knows nothing of what they mean.
"""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import gc
import io
import pickle
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def to_bytes(value: Any) -> bytes:
    """Return `value`, which consists of values of this package, in a form that `from_bytes` reads."""
    written = io.BytesIO()
    pickler = pickle.Pickler(written, protocol=5)
    pickler.dispatch_table = _Reducers()
    pickler.dump(value)
    return written.getvalue()


def from_bytes(content: bytes) -> Any:
    """Return the value. Raises whatever `pickle` does for what is none, and makes nothing else of it."""
    collects = gc.isenabled()
    gc.disable()  # nothing that is read can be garbage, and looking for it takes half of the time
    try:
        return _Reader(io.BytesIO(content)).load()
    finally:
        if collects:
            gc.enable()


class _Reducers(dict[type, "Callable[[Any], tuple[Any, ...]]"]):
    """How values of each type are taken apart, found out once a type.

    A frozen dataclass whose fields have an order becomes the call of its class: what pickle does by
    itself with one that has slots takes twice as long. What it remembers beside its fields is left out.
    """

    def __init__(self) -> None:
        super().__init__({MappingProxyType: lambda held: (_read_only, (dict(held),))})

    def __missing__(self, kind: type) -> Callable[[Any], tuple[Any, ...]]:
        if not dataclasses.is_dataclass(kind) or not kind.__dataclass_params__.frozen:  # type: ignore[attr-defined]
            raise KeyError(kind)
        fields = dataclasses.fields(kind)
        if not fields or any(field.kw_only or not field.init for field in fields):
            raise KeyError(kind)  # left to pickle
        take = attrgetter(*(field.name for field in fields))
        one = len(fields) == 1  # of which attrgetter makes no tuple
        reduce = (
            (lambda value: (kind, (take(value),))) if one else lambda value: (kind, take(value))
        )
        self[kind] = reduce
        return reduce


def _read_only(held: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(held)


_PLAIN = {
    ("datetime", "date"): datetime.date,
    ("datetime", "datetime"): datetime.datetime,
    ("decimal", "Decimal"): decimal.Decimal,
    (__name__, _read_only.__name__): _read_only,
}


class _Reader(pickle.Unpickler):
    """Reads values of this package and nothing else: no other code may run because a file says so."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN:
            return _PLAIN[module, name]
        found = super().find_class(module, name) if module.startswith("kb.") else None
        is_value = isinstance(found, type) and (
            dataclasses.is_dataclass(found) or issubclass(found, enum.Enum | str | tuple | int)
        )
        if not is_value:
            raise pickle.UnpicklingError(f"no value of this package: {module}.{name}")
        return found
