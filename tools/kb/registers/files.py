"""All registers of docs/: bytes by path to entries, each with the note it belongs to. Pure.

What the site joins; knows no store and no HTML.
"""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from kb.notes.schema import read_yaml
from kb.problems import Problem, Rule
from kb.registers.coverage import COVERAGE, Coverage, Item, check_items
from kb.registers.record import Claim, Experiment, NoteRegister, SystemRegister

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from kb.registers.record import System

ENDING = ".register.yml"
SYSTEMS = "docs/registers/systems.yml"

ORPHAN = Rule(
    "KB741",
    "a register must stand beside its note",
    "Its entries lead to a note that is not there.",
)
TWICE = Rule(
    "KB742",
    "an entry of a register must have an id of its own",
    "The id is its anchor; of two with one id, links find only the first.",
)
ENCODING = Rule(
    "KB743",
    "a register must be UTF-8",
    "Any other encoding shows wrong letters somewhere, or nothing at all.",
)

RULES = (ORPHAN, TWICE, ENCODING)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Entered:
    """An experiment or claim, the file it stands in, and the note (a path below docs/) beside it."""

    entry: Experiment | Claim
    path: str
    note: str


@dataclass(frozen=True, slots=True)
class Registers:
    """Everything the registers hold, in the order of the notes' paths."""

    experiments: tuple[Entered, ...] = ()
    claims: tuple[Entered, ...] = ()
    systems: tuple[System, ...] = ()
    coverage: Mapping[str, Item] = field(default_factory=lambda: MappingProxyType({}))


def is_register(path: str) -> bool:
    """Tell whether the file at this path from the root is a register."""
    return path.endswith(ENDING) or path in (SYSTEMS, COVERAGE)


def parse_registers(
    files: Mapping[str, bytes], pages: Container[str]
) -> tuple[Registers, tuple[Problem, ...]]:
    """Return what the files hold, by path from the root, and every problem found.

    `pages` are the paths below docs/ of the pages there are.
    """
    experiments: list[Entered] = []
    claims: list[Entered] = []
    systems: tuple[System, ...] = ()
    coverage: Mapping[str, Item] = MappingProxyType({})
    problems: list[Problem] = []
    for path, data in sorted(files.items()):
        if path == SYSTEMS:
            found, wrong = _parsed(SystemRegister, path, data)
            systems = found.systems if found else ()
            problems += [*wrong, *_twice(path, systems)]
            continue
        if path == COVERAGE:
            covered, wrong = _parsed(Coverage, path, data)
            coverage = covered.items if covered else coverage
            problems += [*wrong, *check_items(coverage)]
            continue
        register, wrong = _parsed(NoteRegister, path, data)
        problems += wrong
        note = path.removeprefix("docs/").removesuffix(ENDING) + ".md"
        if note not in pages:
            message = f"register must stand beside its note: {note!r}"
            problems.append(ORPHAN.at(path, 1, message, "rename the file, or write the note"))
        if register:
            experiments += (Entered(entry, path, note) for entry in register.experiments)
            claims += (Entered(entry, path, note) for entry in register.claims)
    for entered in (experiments, claims):
        problems += _twice_over(entered)
    found_all = Registers(tuple(experiments), tuple(claims), systems, coverage)
    return found_all, tuple(sorted(problems))


@functools.lru_cache(maxsize=256)
def _parsed(schema: type[_T], path: str, data: bytes) -> tuple[_T | None, tuple[Problem, ...]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"register must be UTF-8: byte {data[error.start : error.start + 1]!r}"
        return None, (ENCODING.at(path, line, message, "save the file as UTF-8"),)
    return read_yaml(schema, text, path)


def _twice(path: str, systems: Iterable[System]) -> Iterator[Problem]:
    yield from _double((system.id, path, system.line) for system in systems)


def _twice_over(entered: Iterable[Entered]) -> Iterator[Problem]:
    yield from _double((one.entry.id, one.path, one.entry.line) for one in entered)


def _double(entries: Iterable[tuple[str, str, int]]) -> Iterator[Problem]:
    seen: Counter[str] = Counter()
    for ident, path, line in entries:
        seen[ident] += 1
        if seen[ident] > 1:
            message = f"id must be that of one entry: {str(ident)!r}"
            yield TWICE.at(path, line, message, "give it another")
