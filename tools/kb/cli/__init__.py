"""The console command `kb`: one module a command. The only package that prints or exits."""

from __future__ import annotations

import traceback
from importlib import import_module
from typing import Any

import click

# Where each command is; it is imported when it is called, so that none pays for the others.
_COMMANDS = {
    "add": "kb.cli.add",
    "check": "kb.cli.check",
    "compute": "kb.cli.compute",
    "inbox": "kb.cli.inbox",
    "question": "kb.cli.question",
    "questions": "kb.cli.questions",
    "refs": "kb.cli.refs",
    "sync": "kb.cli.sync",
    "transcript": "kb.cli.transcript",
    "watch": "kb.cli.watch",
}


class _LateGroup(click.Group):
    """A group that imports a command when somebody asks for it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = getattr(import_module(_COMMANDS[cmd_name]), cmd_name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{_COMMANDS[cmd_name]} has no command {cmd_name}")
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. A crash exits 2: 1 says that problems were found."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:  # who reads has seen enough, as `head` has; click ends in silence
            raise
        except Exception:  # noqa: BLE001 - shown in full, and told apart from what a check finds
            click.echo(traceback.format_exc(), err=True)
            ctx.exit(2)


@click.group(cls=_LateGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="latent-notes", prog_name="kb")
def main() -> None:
    """Work on a base of Markdown notes and BibTeX references.

    \b
    kb refs hao latent    find a reference and its key
    kb add 2412.06769     a paper from arXiv into the store
    kb sync               bring all references up to date
    kb watch              what is new for our topics
    kb inbox              decide on it
    kb compute digits …   work out a figure
    kb questions          what is open, and which way the evidence points
    kb check              what is wrong, and the way out
    """
