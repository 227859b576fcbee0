"""Tables quoted from papers: `docs/_data/*.yml` to typed values with exact numbers.

Owns the schema and its rules. Knows no difference, no ratio and no chart.
"""

# ruff: noqa: RUF009 - key() makes a dataclass field
from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from kb.ids import CiteKey, parse_cite_key
from kb.model import Grade  # noqa: TC001 - the reader of the schema evaluates it
from kb.notes.schema import Slug, key, read_yaml
from kb.problems import Problem, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FOLDER = "docs/_data"

QUOTED_VALUE = Rule(
    "KB621",
    "a quoted table must hold numbers, one for each of its columns",
    "Differences and ratios are worked out from them; a slip in the row would shift every number.",
)
QUOTED_NAME = Rule(
    "KB622",
    "a name in a quoted table must be one of its rows or columns, and stand for one only",
    "A comparison with a row that is not there would vanish from the page without a word.",
)
IMPOSSIBLE = Rule(
    "KB623",
    "a computed figure must be asked for something possible",
    "A figure that cannot be worked out would leave a hole in the page.",
)

RULES = (QUOTED_VALUE, QUOTED_NAME, IMPOSSIBLE)

_CELL = re.compile(r"([-+]?\d+(?:\.\d+)?)(?:\s*(?:±|\+-)\s*(\d+(?:\.\d+)?))?")
_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnEntry:
    """A column as the file has it."""

    id: Slug = key("how comparisons name it")
    label: str = key("our label, corrected where the paper's misleads")
    printed: str = key("the label in the paper, if it differs", "")
    unit: str = key("the unit of its numbers", "")
    note: str = key("what to know about it", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowEntry:
    """A row as the file has it."""

    id: Slug = key("how comparisons name it")
    label: str = key("our label, corrected where the paper's misleads")
    printed: str = key("the label in the paper, if it differs", "")
    values: tuple[str, ...] = key("one per column: 42.9, 42.9 ± 0.2 or unknown")
    note: str = key("what to know about it", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowComparison:
    """Two rows compared in one column."""

    column: Slug = key("the column compared")
    of: Slug = key("the row whose gain it is")
    against: Slug = key("the row it is measured against")
    says: str = key("what the difference means")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnComparison:
    """Two columns compared in every row."""

    of: Slug = key("the column whose gain it is")
    against: Slug = key("the column it is measured against")
    says: str = key("what the difference means; the heading of the new column")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFile:
    """A file of `docs/_data/`: a table of a paper, quoted."""

    cite: str = key("the key of the paper")
    table: str = key("the number of the table in the paper, or text if they stand in running text")
    title: str = key("what it shows")
    grade: Grade = key("how well the numbers are known")
    note: str = key("where the numbers are from, and what was corrected")
    columns: tuple[ColumnEntry, ...] = key("its columns, as far as they are known")
    rows: tuple[RowEntry, ...] = key("its rows")
    chart: tuple[Slug, ...] = key("the columns its chart shows", ())
    compare_rows: tuple[RowComparison, ...] = key("pairs of rows to compare", ())
    compare_columns: tuple[ColumnComparison, ...] = key("pairs of columns to compare", ())

    @property
    def place(self) -> str:
        """Where in the paper the numbers stand: `Table 2`, or `figures in the text`."""
        return "figures in the text" if self.table == "text" else f"Table {self.table}"


@dataclass(frozen=True, slots=True)
class Quoted:
    """A number as printed, with the spread printed beside it."""

    value: Decimal
    spread: Decimal | None = None

    def __str__(self) -> str:
        return f"{self.value}" if self.spread is None else f"{self.value} ± {self.spread}"


@dataclass(frozen=True, slots=True)
class PaperTable:
    """A quoted table with its numbers read; None where a number is not known."""

    name: Slug
    path: str
    cite: CiteKey
    file: TableFile
    values: tuple[tuple[Quoted | None, ...], ...]

    def cell(self, row: str, column: str) -> Quoted | None:
        """Return the number at `row` and `column`, by their ids. Raises KeyError if there is none."""
        rows = [entry.id for entry in self.file.rows]
        columns = [entry.id for entry in self.file.columns]
        if row not in rows or column not in columns:
            raise KeyError(row, column)
        return self.values[rows.index(Slug(row))][columns.index(Slug(column))]


def parse_table(text: str, path: str) -> tuple[PaperTable | None, tuple[Problem, ...]]:
    """Return the table that the file at `path` (below the root) spells, or None, and its problems."""
    file, problems = read_yaml(TableFile, text, path)
    if file is None:
        return None, problems
    found = (*problems, *_value_problems(file, text, path), *_name_problems(file, text, path))
    if len(found) > len(problems):
        return None, tuple(sorted(found))
    values = tuple(tuple(map(_quoted, row.values)) for row in file.rows)
    name = Slug(PurePosixPath(path).stem)
    return PaperTable(name, path, parse_cite_key(file.cite), file, values), found


def load_tables(root: Path) -> tuple[Mapping[str, PaperTable], tuple[Problem, ...]]:
    """Read every table below `root`; return them by name, and the problems of all files."""
    tables: dict[str, PaperTable] = {}
    problems: list[Problem] = []
    for file in sorted((root / FOLDER).glob("*.yml")):
        path = file.relative_to(root).as_posix()
        table, found = parse_table(file.read_text(encoding="utf-8"), path)
        problems += found
        if table is not None:
            tables[table.name] = table
    return tables, tuple(problems)


def _quoted(text: str) -> Quoted | None:
    found = _CELL.fullmatch(text)
    if found is None:
        return None
    return Quoted(Decimal(found[1]), Decimal(found[2]) if found[2] else None)


def _value_problems(file: TableFile, text: str, path: str) -> Iterator[Problem]:
    try:
        parse_cite_key(file.cite)
    except ValueError:
        yield QUOTED_VALUE.at(path, 1, f"cite must be a citation key: {file.cite!r}")
    for row in file.rows:
        line = _line(text, row.id)
        if len(row.values) != len(file.columns):
            yield QUOTED_VALUE.at(
                path,
                line,
                f"row {row.id!r} must have one value per column: {len(row.values)} for "
                f"{len(file.columns)}",
                "write unknown where the paper's number is not known",
            )
        for value in row.values:
            if value != _UNKNOWN and _CELL.fullmatch(value) is None:
                yield QUOTED_VALUE.at(
                    path, line, f"value must be a number: {value!r}", "42.9, 42.9 ± 0.2 or unknown"
                )


def _name_problems(file: TableFile, text: str, path: str) -> Iterator[Problem]:
    ids = {
        "row": tuple(row.id for row in file.rows),
        "column": tuple(column.id for column in file.columns),
    }
    for what, known in ids.items():
        for name in sorted({name for name in known if known.count(name) > 1}):
            line = _line(text, name)
            yield QUOTED_NAME.at(path, line, f"{what} must have an id of its own: {name!r}")
    used = [("row", name) for pair in file.compare_rows for name in (pair.of, pair.against)]
    used += [("column", pair.column) for pair in file.compare_rows]
    used += [("column", n) for pair in file.compare_columns for n in (pair.of, pair.against)]
    used += [("column", name) for name in file.chart]
    for what, name in dict.fromkeys(used):
        if name not in ids[what]:
            line = _line(text, name)
            fix = f"the {what}s are {', '.join(ids[what])}"
            yield QUOTED_NAME.at(path, line, f"name must be a {what} of the table: {name!r}", fix)


def _line(text: str, name: str) -> int:
    """Return the first line that holds `name` as a word; the schema's reader keeps no lines."""
    word = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
    lines: Sequence[str] = text.splitlines()
    return next((n for n, line in enumerate(lines, start=1) if word.search(line)), 1)
