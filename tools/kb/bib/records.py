"""The entries of all files by key, their values with macros replaced; what is double is reported.

Knows keys, and no field by name.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from kb.bib.fields import parse_fields, shown
from kb.ids import CiteKey, parse_cite_key
from kb.problems import Problem, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from kb.bib.blocks import Entry, Fields, ScannedFile
    from kb.bib.macros import Macros

CITABLE = Rule(
    "KB213",
    "a key can be cited as [@key]",
    "The key is also the name of a file, an address and an anchor.",
)
ONE_KEY = Rule(
    "KB214",
    "a key stands once in all files, whatever its case",
    "BibTeX takes keys that differ in case for one, and a citation can mean only one entry.",
)
ONE_FIELD = Rule(
    "KB215",
    "a field stands once in its entry",
    "BibTeX keeps the first and drops the second without a word.",
)
RULES: tuple[Rule, ...] = (CITABLE, ONE_KEY, ONE_FIELD)

_BLANK = re.compile(r"[ \t\r\n\f\v]+")
_RAGGED = re.compile(r"[\t\r\n\f\v]|  ")
_LINE_END = re.compile(r"\r\n?|\n")
_SHOWN = 80  # characters of a key that a message quotes
_NOT_CITABLE = re.compile(r"[\W_]+")

# Whether an entry is wanted, told by itself and its text.
Wanted: TypeAlias = "Callable[[Entry, str], bool]"


class Value(NamedTuple):
    """The value of a field, TeX as typed on one line, paragraphs kept apart; and its place."""

    text: str
    file: ScannedFile
    at: int


@dataclass(frozen=True, slots=True)
class Record:
    """An entry that can be cited.

    `values` go by lower-case name, its own before inherited ones.
    """

    key: CiteKey
    file: ScannedFile
    entry: Entry
    values: Mapping[str, Value]
    is_whole: bool  # no field of it was lost to a fault

    def text(self, *names: str) -> str:
        """Return the value of the first of the fields `names` that has one, or `""`."""
        found = (self.values[name].text for name in names if name in self.values)
        return next(filter(None, found), "")

    def problem(self, rule: Rule, field: str, message: str, fix: str = "") -> Problem:
        """Return the problem at the line of `field`, or of the entry if it has no such field."""
        value = self.values.get(field, Value("", self.file, self.entry.start))
        return value.file.problem(rule, value.at, message, fix)


def read_records(
    files: Sequence[ScannedFile], macros: Macros, wanted: Wanted | None = None
) -> tuple[tuple[Record, ...], tuple[Problem, ...]]:
    """Return the entries of `files` that can be cited, and what was wrong with them.

    Of two entries with one key, and of two fields with one name, the first counts. Entries that do
    not close, have no key or one that cannot be cited are left out: each has its problem. With
    `wanted` only the entries for which it is true are read, and those that they inherit from.
    """
    collector = _Collector(macros)
    every = [(number, file, entry) for number, file in enumerate(files) for entry in file.entries]
    if wanted is None:
        chosen = every
    else:
        # Of two entries with one key the first counts, also if only the second is wanted.
        keys = {e.key.casefold() for _, file, e in every if wanted(e, e.span.of(file.text))}
        chosen = [one for one in every if one[2].key.casefold() in keys]
    for one in chosen:
        collector.add(*one)
    if wanted is not None:
        collector.add_parents(every)
    return tuple(collector.records.values()), tuple(collector.problems)


class _Collector:
    def __init__(self, macros: Macros) -> None:
        self._macros = macros
        self.records: dict[str, Record] = {}
        self.problems: list[Problem] = []

    def add(self, number: int, file: ScannedFile, entry: Entry) -> None:
        fields = parse_fields(file, entry)
        self.problems += fields.problems
        values = self._read_values(number, file, fields)
        key = self._key(file, entry)
        if key is None:
            return
        record = Record(key, file, entry, values, is_whole=not fields.problems)
        first = self.records.setdefault(key.folded, record)
        if first is not record:
            self._report_repeated(record, first)

    def add_parents(self, every: Sequence[tuple[int, ScannedFile, Entry]]) -> None:
        """Read what the records inherit from, over any number of steps."""
        names = self._crossrefs(self.records)
        if names <= self.records.keys():
            return
        places = {one[2].key.casefold(): one for one in reversed(every)}
        while missing := sorted((names - self.records.keys()) & places.keys()):
            for name in missing:
                self.add(*places.pop(name))
            names |= self._crossrefs(missing)

    def _crossrefs(self, keys: Iterable[str]) -> set[str]:
        records = (self.records[key] for key in keys if key in self.records)
        return {record.text("crossref").casefold() for record in records} - {""}

    def _key(self, file: ScannedFile, entry: Entry) -> CiteKey | None:
        if not entry.closed or not entry.key:
            return None  # the scanner has said so
        try:
            return parse_cite_key(entry.key)
        except ValueError:
            better = _NOT_CITABLE.sub("-", entry.key).strip("-") or "a-name"
            fix = f"rename it, such as to {shown(better, _SHOWN)}"
            must = "key must be letters and digits with single marks inside"
            message = f"{must}: {shown(entry.key, _SHOWN)}"
            self.problems.append(file.problem(CITABLE, entry.key_start, message, fix))
            return None

    def _report_repeated(self, record: Record, first: Record) -> None:
        place = f"{first.file.path}:{first.entry.line}"
        if record.key == first.key:
            fix = f"it stands at {place} already; rename or remove one"
        else:
            fix = f"to BibTeX it is '{first.key}' at {place}; rename or remove one"
        message = f"key must stand once: {shown(record.key.text, _SHOWN)}"
        at = record.entry.key_start
        self.problems.append(record.file.problem(ONE_KEY, at, message, fix))

    def _read_values(self, number: int, file: ScannedFile, fields: Fields) -> Mapping[str, Value]:
        values: dict[str, Value] = {}
        for field in fields.items:
            typed, at = field.name.of(file.text), field.name.start
            name = sys.intern(typed.lower())
            if name in values:
                message = f"field must stand once in its entry: {shown(typed)}"
                fix = f"line {file.line_of(values[name].at)} has it already; remove one"
                self.problems.append(file.problem(ONE_FIELD, at, message, fix))
            else:
                values[name] = Value(tidy_value(self._macros.expand(number, field)), file, at)
        return values


def tidy_value(text: str) -> str:
    """Return `text` with white space as BibTeX has it, one blank, but empty lines kept."""
    text = text.strip(" \t\r\n\f\v")
    return _BLANK.sub(_blank, text) if _RAGGED.search(text) else text


def _blank(found: re.Match[str]) -> str:
    run = found[0]
    return "\n\n" if len(run) > 1 and len(_LINE_END.findall(run)) > 1 else " "
