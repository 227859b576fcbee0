"""Read YAML into a frozen dataclass, strictly: the dataclass is the schema, and it is closed.

Owns how a type is read and how a mistake is worded. Knows no particular schema and no file.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import datetime
import enum
import functools
import re
import types
import typing
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, NoReturn, TypeVar

import yaml

from kb.notes.simple_yaml import is_simple
from kb.problems import Problem, Rule

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MALFORMED = Rule(
    "KB301",
    "YAML must be well formed",
    "MkDocs publishes malformed front matter as text of the page and says nothing.",
)
UNKNOWN_KEY = Rule(
    "KB302",
    "a key must be one the schema knows",
    "A misspelt key would be ignored without a word, and what it says would be lost.",
)
WRONG_TYPE = Rule(
    "KB303",
    "a value must have the type its key asks for",
    "Dates, lists and slugs are computed with; text in their place would fail far from its cause.",
)
MISSING_KEY = Rule(
    "KB304",
    "every required key must be there",
    "A list, a card or the index shows this value; a page without it has a hole in it.",
)
KEY_ORDER = Rule(
    "KB305",
    "keys must stand in the order of the schema",
    "One order makes two files comparable at a glance and their diffs small.",
)

RULES = (MALFORMED, UNKNOWN_KEY, WRONG_TYPE, MISSING_KEY, KEY_ORDER)

_T = TypeVar("_T")
_FAST: Any = getattr(yaml, "CSafeLoader", None)  # where libyaml is
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_VERSION = re.compile(r"v[1-9]\d*")
_SHOWN = 200  # a message quotes no more of a value than this


class Slug(str):
    """Lower-case ASCII words joined by hyphens, as a type for schema fields."""

    __slots__ = ()


class PaperVersion(str):
    """The version of a preprint, such as `v2`, as a type for schema fields."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """One row of the table in the writing guide: a key, what it holds, whether it may be absent."""

    name: str
    form: str
    required: bool
    about: str


def key(
    about: str,
    default: Any = dataclasses.MISSING,
    *,
    read: Callable[[str], Any] | None = None,
    form: str = "",
) -> Any:
    """Return a dataclass field that carries the sentence the writing guide prints for its key.

    `read`, if given, makes the value from the scalar as typed, in place of the type's own reader; it
    raises ValueError for what is not of the form that `form` describes.
    """
    metadata = {"about": about} | ({"read": read, "form": form} if read else {})
    if default is dataclasses.MISSING:
        return dataclasses.field(metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def line_number() -> Any:
    """Return a field that holds the line on which its mapping begins; no key, and not compared."""
    return dataclasses.field(default=0, compare=False, repr=False, metadata={"line": True})


def describe(schema: type) -> tuple[KeyInfo, ...]:
    """Return the keys of `schema` in their order, with the form and meaning of each."""
    return tuple(
        KeyInfo(
            _name(f),
            f.metadata.get("form") or _form(_hints(schema)[f.name]),
            f.default is dataclasses.MISSING,
            f.metadata.get("about", ""),
        )
        for f in dataclasses.fields(schema)
        if "line" not in f.metadata
    )


def read_yaml(
    schema: type[_T], text: str, path: str, first_line: int = 1
) -> tuple[_T | None, tuple[Problem, ...]]:
    """Return the value of `schema` that `text` spells, or None, and every problem found.

    `first_line` is the line of the file on which `text` begins. A value is returned only if there
    is no problem but of order.
    """
    reader = _Reader(path, first_line)
    try:
        loader, node = _composed(text)
    except yaml.reader.ReaderError as error:
        return None, (reader.unreadable(error, text),)
    except (yaml.YAMLError, RecursionError) as error:
        return None, (reader.malformed(error),)
    value = reader.mapping(schema, node)
    if value is not None:
        try:
            loader.construct_document(
                node
            )  # as MkDocs does; a tag or an impossible date trips it up
        except (yaml.YAMLError, ValueError) as error:
            return None, (reader.malformed(error),)
    return value, tuple(reader.problems)


def _composed(text: str) -> tuple[Any, yaml.Node]:
    """Return the tree of `text`, and the loader that can make values of it.

    Raises YAMLError or RecursionError if there is none, always in the words of the reader in Python.
    """
    if _FAST is not None and is_simple(text):
        with suppress(yaml.YAMLError):
            return _tree(_FAST(text))
    return _tree(yaml.SafeLoader(text))


def _tree(loader: Any) -> tuple[Any, yaml.Node]:
    # An empty text has no node at all; it is a mapping without keys.
    node: Any = loader.get_single_node() or yaml.compose("{}", Loader=yaml.SafeLoader)
    return loader, node


def is_mapping(text: str) -> bool:
    """Tell whether `text` is a YAML mapping."""
    try:
        return isinstance(yaml.safe_load(text), dict)
    except (yaml.YAMLError, ValueError):
        return False


class _Reader:
    """Walks one YAML tree and collects its problems."""

    def __init__(self, path: str, first_line: int) -> None:
        self.path = path
        self.first_line = first_line
        self.problems: list[Problem] = []

    def unreadable(self, error: yaml.reader.ReaderError, text: str) -> Problem:
        line = self.first_line + text.count("\n", 0, error.position)
        message = f"YAML must be well formed: {chr(error.character)!r}"
        return MALFORMED.at(self.path, line, message, "remove the control character")

    def malformed(self, error: yaml.YAMLError | ValueError | RecursionError) -> Problem:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error)
        line = self.first_line + (mark.line if mark else 0)
        return MALFORMED.at(
            self.path,
            line,
            f"YAML must be well formed: {what!r}",
            "quote a value that holds ': ' or begins with one of @`'\"[{&*#%|>",
        )

    def report(self, rule: Rule, node: yaml.Node | None, message: str, fix: str = "") -> None:
        line = self.first_line + (node.start_mark.line if node else 0)
        self.problems.append(rule.at(self.path, line, message, fix))

    def mapping(self, schema: type[_T], node: yaml.Node | None) -> _T | None:
        if not isinstance(node, yaml.MappingNode):
            self.report(WRONG_TYPE, node, f"value must be a mapping: {_show(node)}")
            return None
        every = dataclasses.fields(schema)  # type: ignore[arg-type]
        fields = {_name(f): f for f in every if "line" not in f.metadata}
        hints: dict[str, Any] = _hints(schema)  # type: ignore[arg-type] # a class has a hash
        values: dict[str, Any] = {}
        highest = -1
        names = list(fields)
        for key_node, value_node in node.value:
            name = key_node.value if isinstance(key_node, yaml.ScalarNode) else _show(key_node)
            if name not in fields:
                close = get_close_matches(name, names, n=1)
                hint = f"did you mean {close[0]!r}? " if close else ""
                self.report(
                    UNKNOWN_KEY,
                    key_node,
                    f"key must be one of the schema's: {name!r}",
                    f"{hint}allowed: {', '.join(names)}",
                )
                continue
            if name in values:
                self.report(UNKNOWN_KEY, key_node, f"key must stand once: {name!r}", "remove one")
                continue
            if names.index(name) < highest:
                self.report(
                    KEY_ORDER,
                    key_node,
                    f"key must stand in the order of the schema: {name!r}",
                    f"the order is {', '.join(names)}",
                )
            highest = max(highest, names.index(name))
            own = fields[name].metadata.get("read")
            values[name] = (
                self.read(own, fields[name].metadata["form"], value_node, name)
                if own
                else self.value(hints[fields[name].name], value_node, name)
            )
        for name, spec in fields.items():
            if name not in values and spec.default is dataclasses.MISSING:
                self.report(
                    MISSING_KEY,
                    node,
                    f"required key must be there: {name!r}",
                    spec.metadata.get("about", ""),
                )
        if any(p.code != KEY_ORDER.code for p in self.problems):
            return None
        lines = (f.name for f in every if "line" in f.metadata)
        begin = dict.fromkeys(lines, self.first_line + node.start_mark.line)
        return schema(**{fields[name].name: value for name, value in values.items()}, **begin)

    def read(self, own: Callable[[str], Any], form: str, node: yaml.Node, name: str) -> Any:
        if isinstance(node, yaml.ScalarNode):
            try:
                return own(str(node.value))
            except ValueError:
                pass
        self.report(WRONG_TYPE, node, f"{name} must be {form}: {_show(node)}")
        return None

    def value(self, kind: Any, node: yaml.Node, name: str) -> Any:
        origin = typing.get_origin(kind)
        if origin in (types.UnionType, typing.Union):
            options = [a for a in typing.get_args(kind) if a is not types.NoneType]
            return self.value(options[0], node, name)
        if origin is tuple:
            return self.items(typing.get_args(kind)[0], node, name)
        if origin is collections.abc.Mapping:
            return self.pairs(typing.get_args(kind)[1], node, name)
        if dataclasses.is_dataclass(kind):
            return self.mapping(typing.cast("type[Any]", kind), node)
        return self.scalar(kind, node, name)

    def items(self, kind: Any, node: yaml.Node, name: str) -> tuple[Any, ...]:
        if not isinstance(node, yaml.SequenceNode):
            self.report(WRONG_TYPE, node, f"{name} must be a list: {_show(node)}", "write [a, b]")
            return ()
        return tuple(self.value(kind, item, name) for item in node.value)

    def pairs(self, kind: Any, node: yaml.Node, name: str) -> Mapping[str, Any]:
        if not isinstance(node, yaml.MappingNode):
            self.report(
                WRONG_TYPE, node, f"{name} must be a mapping: {_show(node)}", "write {a: b, c: d}"
            )
            return {}
        found: dict[str, Any] = {}
        for k, v in node.value:
            if str(k.value) in found:
                self.report(UNKNOWN_KEY, k, f"key must stand once: {_show(k)}", "remove one")
            found[str(k.value)] = self.value(kind, v, f"{name}.{k.value}")
        return types.MappingProxyType(found)

    def scalar(self, kind: type, node: yaml.Node, name: str) -> Any:
        if isinstance(node, yaml.ScalarNode) and (node.value or kind is str):
            try:
                value = _convert(kind, node)
            except ValueError:
                pass
            else:
                if value != "":
                    return value
        self.report(WRONG_TYPE, node, f"{name} must be {_form(kind)}: {_show(node)}")
        return None


def _convert(kind: type, node: yaml.ScalarNode) -> Any:
    """Return the value of the scalar as typed, so that `title: 1984` stays text. ValueError if it is none."""
    text = str(node.value)
    if kind is str:
        return text.strip()
    if kind is Slug or kind is PaperVersion:
        if not (_SLUG if kind is Slug else _VERSION).fullmatch(text):
            raise ValueError(text)
        return kind(text)
    if kind is datetime.date:
        # fromisoformat also takes 20261121 and 2026-W47-6, which nobody reads at a glance.
        return datetime.date.fromisoformat(text) if _DATE.fullmatch(text) else _fail(text)
    if kind is bool:
        return {"true": True, "false": False}[text] if text in ("true", "false") else _fail(text)
    if issubclass(kind, enum.Enum) or kind is int:
        return kind(text)
    raise TypeError(f"no reader for {kind!r}")


def _fail(text: str) -> NoReturn:
    raise ValueError(text)


def _form(kind: Any) -> str:
    """Return how a value of this type is described to a writer."""
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        return _form(typing.get_args(kind)[0])
    if origin is tuple:
        return f"a list, each {_form(typing.get_args(kind)[0])}"
    if origin is collections.abc.Mapping:
        return f"a mapping, each value {_form(typing.get_args(kind)[1])}"
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return "one of " + ", ".join(str(member.value) for member in kind)
    return {
        str: "text",
        Slug: "a slug such as o1-puzzles",
        PaperVersion: "a version such as v2",
        datetime.date: "a date such as 2026-11-21",
        bool: "true or false",
        int: "a whole number",
    }.get(kind, "a mapping")


def _show(node: yaml.Node | None) -> str:
    if isinstance(node, yaml.ScalarNode):
        text = str(node.value)
        return repr(text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…")
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"


def _name(field: dataclasses.Field[Any]) -> str:
    """Return the key of a field: `as_` is spelled `as`, which Python keeps for itself."""
    return field.name.removesuffix("_")


@functools.lru_cache(maxsize=128)
def _hints(schema: type) -> dict[str, Any]:
    return typing.get_type_hints(schema)
