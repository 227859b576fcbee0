"""A server on loopback with feeds: arXiv's announcements of a virtual day, blogs, and their faults.

Announcements have the form of recorded ones (tests/cases/watch/feeds). It counts what it is asked.
"""

from __future__ import annotations

import gzip
import hashlib
import time
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from servers.loopback import LoopbackServer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EASTERN = ZoneInfo("America/New_York")
SATURDAY = 5
RSS = "application/rss+xml"
PIECE = b" " * 65536
BLANK = " "  # that editors leave alone


@dataclass(frozen=True)
class Announced:
    """One line of a day's announcements."""

    id: str  # with version
    title: str
    authors: str = "Ada Example, Max Muster"
    kind: str = "new"
    categories: tuple[str, ...] = ("cs.CL",)
    abstract: str = "Made up."


@dataclass
class Reply:
    """An answer on its way out."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": RSS})
    stall: float = 0
    drip: float = 0
    cut: int | None = None
    endless: bool = False


@dataclass(frozen=True)
class Asked:
    """One request: its path and the conditions it came with."""

    path: str
    etag: str
    modified: str
    agent: str
    status: int


class FeedServer(LoopbackServer):
    """Serves `/rss/<category>` as of `day`, and whatever `pages` holds by path."""

    def __init__(self, day: date = date(2026, 4, 27)) -> None:
        self.day = day
        self.announced: dict[date, list[Announced]] = {}
        self.pages: dict[str, bytes | Reply] = {}
        self.faults: dict[str, list[Callable[[Reply], None]]] = {}
        self.log: list[Asked] = []
        http = _Http(("127.0.0.1", 0), _Handler)
        http.feeds = self
        super().__init__(http)

    @property
    def url(self) -> str:
        """Where it is."""
        return self.address

    def announce(self, day: date, *items: Announced) -> None:
        """Add lines to the announcements of a day."""
        self.announced.setdefault(day, []).extend(items)

    def go_wrong(
        self, path: str, kind: str, value: object = "", *, times: int | None = None
    ) -> None:
        """Let a path fail, from now on or as many `times`."""
        fault = FAULTS[kind](value)
        self.faults.setdefault(path, []).extend([fault] * (times or 10_000))

    def asked(self, path: str) -> list[Asked]:
        """Return the requests for a path."""
        return [one for one in self.log if one.path == path]

    def answer(self, path: str, etag: str) -> Reply:
        """Return the reply to a request for `path`, after the next fault planned for it."""
        reply = self._page(path)
        mark = f'"{hashlib.sha256(reply.body).hexdigest()[:16]}"'
        reply.headers.setdefault("ETag", mark)
        if reply.status == 200 and etag and etag == reply.headers["ETag"]:
            reply = Reply(b"", 304, dict(reply.headers))
        if self.faults.get(path):
            self.faults[path].pop(0)(reply)
        return reply

    def _page(self, path: str) -> Reply:
        if path.startswith("/rss/"):
            return Reply(render_day(path.removeprefix("/rss/"), self.day, self._of(path)))
        page = self.pages.get(path)
        if page is None:
            return Reply(b"no such page", 404, {"Content-Type": "text/plain"})
        return Reply(page) if isinstance(page, bytes) else replace(page, headers=dict(page.headers))

    def _of(self, path: str) -> list[Announced]:
        category = path.removeprefix("/rss/")
        every = self.announced.get(self.day, [])
        return [one for one in every if any(c.startswith(category) for c in one.categories)]


def render_day(category: str, day: date, items: Sequence[Announced]) -> bytes:
    """Return a day's announcements as arXiv has had them since 2024; none on a weekend."""
    items = [] if day.weekday() >= SATURDAY else items
    midnight = datetime(day.year, day.month, day.day, tzinfo=EASTERN)
    stamp = format_datetime(midnight)
    built = f"{midnight.astimezone(ZoneInfo('UTC')):%a, %d %b %Y %H:%M:%S} +0000"
    head = f"""<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:atom="http://www.w3.org/2005/Atom" \
xmlns:content="http://purl.org/rss/1.0/modules/content/" version="2.0">
  <channel>
    <title>{category} updates on arXiv.org</title>
    <link>http://rss.arxiv.org/rss/{category}</link>
    <description>{category} updates on the arXiv.org e-print archive.</description>
    <atom:link href="http://rss.arxiv.org/rss/{category}" rel="self" type="application/rss+xml"/>
    <docs>http://www.rssboard.org/rss-specification</docs>
    <language>en-us</language>
    <lastBuildDate>{built}</lastBuildDate>
    <managingEditor>rss-help@arxiv.org</managingEditor>
    <pubDate>{stamp}</pubDate>
    <skipDays>
      <day>Sunday</day>
      <day>Saturday</day>
    </skipDays>
"""
    body = "".join(_render(item, stamp) for item in items)
    return f"{head}{body}  </channel>\n</rss>\n".encode()


def _render(item: Announced, stamp: str) -> str:
    base = item.id.partition("v")[0]
    categories = "".join(f"      <category>{c}</category>\n" for c in item.categories)
    return f"""    <item>
      <title>{escape(item.title)}</title>
      <link>https://arxiv.org/abs/{base}</link>
      <description>arXiv:{item.id} Announce Type: {item.kind}{BLANK}
Abstract: {escape(item.abstract)}</description>
      <guid isPermaLink="false">oai:arXiv.org:{item.id}</guid>
{categories}      <pubDate>{stamp}</pubDate>
      <arxiv:announce_type>{item.kind}</arxiv:announce_type>
      <dc:rights>http://creativecommons.org/licenses/by/4.0/</dc:rights>
      <dc:creator>{escape(item.authors)}</dc:creator>
    </item>
"""


