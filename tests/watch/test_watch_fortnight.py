"""A fortnight of feeds, twice a day, with replays, failures and decisions: nothing twice, nothing missed."""

from __future__ import annotations

import csv
import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from kb.watch.decide import Fate, make_candidate
from kb.watch.edit import edit_inbox
from kb.watch.inbox import EMPTY, Decision, Verdict, parse_inbox
from servers.arxiv import ArxivServer
from servers.arxiv_papers import Paper, parse_time
from servers.feeds import Announced, working_days

LABELED = Path(__file__).parents[1] / "cases" / "watch" / "labeled.tsv"
MONDAY = datetime.date(2026, 4, 27)
CONFIG = """
announcements: {url}/rss/
window: 30
categories:
- {{category: cs.CL, noise: high}}
- {{category: cs.LG, noise: high}}
- {{category: cs.AI, noise: high}}
topics:
- topic: reasoning
  terms: {{reasoning: 3, chain of thought: 3, misalignment: 3}}
"""
TELLING = ("reasoning", "chain-of-thought", "misalignment")


def facts():
    """Return real titles under numbers of the fortnight: the dates are made up, the rest is not."""
    with LABELED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    wanted = {"cs.CL", "cs.LG", "cs.AI"}
    rows = [row for row in rows if wanted & set(row["categories"].split())]
    return [(f"2604.{number:05d}", row) for number, row in enumerate(rows, start=1)]


def announced(id_, row, kind="new", version=1, only=None):
    categories = row["categories"].split()
    home = categories[0] if kind == "new" else only
    shown = (home, *(c for c in categories if c != home))
    return Announced(
        f"{id_}v{version}", row["title"], row["authors"].replace(";", ","), kind, shown
    )


class Keeper:
    """The person in front of it: the inbox, the store, and what was ever offered."""

    def __init__(self, look_at, server):
        self._look_at = look_at
        self._config = CONFIG.format(url=server.url)
        self.text = EMPTY
        self.bib = ""
        self.offered = []
        self.troubles = []

    def search_too(self, expression):
        search = f"searches:\n- {{name: also, expression: '{expression}', noise: low}}\n"
        self._config = self._config.replace("topics:", f"{search}topics:")

    def watch(self, **options):
        inbox = parse_inbox(self.text)[0]
        found = self._look_at(self._config, bibs={"a.bib": self.bib}, inbox=inbox, **options)
        self.troubles += [one.trouble for one in found.failed]
        new = [make_candidate(one, MONDAY) for one in found.sorted.offered]
        self.offered += [str(one.id) for one in new]
        self.text = edit_inbox(self.text, add=new, change=found.sorted.updated)
        return found

    def decide(self, day):
        """Reject every third candidate, accept every fifth, put off every seventh, leave the rest."""
        for candidate in parse_inbox(self.text)[0].candidates:
            number = int(candidate.id.text[5:])
            if number % 3 == 0:
                self._log(
                    candidate, Decision(day, Verdict.REJECTED, candidate.id, candidate.title, "no")
                )
            elif number % 5 == 0:
                key = f"key{number}"
                self.bib += f"@misc{{{key}, title = {{T}}, eprint = {{{candidate.id}}}}}\n"
                self._log(
                    candidate, Decision(day, Verdict.ACCEPTED, candidate.id, candidate.title, key)
                )
            elif number % 7 == 0 and candidate.later is None:
                later = replace(candidate, later=day + datetime.timedelta(days=14))
                self.text = edit_inbox(self.text, change=[later])

    def _log(self, candidate, decision):
        self.text = edit_inbox(self.text, remove=[candidate.id], log=[decision])


@pytest.fixture
def keeper(look_at, server):
    return Keeper(look_at, server)


def relevant(rows):
    return {id_ for id_, row in rows if any(word in row["title"].lower() for word in TELLING)}


