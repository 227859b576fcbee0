"""What the commands share: where the base is, and how they count."""

from __future__ import annotations

from pathlib import Path

import click

root_option = click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="The folder that holds docs/ and refs/. Default: here.",
)


def hand_down(context: click.Context, **options: object) -> None:
    """Let options before a subcommand mean what they mean behind it, where they may be given again."""
    group = context.command
    if isinstance(group, click.Group):
        given = {name: str(value) for name, value in options.items()}
        context.default_map = dict.fromkeys(group.commands, given)


def count(number: int, noun: str) -> str:
    """Return `1 note`, `2 notes`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
