"""Where a question stands, worked out from its ledger; which are alike; which to look at again."""

from __future__ import annotations

import datetime
import time
from itertools import combinations

import pytest

from kb.ids import CiteKey
from kb.notes.page import parse_page
from kb.questions.alike import SHARE, find_alike, telling_words
from kb.questions.record import questions_of
from kb.questions.stale import find_stale
from kb.questions.state import Age, Direction, Review, part_state, state_of

TODAY = datetime.date(2026, 11, 21)
AUTHORS = {
    "one": {"Doe"},
    "two": {"Doe", "Roe"},
    "three": {"Poe"},
}


def authors(source):
    if isinstance(source, CiteKey):
        return frozenset(AUTHORS.get(str(source), {"Poe"}))
    return frozenset({"here"})


def item(said, date="2026-01", judged="2026-11-21"):
    """`one for medium A` as an item of a ledger."""
    source, bearing, strength, grade = said.split()
    source = f"@{source}" if source in AUTHORS else source.replace("computed", "computed: digits")
    return (
        f'{{date: {date}, source: "{source}", bearing: {bearing}, strength: {strength}, '
        f'grade: {grade}, says: "{said} {date}", judged: {judged}}}'
    )


def make(*ledger, slug="a", part=(), review="2027-05-01", closed="", text="Does it work?"):
    lines = [
        *("---", f"question: {text}", "topic: latent", "asked: {date: 2025, source: here}"),
        *("settled_by: A run.", f"review_after: {review}", closed),
        f"evidence: [{', '.join(ledger)}]",
        "parts:" if part else "",
        *((f'  - {{id: p, question: "Is it?", evidence: [{", ".join(part)}]}}',) if part else ()),
        *("---", "Why."),
    ]
    page, problems = parse_page(f"questions/{slug}.md", "\n".join(filter(None, lines)))
    assert problems == ()
    return questions_of([page])[0][slug]


def state(*ledger, today=TODAY, **rest):
    return state_of(make(*map(item, ledger), **rest), today, authors)


@pytest.mark.parametrize(
    ("ledger", "direction"),
    [
        ([], Direction.NONE),
        (["one for weak A"], Direction.FOR),
        (["one against strong B", "two neither weak A"], Direction.AGAINST),
        (["one for weak B", "two against strong A"], Direction.MIXED),
        (["one neither weak A", "two reframes strong A"], Direction.NEITHER),
        (["one for strong C"], Direction.NEITHER),
        (["one for weak A", "two against strong C"], Direction.FOR),
    ],
)
def test_a_ledger_points_where_its_items_of_grade_a_and_b_point(ledger, direction):
    assert state(*ledger).direction is direction


def test_evidence_in_parts_only_is_said_to_be_there():
    found = state_of(make(part=[item("one for weak A")]), TODAY, authors)
    assert (found.direction, found.items, found.in_parts) == (Direction.IN_PARTS, 0, 1)
    assert found.has_evidence
    assert not state().has_evidence


@pytest.mark.parametrize(
    ("ledger", "replicated"),
    [
        pytest.param(["one for medium A", "three for strong B"], True, id="no author shared"),
        pytest.param(["one for medium A", "two for medium A"], False, id="an author shared"),
        pytest.param(["one for medium A", "three against medium A"], False, id="other bearing"),
        pytest.param(["one for medium A", "three for weak A"], False, id="one weak"),
        pytest.param(["one for medium A", "three for strong C"], False, id="one of grade C"),
        pytest.param(["one neither medium A", "three neither medium A"], False, id="neither"),
        pytest.param(["one reframes strong A", "three reframes strong A"], False, id="reframing"),
        pytest.param(["three for medium A", "@t:talk#1 for medium A"], False, id="of one work"),
        pytest.param(["one for medium A", "@t:talk#1 for medium A"], True, id="of another work"),
        pytest.param(["computed for strong A", "one for medium A"], True, id="computed and read"),
    ],
)
def test_replicated_asks_for_two_independent_sources_of_one_bearing(ledger, replicated):
    assert state(*ledger).replicated is replicated


def test_two_computed_figures_are_one_author():
    ledger = [item("computed for strong A", "2026-01"), item("computed for strong A", "2026-02")]
    assert not state_of(make(*ledger), TODAY, authors).replicated


def test_only_an_item_that_counts_reframes():
    assert state("one reframes weak B").reframed
    assert not state("one reframes weak C").reframed


@pytest.mark.parametrize(
    ("date", "months", "age"),
    [
        ("2026-11-21", 0, Age.HALF_YEAR),
        ("2026-05-22", 5, Age.HALF_YEAR),
        ("2026-05-21", 6, Age.YEAR),
        ("2026-11", 0, Age.HALF_YEAR),
        ("2025-11", 11, Age.YEAR),
        ("2025-10", 12, Age.TWO_YEARS),
        ("2025", 10, Age.YEAR),
        ("2024", 22, Age.TWO_YEARS),
        ("2024-02-29", 32, Age.OLDER),
        ("2027", 0, Age.HALF_YEAR),
    ],
)
def test_age_is_counted_in_whole_months_from_the_last_day_a_date_can_mean(date, months, age):
    judged = "2028-01-01"
    found = state_of(make(item("one for weak A", date, judged)), TODAY, authors)
    assert (found.months, found.age) == (months, age)


