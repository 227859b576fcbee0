"""The feeds to read, worked out from `refs/watch.yml` and the searches of open questions. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from kb.watch.terms import Term, parse_term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kb.watch.config import Noise, WatchConfig

# A page of a search: what a month brings on one subject, with room to spare.
PAGE = 100


class Source(enum.Enum):
    """Where a feed comes from, and so how it is asked and read."""

    ANNOUNCEMENTS = "announcements"  # of arXiv, each night
    SEARCH = "search"  # of the arXiv API
    BLOG = "blog"


@dataclass(frozen=True, slots=True)
class Feed:
    """One thing to read. `needs` are the points an item of it needs to be offered."""

    name: str
    source: Source
    url: str
    needs: int
    topic: str = ""
    terms: tuple[tuple[Term, int], ...] = ()
    question: str = ""  # the slug of the question whose search it is


@dataclass(frozen=True, slots=True)
class Asked:
    """The search of an open question, and the topic of what it finds where no term tells another."""

    expression: str
    topic: str = ""


def make_feeds(config: WatchConfig, searches: Mapping[str, Asked], api: str) -> tuple[Feed, ...]:
    """Return the feeds to read, in the order of the file.

    `searches` has those of open questions by their slugs; `api` is the address of the API.
    """
    return tuple(_feeds(config, searches, api))


def _feeds(config: WatchConfig, searches: Mapping[str, Asked], api: str) -> Iterator[Feed]:
    base = config.announcements.rstrip("/")
    for category in config.categories:
        yield Feed(
            category.category,
            Source.ANNOUNCEMENTS,
            f"{base}/{quote(category.category)}",
            category.noise.points,
            category.topic or "",
            weigh(category.terms),
        )
    for search in config.searches:
        yield _search(
            search.name, search.expression, api, search.noise, search.topic, weigh(search.terms)
        )
    if config.questions:
        for slug, asked in sorted(searches.items()):
            noise = config.questions.noise
            name = f"question:{slug}"
            yield _search(name, asked.expression, api, noise, asked.topic, (), question=slug)
    for person in config.authors:
        expression = f'au:"{person.author}"'
        terms = ((parse_term(f"author:{person.author}"), 1), *weigh(person.terms))
        yield _search(person.author, expression, api, person.noise, person.topic, terms)
    for blog in config.blogs:
        terms = weigh(blog.terms)
        yield Feed(blog.name, Source.BLOG, blog.url, blog.noise.points, blog.topic or "", terms)


def weigh(terms: Mapping[str, int] | None) -> tuple[tuple[Term, int], ...]:
    """Return the terms of a mapping of `refs/watch.yml` with their points."""
    return tuple((parse_term(text), points) for text, points in (terms or {}).items())


def questions_of(feeds: Iterable[Feed], names: Iterable[str]) -> tuple[str, ...]:
    """Return the questions whose searches are among the feeds called `names`."""
    wanted = set(names)
    return tuple(feed.question for feed in feeds if feed.question and feed.name in wanted)


def _search(
    name: str,
    expression: str,
    api: str,
    noise: Noise,
    topic: str | None,
    terms: tuple[tuple[Term, int], ...],
    *,
    question: str = "",
) -> Feed:
    """Return a search, newest first (API manual, section 3.1.1.1)."""
    asked = {
        "search_query": expression,
        "sortBy": "submittedDate",
        "sortOrder": "descending",
        "start": 0,
        "max_results": PAGE,
    }
    url = f"{api}?{urlencode(asked)}"
    return Feed(name, Source.SEARCH, url, noise.points, topic or "", terms, question)
