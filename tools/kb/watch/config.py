"""`refs/watch.yml`: what is watched and which terms matter. A closed schema; every key may be absent."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.notes.schema import Slug, key, line_number, read_yaml
from kb.problems import Rule
from kb.watch.item import web_address
from kb.watch.terms import parse_term

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kb.problems import Problem

WATCH_PATH = "refs/watch.yml"
OFFICIAL_ANNOUNCEMENTS = "https://rss.arxiv.org/rss/"

TERM = Rule(
    "KB651",
    "a term of refs/watch.yml must be one that can be found",
    "A term with a slip in it finds nothing, for ever, and nobody would notice.",
)
SAME_NAME = Rule(
    "KB652",
    "two feeds of refs/watch.yml must not have one name",
    "The inbox says by its name which feed found a paper.",
)
RULES = (TERM, SAME_NAME)


class Noise(enum.Enum):
    """How much of a feed is beside the point, and so how many points an item of it needs."""

    LOW = "low"  # all of it is offered
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def points(self) -> int:
        """The points an item needs to be offered."""
        return {"low": 0, "medium": 2, "high": 3}[self.value]


def _address(text: str) -> str:
    return web_address(text)


def _category(text: str) -> str:
    if not text or not all(part.replace("-", "").isalnum() for part in text.split(".")):
        raise ValueError(text)
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """The daily announcements of an archive or a category of arXiv."""

    category: str = key("an archive or category of arXiv", read=_category, form="such as cs.CL")
    topic: Slug | None = key("the topic of everything in it", None)
    noise: Noise = key("low: all is offered; medium: 2 points; high: 3", Noise.HIGH)
    terms: Mapping[str, int] | None = key("points by term, for this feed alone", None)
    line: int = line_number()


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search of arXiv, newest papers first."""

    name: Slug = key("what the inbox calls it")
    expression: str = key("as the API manual has it, section 5.1")
    topic: Slug | None = key("the topic of everything it finds", None)
    noise: Noise = key("low: all is offered; medium: 2 points; high: 3", Noise.LOW)
    terms: Mapping[str, int] | None = key("points by term, for this feed alone", None)
    line: int = line_number()


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """The new papers of one person."""

    author: str = key("given and family name, as on arXiv")
    topic: Slug | None = key("the topic of everything they write", None)
    noise: Noise = key("low: all is offered; medium: 2 points; high: 3", Noise.MEDIUM)
    terms: Mapping[str, int] | None = key("points by term, for this feed alone", None)
    line: int = line_number()


@dataclass(frozen=True, slots=True, kw_only=True)
class Blog:
    """An RSS or Atom feed of anybody's."""

    name: Slug = key("what the inbox calls it")
    url: str = key("the address of the feed itself", read=_address, form="an http(s) address")
    topic: Slug | None = key("the topic of everything in it", None)
    noise: Noise = key("low: all is offered; medium: 2 points; high: 3", Noise.MEDIUM)
    terms: Mapping[str, int] | None = key("points by term, for this feed alone", None)
    line: int = line_number()


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """The searches that open questions bring along."""

    noise: Noise = key("low: all is offered; medium: 2 points; high: 3", Noise.LOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What matters to a topic; a paper goes into the file of the topic that it has most points for."""

    topic: Slug = key("the name of a .bib file")
    terms: Mapping[str, int] = key("points by term")
    line: int = line_number()


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchConfig:
    """What is watched."""

    announcements: str = key(
        "where arXiv's announcements are; a test server works",
        OFFICIAL_ANNOUNCEMENTS,
        read=_address,
        form="an http(s) address",
    )
    window: int = key("days; what is older is not new", 30)
    categories: tuple[Category, ...] = key("categories of arXiv", ())
    searches: tuple[Search, ...] = key("searches of arXiv", ())
    questions: Questions | None = key("the searches of open questions; absent: not read", None)
    authors: tuple[Author, ...] = key("people whose new papers are looked for", ())
    blogs: tuple[Blog, ...] = key("other feeds", ())
    topics: tuple[Topic, ...] = key("what matters to each topic", ())
    beside: Mapping[str, int] | None = key(
        "points by term, for every topic; mostly below zero", None
    )


def parse_config(text: str) -> tuple[WatchConfig | None, tuple[Problem, ...]]:
    """Return the configuration that `text` spells, or None, and every problem found."""
    config, problems = read_yaml(WatchConfig, text, WATCH_PATH)
    if config is None:
        return None, problems
    wrong = (*problems, *_check_terms(config, text), *_check_names(config))
    return config, tuple(sorted(wrong))


def load_config(root: Path) -> tuple[WatchConfig | None, tuple[Problem, ...]]:
    """Return the configuration below `root`; None without a problem where there is no file."""
    path = root / WATCH_PATH
    if not path.is_file():
        return None, ()
    return parse_config(path.read_text("utf-8", "replace"))


def _check_terms(config: WatchConfig, text: str) -> Iterator[Problem]:
    lines = text.splitlines()
    groups: list[tuple[int, Mapping[str, int]]] = [(1, config.beside or {})]
    sources = (config.categories, config.searches, config.authors, config.blogs, config.topics)
    groups += [(one.line, one.terms or {}) for group in sources for one in group]
    for first, terms in groups:
        for term in terms:
            try:
                parse_term(term)
            except ValueError as error:
                line = next((n for n, t in enumerate(lines, 1) if n >= first and term in t), first)
                yield TERM.at(
                    WATCH_PATH, line, f"term must be one that can be found: {term!r}", str(error)
                )


def _check_names(config: WatchConfig) -> Iterator[Problem]:
    seen: set[str] = set()
    named = [
        *((one.category, one.line) for one in config.categories),
        *((str(one.name), one.line) for one in config.searches),
        *((str(one.name), one.line) for one in config.blogs),
        *((one.author, one.line) for one in config.authors),
    ]
    for name, line in named:
        if name in seen:
            yield SAME_NAME.at(
                WATCH_PATH, line, f"feed must have a name of its own: {name!r}", "rename one"
            )
        seen.add(name)
