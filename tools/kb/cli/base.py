"""What the commands share: where the base is, and how one that is not there is reported."""

from __future__ import annotations

from pathlib import Path

import click

from kb.site import Site, load_site

root_option = click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="The folder that holds docs/ and refs/. Default: here.",
)


def read_site(root: Path) -> Site:
    """Return the site below `root`; one that cannot be read is wrong usage (exit code 2)."""
    try:
        return load_site(root)
    except OSError as error:
        raise click.UsageError(str(error)) from error


def hand_down(context: click.Context, **options: object) -> None:
    """Let options before a subcommand mean what they mean behind it, where they may be given again."""
    group = context.command
    if isinstance(group, click.Group):
        given = {name: str(value) for name, value in options.items()}
        context.default_map = dict.fromkeys(group.commands, given)


def count(number: int, noun: str) -> str:
    """Return `1 note`, `2 notes`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
