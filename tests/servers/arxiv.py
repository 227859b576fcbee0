"""A server on loopback that behaves like the arXiv API, its faults included, and watches manners.

As a process: `python -m servers.arxiv --help` with `tests/` on the path; prints its address, then
serves. `POST /control` with JSON sets the day and plans faults; `GET /control` tells what happened.
"""

from __future__ import annotations

import argparse
import json
import re
import select
import socket
import sys
import threading
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from servers.arxiv_faults import BODY_FAULTS, ENTRY_FAULTS, KINDS, Fault, Reply
from servers.arxiv_feed import Asked, render_error, render_feed
from servers.arxiv_papers import (
    Entry,
    Paper,
    in_server_order,
    load_papers,
    parse_time,
    search,
    synthetic_papers,
)
from servers.loopback import LoopbackServer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

RECORDS = Path(__file__).parents[1] / "cases" / "arxiv" / "records.jsonl"
# The API searches for this in what it is given, so an address passes and then matches nothing.
_LOOKS_LIKE_ID = re.compile(r"\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7}")
_VERSIONED = re.compile(r"(?P<base>.+?)(?:v(?P<version>[1-9]\d*))?$")
_SORTS = ("relevance", "lastUpdatedDate", "submittedDate")
_ORDERS = ("ascending", "descending")
_DEEPEST = 10_000


@dataclass(frozen=True)
class Request:
    """One request to the API: when it came, what it asked, what it got."""

    at: float
    ids: tuple[str, ...]
    size: int
    agent: str
    fault: str
    status: int
    sent: int


class ApiError(Exception):
    """What the API answers with an entry called Error."""


