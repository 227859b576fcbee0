"""Edits of `refs/inbox.yml` that change their own lines and no others. Pure: text in, text out.

People write comments into the file and move things about, so it is never written anew from values.
After each edit the text is read again and compared with what was meant.
"""

from __future__ import annotations

import json
import re
from dataclasses import fields
from typing import TYPE_CHECKING

from kb.notes.schema import Slug
from kb.problems import Rule
from kb.watch.inbox import INBOX_PATH, Candidate, Decision, Inbox, parse_inbox

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from kb.watch.item import ItemId

UNEDITABLE = Rule(
    "KB655",
    "refs/inbox.yml must have a form that can be edited line by line",
    "Comments and order are yours and stay; a tool that cannot keep them must not write.",
)
RULES = (UNEDITABLE,)
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_KEY = re.compile(r"([a-z]+):")
_EMPTY_LIST = re.compile(r"candidates:[ \t]*(?:\[[ \t]*\])?[ \t]*(?P<rest>#[^\r\n]*)?")
_LITERAL = re.compile(r"decided:[ \t]*(?:\|[+-]?)?[ \t]*(?:#[^\r\n]*)?")


class UneditableError(Exception):
    """The text is valid and yet not of the form that can be edited; `problem` says where."""

    def __init__(self, line: int, what: str) -> None:
        message = f"file must have a form that can be edited line by line: {what!r}"
        way_out = "write each candidate as '- id: …' with one key a line, and decided as a block after '|'"
        self.problem = UNEDITABLE.at(INBOX_PATH, line, message, way_out)
        super().__init__(str(self.problem))


def edit_inbox(
    text: str,
    *,
    add: Sequence[Candidate] = (),
    change: Sequence[Candidate] = (),
    remove: Collection[ItemId] = (),
    log: Sequence[Decision] = (),
) -> str:
    """Return `text` with candidates added at the end, changed or removed, and decisions logged.

    `change` gives candidates of the file new values. Raises UneditableError, and ValueError for a text
    that cannot be read or an id that is not there.
    """
    inbox, problems = parse_inbox(text)
    if inbox is None:
        raise ValueError("\n".join(map(str, problems)))
    missing = {*remove, *(one.id for one in change)} - set(inbox.open)
    if missing:
        raise ValueError(f"not in the inbox: {', '.join(map(str, sorted(missing)))}")
    lines = _Lines(text)
    # From the end of the file to its beginning, so that the lines counted stay where they are.
    lines.append_log([str(decision) for decision in log])
    lines.append_candidates([_block(one) for one in add])
    changed = {one.id: one for one in change}
    for candidate in reversed(inbox.candidates):
        if candidate.id in remove:
            lines.remove_block(candidate)
        elif candidate.id in changed:
            lines.change_block(candidate, changed[candidate.id])
    kept = [changed.get(one.id, one) for one in inbox.candidates if one.id not in remove]
    if not kept and not add:
        lines.empty_list()
    wanted = Inbox((*kept, *add), (*inbox.decisions, *log))
    result = lines.text
    if parse_inbox(result)[0] != wanted:
        raise UneditableError(1, "it would not read as meant after the edit")
    return result


