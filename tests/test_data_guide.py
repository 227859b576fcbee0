"""The guide's page on data: its tables name the fields of kb.json, all of them and no other."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kb.pages import downloads
from kb.site import load_site

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "guide" / "data.md").read_text("utf-8")


@pytest.fixture(scope="module")
def files():
    return downloads(load_site(ROOT))


def fields(heading):
    """Return the fields of the table below a heading."""
    part = re.search(rf"^#+ {heading}\n(.*?)(?=^#|\Z)", GUIDE, re.MULTILINE | re.DOTALL)[1]
    return re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)


@pytest.mark.parametrize("part", ["references", "pages", "transcripts", "questions"])
def test_the_guide_names_every_field_of_a_list(part, files):
    data = json.loads(files["kb.json"])
    assert set(data) == {"references", "pages", "transcripts", "questions"}
    assert {tuple(entry) for entry in data[part]} == {tuple(fields(part))}


def test_the_guide_names_every_field_of_a_passage_and_of_a_turn(files):
    data = json.loads(files["kb.json"])
    passages = [
        passage
        for part in ("references", "transcripts", "questions")
        for entry in data[part]
        for passage in entry["cited_by"]
    ]
    assert {tuple(passage) for passage in passages} == {tuple(fields("Passages"))}
    turn = re.search(r"of each turn (.*?) \|", GUIDE)[1]
    told = set(re.findall(r"`(\w+)`", turn))
    assert {frozenset(t) for entry in data["transcripts"] for t in entry["turns"]} == {
        frozenset(told)
    }


def test_every_file_that_the_guide_offers_is_there(files):
    offered = fields_of_files()
    made = {name for name in offered if "*" not in name}
    assert made - set(files) == set()
    assert list((ROOT / "docs").glob("transcripts/*.yml"))


def fields_of_files():
    part = re.search(r"^## Files for programs\n(.*?)(?=^#)", GUIDE, re.MULTILINE | re.DOTALL)[1]
    return re.findall(r"^\| `([^`]*)` \|", part, re.MULTILINE)
