"""What is new on the site: notes, annotations, evidence, references, by the dates in their files. Pure."""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from kb import atom
from kb.ids import CiteKey
from kb.notes.front_matter import AnnotationMeta, NoteMeta
from kb.questions.feed import changes
from kb.site import reference_path
from kb.standings import source_link
from kb.views import page_title, view_reference
from kb.watch.inbox import Verdict

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Sequence

    from kb.site import Site

NEWS_PATH = "about/new.md"
FEED_PATH = "feed.xml"
MOST = 100  # things of a kind on the page and in the feed


class NewsKind(enum.Enum):
    """What a thing is, in the order in which those of one day are told."""

    NOTE = "note"
    ANNOTATION = "annotation"
    EVIDENCE = "evidence"
    REFERENCE = "reference"

    @property
    def heading(self) -> str:
        """What stands above several of them."""
        return {
            "note": "Notes, new or changed",
            "annotation": "Annotations, new or changed",
            "evidence": "Evidence on open questions",
            "reference": "References, added or told anew by arXiv",
        }[self.value]


@dataclass(frozen=True, slots=True)
class News:
    """One thing: `path` below docs/ is its page, `about` says in a sentence what it is.

    `name` is what its id in a feed is made from; it stays when day and words change.
    """

    kind: NewsKind
    day: datetime.date
    path: str
    title: str
    about: str
    name: str
    anchor: str = ""

    @property
    def href(self) -> str:
        """Its place as an address below docs/, which MkDocs makes relative."""
        return f"/{self.path}{self.anchor}"


@dataclass(frozen=True, slots=True)
class NewsOfDay:
    """What one day brought, by kind."""

    day: datetime.date
    groups: tuple[tuple[NewsKind, tuple[News, ...]], ...]


def news_of(site: Site) -> tuple[News, ...]:
    """Return the newest things, newest first; those of one day by kind, then by title."""
    found = [*_pages(site), *_evidence(site), *_references(site)]
    order = list(NewsKind)
    found.sort(key=lambda n: (-n.day.toordinal(), order.index(n.kind), n.title.casefold(), n.path))
    # A day that brings a hundred annotations must not hide the one paper that was accepted.
    seen: Counter[NewsKind] = Counter()
    kept = []
    for one in found:
        seen[one.kind] += 1
        if seen[one.kind] <= MOST:
            kept.append(one)
    return tuple(kept)


def by_day(news: Sequence[News]) -> tuple[NewsOfDay, ...]:
    """Return things that are in the order of `news_of`, by day and kind."""
    return tuple(
        NewsOfDay(
            day,
            tuple((kind, tuple(same)) for kind, same in groupby(of_day, key=lambda n: n.kind)),
        )
        for day, of_day in groupby(news, key=lambda n: n.day)
    )


def news_feed(site: Site) -> str:
    """Return the Atom feed of what is new; it stands at the root of the site."""
    home = site.pages.get("index.md")
    name = home.title if home else "Notes"
    title = f"{name}: what is new"
    feed = atom.Feed("news", title, name, site.updated, FEED_PATH, _address(NEWS_PATH))
    entries = [
        atom.Entry(
            name=one.name,
            day=one.day,
            title=one.title,
            summary=one.about,
            href=_address(one.path) + one.anchor,
            category=one.kind.value,
        )
        for one in news_of(site)
    ]
    return atom.format_feed(feed, entries)


def _pages(site: Site) -> Iterator[News]:
    for page in site.pages.values():
        title = page_title(site, page)
        if isinstance(page.meta, NoteMeta):
            about = page.meta.description
            yield _page(NewsKind.NOTE, page.meta.updated, page.path, title, about)
        elif isinstance(page.meta, AnnotationMeta) and CiteKey(page.slug) in site.references:
            about = page.meta.verdict
            yield _page(NewsKind.ANNOTATION, page.meta.updated, page.path, title, about)


def _references(site: Site) -> Iterator[News]:
    """Yield references that have a date: the day of their acceptance, or since when arXiv says so."""
    accepted = {
        CiteKey(one.why): one.day for one in site.inbox.decisions if one.verdict is Verdict.ACCEPTED
    }
    for key in site.references:
        locked = site.locked.get(key)
        day = accepted.get(key) or (locked.since if locked else None)
        if day is not None:
            view = view_reference(site, key)
            about = f"{view.label.textual}{f'. {view.plain_venue}' if view.plain_venue else ''}."
            yield _page(NewsKind.REFERENCE, day, reference_path(key), view.plain_title, about)


def _evidence(site: Site) -> Iterator[News]:
    """Yield what was judged and closed, under the names that the feed of the questions has for it."""
    for change in changes(site.questions.values(), lambda source: source_link(site, source).text):
        path = change.question.page.path
        yield News(
            NewsKind.EVIDENCE,
            change.day,
            path,
            change.title,
            change.summary,
            change.name,
            f"#{change.anchor}",
        )


def _page(kind: NewsKind, day: datetime.date, path: str, title: str, about: str) -> News:
    return News(kind, day, path, title, about, f"new {kind.value} {path}")


def _address(path: str) -> str:
    """Return the address of a page, relative to the root of the site."""
    return path.removesuffix("index.md").removesuffix(".md") + "/"
