"""The plan of a sync: which entries change, what is left to a human, what the lock file keeps."""

from __future__ import annotations

import datetime
from types import MappingProxyType

import pytest

from kb.arxiv.history import Event
from kb.arxiv.lock import Lock
from kb.arxiv.merge import Change
from kb.arxiv.records import Answers, Failed, Found, Missing
from kb.arxiv.sync import Settled, our_name, plan_sync, prune
from kb.bib.store import parse_store
from kb.ids import CiteKey
from servers.arxiv_papers import parse_time

KEY, PAPER = CiteKey("example2025thinking"), "2501.99901"
FEBRUARY, JULY, AUGUST = (datetime.date(2025, month, 1) for month in (2, 7, 8))
ENTRY = """@misc{example2025thinking,
  title = {Thinking About Thinking},
  author = {Example, Ada},
  date = {2025-01-15},
  eprint = {2501.99901},
  archiveprefix = {arXiv},
  primaryclass = {cs.CL},
  version = {1},
  comment = {Work in progress},
}
"""


class Year:
    """An entry that is synced now and then; `lock` is carried on, the entry only where a test says."""

    def __init__(self, record_on):
        self.record_on = record_on
        self.lock = Lock(trusted=True)

    def sync(self, day, entry=ENTRY, *, settled=(), source="arxiv", trusted=True):
        references = parse_store({"refs/a.bib": entry.encode()}).references
        record = self.record_on(PAPER, str(day))
        found = Found(references[0].eprint, record, parse_time(str(day)))
        plan = plan_sync(
            references,
            Lock(self.lock.entries, trusted=trusted),
            Answers((found,)),
            day,
            source=source,
            settled=frozenset(Settled(KEY, field, side) for side, field in settled),
        )
        self.lock = Lock(plan.lock)
        (one,) = plan.entries
        return one

    @property
    def locked(self):
        return self.lock.entries[KEY]


@pytest.fixture
def year(record_on):
    return Year(record_on)


def changed(plan):
    return {change.field: change.after for change in plan.changes}


def test_what_arxiv_changed_is_told_in_words_and_recorded(year):
    assert year.sync(FEBRUARY).news == ()
    plan = year.sync(JULY)
    assert plan.news == (
        "v1 replaced by v3",
        "renamed, before: 'Thinking About Thinking'",
        "authors changed, before: 'Example, Ada'",
    )
    assert year.locked.events == (
        Event(JULY, "replaced", "v1", "v3"),
        Event(JULY, "renamed", "Thinking About Thinking"),
        Event(JULY, "authors", "Example, Ada"),
    )
    assert year.locked.since == JULY


def test_while_a_conflict_is_open_nothing_is_told_or_recorded_twice(year):
    year.sync(FEBRUARY)
    ours = ENTRY.replace("Thinking About", "Thoughts on")
    first, recorded = year.sync(JULY, ours), year.locked
    second = year.sync(AUGUST, ours)
    assert [conflict.field for conflict in first.conflicts] == ["title"]
    assert second.conflicts == first.conflicts
    assert second.news == ()
    assert year.locked is recorded


def test_facts_from_elsewhere_that_arxiv_corrects_are_no_history(year):
    year.sync(FEBRUARY, source="facts")
    wrong = MappingProxyType({**year.locked.fields, "title": "Thinkng About Thinking"})
    year.lock = Lock({KEY: type(year.locked)(year.locked.id, wrong, FEBRUARY, "facts")})
    entry = ENTRY.replace("Thinking About", "Thinkng About")
    plan = year.sync(FEBRUARY, entry)
    assert changed(plan) == {"title": "Thinking About Thinking"}
    assert plan.news == ()
    assert (year.locked.events, year.locked.source) == ((), "arxiv")


def test_an_entry_that_now_names_another_paper_begins_a_history_of_its_own(year, record_on):
    year.sync(FEBRUARY)
    year.sync(JULY)
    other = ENTRY.replace(PAPER, "2501.99902")
    record = record_on("2501.99902", "2025-08-01")
    references = parse_store({"refs/a.bib": other.encode()}).references
    found = Found(references[0].eprint, record, parse_time("2025-08-01"))
    plan = plan_sync(references, year.lock, Answers((found,)), AUGUST)
    assert plan.lock[KEY].events == ()
    assert plan.entries[0].conflicts == ()
    assert plan.entries[0].news == ()


