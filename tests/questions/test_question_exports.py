"""questions.json and its schema, the feed, and which works and questions speak of each other."""

from __future__ import annotations

import datetime
import io
import json
import re
from xml.etree import ElementTree as ET

import feedparser
import pytest
from jsonschema import Draft202012Validator
from question_base import KNOWN

from kb.ids import CiteKey
from kb.pages import downloads
from kb.questions.export import SCHEMA
from kb.questions.feed import MOST, Change, changes, format_feed

ATOM = "{http://www.w3.org/2005/Atom}"


def data(site):
    return json.loads(downloads(site)["questions.json"])


def test_the_export_is_of_its_schema_and_the_schema_is_one(base):
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(data(base))
    assert json.loads(downloads(base)["questions.schema.json"]) == SCHEMA


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda q: q.pop("search"), id="a field too few"),
        pytest.param(lambda q: q.update(status="open"), id="a field too many"),
        pytest.param(lambda q: q["state"].update(direction="up"), id="a direction that is none"),
        pytest.param(lambda q: q["evidence"][0].update(date="May"), id="a date that is none"),
        pytest.param(lambda q: q["evidence"][0].update(source="doe"), id="a source that is none"),
    ],
)
def test_the_schema_refuses(base, spoil):
    spoiled = data(base)
    spoil(spoiled["questions"][2])
    assert not Draft202012Validator(SCHEMA).is_valid(spoiled)


def test_every_field_of_the_schema_is_explained():
    bare = []

    def look(node, path=""):
        if isinstance(node, dict):
            for name, field in node.get("properties", {}).items():
                plain = set(field) - {"type", "minimum", "const"}
                if not plain:
                    bare.append(f"{path}/{name}")
                look(field, f"{path}/{name}")
            for name in ("items", "$defs", "anyOf"):
                look(node.get(name), path)
            for name in node:
                if path == "/defs":
                    look(node[name], f"{path}/{name}")
        elif isinstance(node, list):
            for one in node:
                look(one, path)

    look(SCHEMA)
    assert bare == ["/version"]


def test_the_export_says_everything_of_a_question(base):
    exported = data(base)
    assert exported["updated"] == "2026-11-21"
    assert [q["slug"] for q in exported["questions"]] == ["bare", "done", "known-or-guessed"]
    known = exported["questions"][2]
    assert known["asked"] == {"date": "2025-01-20", "source": "@t:talk#2", "locator": "the end"}
    assert (known["for_means"], known["closed"]) == ("guessed", None)
    assert known["state"] == {
        "items": 4,
        "items_in_parts": 1,
        "direction": "mixed",
        "reframed": False,
        "replicated": True,
        "newest_evidence": "2026-11-21",
        "months_since_newest": 0,
        "age": "6-months",
        "review": "ahead",
    }
    assert [item["source"] for item in known["evidence"]] == [
        *("@doe2020first", "@poe2022third", "@t:talk#2", "computed: letter-share"),
    ]
    assert [(part["id"], part["state"]["reframed"]) for part in known["parts"]] == [
        *(("which-word", True), ("how-soon", False)),
    ]
    assert known["raised_by"] == [
        {
            "page": "latent/note.md",
            "anchor": "cite-q_known-or-guessed-1",
            "heading": "A note",
            "sentence": "Whether it is so nobody knows (question known-or-guessed).",
        },
        {
            "page": "latent/note.md",
            "anchor": "cite-q_known-or-guessed-2",
            "heading": "Open questions",
            "sentence": None,
        },
    ]
    done = exported["questions"][1]
    assert done["closed"] == {
        "as": "superseded",
        "reason": "It was, and a better question came of it.",
        "date": "2026-11-19",
        "evidence": ["computed: digits", "@doe2020first"],
        "by": "bare",
    }
    assert done["state"]["review"] == "closed"


def test_the_order_of_items_in_the_file_does_not_matter(base, make_base):
    lines = KNOWN.splitlines(keepends=True)
    lines[10], lines[12] = lines[12], lines[10]
    turned = make_base({"questions/known-or-guessed.md": "".join(lines)})
    assert downloads(turned)["questions.json"] == downloads(base)["questions.json"]