class ArxivServer(LoopbackServer):
    """The API over `papers`, as on the day `now`. Requests closer than `gap` seconds are rude."""

    def __init__(
        self,
        papers: Mapping[str, Paper],
        *,
        now: datetime | None = None,
        gap: float = 0.0,
        timer: Callable[[], float] = time.monotonic,
        port: int = 0,
    ) -> None:
        self.papers = dict(papers)
        self.now = now or datetime(2026, 8, 1, tzinfo=UTC)
        self.gap = gap
        self.log: list[Request] = []
        self.rude: list[str] = []
        self.worked = 0.0  # seconds spent on answers
        self.plan: list[Fault] = []
        self._timer = timer
        self._lock = threading.Lock()
        self._busy = 0
        self._last_end: float | None = None
        http = _Http(("127.0.0.1", port), _Handler)
        http.arxiv = self
        super().__init__(http)

    @property
    def url(self) -> str:
        """The address of the API."""
        return f"{self.address}/api/query"

    def go_wrong(
        self, kind: str, value: object = "", *, times: int = 1, paper: str = ""
    ) -> ArxivServer:
        """Plan a fault behind those planned already; `times` 0 means from then on."""
        if kind not in KINDS:
            raise ValueError(f"a fault is one of {', '.join(sorted(KINDS))}: {kind!r}")
        self.plan.append(Fault(kind, str(value), times, paper))
        return self

    def asked(self) -> list[tuple[str, ...]]:
        """Return the ids of each request, in order."""
        return [request.ids for request in self.log]

    def begin(self) -> float:
        """Note that a request came, and whether it was polite."""
        with self._lock:
            at = self._timer()
            self._busy += 1
            if self._busy > 1:
                self.rude.append("two requests at the same time")
            if self._last_end is not None and at - self._last_end < self.gap - 0.001:
                self.rude.append(f"only {at - self._last_end:.2f} s after the last request")
            return at

    def end(self, began: float) -> None:
        """Note that the request that `began` then is over."""
        with self._lock:
            self._busy -= 1
            self._last_end = self._timer()
            self.worked += self._last_end - began

    def answer(self, params: Mapping[str, str], agent: str, at: float) -> Reply:
        """Return the reply to a request, after the next fault of the plan that fits it."""
        ids = tuple(filter(None, params.get("id_list", "").split(",")))
        fault = self._next_fault(ids)
        reply = Reply(now=f"{self.now:%Y-%m-%dT%H:%M:%SZ}")
        try:
            self._select(params, ids, reply, fault)
        except ApiError as error:
            reply.status, reply.body = 400, render_error(str(error), reply.now).encode()
        if fault is not None and fault.kind in BODY_FAULTS:
            BODY_FAULTS[fault.kind](reply, fault.value)
        kind = fault.kind if fault is not None else ""
        size = int(params["max_results"]) if params.get("max_results", "").isdigit() else 10
        self.log.append(Request(at, ids, size, agent, kind, reply.status, len(reply.body)))
        return reply

    def _next_fault(self, ids: tuple[str, ...]) -> Fault | None:
        for fault in self.plan:
            if fault.paper and fault.paper not in ids:
                continue
            if fault.times == 1:
                self.plan.remove(fault)
            fault.times -= fault.times > 0
            return fault
        return None

    def _select(
        self, params: Mapping[str, str], ids: tuple[str, ...], reply: Reply, fault: Fault | None
    ) -> None:
        start, size = _number(params, "start", 0), _number(params, "max_results", 10)
        by = _choice(params, "sortBy", _SORTS, "relevance")
        order = _choice(params, "sortOrder", _ORDERS, "descending")
        query = params.get("search_query", "")
        if not query and not ids:
            raise ApiError("either search_query or id_list must be given")
        if size and 1 + round(start / size) > max(_DEEPEST // size, 1):
            raise ApiError(f"nothing is served beyond {_DEEPEST} results")
        found = self._by_ids(ids) if ids else self._everything()
        if query:
            found = search(found, query)
        found = in_server_order(found, by, order)
        reply.entries, reply.total = found[start : start + size], len(found)
        if fault is not None and fault.kind in ENTRY_FAULTS:
            ENTRY_FAULTS[fault.kind](reply, fault.value)
        asked = Asked(query, ",".join(ids), start, size)
        reply.body = render_feed(reply.entries, asked, reply.total, reply.now).encode()

    def _by_ids(self, ids: tuple[str, ...]) -> list[Entry]:
        """Return what is known of `ids`; a paper that is asked for twice in one version, once."""
        found: dict[str, Entry] = {}
        for each in ids:
            if not _LOOKS_LIKE_ID.search(each):
                raise ApiError(f"incorrect id format for {each}")
            parts = _VERSIONED.fullmatch(each)
            paper = self.papers.get(parts["base"]) if parts else None
            if paper is None or parts is None:
                continue
            version = int(parts["version"]) if parts["version"] else paper.newest(self.now)
            entry = paper.entry(version, self.now) if version is not None else None
            if entry is not None:
                found[entry.id] = entry
        return list(found.values())

    def _everything(self) -> list[Entry]:
        newest = [(paper, paper.newest(self.now)) for paper in self.papers.values()]
        entries = [paper.entry(version, self.now) for paper, version in newest if version]
        return [entry for entry in entries if entry is not None]

    def control(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out what a test in another process wants, and return the state."""
        if "now" in order:
            self.now = parse_time(order["now"])
        if "gap" in order:
            self.gap = float(order["gap"])
        if order.get("forget"):
            self.log, self.rude, self.plan = [], [], []
        for fault in order.get("faults", ()):
            self.go_wrong(
                fault["kind"],
                fault.get("value", ""),
                times=fault.get("times", 1),
                paper=fault.get("paper", ""),
            )
        return {
            "now": self.now.isoformat(),
            "requests": [asdict(request) for request in self.log],
            "rude": self.rude,
            "planned": [asdict(fault) for fault in self.plan],
        }


def _number(params: Mapping[str, str], name: str, default: int) -> int:
    text = params.get(name) or str(default)
    if not re.fullmatch(r"[+-]?\d+", text):
        raise ApiError(f"{name} must be an integer")
    if int(text) < 0:
        raise ApiError(f"{name} must be non-negative")
    return int(text)


def _choice(params: Mapping[str, str], name: str, among: tuple[str, ...], default: str) -> str:
    text = params.get(name) or default
    if text not in among:
        raise ApiError(f"{name} must be in: {', '.join(among)}")
    return text


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    arxiv: ArxivServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say what went wrong, unless the client went away: some are killed on purpose."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else a body waits 40 ms for the headers to be acknowledged
    server: _Http

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path == "/control":
            self._tell(self.server.arxiv.control({}))
        elif address.path == "/api/query":
            self._query(address.query)
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        body = self.rfile.read(length).decode()
        if urlsplit(self.path).path != "/control":
            self._query(body)
            return
        try:
            self._tell(self.server.arxiv.control(json.loads(body)))
        except (ValueError, KeyError) as error:
            self.send_error(400, str(error))

    def log_message(self, *_: object) -> None:
        """Keep quiet: `ArxivServer.log` has it all."""

    def _tell(self, state: dict[str, Any]) -> None:
        body = json.dumps(state).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _query(self, query: str) -> None:
        arxiv = self.server.arxiv
        params = {name: values[-1] for name, values in parse_qs(query).items()}
        at = arxiv.begin()
        try:
            reply = arxiv.answer(params, self.headers.get("User-Agent", ""), at)
            went_away = reply.stall and not self._stall(reply.stall)
        finally:
            # Before the last byte goes out: with it the client may be back at once.
            arxiv.end(at)
        if went_away:
            self.close_connection = True
            return
        try:
            self._send(reply)
        except ConnectionError:
            self.close_connection = True

    def _stall(self, seconds: float) -> bool:
        """Wait, and tell whether the client did: its request is over when it goes away."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.server.arxiv.stopping.is_set():
            readable, _, _ = select.select([self.connection], [], [], 0.01)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                return False
        return not self.server.arxiv.stopping.is_set()

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if reply.drip:
            for at in range(len(reply.body)):
                self.wfile.write(reply.body[at : at + 1])
                if self.server.arxiv.stopping.wait(reply.drip):
                    break
        else:
            self.wfile.write(reply.body[: reply.cut])
        # After a fault on the wire nobody knows where the next answer would begin.
        self.close_connection = self.close_connection or reply.cut is not None or reply.drip > 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Serve made-up and real facts as arXiv would.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--now", type=parse_time, help="the day it is, as 2025-01-31")
    parser.add_argument("--gap", type=float, default=0.0, help="seconds due between requests")
    parser.add_argument("--records", type=Path, default=RECORDS)
    parser.add_argument("--synthetic", type=int, default=0, help="as many papers without facts")
    return parser.parse_args()


def main() -> None:
    """Serve until the process is ended. The first line of output is the address."""
    options = _options()
    papers = load_papers(options.records) | synthetic_papers(options.synthetic)
    with ArxivServer(papers, now=options.now, gap=options.gap, port=options.port) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main()
