"""What a feed announces, as values: a paper on arXiv or a page of the web. Knows no feed format."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from kb.ids import ArxivId, parse_arxiv_id

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

_TRACKING = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid")
_LONGEST_ADDRESS = 500


@dataclass(frozen=True, slots=True, order=True)
class ItemId:
    """What an item is known by: the number of a paper without version, or a web address."""

    text: str

    def __str__(self) -> str:
        return self.text

    @property
    def paper(self) -> ArxivId | None:
        """The paper, if the item is one."""
        return None if "://" in self.text else ArxivId(self.text)

    @property
    def url(self) -> str:
        """Where to look at it."""
        return ArxivId(self.text).abs_url if "://" not in self.text else self.text


def parse_item_id(text: str) -> ItemId:
    """Return what `text` names: a paper in any form `kb add` takes, or an address of the web.

    One page has one id: the host in lower case, no fragment, no marks of a campaign. Raises
    ValueError for anything else, `javascript:` and `file:` among it.
    """
    try:
        return ItemId(parse_arxiv_id(text).base)
    except ValueError:
        return ItemId(web_address(text))


def web_address(text: str) -> str:
    """Return the canonical form of an http(s) address. Raises ValueError if `text` is none."""
    parts = urlsplit(text.strip())
    plain = len(text) <= _LONGEST_ADDRESS and text.isprintable() and not set(text) & set(' "<>`\\')
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or not plain:
        raise ValueError(f"neither a paper of arXiv nor an address of the web: {text[:80]!r}")
    port = f":{parts.port}" if parts.port else ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    query = parts.query
    if any(name.startswith(_TRACKING) for name, _ in parse_qsl(query)):
        kept = [(n, v) for n, v in parse_qsl(query, keep_blank_values=True)]
        query = urlencode([(n, v) for n, v in kept if not n.startswith(_TRACKING)])
    return urlunsplit((parts.scheme.lower(), host + port, parts.path or "/", query, ""))


class Kind(enum.Enum):
    """What is announced (arXiv's `announce_type`, from the strongest to the weakest word)."""

    NEW = "new"
    CROSS = "cross"  # new, and listed here as well
    POST = "post"  # of a blog, or found by a search: new as far as its date says
    REPLACE = "replace"
    REPLACE_CROSS = "replace-cross"

    @property
    def replaces(self) -> bool:
        """Whether it is a further version of something announced before."""
        return self in (Kind.REPLACE, Kind.REPLACE_CROSS)


@dataclass(frozen=True, slots=True)
class Item:
    """One announcement. Text is one line of NFC without controls; it is data and never markup.

    `date` is the day of the announcement, of a paper found by a search that of its first version;
    None where the feed gives none that can be believed. `cites` are the papers it names by address.
    `feeds` are the names of the feeds that announced it.
    """

    id: ItemId
    kind: Kind
    title: str
    authors: tuple[str, ...] = ()
    summary: str = ""
    categories: tuple[str, ...] = ()
    date: datetime.date | None = None
    version: int | None = None
    cites: tuple[ArxivId, ...] = ()
    feeds: tuple[str, ...] = ()


def merge_items(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return each item once, in the order of first sight, with all its feeds.

    A feed may repeat an id, and a paper stands in several feeds: as new in one, as cross in another.
    """
    merged: dict[ItemId, Item] = {}
    for item in items:
        merged[item.id] = _merge(merged[item.id], item) if item.id in merged else item
    return tuple(merged.values())


def _merge(first: Item, second: Item) -> Item:
    order = list(Kind)
    strong, weak = sorted((first, second), key=lambda item: order.index(item.kind))
    versions = [item.version for item in (first, second) if item.version]
    return replace(
        strong,
        # The search knows authors one by one; the announcement has them in one string.
        authors=max(strong.authors, weak.authors, key=len),
        summary=max(strong.summary, weak.summary, key=len),
        categories=tuple(dict.fromkeys((*strong.categories, *weak.categories))),
        date=strong.date or weak.date,
        version=max(versions, default=None),
        cites=tuple(dict.fromkeys((*first.cites, *second.cites))),
        feeds=tuple(dict.fromkeys((*first.feeds, *second.feeds))),
    )
