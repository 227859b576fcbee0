"""Asks for a feed: politely, with limits, and in no case for more than is new.

Owns conditions, redirects and whom to ask no more today. Knows nothing of what stands in a feed.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from kb.arxiv.pace import Pace
from kb.arxiv.patience import PatientSession, rest
from kb.arxiv.settings import MANDATED_DELAY
from kb.arxiv.transport import Reply, Transport
from kb.arxiv.trouble import (
    BodyTroubleError,
    OutOfTimeError,
    RateLimitedError,
    RefusedError,
    ServerTroubleError,
)
from kb.watch.feed import PAGE, Source
from kb.watch.item import web_address
from kb.watch.shelf import Kept, Shelf

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kb.arxiv.settings import ApiSettings, Timing
    from kb.watch.feed import Feed

TRIES = 3
PATIENCE = 180.0  # seconds for one feed, waits included
RUN_PATIENCE = 1800.0  # seconds for all
LARGEST_FEED = 10_000_000  # bytes; arXiv's fullest day has about three million
_HOPS = 3
_TROUBLES_IN_A_ROW = 2
_BLOG_DELAY = 1.0
# After so long, a server that says "not modified" is asked without a condition once.
_BELIEVED = timedelta(days=7)
_SEARCH_FRESH = timedelta(hours=12)  # the API's data change once a day
_LONGEST_FRESH = timedelta(hours=24)
_OK, _NOT_MODIFIED = 200, 304
_MOVED = frozenset({301, 302, 303, 307, 308})
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What to read, and whether it came just now. Keep `kept` once it has proved readable."""

    kept: Kept
    news: bool


class Fetcher:
    """Asks for the feeds of one run; state is kept in `settings.state_dir`, beside that of `kb add`."""

    def __init__(
        self, settings: ApiSettings, timing: Timing, *, refresh: bool = False, offline: bool = False
    ) -> None:
        self._settings = replace(
            settings,
            tries=TRIES,
            run_timeout=PATIENCE,
            body_timeout=min(settings.body_timeout, 60),
            largest_body=min(settings.largest_body, LARGEST_FEED),
        )
        self._timing = timing
        self._refresh = refresh
        self._offline = offline
        self._give_up = timing.monotonic() + RUN_PATIENCE
        self._transports: dict[str, Transport] = {}
        self._troubles: Counter[str] = Counter()
        self.shelf = Shelf(settings.state_dir.parent / "feeds")

    @property
    def requests(self) -> int:
        """How many requests were sent."""
        return sum(transport.requests for transport in self._transports.values())

    def close(self) -> None:
        """Close all connections."""
        for transport in self._transports.values():
            transport.close()

    def fetch(self, feed: Feed) -> Fetched:
        """Return the feed, from the shelf where that is as good. Raises TroubleError saying why not."""
        kept = self.shelf.load(feed.url)
        if kept is not None and (self._offline or self._is_fresh(kept)):
            return Fetched(kept, news=False)
        if self._offline:
            raise RefusedError("not in the cache, and no connection is allowed")
        host = urlsplit(feed.url).netloc
        if self._troubles[host] >= _TROUBLES_IN_A_ROW:
            raise RefusedError(f"not asked: {host} is in trouble")
        if self._timing.monotonic() > self._give_up:
            raise OutOfTimeError("not asked: the run has taken too long already")
        try:
            fetched = self._asked(feed, kept)
        except (ServerTroubleError, OutOfTimeError):
            self._troubles[host] += 1
            raise
        self._troubles[host] = 0
        return fetched

    def _asked(self, feed: Feed, kept: Kept | None) -> Fetched:
        return self._search(feed) if feed.source is Source.SEARCH else self._conditional(feed, kept)

    def _is_fresh(self, kept: Kept) -> bool:
        now = self._timing.now()
        # A time far ahead is one of a clock that was wrong.
        soon = kept.fresh_until - now <= _LONGEST_FRESH
        return not self._refresh and soon and now < kept.fresh_until

    def _search(self, feed: Feed) -> Fetched:
        """Return a page of the API, checked as those that `kb add` gets."""
        session = PatientSession(
            self._settings, self._timing, self._transport(feed.url), self._pace(feed)
        )
        session.asked = PAGE
        session.get(feed.url)
        now = self._timing.now()
        body, kind = session.page.body, "application/atom+xml; charset=utf-8"
        kept = Kept(feed.url, body, kind, "", "", now, now, now + _SEARCH_FRESH)
        return Fetched(kept, news=True)

    def _conditional(self, feed: Feed, kept: Kept | None) -> Fetched:
        now = self._timing.now()
        believed = kept is not None and timedelta() <= now - kept.fetched < _BELIEVED
        headers = {"Accept": _ACCEPT} | (_conditions(kept) if kept and believed else {})
        reply = self._follow(feed, headers)
        now = self._timing.now()
        fresh_until = now + _freshness(reply)
        if reply.status == _NOT_MODIFIED:
            if kept is None or len(headers) == 1:
                raise BodyTroubleError("it says 'not modified' though nothing was asked that way")
            return Fetched(kept.again(now, fresh_until), news=False)
        if reply.status != _OK:
            raise RefusedError(f"HTTP {reply.status}")
        kept = Kept(
            url=feed.url,
            body=reply.body,
            content_type=reply.content_type,
            etag=_mark(reply, "etag"),
            modified=_mark(reply, "last-modified"),
            fetched=now,
            confirmed=now,
            fresh_until=fresh_until,
        )
        return Fetched(kept, news=True)

    def _follow(self, feed: Feed, headers: Mapping[str, str]) -> Reply:
        """Follow redirects within one host; whatever leads elsewhere is for a human to judge."""
        url = feed.url
        for _ in range(_HOPS + 1):
            reply = self._ask(feed, url, headers)
            if reply.status not in _MOVED:
                return reply
            target = reply.headers.get("location", "")
            new = _joined(url, target)
            if not _same_place(url, new):
                raise RefusedError(
                    f"moved to {target[:200]!r}, where no redirect is followed; "
                    "if that is right, write it in refs/watch.yml"
                )
            url = new
        raise RefusedError(f"redirected more than {_HOPS} times")

    def _ask(self, feed: Feed, url: str, headers: Mapping[str, str]) -> Reply:
        pace, transport = self._pace(feed), self._transport(url)
        give_up = min(self._timing.monotonic() + PATIENCE, self._give_up)
        attempt = 1
        while True:
            try:
                with pace.turn(give_up):
                    return _checked(transport.ask(url, headers))
            except ServerTroubleError as trouble:
                if trouble.wait is not None:
                    pace.hold(trouble.wait)
                if attempt >= self._settings.tries:
                    raise
                rest(self._settings, self._timing, attempt, trouble, give_up)
            attempt += 1

    def _transport(self, url: str) -> Transport:
        host = urlsplit(url).hostname or ""
        if host not in self._transports:
            self._transports[host] = Transport(self._settings, self._timing, server=host)
        return self._transports[host]

    def _pace(self, feed: Feed) -> Pace:
        """Return the clock that governs a feed: arXiv counts all its machines as one."""
        host = urlsplit(feed.url).hostname or ""
        at_arxiv = f".{host}".endswith(".arxiv.org")
        if at_arxiv or feed.source is not Source.BLOG:
            delay = max(self._settings.delay, MANDATED_DELAY) if at_arxiv else self._settings.delay
            return Pace(self._settings.state_dir / "next-request", delay, self._timing)
        folder = self._settings.state_dir.parent / "feeds"
        name = re.sub(r"[^a-z0-9.-]", "_", host)[:100]
        return Pace(folder / f"next-{name}", min(_BLOG_DELAY, self._settings.delay), self._timing)