def render_blog(*posts: dict[str, str]) -> bytes:
    """Return a blog's RSS; a post has `title`, `link` and perhaps `date` and `text` (HTML)."""
    items = "".join(
        f"<item><title>{escape(p['title'])}</title><link>{escape(p['link'])}</link>"
        f"<guid>{escape(p.get('id', p['link']))}</guid>"
        + (f"<pubDate>{p['date']}</pubDate>" if "date" in p else "")
        + f"<description>{escape(p.get('text', ''))}</description></item>"
        for p in posts
    )
    return (
        "<?xml version='1.0' encoding='UTF-8'?><rss version='2.0'><channel><title>A blog</title>"
        f"<link>https://blog.example.org/</link><description>d</description>{items}</channel></rss>"
    ).encode()


def working_days(first: date, count: int) -> list[date]:
    """Return `count` days from `first` on, weekends included: what a fortnight is."""
    return [first + timedelta(days=number) for number in range(count)]


def _set(name: str, convert: Callable[[object], object]) -> Callable[[object], object]:
    def make(value: object) -> Callable[[Reply], None]:
        return lambda reply: setattr(reply, name, convert(value))

    return make


def _status(value: object) -> Callable[[Reply], None]:
    def change(reply: Reply) -> None:
        code, _, wait = str(value).partition(" ")
        reply.status, reply.body = int(code), b"<html>no</html>"
        reply.headers = {"Content-Type": "text/html"} | ({"Retry-After": wait} if wait else {})

    return change


def _moved(value: object) -> Callable[[Reply], None]:
    def change(reply: Reply) -> None:
        reply.status, reply.body, reply.headers = 301, b"", {"Location": str(value)}

    return change


def _moved_for_ever(value: object) -> Callable[[Reply], None]:
    def change(reply: Reply) -> None:
        reply.status, reply.headers = 301, {"Location": str(value)}
        reply.endless = True

    return change


def _body(make: Callable[[bytes, str], bytes]) -> Callable[[object], object]:
    def with_value(value: object) -> Callable[[Reply], None]:
        def change(reply: Reply) -> None:
            reply.body = make(reply.body, str(value))

        return change

    return with_value


def _bomb(body: bytes, _: str) -> bytes:
    lines = ['<!ENTITY a0 "lol">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    head, end, rest = body.partition(b"?>")
    return head + end + f"<!DOCTYPE rss [{''.join(lines)}]>".encode() + rest


def _header(name: str) -> Callable[[object], object]:
    def with_value(value: object) -> Callable[[Reply], None]:
        return lambda reply: reply.headers.update({name: str(value)})

    return with_value


def _compressed(_: object) -> Callable[[Reply], None]:
    def change(reply: Reply) -> None:
        reply.body = gzip.compress(reply.body)
        reply.headers["Content-Encoding"] = "gzip"

    return change


def _never_changed(_: object) -> Callable[[Reply], None]:
    def change(reply: Reply) -> None:
        reply.status, reply.body = 304, b""

    return change


FAULTS: dict[str, Callable[[object], object]] = {
    "status": _status,
    "moved": _moved,
    "moved-for-ever": _moved_for_ever,
    "stall": _set("stall", lambda value: float(str(value) or 3600)),
    "drip": _set("drip", lambda value: float(str(value) or 0.01)),
    "cut": _set("cut", lambda value: int(str(value))),
    "endless": _set("endless", lambda _: True),
    "never-changed": _never_changed,
    "compressed": _compressed,
    "etag": _header("ETag"),
    "cache": _header("Cache-Control"),
    "type": _header("Content-Type"),
    "bomb": _body(_bomb),
    "truncated": _body(lambda body, _: body[: len(body) * 2 // 3]),
    "html": _body(lambda _, __: b"<!DOCTYPE html><html><body>Sorry</body></html>"),
    "empty": _body(lambda _, __: b""),
    "plain": _body(lambda _, value: value.encode()),
    "latin-1": _body(lambda body, _: body.decode().encode("latin-1", "replace")),
    "utf-16": _body(lambda body, _: body.decode().replace("UTF-8", "UTF-16").encode("utf-16")),
    "control": _body(lambda body, _: body.replace(b"<title>", b"<title>\x1b[31m\x07", 2)),
}


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    feeds: FeedServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Http

    def do_GET(self) -> None:
        feeds = self.server.feeds
        etag = self.headers.get("If-None-Match", "")
        modified = self.headers.get("If-Modified-Since", "")
        reply = feeds.answer(self.path, etag)
        agent = self.headers.get("User-Agent", "")
        feeds.log.append(Asked(self.path, etag, modified, agent, reply.status))
        try:
            if reply.stall and feeds.stopping.wait(reply.stall):
                return
            self._send(reply)
        except ConnectionError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Keep quiet: `FeedServer.log` has it all."""

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if not reply.endless:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if reply.endless:
            self._send_for_ever()
        elif reply.drip:
            for at in range(len(reply.body)):
                self.wfile.write(reply.body[at : at + 1])
                if self.server.feeds.stopping.wait(reply.drip):
                    break
        else:
            self.wfile.write(reply.body[: reply.cut])
        odd = reply.cut is not None or reply.drip > 0 or reply.endless
        self.close_connection = self.close_connection or odd

    def _send_for_ever(self) -> None:
        """Send until the client has had enough, or a gigabyte, as fast as it takes it."""
        end = time.monotonic() + 60
        for _ in range(16_384):
            self.wfile.write(PIECE)
            if self.server.feeds.stopping.is_set() or time.monotonic() > end:
                break
