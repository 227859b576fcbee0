"""Insert a mapping into a list of a YAML text, or remove one; every other character stays where it was.

Knows YAML's places and no schema. Whoever edits reads the result back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

# Scalars that need no quotes: a date, or text from a letter on without the marks of YAML's structure.
_PLAIN = re.compile(r"[A-Za-z](?:[^:#]*[^:#\s])?|[0-9]{4}(?:-[0-9]{2}){0,2}")
_FLOW_MARK = re.compile(r"[,\[\]{}?]")  # `?}` would begin a key
_NOT_TEXT = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_ESCAPES = {'"': '\\"', "\\": "\\\\"}
_LINE_END = re.compile(r"\r\n|\r|\n")


def insert_item(
    text: str, path: Sequence[str | int], item: Mapping[str, str], after: Container[str]
) -> str:
    """Return `text` with `item` as the last one of the list at `path`, in the list's own style.

    `path` leads through keys and list indices to the list, of which only the last key may be missing: it
    is then put behind the last of the keys `after`. Raises ValueError if it leads elsewhere.
    """
    parent = _node(text, path[:-1])
    if not isinstance(parent, yaml.MappingNode):
        raise ValueError(f"no mapping at {list(path[:-1])}")  # noqa: TRY004 - the text's, not the caller's
    name = str(path[-1])
    found = next((value for key, value in parent.value if key.value == name), None)
    if found is None:
        return _with_key(text, parent, name, item, after)
    if not isinstance(found, yaml.SequenceNode):
        raise ValueError(f"no list at {list(path)}")  # noqa: TRY004 - the same
    if found.flow_style and (found.value or parent.flow_style or _is_long(found)):
        return _into_flow(text, found, item)
    if found.flow_style:
        return _instead_of_brackets(text, found, parent, item)
    return _below(text, found, item)


def remove_item(text: str, path: Sequence[str | int], number: int) -> str:
    """Return `text` without item `number`, from 0, of the list at `path`; without the key if it was the last.

    Raises ValueError if there is no such item, or no line of its own to take it from.
    """
    parent, found = _node(text, path[:-1]), _node(text, path)
    if not isinstance(found, yaml.SequenceNode) or not 0 <= number < len(found.value):
        raise ValueError(f"no item {number} at {list(path)}")
    if not isinstance(parent, yaml.MappingNode):
        raise ValueError(f"no mapping at {list(path[:-1])}")  # noqa: TRY004 - the text's, not the caller's
    if len(found.value) == 1:
        key = next(key for key, _ in parent.value if key.value == path[-1])
        return _without_lines(text, key.start_mark, _end(found))
    if not found.flow_style:
        return _without_lines(text, found.value[number].start_mark, _end(found.value[number]))
    ends = [_end(item) for item in found.value]
    if number:
        return text[: ends[number - 1]] + text[ends[number] :]
    return text[: found.value[0].start_mark.index] + text[found.value[1].start_mark.index :]


def format_scalar(text: str, *, flow: bool = False) -> str:
    """Return `text`, which is one printable line, as a scalar for a block or for inside brackets."""
    plain = _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXT
    if plain and not (flow and _FLOW_MARK.search(text)):
        return text
    return '"' + "".join(_ESCAPES.get(char, char) for char in text) + '"'


def _node(text: str, path: Sequence[str | int]) -> yaml.Node | None:
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    for step in path:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step] if step < len(node.value) else None
        elif isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == step), None)
        else:
            return None
    return node


def _below(text: str, found: yaml.SequenceNode, item: Mapping[str, str]) -> str:
    """Add a block item after the last one, with its dash in their column."""
    last = found.value[-1].start_mark.column
    return _after_line(text, _end(found), _block(item, found.start_mark.column, last))


def _instead_of_brackets(
    text: str, found: yaml.SequenceNode, parent: yaml.MappingNode, item: Mapping[str, str]
) -> str:
    """Put a block list in place of `[]`."""
    start, end = found.start_mark.index, found.end_mark.index
    head = text[:start].rstrip(" ")
    column = parent.start_mark.column + 2
    return _after_line(head + text[end:], len(head), _block(item, column, column + 2))


def _with_key(
    text: str, parent: yaml.MappingNode, name: str, item: Mapping[str, str], after: Container[str]
) -> str:
    """Add the key, with a list of one item, behind those it comes after."""
    end = _end(next(value for key, value in reversed(parent.value) if key.value in after))
    if parent.flow_style:
        return f"{text[:end]}, {name}: [{_flow(item)}]{text[end:]}"
    column = parent.start_mark.column
    lines = [" " * column + f"{name}:", *_block(item, column + 2, column + 4)]
    return _after_line(text, end, lines)


def _into_flow(text: str, found: yaml.SequenceNode, item: Mapping[str, str]) -> str:
    if not found.value:
        at = found.start_mark.index + 1
        return f"{text[:at]}{_flow(item)}{text[at:]}"
    end = _end(found.value[-1])
    return f"{text[:end]}, {_flow(item)}{text[end:]}"


def _block(item: Mapping[str, str], dash: int, inner: int) -> list[str]:
    (first, value), *rest = ((name, format_scalar(said)) for name, said in item.items())
    begin = " " * dash + "-" + " " * (inner - dash - 1)
    return [f"{begin}{first}: {value}", *(f"{' ' * inner}{n}: {v}" for n, v in rest)]


def _flow(item: Mapping[str, str]) -> str:
    return f"{{{', '.join(f'{name}: {format_scalar(said, flow=True)}' for name, said in item.items())}}}"


def _after_line(text: str, at: int, lines: list[str]) -> str:
    """Return `text` with the lines added behind the line on which offset `at` stands."""
    before = _LINE_END.search(text)
    ending = before[0] if before else "\n"
    if at and text[at - 1] in "\r\n":  # a block scalar ends behind its last line
        return f"{text[:at]}{''.join(line + ending for line in lines)}{text[at:]}"
    found = _LINE_END.search(text, at)
    if found is None:
        return text + "".join(ending + line for line in lines)
    return f"{text[: found.end()]}{''.join(line + found[0] for line in lines)}{text[found.end() :]}"


def _without_lines(text: str, start: yaml.Mark, end: int) -> str:
    """Return `text` without the lines from a mark to the offset `end`, which must hold nothing else."""
    first = start.index - start.column
    after = _LINE_END.search(text, end)
    stop = after.end() if after else len(text)
    if end and text[end - 1] in "\r\n":  # a block scalar ends behind its last line
        stop = end
    before, behind = text[first : start.index].strip(" "), text[end:stop].strip()
    if before not in ("", "-") or (behind and not behind.startswith("#")):
        raise ValueError("it has no lines of its own")
    return text[:first] + text[stop:]


def _end(node: Any) -> int:
    """Return the offset behind the last character of a node; PyYAML's own is the next token's."""
    while not node.flow_style if isinstance(node, yaml.CollectionNode) else False:
        last = node.value[-1]
        node = last[1] if isinstance(node, yaml.MappingNode) else last
    return int(node.end_mark.index)


def _is_long(node: yaml.Node) -> bool:
    return bool(node.start_mark.line != node.end_mark.line)
