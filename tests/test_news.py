"""What is new, by the dates of the files, and the feed of it."""

from __future__ import annotations

import datetime
import json
import re
from xml.etree import ElementTree as ET

import feedparser
import pytest

from kb.news import MOST, NewsKind, by_day, news_feed, news_of
from kb.pages import downloads
from kb.site import Sources, build_site

ATOM = "{http://www.w3.org/2005/Atom}"
BIB = """
@misc{doe2020first, author={Doe, Jane}, title={First <b> & {Last}}, date={2020}, eprint={2001.00001}}
@misc{roe2021second, author={Roe, R.}, title={Second}, date={2021}, eprint={2101.00002}}
@misc{noe2022dateless, author={Noe, N.}, title={Never dated}, date={2022}}
"""
NOTE = "---\ntitle: {0}\ndescription: About {0}.\nupdated: {1}\n---\n\n# {0}\n\nText.\n"
INBOX = 'decided: |\n  2026-11-20 accepted 2101.00002 "Second": roe2021second\n'
DAY = datetime.date(2026, 11, 1)


@pytest.fixture
def site():
    fields = {"title": "First"}
    entry = {"since": "2026-11-01", "source": "arxiv", "fields": fields}
    lock = {
        "about": "", "format": 1,
        "entries": {
            "doe2020first": entry | {"id": "2001.00001v1"},
            "roe2021second": entry | {"id": "2101.00002v1"},
        },
    }  # fmt: skip
    annotation = "---\nverdict: Sound & <i>dull</i>.\nupdated: 2026-11-20\n---\n\nText.\n"
    question = (
        "---\nquestion: Is it dull?\ntopic: latent\nasked: {date: 2026, source: here}\n"
        "settled_by: A look.\nreview_after: 2027-01-01\nevidence:\n"
        '  - {date: 2020, source: "@doe2020first", bearing: for, strength: weak, grade: A, '
        "says: It <b>is</b>., judged: 2026-11-20}\n---\n\nText.\n"
    )
    pages = {
        "docs/questions/dull.md": question,
        "docs/index.md": "---\ntitle: Base\ndescription: A base.\n---\n\n# Base\n",
        "docs/latent/index.md": "---\ntitle: Latent\ndescription: About.\n---\n\n# Latent\n",
        "docs/latent/old.md": NOTE.format("Old", "2026-01-01"),
        "docs/latent/new.md": NOTE.format("New", "2026-11-20"),
        "docs/references/doe2020first.md": annotation,
        "docs/references/nobody2020.md": annotation,
    }
    return build_site(
        Sources(
            pages={path: text.encode() for path, text in pages.items()},
            bibs={"refs/a.bib": BIB.encode()},
            lock=json.dumps(lock).encode(),
            inbox=INBOX.encode(),
        )
    )


def test_things_come_by_day_then_kind_and_a_reference_without_date_not_at_all(site):
    assert [(str(n.day), n.kind, n.title) for n in news_of(site)] == [
        ("2026-11-20", NewsKind.NOTE, "New"),
        ("2026-11-20", NewsKind.ANNOTATION, "First <b> & Last"),
        ("2026-11-20", NewsKind.EVIDENCE, "For (weak): Is it dull?"),
        ("2026-11-20", NewsKind.REFERENCE, "Second"),
        ("2026-11-01", NewsKind.REFERENCE, "First <b> & Last"),
        ("2026-01-01", NewsKind.NOTE, "Old"),
    ]


def test_an_accepted_paper_counts_from_its_acceptance(site):
    (second,) = [n for n in news_of(site) if n.title == "Second"]
    assert str(second.day) == "2026-11-20"


def test_the_days_hold_their_groups(site):
    days = by_day(news_of(site))
    assert [str(day.day) for day in days] == ["2026-11-20", "2026-11-01", "2026-01-01"]
    assert [kind for kind, _ in days[0].groups] == list(NewsKind)
    assert [one.href for one in days[0].groups[2][1]] == ["/questions/dull.md#evidence"]


def test_a_day_with_much_of_one_kind_hides_nothing_of_another(make_site):
    notes = {f"latent/n{n:03d}.md": NOTE.format(f"N{n}", "2026-11-20") for n in range(MOST + 5)}
    annotation = "---\nverdict: V.\nupdated: 2026-11-19\n---\n\nText.\n"
    site = make_site({**notes, "references/doe2020first.md": annotation}, {"a.bib": BIB})
    kinds = [one.kind for one in news_of(site)]
    assert kinds == [NewsKind.NOTE] * MOST + [NewsKind.ANNOTATION]


# The feed, by the rules of RFC 4287.


@pytest.fixture
def feed(site):
    return ET.fromstring(news_feed(site))  # noqa: S314 - our own


def only(parent, tag):
    (found,) = parent.findall(f"{ATOM}{tag}")
    return found


def test_a_feed_has_each_thing_once_that_it_must_have_once(feed):
    assert feed.tag == f"{ATOM}feed"
    assert only(feed, "title").text == "Base: what is new"
    assert only(only(feed, "author"), "name").text == "Base"
    assert only(feed, "updated").text == "2026-11-20T00:00:00Z"
    assert {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")} == {
        "self": "feed.xml",
        "alternate": "about/new/",
    }
    known = {"id", "title", "updated", "link", "author", "category", "summary", "entry"}
    assert {element.tag.removeprefix(ATOM) for element in feed.iter()} - known == {"feed", "name"}


def test_each_entry_has_each_thing_once(feed):
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 6
    for entry in entries:
        assert only(entry, "title").text
        assert only(entry, "summary").text
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", only(entry, "updated").text)
        assert only(entry, "link").get("rel") == "alternate"
        assert only(entry, "category").get("term") in {kind.value for kind in NewsKind}
    ids = [element.text for element in feed.iter(f"{ATOM}id")]
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", id_) for id_ in ids)
    assert len(ids) == len(set(ids)) == 7


def test_titles_are_text_and_never_markup(site, feed):
    assert "First <b> & Last" in [only(e, "title").text for e in feed.findall(f"{ATOM}entry")]
    assert "<b>" not in news_feed(site)
    assert feed.find(f".//{ATOM}title[@type]") is None


def test_a_reader_of_feeds_reads_it(site):
    read = feedparser.parse(news_feed(site).encode())
    assert not read.bozo
    assert [entry.title for entry in read.entries] == [n.title for n in news_of(site)]


def test_an_id_stays_whatever_day_and_title_become(site):
    ids = {e.link: e.id for e in feedparser.parse(news_feed(site).encode()).entries}
    assert ids["latent/old/"] == "urn:uuid:a39b3c04-83eb-5be0-b28d-e817397a620a"


def test_evidence_has_the_id_and_words_that_it_has_in_the_feed_of_the_questions(site):
    (here,) = [e for e in feedparser.parse(news_feed(site).encode()).entries if "dull" in e.link]
    (there,) = feedparser.parse(downloads(site)["questions/feed.xml"].encode()).entries
    assert (here.id, here.title, here.summary) == (there.id, there.title, there.summary)
    assert (here.link, there.link) == ("questions/dull/#evidence", "dull/#evidence")


def test_a_base_without_dates_has_a_feed_too(make_site):
    root = ET.fromstring(news_feed(make_site()))  # noqa: S314 - our own
    assert only(root, "updated").text == "1970-01-01T00:00:00Z"
    assert root.findall(f"{ATOM}entry") == []
