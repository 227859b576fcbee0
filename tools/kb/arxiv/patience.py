"""One page, whatever it takes within the limits: the session that the `arxiv` package fetches with.

Owns how often to try and how long to wait. Knows neither identifiers nor records.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.arxiv.answers import Page, check_page
from kb.arxiv.trouble import (
    BodyTroubleError,
    OutOfTimeError,
    RateLimitedError,
    ServerTroubleError,
    ShortPageError,
    TroubleError,
)

if TYPE_CHECKING:
    from kb.arxiv.pace import Pace
    from kb.arxiv.settings import ApiSettings, Timing
    from kb.arxiv.transport import Transport

_OK = 200
# What a body holds seldom changes from one minute to the next: once more, then ask for less.
_BODY_TRIES = 2
_SHORT_TRIES = 3
NO_PAGE = Page(b"", 0, 0)


@dataclass(frozen=True, slots=True)
class Answer:
    """As much of a response as the `arxiv` package looks at."""

    content: bytes
    status_code: int = _OK


class PatientSession:
    """Gets the page that holds `asked` papers, and keeps it as `page` with what was wrong in it.

    `give_up` (a time of `timing.monotonic`) ends all patience.
    """

    def __init__(
        self, settings: ApiSettings, timing: Timing, transport: Transport, pace: Pace
    ) -> None:
        self._settings = settings
        self._timing = timing
        self._transport = transport
        self._pace = pace
        self._give_up = timing.monotonic() + settings.run_timeout
        self.asked = 0
        self.page = NO_PAGE

    def get(self, url: str, headers: object = None) -> Answer:
        """Return the page at `url`. The package's headers are dropped: the transport has ours."""
        del headers
        self.page = NO_PAGE
        attempt = 1
        while True:
            try:
                self.page = self._once(url)
                self._check_whole(self.page)
                return Answer(self.page.body)
            except ShortPageError as trouble:
                # The rest may be unknown to arXiv after all; who asked will ask for it alone.
                tries = _BODY_TRIES if self.asked == 1 else _SHORT_TRIES
                if attempt >= min(tries, self._settings.tries):
                    return Answer(self.page.body)
                self._rest(attempt, trouble)
            except BodyTroubleError as trouble:
                if attempt >= min(_BODY_TRIES, self._settings.tries):
                    raise
                self._rest(attempt, trouble)
            except ServerTroubleError as trouble:
                if trouble.wait is not None:
                    self._pace.hold(trouble.wait)
                if attempt >= self._settings.tries:
                    raise
                self._rest(attempt, trouble)
            attempt += 1

    def _once(self, url: str) -> Page:
        with self._pace.turn(self._give_up):
            status, content_type, body = self._transport.fetch(url)
        return check_page(status, content_type, body, self._timing.now())

    def _check_whole(self, page: Page) -> None:
        expected = min(page.total, self.asked)
        if page.entries < expected:
            raise ShortPageError(f"the answer has {page.entries} of {expected} entries")

    def _rest(self, attempt: int, trouble: TroubleError) -> None:
        rest(self._settings, self._timing, attempt, trouble, self._give_up)


def rest(
    settings: ApiSettings, timing: Timing, attempt: int, trouble: TroubleError, give_up: float
) -> None:
    """Sleep before another attempt: twice as long each time, three to five quarters of it by chance.

    By chance, so that many clients that failed together do not come back together. Raises
    OutOfTimeError if that would last beyond `give_up`, a time of `timing.monotonic`.
    """
    asked = trouble.wait or 0.0
    limited = isinstance(trouble, RateLimitedError) and trouble.wait is None
    first = settings.rate_backoff if limited else settings.backoff
    growing = min(first * 2 ** (attempt - 1), settings.longest_backoff)
    seconds = max(growing * (0.75 + 0.5 * timing.chance()), asked)
    if timing.monotonic() + seconds > give_up:
        wish = f" and asks to wait {asked:.0f} s" if asked else ""
        raise OutOfTimeError(f"{trouble}{wish}; no time was left to try again")
    timing.sleep(seconds)
