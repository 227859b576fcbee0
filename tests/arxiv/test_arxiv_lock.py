"""The lock file: what arXiv said last, as text that git merges, and what becomes of damage."""

from __future__ import annotations

import datetime
import json
import subprocess
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.arxiv.history import Event
from kb.arxiv.lock import LOCK_PATH, Lock, Locked, format_lock, parse_lock
from kb.bib.store import load_store
from kb.ids import ArxivId, CiteKey

ROOT = Path(__file__).parents[2]
DAY = datetime.date(2025, 2, 1)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
EVENTS = st.builds(
    Event,
    date=st.dates(),
    what=st.sampled_from(["withdrawn", "replaced", "renamed", "authors"]),
    before=TEXTS,
    after=TEXTS,
)
LOCKED = st.builds(
    Locked,
    id=st.builds(ArxivId, st.just("2501.99901"), st.none() | st.integers(1, 99)),
    fields=st.dictionaries(st.sampled_from(["title", "author", "doi"]), TEXTS).map(
        lambda fields: MappingProxyType(dict(sorted(fields.items())))
    ),
    since=st.dates(),
    source=st.sampled_from(["arxiv", "facts"]),
    withdrawn=st.booleans(),
    events=st.lists(EVENTS, max_size=3).map(tuple),
    pending=st.none() | st.just(MappingProxyType({"doi": "10.1000/1", "title": "T"})),
)
ENTRIES = st.dictionaries(st.text(alphabet="abc2025", min_size=1).map(CiteKey), LOCKED, max_size=4)


def locked(title="T", **more):
    return Locked(ArxivId("2501.99901", 1), MappingProxyType({"title": title}), DAY, **more)


@given(ENTRIES)
def test_what_is_written_comes_back(entries):
    text = format_lock(entries)
    lock, problems = parse_lock(text)
    assert lock == Lock(MappingProxyType(dict(sorted(entries.items()))))
    assert problems == ()
    assert format_lock(lock.entries) == text


def test_entries_are_sorted_and_a_field_is_a_line():
    text = format_lock({CiteKey("b2025x"): locked(), CiteKey("a2025x"): locked(withdrawn=True)})
    assert text.endswith("}\n")
    lines = [line.strip(" ,") for line in text.splitlines()]
    assert [line for line in lines if "2025x" in line] == ['"a2025x": {', '"b2025x": {']
    assert lines.count('"title": "T"') == 2
    assert lines.count('"withdrawn": true') == 1


@pytest.mark.parametrize(
    ("ours", "base"),
    [
        ({"title": "T", "doi": "1"}, {"title": "T", "doi": "1"}),  # before anything was written
        ({"title": "{T}wo", "comment": "C"}, {"title": "Two", "comment": "C"}),  # after all was
        ({"title": "Typed", "doi": "1"}, {"title": "T", "doi": "1"}),  # and then typed over
    ],
)
def test_what_a_sync_was_about_to_write_is_arxivs_word_where_it_stands(ours, base):
    was = Locked(ArxivId("2501.99901", 1), MappingProxyType({"title": "T", "doi": "1"}), DAY)
    now = MappingProxyType({"title": "Two", "comment": "C"})
    assert dict(replace(was, pending=now).base(ours)) == base
    assert was.base(ours) == was.fields


def test_a_missing_file_is_told_from_an_empty_store():
    assert parse_lock(None) == (Lock(trusted=False), ())
    assert parse_lock(format_lock({})) == (Lock(), ())


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "Expecting value: line 1 column 1 (char 0)"),
        ("{\n<<<<<<< HEAD\n", 2, "Expecting property name enclosed in double quotes"),
        ('{"format": 2, "entries": {}}', 1, "unknown format"),
        ('{"format": 1, "entries": []}', 1, "unknown format"),
        ('{"format": 1}', 1, "'entries'"),
        ("[]", 1, "list indices must be integers"),
        ('{"format": 1, "entries": {"a": 1, "a": 2}}', 1, "a stands twice"),
        ("[" * 100_000, 1, "maximum recursion depth exceeded"),
    ],
)
def test_a_file_that_cannot_be_read_holds_nothing_to_trust(text, line, said):
    lock, (problem,) = parse_lock(text)
    assert lock == Lock(trusted=False)
    assert str(problem).startswith(f"{LOCK_PATH}:{line}: KB606 lock file must be readable: ")
    assert said in str(problem)
    assert str(problem).endswith("(kb sync writes it anew and touches nothing that differs)")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": "nonsense"}, "not an arXiv identifier"),
        ({"fields": {"title": 3}}, "a field must be text"),
        ({"fields": None}, "has no attribute"),
        ({"since": "yesterday"}, "Invalid isoformat string"),
        ({"source": "hearsay"}, "source must be arxiv or facts: 'hearsay'"),
        ({"events": [{"what": "vanished"}]}, "what must be one of"),
        ({"events": 3}, "not iterable"),
    ],
)
def test_a_damaged_entry_costs_only_itself_and_the_trust(change, said):
    data = json.loads(format_lock({CiteKey("a2025x"): locked(), CiteKey("b2025x"): locked("B")}))
    data["entries"]["b2025x"] |= change
    text = json.dumps(data, indent=1)
    lock, (problem,) = parse_lock(text)
    assert lock == Lock(MappingProxyType({CiteKey("a2025x"): locked()}), trusted=False)
    assert said in str(problem)
    assert problem.line == text[: text.index('"b2025x"')].count("\n") + 1


def git(folder, *words):
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode


def test_git_merges_what_two_people_synced_and_a_clash_is_damage_that_costs_nothing(tmp_path):
    file = tmp_path / "lock.json"
    papers = {CiteKey(f"{name}2025x"): locked(name) for name in "abcdefgh"}
    file.write_text(format_lock(papers))
    assert git(tmp_path, "init", "-q", "-b", "main") == 0
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "base")
    for branch, name, title in (("one", "b", "B"), ("two", "g", "G"), ("three", "g", "other")):
        git(tmp_path, "checkout", "-qb", branch, "main")
        file.write_text(format_lock(papers | {CiteKey(f"{name}2025x"): locked(title)}))
        git(tmp_path, "commit", "-qam", branch)
    assert git(tmp_path, "merge", "-q", "one") == 0
    both = parse_lock(file.read_text())[0].entries
    assert both[CiteKey("b2025x")].fields["title"] == "B"
    assert both[CiteKey("g2025x")].fields["title"] == "other"
    assert git(tmp_path, "merge", "-q", "two") != 0
    lock, (problem,) = parse_lock(file.read_text())
    assert not lock.trusted
    assert problem.code == "KB606"


def test_the_lock_file_of_this_base_knows_each_paper_that_its_references_name():
    """Without an entry, the first sync would take every word of a reference for typed by hand."""
    text = (ROOT / LOCK_PATH).read_text("utf-8")
    lock, problems = parse_lock(text)
    assert (problems, format_lock(lock.entries)) == ((), text)
    named = {one.key: one.eprint.base for one in load_store(ROOT).references if one.eprint}
    known = {key: one.id.base for key, one in lock.entries.items()}
    assert named.items() - known.items() == set()
