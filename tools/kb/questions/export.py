"""The questions as data for others: questions.json, and the JSON Schema that documents it.

Stable: sorted, without a clock. A field is added, never renamed; `version` grows if one must be.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kb.model import Grade
from kb.notes.question import Bearing, Ending, Here, Strength, format_source
from kb.questions.state import RULE_OF, Age, Direction, Review

if TYPE_CHECKING:
    import datetime
    import enum
    from collections.abc import Iterable, Mapping

    from kb.notes.page import Passage
    from kb.notes.question import Evidence
    from kb.questions.standing import Standing
    from kb.questions.state import State

VERSION = 1
_DATE = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"


def format_questions(standings: Iterable[Standing], updated: datetime.date) -> str:
    """Return questions.json: every question in the order of the slugs, with state and ledger."""
    ordered = sorted(standings, key=lambda standing: standing.question.slug)
    return _dump(
        {
            "$schema": "questions.schema.json",
            "version": VERSION,
            "updated": str(updated),
            "questions": [question_json(standing) for standing in ordered],
        }
    )


def format_schema() -> str:
    """Return questions.schema.json (JSON Schema, draft 2020-12)."""
    return _dump(SCHEMA)


def question_json(standing: Standing) -> dict[str, Any]:
    """Return the public form of one question; `None` stands for what is not there."""
    question, meta = standing.question, standing.question.meta
    return {
        "slug": question.slug,
        "page": question.page.path,
        "question": meta.question,
        "for_means": meta.for_means or None,
        "topic": str(meta.topic),
        "asked": {
            "date": str(meta.asked.date),
            "source": format_source(meta.asked.source),
            "locator": meta.asked.locator or None,
        },
        "settled_by": meta.settled_by,
        "related": [str(slug) for slug in meta.related],
        "review_after": str(meta.review_after),
        "search": meta.search or None,
        "closed": meta.closed
        and {
            "as": meta.closed.as_.value,
            "reason": meta.closed.reason,
            "date": str(meta.closed.date),
            "evidence": list(meta.closed.evidence),
            "by": meta.closed.by,
        },
        "state": _state(standing.state),
        "to_judge": [
            {"source": format_source(item.source), "since": str(item.since)}
            for item in meta.to_judge
        ],
        "evidence": _ledger(meta.evidence),
        "parts": [
            {
                "id": str(part.id),
                "question": part.question,
                "for_means": part.for_means or None,
                "settled_by": part.settled_by or None,
                "state": _state(standing.parts[part.id]),
                "evidence": _ledger(part.evidence),
            }
            for part in meta.parts
        ],
        "raised_by": [_passage(passage) for passage in standing.raised],
    }


def _state(state: State) -> dict[str, Any]:
    return {
        "items": state.items,
        "items_in_parts": state.in_parts,
        "direction": state.direction.value,
        "reframed": state.reframed,
        "replicated": state.replicated,
        "newest_evidence": str(state.newest) if state.newest else None,
        "months_since_newest": state.months,
        "age": state.age.value,
        "review": state.review.value,
    }


def _ledger(ledger: tuple[Evidence, ...]) -> list[dict[str, Any]]:
    return [
        {
            "date": str(item.date),
            "source": format_source(item.source),
            "locator": item.locator or None,
            "bearing": item.bearing.value,
            "strength": item.strength.value,
            "grade": item.grade.value,
            "says": item.says,
            "judged": str(item.judged),
        }
        for item in sorted(ledger, key=lambda item: item.date.order)
    ]


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "page": passage.page.path,
        "anchor": passage.anchor,
        "heading": passage.heading.text if passage.heading else None,
        "sentence": passage.sentence or None,
    }


def _dump(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _object(about: str, **fields: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an object that has these fields and no others, all of them always."""
    return {
        "type": "object",
        "description": about,
        "properties": fields,
        "required": sorted(fields),
        "additionalProperties": False,
    }


def _text(about: str, pattern: str = "", *, null: bool = False) -> dict[str, Any]:
    kind = ["string", "null"] if null else "string"
    return {"type": kind, "description": about} | ({"pattern": pattern} if pattern else {})


def _one_of(about: str, values: type[enum.Enum]) -> dict[str, Any]:
    return {"description": about, "enum": [one.value for one in values]}


