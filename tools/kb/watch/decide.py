"""What becomes of each item: offered, known already, beside the point, too old, a new version. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from kb.bib.tex import plain_text
from kb.notes.schema import Slug
from kb.watch.inbox import Candidate
from kb.watch.item import web_address
from kb.watch.rank import know, rank_items
from kb.watch.terms import spell

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping, Sequence

    from kb.arxiv.lock import Locked
    from kb.ids import CiteKey
    from kb.model import Reference
    from kb.watch.config import WatchConfig
    from kb.watch.feed import Feed
    from kb.watch.inbox import Inbox
    from kb.watch.item import Item
    from kb.watch.rank import Ranked

_SHOWN_AUTHORS = 5
_TELLING_TITLE = 4  # words; two papers may well be called "A Survey"


class Fate(enum.Enum):
    """What became of an item."""

    OFFERED = "offered"
    WAITING = "waiting"  # in the inbox since an earlier run
    DECIDED = "decided"
    HERE = "here"  # in the store
    NEW_VERSION = "new version"  # of a work in the store
    REPLACED = "replaced"  # a further version of what is neither here nor waiting
    OLD = "old"
    BESIDE = "beside the point"


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A work of the store that has a version we have not heard of. `known` is None if none is known."""

    key: str
    version: int | None
    known: int | None


@dataclass(frozen=True, slots=True)
class Sorted:
    """All items, each with its fate; `updated` are candidates of the inbox that more feeds have found."""

    fates: tuple[tuple[Item, Fate], ...]
    offered: tuple[Ranked, ...]
    updated: tuple[Candidate, ...]
    versions: tuple[NewVersion, ...]


@dataclass(frozen=True, slots=True)
class Stock:
    """What the store holds, by the ways in which a feed may name it."""

    references: tuple[Reference, ...]
    papers: Mapping[str, tuple[str, int | None]]  # key and newest version known, by arXiv id
    addresses: Mapping[str, str]
    titles: Mapping[str, str]


def take_stock(references: Iterable[Reference], locked: Mapping[CiteKey, Locked]) -> Stock:
    """Return what the store holds; `locked` is what arXiv last said of its papers."""
    every = tuple(references)
    papers: dict[str, tuple[str, int | None]] = {}
    addresses: dict[str, str] = {}
    titles: dict[str, str] = {}
    for reference in every:
        key = str(reference.key)
        if reference.eprint:
            last = locked.get(reference.key)
            papers[reference.eprint.base] = key, last.id.version if last else None
        if reference.url:
            addresses[_address(reference.url)] = key
        if reference.authors and not reference.eprint:
            family = "".join(spell(reference.authors[0].label).split()[-1:])
            titles[_titled(plain_text(reference.title), family)] = key
    titles.pop("", None)
    return Stock(every, papers, addresses, titles)


def sort_items(
    items: Sequence[Item],
    feeds: Sequence[Feed],
    config: WatchConfig,
    stock: Stock,
    inbox: Inbox,
    today: datetime.date,
) -> Sorted:
    """Return the fate of each item. `items` are merged: each id stands once."""
    oldest = today - timedelta(days=config.window)
    fates = {item.id: _known(item, stock, inbox, oldest) for item in items}
    unsettled = [item for item in items if fates[item.id] in (None, Fate.WAITING)]
    offered, updated = [], []
    for ranked in rank_items(unsettled, feeds, config, know(stock.references)):
        waiting = inbox.open.get(ranked.item.id)
        if waiting is not None:
            better = _updated(waiting, ranked)
            if better != waiting:
                updated.append(better)
        elif ranked.offered:
            offered.append(ranked)
            fates[ranked.item.id] = Fate.OFFERED
        else:
            fates[ranked.item.id] = Fate.BESIDE
    told = [_version(item, stock) for item in items if fates[item.id] is Fate.NEW_VERSION]
    return Sorted(
        tuple((item, fates[item.id] or Fate.BESIDE) for item in items),
        tuple(offered),
        tuple(updated),
        tuple(sorted(told, key=lambda one: one.key)),
    )


def make_candidate(ranked: Ranked, today: datetime.date) -> Candidate:
    """Return what goes into the inbox."""
    item = ranked.item
    names = item.authors[:_SHOWN_AUTHORS]
    rest = len(item.authors) - len(names)
    return Candidate(
        id=item.id,
        title=item.title,
        authors=(*names, f"and {rest} more") if rest else names,
        date=item.date,
        found=today,
        feeds=item.feeds,
        topic=Slug(ranked.topics[0]) if ranked.topics else None,
        questions=tuple(map(Slug, ranked.questions)),
        points=ranked.points,
        why=ranked.why,
    )


def _known(item: Item, stock: Stock, inbox: Inbox, oldest: datetime.date) -> Fate | None:
    """Return the fate of an item that need not be ranked; a candidate is ranked once more."""
    here = _in_store(item, stock)
    if here is not None:
        return here
    if item.id in inbox.open:
        return Fate.WAITING
    if item.id in inbox.decided:
        return Fate.DECIDED
    if item.kind.replaces:
        return Fate.REPLACED
    return Fate.OLD if item.date is not None and item.date < oldest else None


def _in_store(item: Item, stock: Stock) -> Fate | None:
    """Return whether the store has an item: by number, by address, or by first author and title."""
    paper = stock.papers.get(item.id.text)
    if paper is not None:
        _, known = paper
        newer = item.kind.replaces if known is None else (item.version or 0) > known
        return Fate.NEW_VERSION if newer else Fate.HERE
    family = "".join(spell(item.authors[0]).split()[-1:]) if item.authors else ""
    known_title = _titled(item.title, family) in stock.titles
    return Fate.HERE if known_title or _address(item.id.url) in stock.addresses else None


def _version(item: Item, stock: Stock) -> NewVersion:
    key, known = stock.papers[item.id.text]
    return NewVersion(key, item.version, known)


def _updated(waiting: Candidate, ranked: Ranked) -> Candidate:
    """Return a candidate with the questions that found it since; otherwise it stays as it is."""
    questions = tuple(dict.fromkeys((*waiting.questions, *map(Slug, ranked.questions))))
    if questions == waiting.questions:
        return waiting
    return replace(
        waiting,
        feeds=tuple(dict.fromkeys((*waiting.feeds, *ranked.item.feeds))),
        questions=questions,
        points=max(waiting.points, ranked.points),
        why=ranked.why if ranked.points > waiting.points else waiting.why,
    )


def _titled(title: str, family: str) -> str:
    """Return what a work without number is told by; `""` where that would not be enough."""
    words = spell(title).split()
    return f"{family}: {' '.join(words)}" if len(words) >= _TELLING_TITLE and family else ""


def _address(url: str) -> str:
    try:
        return web_address(url).rstrip("/").removeprefix("https://").removeprefix("http://")
    except ValueError:
        return url