def _checked(reply: Reply) -> Reply:
    if reply.body[:13].lower() == b"rate exceeded":
        raise RateLimitedError("it answered 'Rate exceeded.'")
    return reply


def _mark(reply: Reply, name: str) -> str:
    """Return a header that we send back one day; one that no header may hold counts as none."""
    mark = reply.headers.get(name, "")
    return mark if mark.isprintable() and mark.isascii() else ""


def _conditions(kept: Kept) -> dict[str, str]:
    marks = {"If-None-Match": kept.etag, "If-Modified-Since": kept.modified}
    return {name: mark for name, mark in marks.items() if mark}


def _freshness(reply: Reply) -> timedelta:
    """Return how long the answer holds by its own word (RFC 9111, section 5.2.2), a day at most."""
    found = _MAX_AGE.search(reply.headers.get("cache-control", ""))
    return min(timedelta(seconds=int(found[1])), _LONGEST_FRESH) if found else timedelta()


def _joined(url: str, target: str) -> str:
    """Return where a redirect leads, `""` if that is no place on the web."""
    if not target.strip():
        return ""
    try:
        return web_address(urljoin(url, target))
    except ValueError:
        return ""


def _same_place(old: str, new: str) -> bool:
    """Tell whether a redirect stays with the server that was written down; https never ends in http."""
    if not new:
        return False
    before, after = urlsplit(old), urlsplit(new)
    names = [(parts.hostname or "").removeprefix("www.") for parts in (before, after)]
    secured = before.scheme == "http" and after.scheme == "https"
    same_port = before.port == after.port or (
        secured and before.port in (None, 80) and after.port in (None, 443)
    )
    return names[0] == names[1] and same_port and (before.scheme == after.scheme or secured)
