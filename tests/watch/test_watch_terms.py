"""Terms: what they find in a title, an abstract, a list of authors."""

from __future__ import annotations

import time

import pytest

from kb.ids import parse_arxiv_id
from kb.watch.item import Item, Kind, parse_item_id
from kb.watch.terms import Hit, Where, find_term, parse_term


def item(title="", summary="", authors=(), cites=()):
    cited = tuple(map(parse_arxiv_id, cites))
    return Item(parse_item_id("2604.00001"), Kind.NEW, title, authors, summary, cites=cited)


@pytest.mark.parametrize(
    ("term", "title", "words"),
    [
        ("introspection", "Emergent Introspection in Models", "introspection"),
        ("introspection", "Introspective models", None),
        ("introspect*", "Introspective models", "introspective"),
        ("chain of thought", "Chain-of-Thought Monitors", "chain of thought"),
        ("chain of thought", "A chain. Of thought.", "chain of thought"),
        ("chain-of-thought", "The chain of thought", "chain of thought"),
        ("chain of thought", "Chains of thought", None),
        ("know* ... evaluated", "Models Often Know When They Are Being Evaluated", "know when they are being evaluated"),
        ("know* ... evaluated", "Knowing what it is that models under test do when evaluated", None),
        ("naive", "A Naïve Approach", "naive"),
        ("naïve", "NAIVE approaches, naive ones", "naive"),
        ("o1", "Reverse engineering o1", "o1"),
        ("o1", "The o1-preview model", "o1"),
        ("o1", "GPT-4o10", None),
        ("imo", "Gold at the IMO 2025", "imo"),
        ("imo", "Limoncello", None),
        ("c*", "C++", "c"),
        ("mathematik", "Mathematik ohne Worte", "mathematik"),
        ("思考", "思考 の 連鎖", "思考"),
    ],
)  # fmt: skip
def test_a_term_finds_whole_words_whatever_their_case_accents_and_hyphens(term, title, words):
    found = find_term(parse_term(term), item(title))
    assert found == (Hit(Where.TITLE, words) if words else None)


def test_the_title_counts_before_the_abstract():
    term = parse_term("latent")
    assert find_term(term, item("Latent", "latent")) == Hit(Where.TITLE, "latent")
    assert find_term(term, item("Other", "a latent thing")) == Hit(Where.ABSTRACT, "latent")


@pytest.mark.parametrize(
    ("term", "author"),
    [
        ("author:Owain Evans", "Owain Evans"),
        ("author:Owain Evans", "Owain G. Evans"),
        ("author:tim rocktaschel", "Tim Rocktäschel"),
        ("author:Neel Nanda", "NEEL NANDA"),
    ],
)
def test_a_name_is_one_whatever_its_accents_and_middle_initials(term, author):
    assert find_term(parse_term(term), item(authors=("Jane Doe", author))).words == author


@pytest.mark.parametrize("author", ["Olivia Evans", "Evans Owain", "Owain Evanston", "O. Evans"])
def test_a_like_name_is_another_person(author):
    assert find_term(parse_term("author:Owain Evans"), item(authors=(author,))) is None


def test_a_cited_paper_is_found_whatever_its_version():
    term = parse_term("cites:2412.06769")
    assert find_term(term, item(cites=("2412.06769v2",))) == Hit(Where.CITED, "2412.06769")
    assert find_term(term, item("2412.06769", "arXiv:2412.06769")) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a term is words, a word* or two words ... apart: ''"),
        ("...", "a term is words, a word* or two words ... apart: '...'"),
        ("know ...", "a term is words, a word* or two words ... apart: 'know ...'"),
        ("*ness", "a term is words, a word* or two words ... apart: '*ness'"),
        ("a (b|c)", "a term is words, a word* or two words ... apart: 'a (b|c)'"),
        ("author:Evans", "an author needs a given and a family name: 'author:Evans'"),
        ("cites:2412.0676", "not an arXiv identifier: '2412.0676' (since January 2015 five digits"),
        ("title:latent", "a term is words, a word* or two words ... apart: 'title:latent'"),
    ],
)
def test_a_term_that_could_never_be_found_is_refused(text, message):
    with pytest.raises(ValueError, match=r".") as caught:
        parse_term(text)
    assert str(caught.value).startswith(message)


def test_a_long_text_of_gaps_is_searched_at_once():
    term = parse_term("know* ... evaluated ... today ... never")
    long = item("x", "know " * 4000)
    began = time.monotonic()
    assert find_term(term, long) is None
    assert time.monotonic() - began < 1
