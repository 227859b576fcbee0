"""Three values of a field, and what becomes of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.arxiv.meaning import same_meaning
from kb.arxiv.merge import Change, Conflict, Merged, merge, settle

# base, ours, theirs, then: what changes to, or "keep", or "conflict", or "" where all is said.
CASES = {
    "nothing moved": ("A", "A", "A", ""),
    "only theirs moved": ("A", "A", "B", "B"),
    "only ours moved": ("A", "B", "A", "keep"),
    "both moved to the same": ("A", "B", "B", ""),
    "both moved apart": ("A", "B", "C", "conflict"),
    "it appeared": (None, None, "B", "B"),
    "it appeared here first": (None, "B", "B", ""),
    "it is only ours": (None, "B", None, ""),
    "both added something": (None, "B", "C", "conflict"),
    "they dropped it": ("A", "A", None, None),
    "we dropped it": ("A", None, "A", "keep"),
    "we dropped what they changed": ("A", None, "B", "conflict"),
    "they dropped what we changed": ("A", "B", None, "conflict"),
    "both dropped it": ("A", None, None, ""),
    "ours says the same in TeX": (r"Sch{\"o}n", "Schön", r"Sch\"on", ""),
    "we protected a word, they changed another": ("GPT is", "{GPT} is", "GPT was", "{GPT} was"),
}


def side(value):
    return {"eprint": "2412.06769"} | ({} if value is None else {"title": value})


@pytest.mark.parametrize(("base", "ours", "theirs", "then"), CASES.values(), ids=CASES)
def test_a_field_goes_where_it_should(base, ours, theirs, then):
    merged = merge(side(base), side(ours), side(theirs))
    changes, conflicts, kept = (), (), ()
    if then == "conflict":
        conflicts = (Conflict("title", base, ours, theirs),)
    elif then == "keep":
        kept = ("title",)
    elif then != "":
        changes = (Change("title", ours, then),)
    assert (merged.changes, merged.conflicts, merged.kept) == (changes, conflicts, kept)
    assert dict(merged.base) == side(base if then == "conflict" else theirs)


def test_a_lost_base_is_rebuilt_and_nothing_is_touched():
    ours = {"title": "Ours", "author": "A"}
    theirs = {"title": "Theirs", "author": "A", "doi": "10.1000/1"}
    merged = merge(None, ours, theirs)
    assert merged == Merged(kept=("title", "doi"), base=tuple(theirs.items()))
    assert merge(dict(merged.base), ours, theirs).changes == ()
    assert merge(dict(merged.base), ours, theirs).conflicts == ()


def test_what_we_lack_is_filled_in_when_arxiv_is_asked_for_the_first_time():
    merged = merge({}, {"title": "Ours"}, {"title": "Theirs", "doi": "10.1000/1"})
    assert merged.changes == (Change("doi", None, "10.1000/1"),)
    assert merged.conflicts == (Conflict("title", None, "Ours", "Theirs"),)
    assert merged.base == (("doi", "10.1000/1"),)


def test_a_field_that_is_only_ours_is_not_looked_at():
    merged = merge({}, {"note": "mine", "keywords": "x"}, {"title": "T"})
    assert merged.kept == ()
    assert merged.applied_to({"note": "mine"}) == {"note": "mine", "title": "T"}


def test_a_conflict_stays_until_it_is_settled():
    first = merge(side("A"), side("B"), side("C"))
    again = merge(dict(first.base), side("B"), side("C"))
    assert again == first
    assert merge(dict(first.base), side("C"), side("C")).conflicts == ()


values = st.sampled_from(["A", "{A}", "B", r"Sch\"on", "Schön", "C {D}", "C D", "2024", ""])
sides = st.dictionaries(st.sampled_from(["title", "author", "date", "comment", "doi"]), values)


@given(sides)
def test_three_times_the_same_changes_nothing(same):
    merged = merge(same, same, same)
    assert (merged.changes, merged.conflicts, merged.kept) == ((), (), ())


@given(st.none() | sides, sides, sides)
def test_a_second_merge_changes_nothing(base, ours, theirs):
    first = merge(base, ours, theirs)
    after = first.applied_to(ours)
    second = merge(dict(first.base), after, theirs)
    assert second.changes == ()
    assert second.conflicts == first.conflicts
    assert second.base == first.base


@given(st.none() | sides, sides, sides)
def test_nothing_we_changed_is_ever_lost(base, ours, theirs):
    after = merge(base, ours, theirs).applied_to(ours)
    for field, value in ours.items():
        if value and after.get(field) != value:
            assert base is not None
            assert same_meaning(field, base[field], value)


@given(sides, sides)
def test_what_arxiv_did_not_change_is_never_a_conflict(base, ours):
    merged = merge(base, ours, base)
    assert merged.changes == ()
    assert merged.conflicts == ()


@given(sides, sides)
def test_without_a_human_the_store_follows_arxiv(base, theirs):
    merged = merge(base, base, theirs)
    assert merged.conflicts == ()
    followed = merge(theirs, merged.applied_to(base), theirs)
    assert (followed.changes, followed.kept) == ((), ())


@pytest.mark.parametrize("case", [case for case in CASES if case != "it is only ours"])
@pytest.mark.parametrize("chosen", ["ours", "theirs"])
def test_a_human_has_the_last_word_and_is_not_asked_again(case, chosen):
    base, ours, theirs = (side(value) for value in CASES[case][:3])
    merged = merge(base, ours, theirs)
    settled = settle(merged, ours, theirs, {"title": chosen})
    after = settled.applied_to(ours)
    stands = ours if chosen == "ours" else theirs
    assert same_meaning("title", after.get("title", ""), stands.get("title", ""))
    assert settled.conflicts == ()
    again = merge(dict(settled.base), after, theirs)
    assert (again.changes, again.conflicts) == ((), ())
    assert settle(merged, ours, theirs, {"doi": chosen}) == merged


def test_a_title_that_is_taken_keeps_the_words_we_protected():
    ours, theirs = {"title": "On {GPT}"}, {"title": "GPT was"}
    settled = settle(merge({}, ours, theirs), ours, theirs, {"title": "theirs"})
    assert settled.changes == (Change("title", "On {GPT}", "{GPT} was"),)


def test_of_a_field_that_is_only_ours_there_is_nothing_to_settle():
    ours = {"comment": "read in April"}
    merged = merge({}, ours, {})
    assert merged.differing == frozenset()
    assert settle(merged, ours, {}, {"comment": "theirs"}) == merged
