"""Points and the reasons for them."""

from __future__ import annotations

import datetime

import pytest

from kb.ids import parse_arxiv_id
from kb.watch.feed import Asked, make_feeds
from kb.watch.item import Item, Kind, parse_item_id
from kb.watch.rank import know, rank_items

BIB = """
@misc{evans2024one, author = {Evans, Owain and Doe, Jane}, title = {One}, eprint = {2412.00001}}
@misc{evans2025two, author = {Evans, Owain G. and {OpenAI}}, title = {Two}, eprint = {2501.00002}}
@misc{openai2025three, author = {{OpenAI}}, title = {Three}, eprint = {2501.00003}}
"""
CONFIG = """
categories:
- {category: cs.CL, noise: high}
searches:
- {name: everything, expression: 'all:a', topic: cot, noise: low}
questions: {noise: low}
authors:
- {author: Jane Doe, topic: latent, noise: medium}
topics:
- topic: introspection
  terms: {introspect*: 3, awareness: 2, "cites:2412.00001": 3}
- topic: cot
  terms: {chain of thought: 3, reasoning: 1, awareness: 1}
beside: {robot*: -2, reasoning: 0}
"""


@pytest.fixture
def rank(config_of, make_site):
    config = config_of(CONFIG)
    known = know(make_site(bibs={"a.bib": BIB}).references.values())
    feeds = make_feeds(config, {"who-knows": Asked("all:x")}, "http://127.0.0.1/")

    def one(title="", *, summary="", authors=(), cites=(), feeds_of=("cs.CL",), id_="2604.00001"):
        item = Item(
            parse_item_id(id_), Kind.NEW, title, authors, summary,
            date=datetime.date(2026, 4, 27), cites=tuple(map(parse_arxiv_id, cites)), feeds=feeds_of,
        )  # fmt: skip
        return rank_items([item], feeds, config, known)[0]

    return one


def test_points_are_those_of_the_best_topic_and_the_reasons_say_what_for(rank):
    ranked = rank("Introspective Awareness in Robots", authors=("Owain Evans", "A Stranger"))
    assert ranked.points == 3 + 2 - 2 + 1
    assert ranked.topics == ("introspection", "cot")
    assert ranked.why == (
        "title has 'introspective'; title has 'awareness'; "
        "Owain Evans: author of 2 works here; title has 'robots'"
    )


def test_in_an_abstract_a_term_counts_half_rounded_down(rank):
    assert rank("x", summary="introspection of robots").points == 1 - 1
    assert rank("x", summary="reasoning").points == 0
    assert rank("x", summary="introspection").why == "abstract has 'introspection'"


def test_a_term_in_title_and_abstract_counts_once(rank):
    assert rank("Introspection", summary="introspection").points == 3


def test_a_paper_that_is_here_and_cited_counts_whatever_the_topic(rank):
    ranked = rank("x", cites=("2501.00003v2",))
    assert (ranked.points, ranked.why) == (2, "cites 2501.00003v2 (openai2025three)")
    both = rank("x", cites=("2412.00001",))
    assert both.points == 5
    assert both.topics == ("introspection",)


def test_one_work_here_and_a_body_as_author_count_nothing(rank):
    assert rank("x", authors=("Jane Doe", "OpenAI")).points == 0


def test_what_the_search_of_a_question_found_names_the_question(rank):
    ranked = rank("x", feeds_of=("question:who-knows",))
    assert ranked.questions == ("who-knows",)
    assert (ranked.points, ranked.why) == (3, "found by the search of who-knows")
    assert ranked.offered


@pytest.mark.parametrize(
    ("title", "feeds", "offered"),
    [
        ("Introspection", ("cs.CL",), True),
        ("Awareness", ("cs.CL",), False),
        ("Nothing", ("everything",), True),
        ("Nothing", ("cs.CL", "everything"), True),
        ("Introspection of robots", ("cs.CL",), False),
        ("Nothing", ("Jane Doe",), False),
    ],
)
def test_an_item_is_offered_if_one_of_its_feeds_is_that_quiet(rank, title, feeds, offered):
    assert rank(title, feeds_of=feeds).offered is offered


def test_the_topic_of_a_feed_serves_where_no_term_tells(rank):
    assert rank("Nothing", feeds_of=("everything",)).topics == ("cot",)
    assert rank("Introspection", feeds_of=("everything",)).topics == ("introspection", "cot")


def test_a_person_who_is_watched_has_a_point_and_needs_one_more(rank):
    ranked = rank("Awareness", authors=("Jane Doe",), feeds_of=("Jane Doe",))
    assert ranked.offered
    assert "by Jane Doe" in ranked.why


def test_most_points_come_first_and_among_equals_the_newest_number(config_of):
    config = config_of("topics:\n- {topic: a, terms: {good: 1, best: 3}}")
    titles = {"2604.00001": "good", "2604.00003": "good", "2604.00002": "best", "2604.00004": ""}
    items = [Item(parse_item_id(i), Kind.NEW, t) for i, t in titles.items()]
    ranked = rank_items(items, (), config, know([]))
    assert [str(r.item.id) for r in ranked] == [
        "2604.00002",
        "2604.00003",
        "2604.00001",
        "2604.00004",
    ]
