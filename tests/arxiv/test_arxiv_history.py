"""What became of a paper: found by a sync, kept, shown, and told until somebody has seen it."""

from __future__ import annotations

import datetime

import pytest

from kb.arxiv.convert import stored_fields
from kb.arxiv.history import (
    Event,
    Mark,
    event_to_json,
    find_events,
    marks,
    parse_event,
    unseen_events,
)
from kb.arxiv.rules import check_seen
from kb.model import Place

TODAY = datetime.date(2025, 7, 28)
RENAMED = Event(TODAY, 3, "renamed", "Thinking {About} Thinking")
REPLACED = Event(TODAY, 3, "replaced", "v1")
AUTHORS = Event(TODAY, 3, "authors", "Example, Ada and {OpenAI}")


def happened(old, new, **options):
    events = find_events(stored_fields(old), old.id.version, new, TODAY, **options)
    return [(event.version, event.what, event.before) for event in events]


def test_a_paper_that_stays_has_no_history(record_on):
    assert (
        happened(record_on("2501.99901", "2025-02-01"), record_on("2501.99901", "2025-02-02")) == []
    )


def test_a_new_version_with_another_title_and_another_author_is_three_events(record_on):
    assert happened(
        record_on("2501.99901", "2025-02-01"), record_on("2501.99901", "2025-07-01")
    ) == [
        (3, "replaced", "v1"),
        (3, "renamed", "Thinking About Thinking"),
        (3, "authors", "Example, Ada"),
    ]


def test_braces_around_a_word_are_no_new_title(record_on):
    now = record_on("2501.99901", "2025-02-01")
    old = stored_fields(now) | {"title": "{Thinking} About {T}hinking"}
    assert list(find_events(old, 1, now, TODAY)) == []


def test_what_was_not_known_did_not_change(record_on):
    now = record_on("2501.99901", "2025-07-01")
    assert list(find_events({}, None, now, TODAY)) == []


def test_a_withdrawal_is_told_once_and_so_is_its_end(record_on):
    before, after = record_on("2501.99902", "2025-02-01"), record_on("2501.99902", "2025-12-28")
    assert (2, "withdrawn", "") in happened(before, after)
    assert happened(after, after, was_withdrawn=True) == []
    assert (1, "reinstated", "") in happened(after, before, was_withdrawn=True)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (REPLACED, "v1 replaced by v3"),
        (RENAMED, "renamed with v3, before: 'Thinking About Thinking'"),
        (Event(TODAY, 0, "renamed", "T"), "renamed, before: 'T'"),
        (AUTHORS, "authors changed with v3, before: 'Example, Ada and OpenAI'"),
        (Event(TODAY, 2, "withdrawn"), "withdrawn with v2"),
        (Event(TODAY, 3, "reinstated"), "no longer withdrawn with v3"),
    ],
)
def test_an_event_reads_as_a_sentence_and_comes_back_from_the_lock_file(event, words):
    assert str(event) == words
    assert parse_event(event_to_json(event)) == event


def test_a_long_list_of_authors_is_cut_where_it_is_told_and_kept_where_it_is_stored():
    event = Event(TODAY, 2, "authors", " and ".join(["Example, Ada"] * 3000))
    assert len(str(event)) < 200
    assert parse_event(event_to_json(event)).before == event.before


@pytest.mark.parametrize(
    "damage", [{"what": "vanished"}, {"date": "yesterday"}, {"version": "x"}, {"version": 3}]
)
def test_an_event_of_another_form_is_refused(damage):
    with pytest.raises((ValueError, AttributeError)):
        parse_event(event_to_json(RENAMED) | damage)


@pytest.mark.parametrize(
    ("read", "updated", "unseen"),
    [
        (None, None, [REPLACED, RENAMED, AUTHORS]),
        (1, None, [RENAMED, AUTHORS]),  # KB605 tells of the version
        (3, None, []),
        (None, TODAY - datetime.timedelta(days=1), [REPLACED, RENAMED, AUTHORS]),
        (None, TODAY, []),
        (1, TODAY, []),
    ],
)
def test_an_event_is_unseen_until_the_version_is_read_or_the_page_renewed(read, updated, unseen):
    events = (REPLACED, RENAMED, AUTHORS, Event(TODAY, 3, "withdrawn"))
    assert list(unseen_events(events, read, updated)) == unseen


def test_a_page_shows_the_last_event_of_each_kind():
    first = Event(datetime.date(2025, 4, 28), 2, "replaced", "v1")
    assert marks([first, REPLACED, RENAMED]) == (
        Mark("v3 since 2025-07-28", "2025-07-28: v1 replaced by v3"),
        Mark("renamed", "2025-07-28: renamed with v3, before: 'Thinking About Thinking'"),
    )
    assert marks([]) == ()


def test_what_a_page_has_not_seen_is_one_note_with_the_way_out():
    place = Place("docs/latent/twice.md", 9)
    assert [
        str(each) for each in check_seen((REPLACED, RENAMED), "example2025thinking", place)
    ] == [
        "docs/latent/twice.md:9: KB607 note: change of a cited paper must have been seen: "
        "'example2025thinking' (2025-07-28: v1 replaced by v3; 2025-07-28: renamed with v3, "
        "before: 'Thinking About Thinking'; look, then renew read or updated)"
    ]
    assert not list(check_seen((), "example2025thinking", place))