def test_the_newest_of_all_ledgers_gives_the_age():
    question = make(item("one for weak A", "2025-01"), part=[item("one for weak A", "2026-10")])
    assert str(state_of(question, TODAY, authors).newest) == "2026-10"
    assert state().months is None
    assert state().age is Age.NONE


@pytest.mark.parametrize(
    ("today", "review"), [("2027-05-01", Review.AHEAD), ("2027-05-02", Review.PAST)]
)
def test_a_review_is_past_after_its_day(today, review):
    assert state(today=datetime.date.fromisoformat(today)).review is review


def test_a_closed_question_awaits_no_review():
    closed = 'closed: {as: answered, reason: R, date: 2026-11-21, evidence: ["@one"]}'
    found = state("one for strong A", closed=closed, review="2020-01-01")
    assert (found.review, found.ending.value) == (Review.CLOSED, "answered")


def test_a_part_stands_by_its_own_ledger():
    question = make(item("one for weak A"), part=[item("two against strong A")])
    found = part_state(question.meta.parts[0].evidence, question.meta, TODAY, authors)
    assert (found.direction, found.items, found.in_parts) == (Direction.AGAINST, 1, 0)


# Alike.


def alike(*texts):
    return list(find_alike({str(number): text for number, text in enumerate(texts)}))


@pytest.mark.parametrize(
    "other",
    [
        "Do latent thoughts of Coconut reason, or is it the curriculum?",
        "is it the curriculum or do Coconut's latent thoughts really reason?",
        "Do the latent thought of Coconut reason, or the curriculum?",
    ],
)
def test_the_same_question_in_nearly_the_same_words_is_found(other):
    one = "Do Coconut latent thoughts reason, or is it the curriculum?"
    assert alike(one, other) == [("0", "1")]


@pytest.mark.parametrize(
    "other",
    [
        "Do Coconut latent thoughts help on GSM8K?",
        "Is it so?",
        "Do written thoughts reason, or is it the prompt?",
    ],
)
def test_questions_that_share_some_words_are_left_alone(other):
    assert alike("Do Coconut latent thoughts reason, or is it the curriculum?", other) == []


def test_what_says_too_little_is_alike_only_if_it_is_the_same():
    assert alike("Is it introspection?", "Is it really introspection?") == [("0", "1")]
    assert alike("Does pause help?", "Does pause hurt?") == []


def test_common_words_do_not_count():
    words = telling_words("Why do the models' chains lose the class's words?")
    assert words == {"model", "chain", "lose", "class", "word"}


def test_a_thousand_questions_are_compared_in_a_moment():
    texts = {
        f"q{n}": f"Does model {n} of family {n % 40} reason about topic {n % 7} in language {n % 11}?"
        for n in range(1000)
    }
    started = time.perf_counter()
    found = list(find_alike(texts))
    assert time.perf_counter() - started < 5
    words = {name: telling_words(text) for name, text in texts.items()}
    wanted = {
        (one, other)
        for one, other in combinations(sorted(texts), 2)
        if len(words[one] & words[other]) >= SHARE * len(words[one] | words[other])
    }
    assert wanted
    assert {tuple(sorted(pair)) for pair in found} == wanted


# Stale.


def stale(*questions, today=TODAY, annotated=None):
    found = find_stale(questions, today, annotated or {})
    return {one.question.slug: list(one.reasons) for one in found}


def test_a_question_past_its_review_is_stale_and_one_on_its_day_is_not():
    assert stale(make(review="2026-11-20"), make(slug="b", review="2026-11-21")) == {
        "a": ["past review since 2026-11-20"]
    }


def test_a_question_is_stale_when_its_source_was_judged_later_elsewhere():
    old = make(item("one for weak A", judged="2026-03-01"))
    new = make(item("one against weak A", judged="2026-11-21"), slug="b")
    assert stale(old, new) == {
        "a": ["@one was judged for b on 2026-11-21, after anything here (2026-03-01)"]
    }


def test_another_turn_of_a_transcript_is_the_same_source():
    old = make(item("@t:talk#1 for weak A", judged="2026-03-01"))
    new = make(item("@t:talk#2 for weak A", judged="2026-03-02"), slug="b")
    assert stale(old, new) == {
        "a": ["@t:talk was judged for b on 2026-03-02, after anything here (2026-03-01)"]
    }


def test_a_question_is_stale_when_an_annotation_of_its_source_changed_later():
    question = make(item("one for weak A", judged="2026-03-01"))
    annotated = {CiteKey("one"): datetime.date(2026, 3, 2)}
    assert stale(question, annotated=annotated) == {
        "a": ["the annotation of @one changed on 2026-03-02, after anything here (2026-03-01)"]
    }
    assert stale(question, annotated={CiteKey("one"): datetime.date(2026, 3, 1)}) == {}


def test_a_closed_question_is_never_stale():
    closed = 'closed: {as: answered, reason: R, date: 2026-01-01, evidence: ["@one"]}'
    assert stale(make(item("one for weak A"), review="2020-01-01", closed=closed)) == {}


def test_the_longest_overdue_comes_first():
    found = stale(make(review="2026-02-01"), make(slug="b", review="2026-01-01"))
    assert list(found) == ["b", "a"]