def test_what_bears_on_a_question_is_found_from_its_source(base):
    bears = {
        str(key): [(b.question.slug, b.part.id if b.part else "") for b in found]
        for key, found in base.bears_on.items()
    }
    assert bears == {
        "doe2020first": [("known-or-guessed", ""), ("done", "")],
        "poe2022third": [("known-or-guessed", "")],
        "t:talk": [("known-or-guessed", "")],
        "roe2021other": [("known-or-guessed", "which-word")],
    }
    assert CiteKey("anon1999untitled") not in base.bears_on


# The feed.


def feed(site):
    return downloads(site)["questions/feed.xml"]


def test_the_feed_is_well_formed_atom_with_what_the_standard_requires(base):
    text = feed(base)
    parsed = feedparser.parse(io.BytesIO(text.encode()))
    assert not parsed.bozo
    assert parsed.version == "atom10"
    root = ET.fromstring(text)  # noqa: S314 - our own
    assert root.tag == f"{ATOM}feed"
    assert len(root.findall(f"{ATOM}author/{ATOM}name")) == 1
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == 8
    ids = [root.findtext(f"{ATOM}id"), *(entry.findtext(f"{ATOM}id") for entry in entries)]
    assert len(set(ids)) == 9
    for node in (root, *entries):
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", node.findtext(f"{ATOM}id"))
        assert node.findtext(f"{ATOM}title")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", node.findtext(f"{ATOM}updated"))
    for entry in entries:
        [link] = entry.findall(f"{ATOM}link")
        assert link.get("rel") == "alternate"
        assert entry.findtext(f"{ATOM}summary")


def test_the_feed_tells_the_newest_change_first_by_the_days_of_the_files(base):
    parsed = feedparser.parse(io.BytesIO(feed(base).encode()))
    told = [(e.updated[:10], e.title, e.link) for e in parsed.entries]
    assert parsed.feed.updated == "2026-11-21T00:00:00Z"
    question = "Is it known <b>&</b> told, or guessed?"
    assert told == [
        ("2026-11-21", f"Against (strong): {question}", "known-or-guessed/#evidence"),
        ("2026-11-21", f"Points neither way (weak): {question}", "known-or-guessed/#evidence"),
        ("2026-11-20", f"Against (medium): {question}", "known-or-guessed/#evidence"),
        ("2026-11-20", f"For (weak): {question}", "known-or-guessed/#evidence"),
        ("2026-11-20", "Reframes it (weak): Does it know the word?", "known-or-guessed/#which-word"),
        ("2026-11-19", "Superseded: Was the sum right?", "done/#top"),
        ("2026-11-18", "For (strong): Was the sum right?", "done/#evidence"),
        ("2026-11-18", "For (strong): Was the sum right?", "done/#evidence"),
    ]  # fmt: skip
    assert parsed.entries[0].summary == "It knows, too. Poe (2022), sec. 4; 2022-03-04; grade B."
    assert parsed.entries[3].summary == "It guesses. transcript talk, turn 2; 2025-01-15; grade A."
    assert parsed.entries[7].summary == "It adds up. digits, computed here; 2026-11-18; grade A."


def test_an_entry_keeps_its_id_when_dates_and_words_are_mended(base, make_base):
    mended = KNOWN.replace("It knows.", "It knows some.").replace("2026-11-20}", "2026-11-19}")
    site = make_base({"questions/known-or-guessed.md": mended})
    ids = [set(re.findall("urn:uuid:[0-9a-f-]+", feed(one))) for one in (base, site)]
    assert ids[0] == ids[1]


def test_a_feed_without_changes_is_dated_by_the_site(make_base):
    pages = {
        "questions/known-or-guessed.md": None,
        "questions/done.md": None,
        "latent/note.md": None,
    }
    parsed = feedparser.parse(io.BytesIO(feed(make_base(pages)).encode()))
    assert (parsed.feed.updated, parsed.entries) == ("2026-11-20T00:00:00Z", [])


def test_the_feed_holds_the_newest_hundred(base):
    [change, *_] = changes([base.questions["done"]], str)
    many = [Change(str(n), change.day, change.question, "T", "S", "top") for n in range(MOST + 5)]
    text = format_feed(many, datetime.date(2026, 1, 1), title="T")
    assert text.count("<entry>") == MOST


def test_a_base_without_questions_has_an_empty_export(make_base):
    pages = dict.fromkeys(
        ("questions/known-or-guessed.md", "questions/done.md", "questions/bare.md")
    )
    exported = data(make_base(pages))
    assert exported["questions"] == []
    Draft202012Validator(SCHEMA).validate(exported)
