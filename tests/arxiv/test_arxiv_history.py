"""What became of a paper: found by a sync, kept, shown, and told until somebody has seen it."""

from __future__ import annotations

import datetime

import pytest

from kb.arxiv.convert import stored_fields
from kb.arxiv.history import (
    Event,
    Mark,
    State,
    event_to_json,
    find_events,
    join_events,
    marks,
    parse_event,
    unseen_events,
)
from kb.arxiv.rules import check_seen
from kb.model import Place

TODAY = datetime.date(2025, 7, 28)
SPRING = datetime.date(2025, 4, 28)
REPLACED = Event(TODAY, "replaced", "v1", "v3")
RENAMED = Event(TODAY, "renamed", "Thinking {About} Thinking")
AUTHORS = Event(TODAY, "authors", "Example, Ada and {OpenAI}")


def state(record):
    return State(record.id.version, record.withdrawn, stored_fields(record))


def happened(old, new):
    events = find_events(state(old), state(new), TODAY)
    return [(event.what, event.before, event.after) for event in events]


def test_a_paper_that_stays_has_no_history(record_on):
    assert (
        happened(record_on("2501.99901", "2025-02-01"), record_on("2501.99901", "2025-02-02")) == []
    )


def test_a_new_version_with_another_title_and_another_author_is_three_events(record_on):
    assert happened(
        record_on("2501.99901", "2025-02-01"), record_on("2501.99901", "2025-07-01")
    ) == [
        ("replaced", "v1", "v3"),
        ("renamed", "Thinking About Thinking", ""),
        ("authors", "Example, Ada", ""),
    ]


def test_braces_around_a_word_are_no_new_title(record_on):
    now = record_on("2501.99901", "2025-02-01")
    old = stored_fields(now) | {"title": "{Thinking} About {T}hinking"}
    assert list(find_events(State(1, False, old), state(now), TODAY)) == []


def test_what_was_not_known_did_not_change(record_on):
    now = record_on("2501.99901", "2025-07-01")
    assert list(find_events(State(0, False, {}), state(now), TODAY)) == []


def test_a_withdrawal_is_told_once_and_so_is_its_end(record_on):
    before, after = record_on("2501.99902", "2025-02-01"), record_on("2501.99902", "2025-12-28")
    assert ("withdrawn", "", "") in happened(before, after)
    assert happened(after, after) == []
    assert ("reinstated", "", "") in happened(after, before)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (REPLACED, "v1 replaced by v3"),
        (RENAMED, "renamed, before: 'Thinking About Thinking'"),
        (AUTHORS, "authors changed, before: 'Example, Ada and OpenAI'"),
        (Event(TODAY, "withdrawn"), "withdrawn"),
        (Event(TODAY, "reinstated"), "no longer withdrawn"),
    ],
)
def test_an_event_reads_as_a_sentence_and_comes_back_from_the_lock_file(event, words):
    assert str(event) == words
    assert parse_event(event_to_json(event)) == event


def test_a_long_list_of_authors_is_cut_where_it_is_told_and_kept_where_it_is_stored():
    event = Event(TODAY, "authors", " and ".join(["Example, Ada"] * 3000))
    assert len(str(event)) < 200
    assert parse_event(event_to_json(event)).before == event.before


@pytest.mark.parametrize("damage", [{"what": "vanished"}, {"date": "yesterday"}, {"before": 3}])
def test_an_event_of_another_form_is_refused(damage):
    with pytest.raises((ValueError, AttributeError)):
        parse_event(event_to_json(RENAMED) | damage)


@pytest.mark.parametrize(
    ("read", "updated", "unseen"),
    [
        (None, None, [REPLACED, RENAMED, AUTHORS]),
        ("v1", None, [RENAMED, AUTHORS]),  # KB605 tells of the version
        ("v3", None, []),
        (None, SPRING, [REPLACED, RENAMED, AUTHORS]),
        (None, TODAY, []),
        ("v1", TODAY, []),
    ],
)
def test_an_event_is_unseen_until_the_version_is_read_or_the_page_renewed(read, updated, unseen):
    events = (Event(TODAY, "withdrawn"), REPLACED, RENAMED, AUTHORS)
    assert list(unseen_events(events, read, "v3", updated)) == unseen


def test_it_makes_no_difference_how_often_somebody_looked():
    now = {"title": "C", "author": "Example, Ada"}
    steps = [
        [Event(SPRING, "replaced", "v1", "v2"), Event(SPRING, "renamed", "A")],
        [Event(TODAY, "replaced", "v2", "v3"), Event(TODAY, "renamed", "B")],
    ]
    kept = join_events(join_events((), steps[0], {"title": "B"}), steps[1], now)
    assert kept == join_events((), [REPLACED, Event(TODAY, "renamed", "A")], now)
    assert join_events(kept, [], now) == kept


def test_what_is_again_as_it_was_is_over():
    names = Event(SPRING, "authors", "Example, Ada")
    past = (Event(SPRING, "withdrawn"), Event(SPRING, "renamed", "{A}"), names)
    new = [Event(TODAY, "reinstated"), Event(TODAY, "renamed", "B")]
    assert join_events(past, new, {"title": "A", "author": "Example, Bo"}) == (names,)


def test_a_page_shows_all_but_a_withdrawal_which_it_shows_otherwise():
    assert marks([Event(TODAY, "withdrawn"), REPLACED, RENAMED]) == (
        Mark("v3 since 2025-07-28", "2025-07-28: v1 replaced by v3"),
        Mark("renamed", "2025-07-28: renamed, before: 'Thinking About Thinking'"),
    )
    assert marks([]) == ()


def test_what_a_page_has_not_seen_is_one_note_with_the_way_out():
    place = Place("docs/latent/twice.md", 9)
    assert [
        str(each) for each in check_seen((REPLACED, RENAMED), "example2025thinking", place)
    ] == [
        "docs/latent/twice.md:9: KB607 note: change of a cited paper must have been seen: "
        "'example2025thinking' (2025-07-28: v1 replaced by v3; 2025-07-28: renamed, "
        "before: 'Thinking About Thinking'; look, then renew read or updated)"
    ]
    assert not list(check_seen((), "example2025thinking", place))