class _Lines:
    """The lines of the file, with their ends, and where its two parts are."""

    def __init__(self, text: str) -> None:
        self._mark = text[: text.startswith("\ufeff")]
        self._lines = _LINES.findall(text.removeprefix("\ufeff"))
        self._end = "\r\n" if any(line.endswith("\r\n") for line in self._lines) else "\n"
        if self._lines and not self._lines[-1].endswith("\n"):
            self._lines[-1] += self._end

    @property
    def text(self) -> str:
        return self._mark + "".join(self._lines)

    def append_log(self, entries: list[str]) -> None:
        if not entries:
            return
        at = self._part("decided", "decided: |")
        if not _LITERAL.fullmatch(self._lines[at].rstrip()):
            raise UneditableError(at + 1, self._lines[at].strip())
        if not self._lines[at].partition("#")[0].rstrip().endswith(("|", "|-", "|+")):
            self._lines[at] = f"decided: |{self._end}"
        end = self._part_end(at)
        indent = next((_indent(t) for t in self._lines[at + 1 : end] if t.strip()), 2)
        self._insert(end, [f"{' ' * indent}{entry}" for entry in entries])

    def append_candidates(self, blocks: list[list[str]]) -> None:
        if not blocks:
            return
        at = self._part("candidates", "candidates:")
        end = self._part_end(at)
        indent = next((_indent(t) for t in self._lines[at + 1 : end] if _is_dash(t)), 0)
        if end == at + 1:
            found = _EMPTY_LIST.fullmatch(self._lines[at].rstrip())
            if not found:
                raise UneditableError(at + 1, self._lines[at].strip())
            comment = f" {found['rest']}" if found["rest"] else ""
            self._lines[at] = f"candidates:{comment}{self._end}"
        self._insert(end, [f"{' ' * indent}{line}" for block in blocks for line in block])

    def remove_block(self, candidate: Candidate) -> None:
        first, end = self._block(candidate)
        del self._lines[first:end]

    def change_block(self, old: Candidate, new: Candidate) -> None:
        """Change the lines of the keys whose values differ; a key that is new goes to its place."""
        first, end = self._block(old)
        names = [f.name for f in fields(Candidate) if "line" not in f.metadata]
        indent = _indent(self._lines[first]) + 2
        spots = self._keys(first, end, indent)
        for name in reversed(names):
            if getattr(old, name) == getattr(new, name):
                continue
            value = _value(getattr(new, name))
            line = [f"{' ' * indent}{name}: {value}"] if value else []
            if name in spots:
                at, stop = spots[name]
                del self._lines[at:stop]
            else:
                later = names[names.index(name) + 1 :]
                at = next((spots[n][0] for n in later if n in spots), end)
            self._insert(at, line)
            spots = self._keys(first, end := self._block_end(first, end + len(line)), indent)

    def empty_list(self) -> None:
        at = self._part("candidates", "candidates:")
        found = _EMPTY_LIST.fullmatch(self._lines[at].rstrip())
        if found:
            comment = f" {found['rest']}" if found["rest"] else ""
            self._lines[at] = f"candidates: []{comment}{self._end}"

    def _part(self, name: str, line: str) -> int:
        """Return the number of the line on which a part begins; one that is missing is begun."""
        for number, text in enumerate(self._lines):
            if text.startswith(f"{name}:"):
                return number
        at = 0 if name == "candidates" else len(self._lines)
        while at < len(self._lines) and self._lines[at].startswith("#"):
            at += 1
        self._insert(at, [line])
        return at

    def _part_end(self, at: int) -> int:
        """Return the line after the last that holds something of the part that begins at `at`."""
        end = next(
            (n for n in range(at + 1, len(self._lines)) if _KEY.match(self._lines[n])),
            len(self._lines),
        )
        while end > at + 1 and (not self._lines[end - 1].strip() or self._lines[end - 1][0] == "#"):
            end -= 1
        return end

    def _block(self, candidate: Candidate) -> tuple[int, int]:
        first = candidate.line - 1
        if not _is_dash(self._lines[first]):
            raise UneditableError(candidate.line, self._lines[first].strip())
        return first, self._block_end(first, len(self._lines))

    def _block_end(self, first: int, limit: int) -> int:
        dash = _indent(self._lines[first])
        end = first + 1
        for number in range(first + 1, min(limit, len(self._lines))):
            text = self._lines[number]
            if text.strip() and _indent(text) <= dash:
                break
            if text.strip():
                end = number + 1
        return end

    def _keys(self, first: int, end: int, indent: int) -> dict[str, tuple[int, int]]:
        """Return the lines of each key of a block: where it begins, and where the next one does."""
        starts = []
        for number in range(first, end):
            text = self._lines[number]
            inner = text.replace("-", " ", 1) if number == first else text
            found = _KEY.match(inner.strip())
            if found and _indent(inner) == indent:
                starts.append((found[1], number))
        if not starts or starts[0][1] != first:
            raise UneditableError(first + 1, self._lines[first].strip())
        ends = [self._before_remarks(number) for _, number in starts[1:]] + [end]
        return {name: (at, stop) for (name, at), stop in zip(starts, ends, strict=True)}

    def _before_remarks(self, stop: int) -> int:
        while not self._lines[stop - 1].strip() or self._lines[stop - 1].lstrip()[0] == "#":
            stop -= 1
        return stop

    def _insert(self, at: int, lines: list[str]) -> None:
        self._lines[at:at] = [line + self._end for line in lines]


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def _is_dash(text: str) -> bool:
    return text.lstrip(" ").startswith("- ")


def _block(candidate: Candidate) -> list[str]:
    """Return the lines of a new candidate."""
    values = [
        f"{f.name}: {value}"
        for f in fields(Candidate)
        if "line" not in f.metadata and (value := _value(getattr(candidate, f.name)))
    ]
    return [f"- {values[0]}", *(f"  {value}" for value in values[1:])]


def _value(value: object) -> str:
    """Return a value as YAML on one line, `""` for one that is left out."""
    if value is None or value in ("", ()):
        return ""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_quoted, value))}]"
    # An address may end in a colon, which would make a key of it.
    bare = not isinstance(value, str) and "://" not in str(value)
    return str(value) if bare or isinstance(value, Slug) else _quoted(value)


def _quoted(text: object) -> str:
    """Return a text in double quotes: JSON, which is YAML for text without controls."""
    return json.dumps(str(text), ensure_ascii=False)