def _list(about: str, items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "array", "description": about, "items": items, **more}


_SOURCE = _text(
    "@key is a reference, @t:slug or @t:slug#turn a transcript, computed: name a figure of this site",
    r"^(@.+|computed: [a-z0-9-]+)$",
)
_ITEM = _object(
    "One item of a ledger",
    date=_text("when the source came out, as exactly as is known", _DATE),
    source=_SOURCE,
    locator=_text("the place in it", null=True),
    bearing=_one_of("which way it points, about the question read as yes", Bearing),
    strength=_one_of("how much it would move a careful reader, were it the only item", Strength),
    grade=_one_of("how well it is known: A primary, B secondary, C memory or inference", Grade),
    says=_text("what it says, in one sentence"),
    judged=_text("the day on which it was judged", _DAY),
)
_STATE = _object(
    "Where it stands, worked out from the ledger and the day `updated`",
    items={"type": "integer", "minimum": 0},
    items_in_parts={"type": "integer", "minimum": 0},
    direction=_one_of(RULE_OF["direction"], Direction),
    reframed={"type": "boolean", "description": "whether an item of grade A or B reframes it"},
    replicated={"type": "boolean", "description": RULE_OF["replicated"]},
    newest_evidence=_text("date of the newest item, of its parts too", _DATE, null=True),
    months_since_newest={
        "type": ["integer", "null"],
        "minimum": 0,
        "description": RULE_OF["age"],
    },
    age=_one_of("the months since then, in steps: younger than this", Age),
    review=_one_of(RULE_OF["review"], Review),
)
_PART = _object(
    "A part that can be settled by itself",
    id=_text("its name; an anchor on the page", _SLUG),
    question=_text("the part as one sentence"),
    for_means=_text("what a yes means", null=True),
    settled_by=_text("what would settle it", null=True),
    state={"$ref": "#/$defs/state"},
    evidence=_list("its own ledger, oldest first", {"$ref": "#/$defs/item"}),
)
_CLOSED = _object(
    "How it was closed",
    **{"as": _one_of("what came of it", Ending)},
    reason=_text("why"),
    date=_text("when", _DAY),
    evidence=_list("the sources of the items that did it", _SOURCE, minItems=1),
    by=_text("the question that took its place", _SLUG, null=True),
)
_QUESTION = _object(
    "One question",
    slug=_text("its name and the last part of its address", _SLUG),
    page=_text("the source of its page, below docs/"),
    question=_text("the question as one sentence"),
    for_means=_text("what a yes means, where yes alone does not say it", null=True),
    topic=_text("the section of the site it belongs to", _SLUG),
    asked=_object(
        "When and where it was first asked",
        date=_text("when, as exactly as is known", _DATE),
        source=_text(f"a source, or {format_source(Here())} if this site asks it"),
        locator=_text("the place in it", null=True),
    ),
    settled_by=_text("the result that would settle it"),
    related=_list("slugs of other questions to read with it", _text("a slug", _SLUG)),
    review_after=_text("the day after which somebody should look at it again", _DAY),
    search=_text("an arXiv search expression that finds new work", null=True),
    closed={"anyOf": [{"type": "null"}, _CLOSED]},
    state={"$ref": "#/$defs/state"},
    to_judge=_list(
        "what may be evidence and nobody has judged yet; no part of the ledger",
        _object(
            "A source",
            source=_SOURCE,
            since=_text("the day since which it waits", _DAY),
        ),
    ),
    evidence=_list("the ledger, oldest first", {"$ref": "#/$defs/item"}),
    parts=_list("what can be settled by itself", _PART),
    raised_by=_list(
        "the passages of this site that cite it",
        _object(
            "A passage",
            page=_text("the source of the page, below docs/"),
            anchor=_text("the citation's id on the page"),
            heading=_text("the heading above", null=True),
            sentence=_text("the sentence; null for a card", null=True),
        ),
    ),
)
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Open questions",
    **_object(
        "Open questions with dated evidence",
        **{"$schema": _text("the address of this schema, relative to the file")},
        version={"const": VERSION},
        updated=_text("the day on which the site last changed; states are as of this day", _DAY),
        questions=_list("in the order of their slugs", _QUESTION),
    ),
    "$defs": {"item": _ITEM, "state": _STATE},
}
