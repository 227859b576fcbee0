"""A server with feeds, a clock that nobody waits for, and a reader of feeds that fits both.

No `__init__.py` may stand in this folder; `tests/` is on the path, so `servers` is found.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from kb.arxiv.settings import ApiSettings, Timing
from kb.watch.config import WatchConfig, parse_config
from kb.watch.decide import take_stock
from kb.watch.feed import make_feeds
from kb.watch.fetch import Fetcher
from kb.watch.inbox import Inbox
from kb.watch.run import read_feeds, sort_feeds
from servers.feeds import FeedServer

MONDAY = date(2026, 4, 27)


@dataclass
class VirtualTime:
    """Time that passes when somebody sleeps, and the list of those sleeps."""

    start: datetime = datetime(2026, 4, 27, 6, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    @property
    def elapsed(self) -> float:
        return sum(self.slept)

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.elapsed)

    def pass_days(self, days: float) -> None:
        self.start += timedelta(days=days)

    @property
    def timing(self) -> Timing:
        return Timing(self.now, lambda: self.elapsed, self.slept.append, lambda: 0.5)


@pytest.fixture
def virtual_time():
    return VirtualTime()


@pytest.fixture
def server():
    with FeedServer(MONDAY) as running:
        yield running


@pytest.fixture
def settings(tmp_path):
    return ApiSettings(
        tmp_path / "state" / "arxiv",
        "test@example.org",
        "http://127.0.0.1:9/api/query",
        delay=0,
        read_timeout=0.5,
        body_timeout=1,
    )


@pytest.fixture
def fetcher(settings, virtual_time):
    """Return the function that makes a fetcher of a run."""
    made = []

    def make(**options):
        made.append(Fetcher(settings, virtual_time.timing, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def config_of():
    """Return the function that reads the text of a refs/watch.yml that has nothing wrong."""

    def read(text) -> WatchConfig:
        config, problems = parse_config(text)
        assert problems == ()
        return config

    return read


@pytest.fixture
def look_at(fetcher, config_of, make_site, virtual_time):
    """Return the function that takes one look: text of watch.yml, store, inbox and searches."""

    def look(
        text, *, bibs=None, inbox=None, searches=None, api="http://127.0.0.1:9/api/query", **use
    ):
        config = config_of(text)
        site = make_site(bibs=bibs or {})
        stock = take_stock(site.references.values(), site.locked)
        feeds = make_feeds(config, searches or {}, api)
        today = virtual_time.now().date()
        read = read_feeds(feeds, fetcher(**use), today, lambda _done, _all: None)
        return sort_feeds(read, config, stock, inbox or Inbox(), today)

    return look
