"""`kb check`: what is wrong in the knowledge base."""

from __future__ import annotations

import dataclasses
import json
from importlib import import_module
from typing import TYPE_CHECKING

import click

from kb.cli.base import count, root_option
from kb.cli.reading import read_problems
from kb.problems import Problem, Rule, Severity

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@root_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="Lines for people, or one JSON array for programs.",
)
@click.option("--quiet", "-q", is_flag=True, help="Leave out notes: list only what must be mended.")
@click.option("--list", "list_rules", is_flag=True, help="List the rules and stop.")
@click.option("--explain", metavar="CODE", help="Say what one rule wants and why, and stop.")
@click.pass_context
def check(
    context: click.Context,
    root: Path,
    form: str,
    *,
    quiet: bool,
    list_rules: bool,
    explain: str | None,
) -> None:
    """List every problem of the knowledge base.

    Exit code 0: none (notes do not count). 1: problems were found. 2: wrong usage, or no knowledge
    base here.
    """
    if list_rules:
        for rule in _rules():
            click.echo(f"{rule.code}  {rule.severity.value:5}  {rule.summary}")
        return
    if explain:
        _explain(explain)
        return
    problems = read_problems(root)
    shown = [p for p in problems if not (quiet and p.severity is Severity.NOTE)]
    errors = sum(p.severity is Severity.ERROR for p in problems)
    if form == "json":
        click.echo(json.dumps([_as_json(p) for p in shown], ensure_ascii=False, indent=1))
    else:
        for problem in shown:
            click.echo(str(problem))
        notes = len(problems) - errors
        click.echo(f"{count(errors, 'problem')}, {count(notes, 'note')}", err=True)
    context.exit(1 if errors else 0)


def _explain(code: str) -> None:
    rule = next((rule for rule in _rules() if rule.code == code.upper()), None)
    if rule is None:
        raise click.UsageError(f"no rule has this code: {code!r}; kb check --list lists them")
    click.echo(f"{rule.code} ({rule.severity.value}): {rule.summary}.\n\n{rule.why}")


def _rules() -> tuple[Rule, ...]:
    rules: tuple[Rule, ...] = import_module("kb.lint").RULES  # not needed to tell what is known
    return rules


def _as_json(problem: Problem) -> dict[str, object]:
    return {**dataclasses.asdict(problem), "severity": problem.severity.value}
