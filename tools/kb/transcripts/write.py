"""A transcript to the text of its file, in the one form that reads back as the equal value.

Owns how a scalar is written so that no character is lost or unseen. Pure.
"""

from __future__ import annotations

import dataclasses
import enum
import re
from typing import TYPE_CHECKING, Any

from kb.ids import CiteKey

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kb.transcripts.record import Transcript

# A plain scalar that no YAML reader takes for anything else: no colon or hash at all.
_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 .,()/'+_%-]*[A-Za-z0-9.)%])?")
# What a literal block would lose, or what nobody sees in an editor: carriage returns, the other
# line breaks of YAML, control characters, marks that turn the direction of text, byte order marks,
# non-characters (YAML 1.1, 5.1 and 5.4; Unicode, Bidi_Control).
_UNSEEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff"
    "\ufffe\uffff"
)
_ESCAPED = re.compile(f'["\\\\\t\n{_UNSEEN}]')
# A blank at the end of a line is what editors take away.
_NOT_LITERAL = re.compile(f"[{_UNSEEN}]|[ \t](?:\n|$)|\n\n$|^\n*$")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\", "\0": "\\0"}
_STEP = "  "


def format_transcript(transcript: Transcript) -> str:
    """Return the text of the file that holds `transcript`; `parse_transcript` reads it back."""
    return "".join(_mapping(transcript, ""))


def _mapping(value: Any, indent: str) -> Iterator[str]:
    for field in dataclasses.fields(value):
        held = getattr(value, field.name)
        if "line" in field.metadata or (held == field.default and held is not None):
            continue
        if held is None:
            continue
        yield f"{indent}{field.name}:"
        yield from _value(held, indent)


def _value(held: Any, indent: str) -> Iterator[str]:
    if dataclasses.is_dataclass(held) and not isinstance(held, CiteKey) and _is_schema(held):
        yield "\n"
        yield from _mapping(held, indent + _STEP)
    elif isinstance(held, tuple) and any(map(dataclasses.is_dataclass, held)):
        yield from _items(held, indent)
    elif isinstance(held, tuple):
        yield f" [{', '.join(_scalar(item, indent) for item in held)}]\n"
    else:
        yield f" {_scalar(held, indent)}\n"


def _items(held: Sequence[Any], indent: str) -> Iterator[str]:
    yield "\n"
    for item in held:
        first, *rest = _mapping(item, indent + _STEP * 2)
        yield f"{indent}{_STEP}- {first.lstrip(' ')}"
        yield from rest


def _is_schema(held: Any) -> bool:
    """Tell whether a dataclass is a mapping of the file; a date is one scalar."""
    return any("about" in field.metadata for field in dataclasses.fields(held))


def _scalar(held: Any, indent: str) -> str:
    if isinstance(held, CiteKey):
        return f'"@{held}"'
    if isinstance(held, enum.Enum | bool):
        return str(getattr(held, "value", held)).lower()
    text = str(held)
    if _PLAIN.fullmatch(text):
        return text
    if "\n" not in text or _NOT_LITERAL.search(text):
        return _quoted(text, indent + _STEP)
    return _literal(text, indent + _STEP)


def _literal(text: str, indent: str) -> str:
    """Return a literal block. It says how deep it is indented where its first line cannot show it."""
    depth = len(_STEP) if text.startswith((" ", "\n", "\t")) else ""
    body = text.removesuffix("\n")
    keep = "" if text.endswith("\n") else "-"
    lines = (f"{indent}{line}" if line else "" for line in body.split("\n"))
    return f"|{depth}{keep}\n" + "\n".join(lines)


def _quoted(text: str, indent: str) -> str:
    """Return a double-quoted scalar, broken after each line feed of the text."""
    body = text.removesuffix("\n")
    end = text.removeprefix(body).replace("\n", "\\n")
    quoted = [_ESCAPED.sub(_escape, line) for line in body.split("\n")]
    # A break after a backslash counts for nothing, nor do the blanks after it, unless escaped.
    after = [f"\\{line}" if line.startswith(" ") else line for line in quoted[1:]]
    return '"' + f"\\n\\\n{indent}".join([quoted[0], *after]) + end + '"'


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    return _SHORT.get(char) or (f"\\x{ord(char):02x}" if char < "\xff" else f"\\u{ord(char):04x}")
