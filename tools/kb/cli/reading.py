"""How a command reads the base: what is there, what is wrong with it, and what if there is none."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

import click

from kb.cache import cache_of
from kb.sources import digest_of, load_sources

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kb.cache import Cache
    from kb.problems import Problem
    from kb.site import Site


def read_site(root: Path) -> Site:
    """Return the site below `root`; one that cannot be read is wrong usage (exit code 2)."""
    with _wrong_usage():
        site: Site = import_module("kb.reading").Reader().read(root)
        return site


def read_problems(root: Path) -> tuple[Problem, ...]:
    """Return what is wrong with the base below `root`: as said before, if no byte has changed since."""
    with _wrong_usage():
        key = digest_of(load_sources(root))
    cache = cache_of(root)
    problems: tuple[Problem, ...] | None = cache.get("problems", key)
    if problems is None:
        gc.disable()  # the command ends before any garbage matters
        problems = _worked_out(root, cache)
        cache.put("problems", problems, key)
    return problems


def _worked_out(root: Path, cache: Cache) -> tuple[Problem, ...]:
    # Imported only now, which takes longer than all the rest; the checks, while others parse the pages.
    site, reading = import_module("kb.site"), import_module("kb.reading")
    with _wrong_usage():
        past = reading.Past(cache, meanwhile=lambda: import_module("kb.lint"))
        base = site.load_site(root, past.memo)
    with past.kept_beside():
        problems: tuple[Problem, ...] = import_module("kb.lint").check_site(base, past.memo)
    return problems


@contextmanager
def _wrong_usage() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise click.UsageError(str(error)) from error
