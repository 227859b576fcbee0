"""`refs/watch.yml`: what it may say, and what is told of one that says something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.watch.config import Noise, load_config, parse_config
from kb.watch.feed import Asked, Source, make_feeds

ROOT = Path(__file__).parents[2]
API = "https://export.arxiv.org/api/query"


def problems(text):
    return [str(problem) for problem in parse_config(text)[1]]


def test_the_real_file_has_nothing_wrong_and_every_topic_has_its_file():
    config, found = load_config(ROOT)
    assert found == ()
    topics = {str(topic.topic) for topic in config.topics}
    files = {path.stem for path in (ROOT / "refs").glob("*.bib")}
    assert topics == {"introspection", "acrostics", "reasoning", "cot", "latent", "practice"}
    assert topics <= files


def test_the_real_file_watches_the_three_categories_and_searches():
    config, _ = load_config(ROOT)
    feeds = make_feeds(config, {}, API)
    assert [f.url for f in feeds if f.source is Source.ANNOUNCEMENTS] == [
        "https://rss.arxiv.org/rss/cs.CL",
        "https://rss.arxiv.org/rss/cs.LG",
        "https://rss.arxiv.org/rss/cs.AI",
    ]
    assert {f.name for f in feeds if f.source is Source.SEARCH} >= {"acrostics", "Owain Evans"}
    assert len({f.name for f in feeds}) == len(feeds)


def test_an_empty_file_watches_nothing():
    config, found = parse_config("")
    assert found == ()
    assert make_feeds(config, {"a": Asked("all:b")}, API) == ()


def test_a_base_without_the_file_has_no_configuration_and_no_problem(tmp_path):
    assert load_config(tmp_path) == (None, ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("topic: []", "refs/watch.yml:1: KB302 key must be one of the schema's: 'topic' (did you mean 'topics'? allowed: announcements, window, categories, searches, questions, authors, blogs, topics, beside)"),
        ("categories:\n- {category: cs.CL, noise: loud}", "refs/watch.yml:2: KB303 noise must be one of low, medium, high: 'loud'"),
        ("categories:\n- {category: cs/CL}", "refs/watch.yml:2: KB303 category must be such as cs.CL: 'cs/CL'"),
        ("blogs:\n- name: a\n  url: file:///etc/passwd", "refs/watch.yml:3: KB303 url must be an http(s) address: 'file:///etc/passwd'"),
        ("blogs:\n- name: a\n  url: javascript:alert(1)", "refs/watch.yml:3: KB303 url must be an http(s) address: 'javascript:alert(1)'"),
        ("blogs:\n- name: a", "refs/watch.yml:2: KB304 required key must be there: 'url' (the address of the feed itself)"),
        ("topics:\n- topic: cot\n  terms:\n    chain of thought: 3\n    (hidden|covert): 2", "refs/watch.yml:5: KB651 term must be one that can be found: '(hidden|covert)' (a term is words, a word* or two words ... apart: '(hidden|covert)')"),
        ("topics:\n- topic: cot\n  terms: {chain: many}", "refs/watch.yml:3: KB303 terms.chain must be a whole number: 'many'"),
        ("beside:\n  author:Evans: 1", "refs/watch.yml:2: KB651 term must be one that can be found: 'author:Evans' (an author needs a given and a family name: 'author:Evans')"),
        ("searches:\n- {name: a, expression: 'all:b'}\nblogs:\n- {name: a, url: 'https://a.org/'}", "refs/watch.yml:4: KB652 feed must have a name of its own: 'a' (rename one)"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(text, message):
    assert problems(text) == [message]


def test_a_search_asks_for_the_newest_first_with_its_expression_quoted():
    config, _ = parse_config("searches:\n- {name: a, expression: 'abs:\"x y\" AND cat:cs.CL'}")
    (feed,) = make_feeds(config, {}, API)
    assert feed.url == (
        f"{API}?search_query=abs%3A%22x+y%22+AND+cat%3Acs.CL&sortBy=submittedDate"
        "&sortOrder=descending&start=0&max_results=100"
    )


def test_the_searches_of_open_questions_are_feeds_if_the_file_wants_them():
    searches = {"hello-rate": Asked("all:acrostic", "acrostics"), "a-first": Asked("all:b")}
    config, _ = parse_config("questions: {noise: medium}")
    feeds = make_feeds(config, searches, API)
    assert [(f.name, f.question, f.needs, f.topic) for f in feeds] == [
        ("question:a-first", "a-first", 2, ""),
        ("question:hello-rate", "hello-rate", 2, "acrostics"),
    ]


def test_noise_says_how_many_points_an_item_needs():
    assert [noise.points for noise in Noise] == [0, 2, 3]
