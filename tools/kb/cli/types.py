"""Types of parameters that several commands take."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any

import click

from kb.notes.question import parse_source, parse_words
from kb.notes.values import read_partial_date

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.model import PartialDate
    from kb.notes.question import Source


class _Value(click.Choice):  # type: ignore[type-arg]
    """The value of an enumeration, spelled as files spell it."""

    def __init__(self, kind: type[enum.Enum]) -> None:
        super().__init__([one.value for one in kind])
        self.kind = kind

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> enum.Enum:
        """Return the member, or fail as wrong usage."""
        return (
            value if isinstance(value, enum.Enum) else self.kind(super().convert(value, param, ctx))
        )


class PartialDateType(click.ParamType):  # type: ignore[type-arg]
    """A date known to the year, the month or the day."""

    name = "date"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> PartialDate:
        """Return the date, or fail as wrong usage."""
        try:
            return read_partial_date(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a date such as 2025, 2025-01 or 2025-01-15", param, ctx)


class LineType(click.ParamType):  # type: ignore[type-arg]
    """A text on one line, without what nobody can see."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text, or fail as wrong usage."""
        if value == "":  # what an option holds that is not given
            return ""
        try:
            return parse_words(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a text on one line", param, ctx)


class SourceType(click.ParamType):  # type: ignore[type-arg]
    """A source as files spell it: `@key`, `@t:slug#3`, `computed: name`."""

    name = "source"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Source:
        """Return the source, or fail as wrong usage."""
        try:
            return parse_source(str(value))
        except ValueError:
            self.fail(
                f"{value!r} is not @key, @t:slug, @t:slug#turn or 'computed: name'", param, ctx
            )


def value_option(name: str, kind: type[enum.Enum], text: str, **more: Any) -> Callable[[Any], Any]:
    """Return the decorator that gives a command an option for a value of `kind`."""
    return click.option(name, type=_Value(kind), help=text, **more)
