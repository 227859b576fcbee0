"""What a run against the API may do: address, pace, limits, and the clock it lives by."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OFFICIAL_API = "https://export.arxiv.org/api/query"
# info.arxiv.org/help/api/tou: one request every three seconds, over all machines and interfaces.
MANDATED_DELAY = 3.0
# A page may hold 2,000; with more than 100 identifiers the address of the request grows too long.
LARGEST_BATCH = 100


@dataclass(frozen=True, slots=True)
class Timing:
    """The clock, the sleep and the chance a run lives by; tests pass their own.

    `now` is in UTC and shared by all processes, `monotonic` (s) never steps back, `sleep` takes
    seconds, `chance` gives a number in [0, 1).
    """

    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    chance: Callable[[], float]


def system_timing() -> Timing:
    """Return the machine's own clock, sleep and chance."""
    return Timing(lambda: datetime.now(UTC), time.monotonic, time.sleep, random.random)


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """How to ask. Times are in seconds, sizes in bytes.

    `state_dir` holds the cache and the time of the last request: one folder for all projects of a
    machine, since arXiv counts the machine. `contact` is an address to write to, for arXiv's
    operators. Raises ValueError for settings that arXiv would not bear.
    """

    state_dir: Path
    contact: str = ""
    base_url: str = OFFICIAL_API
    delay: float = MANDATED_DELAY
    batch: int = LARGEST_BATCH
    connect_timeout: float = 10
    read_timeout: float = 30  # between two pieces of a body
    body_timeout: float = 120  # for a whole body
    run_timeout: float = 900  # for a whole run, waits included
    tries: int = 5
    backoff: float = 5  # the first wait; doubles with each try
    rate_backoff: float = 30  # the same after "Rate exceeded."
    longest_backoff: float = 150
    largest_body: int = 20_000_000
    fresh: timedelta = timedelta(days=1)  # arXiv's data change once a day

    def __post_init__(self) -> None:
        address = urlsplit(self.base_url)
        host = (address.hostname or "").lower()
        if address.scheme not in ("http", "https") or not host or address.query or address.fragment:
            raise ValueError(
                "the API's address must be http(s) without query: "
                f"{self.base_url!r} (the official one is {OFFICIAL_API})"
            )
        if self.delay < MANDATED_DELAY and f".{host}".endswith(".arxiv.org"):
            raise ValueError(
                f"the delay between requests to arXiv must be at least {MANDATED_DELAY:g} s: "
                f"{self.delay!r} (info.arxiv.org/help/api/tou)"
            )
        if self.delay < 0 or self.read_timeout <= 0:
            raise ValueError(
                f"delay must not be negative and timeout at least 1: {self.delay:g}, {self.read_timeout:g}"
            )
        if not 1 <= self.batch <= LARGEST_BATCH:
            raise ValueError(f"a batch must hold 1 to {LARGEST_BATCH} papers: {self.batch!r}")
        if any(not " " <= letter <= "~" for letter in self.contact):
            raise ValueError(f"the contact must be plain ASCII: {self.contact!r}")

    @property
    def user_agent(self) -> str:
        """How we present ourselves: the project and whom to write to."""
        return f"latent-notes ({self.contact})" if self.contact else "latent-notes"
