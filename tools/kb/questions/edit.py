"""Write into the file of a question: what to judge, an item of a ledger, or a new file. Text in, text out.

An item changes no line but its own (and that of an empty list it is put into).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from kb.notes.front_matter import cut_front_matter, read_front_matter
from kb.notes.insert import format_scalar, insert_item, remove_item
from kb.notes.question import Asked, Evidence, Part, QuestionMeta, ToJudge, format_source
from kb.notes.schema import describe

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

_FIRST_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)")
_BOM = "\ufeff"


class EditError(ValueError):
    """The file cannot be edited as asked. The message says why and what to do."""


def add_evidence(text: str, path: str, item: Evidence, part: str = "") -> str:
    """Return the text of the question's file `path` with `item` at the end of its ledger.

    `part` names the part whose ledger is meant. A source that was to be judged is so now and leaves that
    list. The result is read back: it holds the item and what was there before. Raises EditError if the
    file cannot be read, has no such part, or has the item already.
    """
    meta = _read(text, path)
    place, ledger = _ledger(meta, path, part)
    if any(_same(item, other) for other in ledger):
        raise EditError(
            f"{path} has this item already: {format_source(item.source)!r}, {item.says!r}"
        )
    waiting = [n for n, one in enumerate(meta.to_judge) if one.source == item.source]
    keys = _keys_before("evidence", Part if part else QuestionMeta)

    def edit(front: str) -> str:
        front = insert_item(front, place, _fields(item), keys)
        for number in reversed(waiting):
            front = remove_item(front, ("to_judge",), number)
        return front

    left = tuple(one for one in meta.to_judge if one.source != item.source)
    return _edited(text, path, edit, replace(_with_item(meta, part, item), to_judge=left))


def add_to_judge(text: str, path: str, item: ToJudge) -> str:
    """Return the text of the question's file `path` with `item` at the end of what is to be judged.

    The same text if its source waits there already or stands in a ledger. Raises EditError if the file
    cannot be read or edited.
    """
    meta = _read(text, path)
    ledgers = (meta.evidence, *(part.evidence for part in meta.parts))
    judged = {one.source for ledger in ledgers for one in ledger}
    if item.source in judged | {one.source for one in meta.to_judge}:
        return text
    keys = _keys_before("to_judge", QuestionMeta)
    said = {"source": format_source(item.source), "since": str(item.since)}

    def edit(front: str) -> str:
        return insert_item(front, ("to_judge",), said, keys)

    return _edited(text, path, edit, replace(meta, to_judge=(*meta.to_judge, item)))


def _edited(text: str, path: str, edit: Callable[[str], str], wanted: QuestionMeta) -> str:
    """Return `text` with its front matter edited. Raises EditError if it does not read as `wanted` then."""
    bom = _BOM if text.startswith(_BOM) else ""
    text = text.removeprefix(_BOM)
    parts = cut_front_matter(text)
    start = _FIRST_LINE.match(text)
    if parts is None or start is None:
        raise EditError(f"{path} has no front matter")
    try:
        front = edit(parts.yaml)
    except ValueError:
        front = parts.yaml  # which does not read as wanted
    edited = text[: start.end()] + front + text[start.end() + len(parts.yaml) :]
    if read_front_matter(QuestionMeta, edited, path)[0] != wanted:
        raise EditError(
            f"{path} cannot be edited without changing what it says, for a list of it has an anchor, an "
            "alias or a tag; edit it by hand"
        )
    return bom + edited


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a new question begins with."""

    question: str
    for_means: str
    topic: str
    asked: Asked
    settled_by: str
    review_after: datetime.date
    search: str
    why: str


def new_question(draft: Draft) -> str:
    """Return the text of the file of a new question, its ledger empty."""
    asked = {"date": str(draft.asked.date), "source": format_source(draft.asked.source)}
    if draft.asked.locator:
        asked["locator"] = draft.asked.locator
    flow = ", ".join(f"{name}: {format_scalar(said, flow=True)}" for name, said in asked.items())
    lines = [
        f"question: {format_scalar(draft.question)}",
        f"for_means: {format_scalar(draft.for_means)}" if draft.for_means else "",
        f"topic: {draft.topic}",
        f"asked: {{{flow}}}",
        f"settled_by: {format_scalar(draft.settled_by)}",
        f"review_after: {draft.review_after}",
        f"search: {format_scalar(draft.search)}" if draft.search else "",
        "evidence: []",
    ]
    front = "\n".join(line for line in lines if line)
    return f"---\n{front}\n---\n\n{draft.why}".rstrip("\n") + "\n"


def _read(text: str, path: str) -> QuestionMeta:
    meta, _, problems = read_front_matter(QuestionMeta, text.removeprefix(_BOM), path)
    if meta is None:
        listed = "\n".join(map(str, problems))
        raise EditError(f"{path} must be mended first:\n{listed}")
    return meta


def _ledger(
    meta: QuestionMeta, path: str, part: str
) -> tuple[tuple[str | int, ...], tuple[Evidence, ...]]:
    if not part:
        return ("evidence",), meta.evidence
    for number, one in enumerate(meta.parts):
        if one.id == part:
            return ("parts", number, "evidence"), one.evidence
    known = ", ".join(one.id for one in meta.parts) or "none"
    raise EditError(f"{path} has no part {part!r}; it has {known}")


def _keys_before(name: str, schema: type[QuestionMeta | Part]) -> frozenset[str]:
    names = [info.name for info in describe(schema)]
    return frozenset(names[: names.index(name)])


def _same(one: Evidence, other: Evidence) -> bool:
    return (one.source, one.locator, one.says) == (other.source, other.locator, other.says)


def _fields(item: Evidence) -> dict[str, str]:
    """Return the keys and values of an item as typed, in the order of the schema."""
    names = [f.name for f in fields(item) if "line" not in f.metadata]
    values: dict[str, Any] = {name: getattr(item, name) for name in names}
    values["source"] = format_source(item.source)
    return {
        name: str(getattr(value, "value", value)) for name, value in values.items() if value != ""
    }


def _with_item(meta: QuestionMeta, part: str, item: Evidence) -> QuestionMeta:
    if not part:
        return replace(meta, evidence=(*meta.evidence, item))
    parts = tuple(
        replace(one, evidence=(*one.evidence, item)) if one.id == part else one
        for one in meta.parts
    )
    return replace(meta, parts=parts)
