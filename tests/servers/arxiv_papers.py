"""Papers as facts, and what the API says of them on a day: versions come, a DOI appears.

Facts come from a file of one JSON object a line; abstracts are made up here, the same each time.
In that file `source` tells where a paper's facts were seen (`made up`: nowhere, and its number will
never be given out) and `assumed` which of them stand in for facts that nobody had at hand.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from servers.arxiv_query import matches

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """An entry of a feed, as text. `ghost` is what the API sent for an unknown id until 2025."""

    id: str
    title: str
    published: str
    updated: str
    summary: str
    authors: tuple[str, ...]
    affiliations: tuple[str, ...] = ()
    primary_category: str = ""
    categories: tuple[str, ...] = ()
    dois: tuple[str, ...] = ()
    journal_ref: str = ""
    comment: str = ""
    ghost: bool = False


@dataclass(frozen=True)
class Paper:
    """The facts of one paper over time. Facts are those of a line of the file.

    A version may override facts while it is the one shown; an amendment holds from its date on for
    the version that is then the newest, as journals' DOIs appear without a new version.
    """

    id: str
    facts: dict[str, Any]

    def newest(self, now: datetime) -> int | None:
        """Return the number of the newest version at `now`, None before the first."""
        known = [each["v"] for each in self.facts["versions"] if parse_time(each["date"]) <= now]
        return max(known, default=None)

    def entry(self, version: int, now: datetime) -> Entry | None:
        """Return what the API says at `now` about a version, None if there is none by then."""
        versions = {each["v"]: each for each in self.facts["versions"]}
        newest = self.newest(now)
        if newest is None or version not in versions or version > newest:
            return None
        facts = {**self.facts, **versions[version]}
        if version == newest:
            for change in self.facts.get("amended", ()):
                if parse_time(change["date"]) <= now:
                    facts |= {name: fact for name, fact in change.items() if name != "date"}
        return Entry(
            id=f"{self.id}v{version}",
            title=facts["title"],
            published=versions[min(versions)]["date"],
            updated=versions[version]["date"],
            summary=made_up_abstract(self.id, version),
            authors=tuple(facts["authors"]),
            affiliations=tuple(facts.get("affiliations", ())),
            primary_category=facts["primary_category"],
            categories=tuple(facts["categories"]),
            dois=tuple(filter(None, [facts.get("doi")])),
            journal_ref=facts.get("journal_ref", ""),
            comment=facts.get("comment", ""),
        )


def parse_time(text: str) -> datetime:
    """Return an ISO date with or without time as a time in UTC."""
    when = datetime.fromisoformat(text)
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def load_papers(path: Path) -> dict[str, Paper]:
    """Return the papers of a file by their id."""
    lines = path.read_text(encoding="utf-8").splitlines()
    facts = [json.loads(line) for line in lines if line.strip()]
    return {each["id"]: Paper(each["id"], each) for each in facts}


def synthetic_papers(count: int) -> dict[str, Paper]:
    """Return papers without any fact in them, for counting and timing."""
    return {
        f"2402.{number:05d}": Paper(
            f"2402.{number:05d}",
            {
                "title": f"A synthetic paper, number {number}",
                "authors": [f"Given{number} Family{number}", "Second Author", "Third Author"],
                "primary_category": "cs.CL",
                "categories": ["cs.CL", "cs.AI"],
                "comment": f"{number % 40 + 1} pages",
                "versions": [{"v": 1, "date": "2024-02-01T00:00:00Z"}],
            },
        )
        for number in range(1, count + 1)
    }


_PARTS = (
    ("We ask", "We show", "This work tests", "Here we study"),
    ("whether made-up abstracts suffice", "how tests behave", "why nothing is measured"),
    ("for $n < 10$ papers & more", "on a loopback server", "in less than a second"),
)


def made_up_abstract(identifier: str, version: int) -> str:
    """Return a text that stands for the abstract, long as a real one, with what real ones hold."""
    digest = hashlib.sha256(f"{identifier}v{version}".encode()).digest()
    sentences = [
        " ".join(part[digest[3 * at + i] % len(part)] for i, part in enumerate(_PARTS))
        for at in range(8)
    ]
    return f"  (Made up for tests, version {version}.) " + ". ".join(sentences) + "."


_SEARCHED = {
    "ti": lambda entry: entry.title,
    "au": lambda entry: " ".join(entry.authors),
    "abs": lambda entry: entry.summary,
    "co": lambda entry: entry.comment,
    "jr": lambda entry: entry.journal_ref,
    "cat": lambda entry: " ".join(entry.categories),
    "id": lambda entry: entry.id,
}


def search(entries: Iterable[Entry], query: str) -> list[Entry]:
    """Return the entries that a search expression matches."""
    return [entry for entry in entries if matches(query, partial(_texts, entry))]


def _texts(entry: Entry, field: str) -> list[str]:
    readers = [_SEARCHED[field]] if field in _SEARCHED else _SEARCHED.values()
    return [read(entry) for read in readers]


def in_server_order(entries: Iterable[Entry], by: str, order: str) -> list[Entry]:
    """Return entries sorted; the order by relevance has nothing to do with that of the ids."""
    keys = {
        "relevance": lambda entry: hashlib.sha256(entry.id.encode()).digest(),
        "submittedDate": lambda entry: (entry.published, entry.id),
        "lastUpdatedDate": lambda entry: (entry.updated, entry.id),
    }
    return sorted(entries, key=keys[by], reverse=order == "descending")


def altered(entry: Entry, **changes: Any) -> Entry:
    """Return `entry` with some of its text changed."""
    return replace(entry, **changes)
