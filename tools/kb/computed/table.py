"""A table quoted from a paper, with the differences and ratios that it does not print."""

# ruff: noqa: RUF009 - key() makes a dataclass field
from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from kb.computed.figure import BarChart, Cell, Column, Figure, Series, Table
from kb.computed.tables import ColumnEntry, PaperTable, RowEntry
from kb.notes.schema import Slug, key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

RULE = (
    "The numbers are quoted as the paper prints them, under labels of ours where its own mislead. A "
    "difference is the first value less the second; a ratio is the first divided by the second, "
    "rounded to two places. Spreads are quoted and not carried through."
)
_RATIO_PLACES = Decimal("0.01")

_Entry = TypeVar("_Entry", ColumnEntry, RowEntry)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOptions:
    """What `table` is asked."""

    name: Slug = key("the file below docs/_data, without .yml")
    columns: tuple[Slug, ...] = key("the columns to show; all if none is named", ())
    rows: tuple[Slug, ...] = key("the rows to show; all if none is named", ())


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two numbers of a table compared. Both results are None where one number is not known.

    `ratio` is None as well where the second number is 0.
    """

    of: Decimal | None
    against: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """The first less the second, in the unit of the column."""
        return None if self.of is None or self.against is None else self.of - self.against

    @property
    def ratio(self) -> Decimal | None:
        """The first divided by the second, to two places."""
        if self.of is None or not self.against:
            return None
        return (self.of / self.against).quantize(_RATIO_PLACES)


def compare(table: PaperTable, of: tuple[str, str], against: tuple[str, str]) -> Comparison:
    """Compare two cells, each named by row and column. Raises KeyError if there is no such cell."""
    return Comparison(_value(table, of), _value(table, against))


def compute_table(options: TableOptions, tables: Mapping[str, PaperTable]) -> Figure:
    """Quote a table of a paper, with the differences and ratios it does not print.

    Raises ValueError if there is no such table, or a row or column is none of its own.
    """
    if options.name not in tables:
        raise ValueError(_unknown("name", options.name, sorted(tables)))
    table = tables[options.name]
    file = table.file
    columns = _chosen("columns", options.columns, file.columns)
    rows = _chosen("rows", options.rows, file.rows)
    compared = (_rows_compared(table, rows, columns), _columns_compared(table, rows, columns))
    return Figure(
        summary=f"{file.title} ({file.place}).",
        inputs=(
            ("paper", str(table.cite)),
            ("place", file.place),
            ("grade", file.grade.value),
            ("data", table.path),
        ),
        rule=RULE,
        tables=(
            _quoted_table(table, rows, columns),
            *(part for part in compared if part is not None),
        ),
        chart=_chart(table, rows, columns),
        notes=tuple(
            note
            for note in (
                file.note,
                *(f"{c.label}: printed as {c.printed}." for c in columns if c.printed),
                *(f"{column.label}: {column.note}" for column in columns if column.note),
                *(f"{row.label}: {row.note}" for row in rows if row.note),
            )
            if note
        ),
        cites=(table.cite,),
    )


def _chosen(
    option: str, names: tuple[Slug, ...], entries: tuple[_Entry, ...]
) -> tuple[_Entry, ...]:
    known = {entry.id: entry for entry in entries}
    for name in names:
        if name not in known:
            raise ValueError(_unknown(option, name, list(known)))
    return tuple(known[name] for name in dict.fromkeys(names)) if names else entries


def _unknown(option: str, name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known) or 'none'}"
    return f"{option} must be known: {name!r} ({hint})"


def _quoted_table(
    table: PaperTable, rows: tuple[RowEntry, ...], columns: tuple[ColumnEntry, ...]
) -> Table:
    relabeled = any(row.printed for row in rows)
    return Table(
        f"{table.file.title}: {table.file.place} of {table.cite}",
        (
            Column(""),
            *((Column("printed as"),) if relabeled else ()),
            *(Column(column.label, column.unit) for column in columns),
        ),
        tuple(
            (
                row.label,
                *((row.printed or row.label,) if relabeled else ()),
                *(_shown(table, row, column) for column in columns),
            )
            for row in rows
        ),
    )


def _shown(table: PaperTable, row: RowEntry, column: ColumnEntry) -> Cell:
    quoted = table.cell(row.id, column.id)
    if quoted is None:
        return None
    return quoted.value if quoted.spread is None else str(quoted)


def _rows_compared(
    table: PaperTable, rows: Iterable[RowEntry], columns: Iterable[ColumnEntry]
) -> Table | None:
    labels = {row.id: row.label for row in rows}
    units = {column.id: column for column in columns}
    compared: list[tuple[Cell, ...]] = []
    for pair in table.file.compare_rows:
        if pair.of in labels and pair.against in labels and pair.column in units:
            result = compare(table, (pair.of, pair.column), (pair.against, pair.column))
            pairing = f"{labels[pair.of]} against {labels[pair.against]}"
            column = units[pair.column]
            unit = _difference_unit(column.unit) or None
            compared.append(
                (pair.says, pairing, column.label, result.difference, unit, result.ratio)
            )
    if not compared:
        return None
    return Table(
        "Rows compared",
        (
            *map(Column, ("what it is", "rows", "column")),
            Column("difference", signed=True),
            *map(Column, ("in", "ratio")),
        ),
        tuple(compared),
    )


def _difference_unit(unit: str) -> str:
    """Return the unit of a difference: one of percentages is in points."""
    return "points" if unit == "%" else unit


def _columns_compared(
    table: PaperTable, rows: Iterable[RowEntry], columns: Iterable[ColumnEntry]
) -> Table | None:
    units = {column.id: column.unit for column in columns}
    pairs = [p for p in table.file.compare_columns if p.of in units and p.against in units]
    if not pairs:
        return None
    return Table(
        "Columns compared: difference in each row",
        (
            Column(""),
            *(Column(pair.says, _difference_unit(units[pair.of]), signed=True) for pair in pairs),
        ),
        tuple(
            (
                row.label,
                *(
                    compare(table, (row.id, pair.of), (row.id, pair.against)).difference
                    for pair in pairs
                ),
            )
            for row in rows
        ),
    )


def _chart(
    table: PaperTable, rows: tuple[RowEntry, ...], columns: tuple[ColumnEntry, ...]
) -> BarChart | None:
    drawn = [column for column in columns if column.id in table.file.chart]
    series = tuple(
        Series(column.label, tuple(_value(table, (row.id, column.id)) for row in rows))
        for column in drawn
    )
    if all(value is None for one in series for value in one.values):
        return None
    units = sorted({column.unit for column in drawn})
    return BarChart(
        title=table.file.title,
        description=f"The numbers of {table.file.place}, drawn; the table gives them in full.",
        value_name=" and ".join(unit for unit in units if unit),
        labels=tuple(row.label for row in rows),
        series=series,
    )


def _value(table: PaperTable, place: tuple[str, str]) -> Decimal | None:
    quoted = table.cell(*place)
    return None if quoted is None else quoted.value
