"""One look at all feeds: read each, sort what they hold. A feed that fails is told and stops no other."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.arxiv.trouble import BodyTroubleError, TroubleError
from kb.watch.decide import Fate, Sorted, sort_items
from kb.watch.feeds import parse_feed
from kb.watch.item import merge_items

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Mapping, Sequence

    from kb.watch.config import WatchConfig
    from kb.watch.decide import Stock
    from kb.watch.feed import Feed
    from kb.watch.fetch import Fetcher
    from kb.watch.inbox import Inbox
    from kb.watch.item import Item


@dataclass(frozen=True, slots=True)
class FeedRead:
    """What came of one feed: its items, or `trouble` in words. `news` is false if nothing was sent anew."""

    feed: Feed
    items: tuple[Item, ...] = ()
    remarks: tuple[str, ...] = ()
    trouble: str = ""
    news: bool = True


@dataclass(frozen=True, slots=True)
class Look:
    """What came of a run, feed by feed and in all."""

    feeds: tuple[FeedRead, ...]
    sorted: Sorted

    @property
    def failed(self) -> tuple[FeedRead, ...]:
        """The feeds that could not be read."""
        return tuple(one for one in self.feeds if one.trouble)

    def fates(self, feed: Feed) -> Mapping[Fate, int]:
        """Return how many items of a feed met which fate."""
        return Counter(fate for item, fate in self.sorted.fates if feed.name in item.feeds)


def read_feeds(
    feeds: Sequence[Feed],
    fetcher: Fetcher,
    today: datetime.date,
    progress: Callable[[int, int], None],
) -> tuple[FeedRead, ...]:
    """Read all `feeds`, one after the other. Raises nothing for what a feed or a server does."""
    read = []
    for number, feed in enumerate(feeds, start=1):
        read.append(_read(feed, fetcher, today))
        progress(number, len(feeds))
    return tuple(read)


def sort_feeds(
    read: Sequence[FeedRead],
    config: WatchConfig,
    stock: Stock,
    inbox: Inbox,
    today: datetime.date,
) -> Look:
    """Return what the items of all feeds together amount to."""
    items = merge_items(item for one in read for item in one.items)
    feeds = [one.feed for one in read]
    return Look(tuple(read), sort_items(items, feeds, config, stock, inbox, today))


def _read(feed: Feed, fetcher: Fetcher, today: datetime.date) -> FeedRead:
    try:
        fetched = fetcher.fetch(feed)
    except TroubleError as trouble:
        return FeedRead(feed, trouble=str(trouble))
    kept = fetched.kept
    try:
        found = parse_feed(kept.body, kept.content_type, feed.source, feed.name, today)
    except BodyTroubleError as trouble:
        # What is broken is not kept, so it is asked for again; the last good answer stays.
        if not fetched.news:
            fetcher.shelf.forget(feed.url)
        return FeedRead(feed, trouble=str(trouble))
    fetcher.shelf.write(kept)
    return FeedRead(feed, found.items, found.remarks, news=fetched.news)
