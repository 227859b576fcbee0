"""A server, a clock that nobody waits for, and settings that fit both.

No `__init__.py` may stand in this folder: `tests/` is on the path, and a package `arxiv` in it would
hide the real one. `servers` is found there too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from kb.arxiv.client import CacheUse, fetch_records
from kb.arxiv.settings import ApiSettings, Timing
from kb.ids import parse_arxiv_id
from servers.arxiv import RECORDS, ArxivServer
from servers.arxiv_papers import load_papers, parse_time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kb.arxiv.records import Answers, ArxivRecord

TODAY = datetime(2026, 8, 1, tzinfo=UTC)


@dataclass
class VirtualTime:
    """Time that passes when somebody sleeps, and the list of those sleeps."""

    start: datetime = TODAY
    chance: float = 0.5  # the jitter that leaves a wait as it is
    slept: list[float] = field(default_factory=list)

    @property
    def elapsed(self) -> float:
        return sum(self.slept)

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.elapsed)

    @property
    def timing(self) -> Timing:
        return Timing(self.now, lambda: self.elapsed, self.slept.append, lambda: self.chance)


@cache
def papers():
    return load_papers(RECORDS)


@pytest.fixture
def virtual_time() -> VirtualTime:
    return VirtualTime()


@pytest.fixture
def server(virtual_time: VirtualTime) -> Iterator[ArxivServer]:
    with ArxivServer(papers(), now=TODAY, timer=lambda: virtual_time.elapsed) as running:
        yield running


@pytest.fixture
def settings(server: ArxivServer, tmp_path: Path) -> ApiSettings:
    return ApiSettings(
        state_dir=tmp_path / "state",
        contact="test@example.org",
        base_url=server.url,
        delay=0,
        read_timeout=5,
    )


@pytest.fixture
def fetch(settings: ApiSettings, virtual_time: VirtualTime):
    """Ask for ids given as text."""

    def ask(*texts: str, settings: ApiSettings = settings, **options: Any) -> Answers:
        ids = [parse_arxiv_id(text) for text in texts]
        return fetch_records(ids, settings, virtual_time.timing, **options)

    return ask


@pytest.fixture
def record_on(server: ArxivServer, fetch):
    """Return what arXiv says of a paper on a day."""

    def ask(paper: str, day: str) -> ArxivRecord:
        server.now = parse_time(day)
        (found,) = fetch(paper, use=CacheUse.REFRESH).found
        return found.record

    return ask