def plan(server, days, rows):
    """Announce each paper once as new; then again as cross, as replacement, and as both."""
    working = [day for day in days if day.weekday() < 5]
    for number, (id_, row) in enumerate(rows):
        day = number % len(working)
        server.announce(working[day], announced(id_, row))
        others = [c for c in row["categories"].split() if c in ("cs.CL", "cs.LG", "cs.AI")]
        if day + 1 < len(working):
            server.announce(working[day + 1], announced(id_, row, "cross", 1, others[-1]))
        if day + 3 < len(working):
            server.announce(working[day + 3], announced(id_, row, "replace", 2, others[0]))
            server.announce(working[day + 3], announced(id_, row, "replace-cross", 2, others[-1]))
            server.announce(working[day + 3], announced(id_, row, "replace", 2, others[0]))


def test_a_fortnight_offers_everything_relevant_once(keeper, server, virtual_time):
    days = working_days(MONDAY, 14)
    rows = [(id_, row) for id_, row in facts() if row["categories"].split()[0].startswith("cs.")]
    rows = [(i, r) for i, r in rows if r["categories"].split()[0] in ("cs.CL", "cs.LG", "cs.AI")]
    plan(server, days, rows)
    quiet = 0
    for number, day in enumerate(days):
        server.day = day
        if number in (1, 8):  # a bad morning, each in its way
            for category, kind, value in (
                ("CL", "status", 503),
                ("LG", "truncated", ""),
                ("AI", "html", ""),
            ):
                server.go_wrong(
                    f"/rss/cs.{category}", kind, value, times=3 if kind == "status" else 1
                )
        for _ in range(2):
            found = keeper.watch()
            quiet += not found.failed and not any(one.items for one in found.feeds)
            virtual_time.pass_days(0.5)
        keeper.decide(day)
    assert len(keeper.offered) == len(set(keeper.offered))
    assert set(keeper.offered) == relevant(rows)
    assert len(keeper.offered) > 50
    assert len(keeper.troubles) == 6
    assert quiet == 8  # two weekends, two looks a day


def test_new_versions_of_what_was_accepted_are_told_as_versions(keeper, server, virtual_time):
    (id_, row) = facts()[0]
    row = row | {"title": "Reasoning", "categories": "cs.CL"}
    server.announce(MONDAY, announced(id_, row))
    keeper.watch()
    keeper.bib = f"@misc{{key1, title = {{T}}, eprint = {{{id_}}}}}\n"
    server.announce(MONDAY + datetime.timedelta(days=1), announced(id_, row, "replace", 2, "cs.CL"))
    server.day += datetime.timedelta(days=1)
    virtual_time.pass_days(1)
    found = keeper.watch()
    assert [(one.key, one.version) for one in found.sorted.versions] == [("key1", 2)]
    assert len(keeper.offered) == 1


@pytest.fixture
def index(server):
    """The API over the papers of the fortnight: it finds what a lost day announced."""
    papers = {
        id_: Paper(
            id_,
            {
                "title": row["title"],
                "authors": row["authors"].split("; "),
                "primary_category": "cs.CL",
                "categories": ["cs.CL"],
                "versions": [{"v": 1, "date": "2026-04-26T12:00:00Z"}],
            },
        )
        for id_, row in facts()[:80]
    }
    with ArxivServer(papers, now=parse_time("2026-05-03")) as running:
        yield running


def test_what_a_lost_day_announced_comes_by_the_searches(keeper, index, server, virtual_time):
    for id_, row in facts()[:80]:
        server.announce(MONDAY, announced(id_, row | {"categories": "cs.CL"}))
    server.go_wrong("/rss/cs.CL", "status", 404, times=1)
    keeper.search_too("ti:reasoning")
    keeper.watch(api=index.url)
    assert set(keeper.offered) == {
        id_ for id_, row in facts()[:80] if "reasoning" in row["title"].lower()
    }
    keeper.watch(api=index.url)
    assert len(keeper.offered) == len(set(keeper.offered))


def test_an_old_paper_that_a_search_finds_is_not_news(keeper, index, virtual_time):
    keeper.search_too("ti:reasoning")
    virtual_time.pass_days(40)
    found = keeper.watch(api=index.url)
    fates = {fate for _, fate in found.sorted.fates}
    assert fates == {Fate.OLD}
    assert keeper.offered == []
