"""What day it is, for the commands that date things or count from it."""

from __future__ import annotations

import datetime
from typing import Any, TypeVar

import click

from kb.arxiv.settings import system_timing

_Command = TypeVar("_Command")


def today() -> datetime.date:
    """Return the day it is, in UTC: the dates of one base are those of one calendar, whoever writes them."""
    return system_timing().now().date()


def today_option(command: _Command) -> _Command:
    """Give a command the option --today, a date; without it the day is that of the clock."""
    option = click.option(
        "--today",
        metavar="DATE",
        callback=_read,
        help="The day to count from, such as 2026-11-21. Default: the day it is.",
    )
    return option(command)  # type: ignore[type-var]


def _read(_context: click.Context, _parameter: Any, value: str | None) -> datetime.date:
    if value is None:
        return today()
    try:
        return datetime.date.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is not a date such as 2026-11-21") from error
