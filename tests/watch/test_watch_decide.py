"""What becomes of an item: each fate, and what goes into the inbox."""

from __future__ import annotations

import datetime

import pytest

from kb.watch.decide import Fate, NewVersion, make_candidate, sort_items, take_stock
from kb.watch.feed import Asked, make_feeds
from kb.watch.inbox import parse_inbox
from kb.watch.item import Item, Kind, parse_item_id

TODAY = datetime.date(2026, 4, 27)
BIB = """
@misc{known2026one, author = {Known, Ann}, title = {One}, eprint = {2601.00001}}
@online{post2025, author = {Poster, P.}, title = {A Post}, url = {https://a.org/post/}}
@article{mueller2025gold, author = {M\\"uller, Jos\\'e}, title = {Gold in {Olympiad} Proofs by Search}, journal = {Nature}}
@misc{short2025, author = {Short, S.}, title = {A Survey}}
"""
LOCK = b"""{"about": "", "format": 1, "entries": {"known2026one": {"id": "2601.00001v2", "since": "2026-01-02",
"source": "arxiv", "fields": {}}}}"""
INBOX = """\
candidates:
- id: 2604.00005
  title: "Waits"
  found: 2026-04-20
  feeds: ["cs.CL"]
  points: 3
  why: "title has 'latent'"
decided: |
  2026-04-20 rejected 2604.00006 "No": off topic
"""
CONFIG = """
categories: [{category: cs.CL, noise: high}]
questions: {noise: low}
topics: [{topic: latent, terms: {latent: 3}}]
"""


@pytest.fixture
def sort(config_of, make_site):
    config = config_of(CONFIG)
    feeds = make_feeds(config, {"does-it": Asked("all:x", "latent")}, "http://127.0.0.1/")
    site = make_site(bibs={"a.bib": BIB})

    def run(*items, lock=None):
        from kb.arxiv.lock import parse_lock  # noqa: PLC0415

        locked = parse_lock(lock.decode())[0].entries if lock else {}
        stock = take_stock(site.references.values(), locked)
        inbox, _ = parse_inbox(INBOX)
        return sort_items(items, feeds, config, stock, inbox, TODAY)

    return run


def item(id_, title="Latent", kind=Kind.NEW, feeds=("cs.CL",), **more):
    return Item(parse_item_id(id_), kind, title, feeds=feeds, **{"date": TODAY, **more})


def fate(sorted_):
    ((_, one),) = sorted_.fates
    return one


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (item("2604.00001"), Fate.OFFERED),
        (item("2604.00001", kind=Kind.CROSS), Fate.OFFERED),
        (item("2604.00001", "Other"), Fate.BESIDE),
        (item("2604.00001", kind=Kind.REPLACE, version=2), Fate.REPLACED),
        (item("2604.00001", kind=Kind.REPLACE_CROSS, version=2), Fate.REPLACED),
        (item("2603.00001", date=datetime.date(2026, 3, 27)), Fate.OLD),
        (item("2603.00001", date=datetime.date(2026, 3, 28)), Fate.OFFERED),
        (item("2603.00001", date=None), Fate.OFFERED),
        (item("2604.00005"), Fate.WAITING),
        (item("2604.00005", kind=Kind.REPLACE, version=2), Fate.WAITING),
        (item("2604.00006"), Fate.DECIDED),
        (item("2601.00001", version=1), Fate.HERE),
        (item("https://a.org/post#top", kind=Kind.POST), Fate.HERE),
        (item("http://a.org/post", kind=Kind.POST), Fate.HERE),
        (item("2604.00009", "Gold in olympiad proofs by search", authors=("Jose Muller",)), Fate.HERE),
        (item("2604.00009", "Latent gold in Olympiad proofs", authors=("Jose Muller",)), Fate.OFFERED),
        (item("2604.00009", "Gold in olympiad proofs by latent search", authors=("A. B.",)), Fate.OFFERED),
        (item("2604.00009", "A Latent Survey", authors=("S. Short",)), Fate.OFFERED),
    ],
)  # fmt: skip
def test_each_item_has_one_fate(sort, given, expected):
    assert fate(sort(given)) is expected


def test_a_version_beyond_the_one_known_is_told_and_no_candidate(sort):
    found = sort(item("2601.00001", kind=Kind.REPLACE, version=3), lock=LOCK)
    assert fate(found) is Fate.NEW_VERSION
    assert found.versions == (NewVersion("known2026one", 3, 2),)
    assert found.offered == ()


@pytest.mark.parametrize("version", [1, 2, None])
def test_a_version_that_is_known_is_no_news(sort, version):
    assert (
        fate(sort(item("2601.00001", kind=Kind.REPLACE, version=version), lock=LOCK)) is Fate.HERE
    )


def test_where_no_version_is_known_a_replacement_is_news(sort):
    found = sort(item("2601.00001", kind=Kind.REPLACE_CROSS, version=2))
    assert found.versions == (NewVersion("known2026one", 2, None),)


def test_a_candidate_that_a_question_finds_later_gets_the_question(sort):
    found = sort(item("2604.00005", feeds=("cs.CL", "question:does-it")))
    (better,) = found.updated
    assert better.questions == ("does-it",)
    assert better.feeds == ("cs.CL", "question:does-it")
    assert (better.points, better.why) == (6, "title has 'latent'; found by the search of does-it")
    assert sort(item("2604.00005", feeds=("cs.CL", "other"))).updated == ()


def test_a_candidate_says_who_what_when_and_why(sort):
    names = tuple(f"Author {n}" for n in range(7))
    (ranked,) = sort(item("2604.00001", authors=names)).offered
    candidate = make_candidate(ranked, TODAY)
    assert candidate.authors == (*names[:5], "and 2 more")
    assert (candidate.topic, candidate.points, candidate.why) == ("latent", 3, "title has 'latent'")
    assert (candidate.date, candidate.found, candidate.feeds) == (TODAY, TODAY, ("cs.CL",))