def test_a_value_we_changed_stays_until_arxivs_is_asked_for(year):
    year.sync(FEBRUARY)
    ours = ENTRY.replace("Thinking About", "Thoughts on")
    assert year.sync(FEBRUARY, ours).kept == ("title",)
    plan = year.sync(FEBRUARY, ours, settled=[("theirs", "title")])
    assert plan.changes == (Change("title", "Thoughts on Thinking", "Thinking About Thinking"),)
    assert plan.kept == ()
    assert plan.in_accord == ()


def test_after_a_lost_lock_file_each_field_can_still_be_settled(year):
    ours = ENTRY.replace("  version = {1},\n", "")
    assert changed(year.sync(JULY, ours, trusted=False)) == {}
    plan = year.sync(JULY, ours, settled=[("theirs", "version"), ("theirs", "author")])
    assert changed(plan) == {"version": "3", "author": "Example, Ada and van der Sample, Bo"}
    assert set(plan.kept) == {"title", "comment"}


def test_a_change_of_arxivs_alone_is_refused_if_ours_is_to_stand(year):
    year.sync(FEBRUARY)
    plan = year.sync(JULY, settled=[("ours", "title")])
    assert "title" not in changed(plan)
    assert plan.kept == ("title",)
    assert "title" in year.sync(AUGUST).kept


def test_what_is_in_accord_cannot_be_settled_and_is_named(year):
    year.sync(FEBRUARY)
    assert year.sync(FEBRUARY, settled=[("theirs", "title")]).in_accord == ("title",)


@pytest.mark.parametrize(
    ("typed", "ours"),
    [
        ("Title", "title"),
        ("year", "date"),
        ("month", "date"),
        ("eprinttype", "archiveprefix"),
        ("EprintClass", "primaryclass"),
    ],
)
def test_a_field_is_known_by_what_the_entry_calls_it(typed, ours):
    assert our_name(typed) == ours


def test_an_entry_of_bibtex_keeps_its_year_and_month_and_its_names_of_fields(year):
    entry = ENTRY.replace("date = {2025-01-15}", "year = 2024,\n  month = feb")
    entry = entry.replace("archiveprefix", "eprinttype").replace("primaryclass", "eprintclass")
    year.sync(FEBRUARY, entry)
    plan = year.sync(FEBRUARY, entry, settled=[("theirs", "date")])
    assert changed(plan) == {"year": "2025", "month": "1"}
    plan = year.sync(JULY, entry.replace("cs.CL", "cs.LG"), settled=[("theirs", "primaryclass")])
    assert changed(plan)["eprintclass"] == "cs.CL"


def test_a_paper_that_was_not_found_keeps_entry_and_lock(year):
    year.sync(FEBRUARY)
    references = parse_store({"refs/a.bib": ENTRY.encode()}).references
    asked = references[0].eprint
    for outcome, code in ((Missing(asked, "gone"), "KB601"), (Failed(asked, "HTTP 503"), "KB602")):
        plan = plan_sync(references, year.lock, Answers((outcome,)), JULY)
        assert plan.entries == ()
        assert plan.unchecked == (asked,)
        assert plan.lock == year.lock.entries
        assert [problem.code for problem in plan.problems] == [code]


@pytest.mark.parametrize(
    ("files", "stays"),
    [
        ({"refs/a.bib": ENTRY}, True),
        ({"refs/a.bib": ""}, False),
        ({}, False),
        ({"refs/a.bib": ENTRY.replace("  eprint = {2501.99901},\n", "")}, False),
        # What cannot be read just now is not gone.
        ({"refs/a.bib": ENTRY.replace("2501.99901", "2501.9990")}, True),
        ({"refs/a.bib": ENTRY.replace("misc{", "misc ")}, True),
        ({"refs/a.bib": ENTRY.replace("2025-01-15}", "2025-01-15")}, True),
        ({"refs/a.bib": "", "refs/b.bib": b"\xff"}, True),
    ],
)
def test_only_what_left_the_store_leaves_the_lock(year, files, stays):
    year.sync(FEBRUARY)
    datas = {
        path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()
    }
    left = prune(year.lock.entries, parse_store(datas))
    assert left == (year.lock.entries if stays else {})


def test_an_eprint_that_names_a_version_gets_no_field_that_says_another(year):
    pinned = ENTRY.replace("{2501.99901}", "{2501.99901v1}").replace("  version = {1},\n", "")
    assert "version" not in changed(year.sync(FEBRUARY, pinned))
    plan = year.sync(JULY, pinned)
    assert "version" not in changed(plan)
    assert plan.conflicts == ()
    assert "v1 replaced by v3" in plan.news
    assert year.locked.id.version == 3
