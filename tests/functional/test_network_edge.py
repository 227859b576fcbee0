"""Nothing that arXiv sends is trusted: every fault the server knows, against the real command as a process."""

from __future__ import annotations

import shutil
import subprocess
import time
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from commands import CHANGED, UNCHECKED, USAGE, Base

from servers.arxiv import RECORDS, ArxivServer
from servers.arxiv_faults import KINDS
from servers.arxiv_papers import load_papers, parse_time, synthetic_papers

PAPERS = {
    "2501.99901": "example2025thinking",
    "2501.11120": "betley2025tell",
    "1706.03762": "vaswani2017attention",
}
# What a sync says of a fault that does not end, or "" where it goes on with what can be trusted.
ALWAYS = {
    "absent": "KB601 eprint must be a paper that arXiv knows: '2501.99901'",
    "bad-date": "the date 'published' cannot be read: 'yesterday'",
    "compressed": "the answer is compressed ('gzip'), which was not asked",
    "content-type": "arXiv answered with 'no content type', not a feed",
    "contradiction": "sent 2 times, each time otherwise",
    "control-character": "the answer holds the control character",
    "control-reference": "the answer is broken or cut off",
    "cut": "the connection was cut after",
    "drip": "the answer was not complete after",
    "duplicate": "",
    "empty-body": "arXiv answered with nothing",
    "empty-page": "arXiv sent 0 of 1 entries",
    "entity-bomb": "the answer declares a document type or entities",
    "error-200": "arXiv refused: incorrect id format for abc",
    "error-400": "arXiv refused: incorrect id format for abc",
    "extra-entries": "",
    "future-date": "lies in the future: '2999-01-01T00:00:00Z'",
    "ghost": "KB601 eprint must be a paper that arXiv knows",
    "hidden-marks": "",
    "html-200": "arXiv answered with an HTML page instead of a feed",
    "huge-body": "the answer is larger than 20,000,000 bytes",
    "markup-in-title": "",
    "moved": "the API has moved to 'https://example.org/api' (set its address)",
    "no-author": "the entry has no author",
    "no-category": "the entry has no primary category",
    "no-title": "the entry has no title",
    "no-total": "the answer does not say how many entries there are",
    "no-version": "the entry does not say which version it is",
    "not-utf8": "the answer is not UTF-8 at byte",
    "other-xml": "the answer is no Atom feed but 'rss'",
    "rate-limit": "arXiv answered HTTP 429, rate exceeded",
    "rate-limit-200": "arXiv answered 'Rate exceeded.'",
    "short-page": "arXiv sent 0 of 1 entries",
    "stall": "arXiv did not answer within 1 s",
    "status": "arXiv answered HTTP 503",
    "truncated-xml": "the answer is broken or cut off",
    "unknown-entity": "the answer is broken or cut off",
    "utf16": "the answer is not UTF-8 at byte",
    "wrapped-title": "",
    "wrong-total": "",
    "wrong-version": "",
}  # fmt: skip
# Another title or version that looks sound is believed; what of it is shown is told below.
BELIEVED = {
    "hidden-marks": "title = {A title turned},",
    "markup-in-title": "title = {Markup in Attention Is All You Need},",
    "wrapped-title": "title = {A title on two lines},",
    "wrong-version": "version = {9},",
}
VALUES = {"absent": "2501.99901", "status": "503", "wrong-total": "1"}
SLOW = {"stall", "drip"}  # each try of five takes its time-out


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A base as of February 2025 and, in files beside it, as it is after a sync in July."""
    root = tmp_path_factory.mktemp("edge")
    with ArxivServer(load_papers(RECORDS), now=parse_time("2025-02-01")) as server:
        base = Base(root / "base", server)
        base.kb("add", *PAPERS, code=CHANGED)
        shutil.copytree(root / "base" / "refs", root / "old")
        server.now = parse_time("2025-07-01")
        base.sync(code=CHANGED)
        shutil.copytree(root / "base" / "refs", root / "new")
    return root


@pytest.fixture
def base(prepared, tmp_path, server):
    """The base as of February, asked in July."""
    server.now = parse_time("2025-07-01")
    base = Base(tmp_path / "base", server, more="timeout: 1\n")
    for name in ("unsorted.bib", "arxiv.lock.json"):
        shutil.copy(prepared / "old" / name, base.file(name))
    return base


def entries(text):
    """Return the text of each entry by its key."""
    return {entry.partition(",")[0]: entry for entry in text.split("@misc{")[1:]}


def read(prepared, name):
    return entries((prepared / name / "unsorted.bib").read_text())


def test_every_fault_of_the_server_is_tried():
    assert ALWAYS.keys() == KINDS


@pytest.mark.parametrize("kind", sorted(KINDS - BELIEVED.keys() - {"moved"}))
def test_a_passing_fault_is_waited_out_and_the_end_is_the_same(base, prepared, kind):
    base.server.go_wrong(kind, VALUES.get(kind, ""))
    base.sync("-q", code=CHANGED)
    assert base.server.plan == []
    for name in ("unsorted.bib", "arxiv.lock.json"):
        assert base.file(name).read_bytes() == (prepared / "new" / name).read_bytes()


@pytest.mark.parametrize("kind", sorted(KINDS - SLOW))
def test_a_lasting_fault_is_told_and_no_paper_is_taken_for_unchanged(base, prepared, kind):
    base.server.go_wrong(kind, VALUES.get(kind, ""), times=0)
    done = base.run("sync", "--refresh", "-q")
    assert done.returncode == (UNCHECKED if ALWAYS[kind] else CHANGED), done.stderr
    assert ALWAYS[kind] in done.stderr
    assert "Traceback" not in done.stderr
    assert len(base.server.log) <= 10
    old, new = read(prepared, "old"), read(prepared, "new")
    now = entries(base.file().read_text())
    assert now.keys() == old.keys()
    for paper, key in PAPERS.items():
        if f"'{paper}'" in done.stderr:  # named as not checked
            assert now[key] == old[key]
        elif now[key] != new[key]:
            assert BELIEVED[kind] in now[key]


@pytest.mark.parametrize(
    "kind",
    ["error-200", "html-200", "truncated-xml", "empty-page", "ghost", "no-title", "contradiction"],
)
def test_a_fault_adds_no_paper_that_was_not_read_whole(base, kind):
    before = base.state()
    base.server.go_wrong(kind, VALUES.get(kind, ""), times=0)
    done = base.run("add", "2501.99903", "-q")
    assert done.returncode == UNCHECKED
    assert "not added: 2501.99903: " in done.stderr
    assert "Traceback" not in done.stderr
    assert base.state() == before


def test_a_version_believed_by_mistake_is_taken_back_on_demand(base):
    base.server.go_wrong("wrong-version")
    base.sync(code=CHANGED)
    wrong = next(
        key for key, text in entries(base.file().read_text()).items() if "version = {9}" in text
    )
    done = base.run("sync", "--refresh", "-q")
    assert done.returncode == UNCHECKED
    assert "and v9 is known already" in done.stderr
    base.sync("--take", "theirs", f"{wrong}.version", code=CHANGED)
    assert "version = {9}" not in base.file().read_text()
    base.sync()


def test_each_paper_that_could_not_be_checked_is_named_on_a_line_of_its_own(base):
    base.server.go_wrong("status", "503", times=0)
    done = base.run("sync", "--refresh", "-q")
    lines = [line for line in done.stderr.splitlines() if "KB602" in line]
    assert len(lines) == 3
    assert all(any(f"'{paper}'" in line for line in lines) for paper in PAPERS)


def test_an_interrupted_sync_of_a_thousand_goes_on_where_it_stopped(tmp_path):
    papers = synthetic_papers(1000)
    with ArxivServer(papers) as server:
        base = Base(tmp_path / "base", server)
        fields = "title = {{T}},\n  author = {{A, B}},\n  eprint = {{{0}}}"
        text = "".join(
            f"@misc{{p{n},\n  {fields.format(id_)}\n}}\n" for n, id_ in enumerate(papers)
        )
        base.file().write_text(text)
        server.go_wrong("wrong-total", "100", times=4).go_wrong("stall", "60")
        run = subprocess.Popen(base.command("sync", "-q"), env=base.environment)
        while len(server.log) < 5:
            time.sleep(0.02)
        run.kill()
        run.wait()
        asked = {paper for request in server.log[:4] for paper in request.ids}
        assert len(asked) == 400
        assert base.file().read_text() == text
        server.log.clear()
        base.kb("sync", "-q")
        again = [paper for request in server.log for paper in request.ids]
        assert len(server.log) == 6
        assert sorted(again) == sorted(papers.keys() - asked)
        server.log.clear()
        base.kb("sync", "-q")
        base.kb("sync", "-q", "--offline")
        assert server.log == []
        base.kb("sync", "-q", "--refresh")
        assert len(server.log) == 10


def test_offline_what_was_never_asked_is_named_and_nothing_is_sent(base):
    done = base.run("sync", "--offline", "-q")
    assert done.returncode == UNCHECKED
    assert done.stderr.count("not in the cache, and no connection is allowed") == 3
    assert base.server.log == []


def test_processes_keep_their_distance_also_from_one_that_was_killed(tmp_path, server):
    server.gap = 1
    base = Base(tmp_path / "base", server)
    (base.root / "refs" / "arxiv.yml").write_text(f"api: {server.url}\ndelay: 1\n")
    together = [
        subprocess.Popen(base.command("add", paper, "-q", "-n", "--root", root), env=base.environment,
                         stdout=subprocess.DEVNULL)
        for paper, root in zip(PAPERS, _roots(base, tmp_path), strict=True)
    ]  # fmt: skip
    assert [run.wait() for run in together] == [CHANGED] * 3
    assert server.rude == []
    server.go_wrong("stall", "60")
    run = subprocess.Popen(base.command("add", "2501.99903", "-q", "-n"), env=base.environment)
    while len(server.log) < 4:
        time.sleep(0.02)
    run.kill()
    run.wait()
    base.kb("add", "2501.99903", "-q", "-n", code=CHANGED)
    times = [request.at for request in server.log]
    # A client keeps the distance; on the way to the server a request may lose some of it.
    assert min(later - sooner for sooner, later in pairwise(times)) > 0.9


def _roots(base, tmp_path):
    """Yield three bases: runs on one would exclude each other."""
    for name in "abc":
        shutil.copytree(base.root, tmp_path / name)
        yield str(tmp_path / name)


def test_retry_after_is_honored_and_the_next_run_knows_of_it(tmp_path, server):
    base = Base(tmp_path / "base", server)
    server.go_wrong("rate-limit", "2")
    began = time.monotonic()
    run = subprocess.Popen(base.command("add", "2501.99901", "-q", "-n"), env=base.environment)
    while not _is_held(base.root / "state" / "arxiv" / "next-request"):
        assert run.poll() is None
        time.sleep(0.02)
    run.kill()
    run.wait()
    base.kb("add", "2501.99901", "-q", "-n", code=CHANGED)
    assert time.monotonic() - began >= 2


def _is_held(file):
    """Tell whether the command has read that nobody may ask for a while; its own delay is 0 here."""
    known = file.read_text() if file.exists() else ""
    return bool(known) and datetime.fromisoformat(known.strip()) > datetime.now(UTC)


def test_a_request_says_who_asks(tmp_path, server):
    base = Base(tmp_path / "base", server)
    config = base.root / "refs" / "arxiv.yml"
    config.write_text("contact: notes@example.org\n" + config.read_text())
    base.kb("add", "2501.99901", "-q", code=CHANGED)
    assert [request.agent for request in server.log] == ["latent-notes (notes@example.org)"]


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("api: ftp://example.org\n", "the API's address must be http(s) without query"),
        ("api: https://export.arxiv.org/api/query\ndelay: 1\n", "must be at least 3 s"),
        ("timeout: 0\n", "delay must not be negative and timeout at least 1"),
        ("delay: soon\n", "KB303"),
        ("mirror: x\n", "KB302"),
        ("contact: m\u00fcller@example.org\n", "the contact must be plain ASCII"),
        (b"contact: \xff\n", "refs/arxiv.yml"),
        ("- a\n", "refs/arxiv.yml"),
    ],
)
def test_a_wrong_configuration_is_wrong_usage(base, config, said):
    path = base.root / "refs" / "arxiv.yml"
    path.write_bytes(config if isinstance(config, bytes) else config.encode())
    done = base.run("sync")
    assert done.returncode == USAGE
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert base.server.log == []
