"""What is a citation in a piece of text, by the table in tests/cases/citations/grammar.yml."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kb.notes import citations
from kb.notes.citations import CiteGroup, CiteItem, find_citations, looks_like_key, parse_group
from kb.notes.mask import mask

CASES = Path(__file__).parents[1] / "cases" / "citations" / "grammar.yml"
GRAMMAR = [
    pytest.param(text, cites, id=f"{what}: {text}")
    for what, cases in yaml.safe_load(CASES.read_text("utf-8")).items()
    for text, cites in cases.items()
]


def spelled(group: CiteGroup) -> str:
    """Return the group in the notation of the table."""
    if group.textual:
        (item,) = group.items
        return key(item) + (f" [{item.locator}]" if item.locator else "")
    parts = (
        (f"{item.prefix} " if item.prefix else "")
        + key(item)
        + (f", {item.locator}" if item.locator else "")
        for item in group.items
    )
    return f"[{'; '.join(parts)}]"


def key(item: CiteItem) -> str:
    return f"{'-' if item.year_only else ''}<{item.key}>"


@pytest.mark.parametrize(("text", "cites"), GRAMMAR)
def test_a_text_holds_the_citations_of_the_table(text, cites):
    assert [spelled(group) for group in find_citations(mask(text))] == cites


@pytest.mark.parametrize(("text", "cites"), GRAMMAR)
def test_a_citation_spans_its_own_text_and_no_other(text, cites):
    groups = find_citations(mask(text))
    assert [(group.start, group.end) for group in groups] == sorted(
        (group.start, group.end) for group in groups
    )
    for group, following in itertools.pairwise(groups):
        assert group.end <= following.start
    for group, spelling in zip(groups, cites, strict=True):
        typed = text[group.start : group.end]
        assert typed[0] == "[" if not group.textual else typed[0] in "-@"
        assert typed.count("@") == spelling.count("<")


@given(st.text(alphabet='[]@{}();^-,. \nab1_"', max_size=30))
def test_looking_at_the_at_signs_alone_finds_what_looking_everywhere_does(text):
    everywhere = [found.span() for found in citations.BARE.finditer(text)]
    assert [found.span() for found in citations._bare(text)] == everywhere  # noqa: SLF001 - the way there
    found, first = citations._ITEM.search(text), citations._first_item(text)  # noqa: SLF001
    assert (first and first.span()) == (found and found.span())


@given(st.text(alphabet="[]@{}();^-,. \nab1_:/\\!", max_size=60))
def test_no_text_breaks_the_grammar(text):
    groups = find_citations(text)
    assert all(0 <= group.start < group.end <= len(text) for group in groups)
    assert all(group.items for group in groups)


@pytest.mark.parametrize(
    ("word", "is_meant"),
    [
        ("betly2025tell", True),
        ("mueller2020", True),
        ("van-den-oord2018representation", True),
        ("o1-2024preview", False),
        ("somebody", False),
        ("user123", False),
        ("Betley2025tell", False),
        ("2025tell", False),
        ("betley20tell", False),
    ],
)
def test_a_bare_word_of_the_form_of_our_keys_is_meant_as_one(word, is_meant):
    assert looks_like_key(word) is is_meant


def test_a_part_without_a_key_makes_brackets_no_citation():
    assert parse_group("see @a; nothing") is None
    assert parse_group("") is None
