"""Computed figures as pages ask for them: `/// computed | name` with YAML options, to a figure or problems.

The block and `kb check` both ask here, so a page never shows a figure that the check would refuse.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.computed import COMPUTED, find_computation, read_options
from kb.computed.tables import IMPOSSIBLE
from kb.pickles import from_bytes, to_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kb.computed.figure import Figure
    from kb.computed.tables import PaperTable
    from kb.memo import Memo
    from kb.problems import Problem


def figure_of(
    name: str, options: str, tables: Mapping[str, PaperTable], path: str, line: int
) -> tuple[Figure | None, tuple[Problem, ...]]:
    """Return the figure `name` for the YAML `options`, or None, and what is wrong with them.

    `line` is that of the block's first line in the file `path`; its options begin on the next.
    """
    figure, problems = _work_out(name, options, _quoted(name, tables))
    return figure, tuple(replace(one, path=path, line=line + one.line) for one in problems)


def flaws_of(
    wanted: Sequence[tuple[str, str]], tables: Mapping[str, PaperTable], memo: Memo
) -> list[tuple[Problem, ...]]:
    """Return what is wrong with each figure, given by name and YAML options, with lines from the block's.

    A figure that `memo` knows is not worked out again.
    """
    quoted = {name: to_bytes(_quoted(name, tables)) for name in {name for name, _ in wanted}}
    return memo.all([(_flaws, (name, options, quoted[name])) for name, options in wanted])


def _flaws(name: str, options: str, quoted: bytes) -> tuple[Problem, ...]:
    return _work_out(name, options, from_bytes(quoted))[1]


def _quoted(name: str, tables: Mapping[str, PaperTable]) -> tuple[PaperTable, ...]:
    """Return the tables on which the figure rests."""
    return tuple(tables.values()) if name in COMPUTED and COMPUTED[name].quotes else ()


@functools.lru_cache(maxsize=1024)
def _work_out(
    name: str, options: str, tables: tuple[PaperTable, ...]
) -> tuple[Figure | None, tuple[Problem, ...]]:
    """Do the work once for each input, wherever it stands. Lines count from 0, that of the block."""
    path, line = "", 0
    try:
        computation = find_computation(name)
    except ValueError as error:
        return None, (IMPOSSIBLE.at(path, line, str(error)),)
    value, problems = read_options(computation, options, path, line + 1)
    if value is None:
        return None, problems
    try:
        return computation.run(value, {table.name: table for table in tables}), problems
    except ValueError as error:
        return None, (*problems, IMPOSSIBLE.at(path, line, str(error)))
