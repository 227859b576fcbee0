"""A year of a base: papers appear, are replaced, published and withdrawn, while somebody writes in the store."""

from __future__ import annotations

import random

import pytest
from commands import CHANGED, CONFLICTS, NOTHING, UNCHECKED, Base
from test_network_edge import BELIEVED, SLOW, VALUES
from test_references import LEMMA, TYPED

from servers.arxiv_faults import KINDS
from servers.arxiv_papers import parse_time

FAULTS = sorted(KINDS - SLOW - BELIEVED.keys())
# What the writer does after the sync of a month: words of a file, and what they become.
WRITER = {
    2: [("typed", "{Thinking} About Thinking", "{Thinking} About {Thinking}")],
    3: [("typed", "12 pages, 3 figures", "the lemma looks doubtful")],
    4: [("typed", "% Typed by hand;", "% Typed by hand, and read in April;")],
    5: [("added", "Tell me about yourself: LLMs", "Tell me about yourself: {LLMs}")],
    6: [("typed", "  primaryclass = {cs.CL},\n  version = {7},\n", "  version = {7},\n")],
    7: [("typed", "me # { said so}", "me # { said it again}")],
    8: [("typed", "Vaswani, Ashish and Shazeer, Noam", "Vaswani, A. and Shazeer, N.")],
}
MOVED = 9  # the month in which an entry goes to another file


def live_through(base, faults):
    """Sync every month of a year while a writer types; return the files at the end."""
    base.server.now = parse_time("2025-02-01")
    base.kb("add", "1706.03762", LEMMA, "--to", "typed", code=CHANGED)
    added = base.file("typed.bib").read_bytes()
    base.file("typed.bib").write_bytes(TYPED.replace(b"{T}hinking", b"Thinking") + added)
    chance = random.Random(faults)  # noqa: S311 - the same each time is what we want
    for month in range(2, 13):
        base.server.now = parse_time(f"2025-{month:02d}-28")
        # What was typed by hand is compared with what arXiv says at the first sync, which goes well;
        # the last one catches up with what failed.
        for kind in chance.sample(FAULTS, 2) if faults is not None and 2 < month < 12 else ():
            base.server.go_wrong(kind, VALUES.get(kind, ""), times=chance.choice([1, 1, 2, 0]))
        done = base.run("sync", "--refresh", "-q")
        assert done.returncode in (NOTHING, CHANGED, CONFLICTS, UNCHECKED), done.stderr
        base.server.plan.clear()
        if month == 4:
            base.kb("add", "2501.11120", "--to", "added", "-q", code=CHANGED)
        for name, old, new in WRITER.get(month, []):
            base.edit(old, new, f"{name}.bib")
        if month == MOVED:
            move_first_entry(base.file("added.bib"), base.file("typed.bib"))
    return base.state()


def move_first_entry(source, target):
    entry, end, rest = source.read_text().partition("\n}\n")
    source.write_text(rest)
    target.write_text(f"{target.read_text()}\n{entry}{end}")


@pytest.fixture(scope="module")
def quiet_year(tmp_path_factory, module_server):
    return live_through(Base(tmp_path_factory.mktemp("quiet") / "base", module_server), None)


def test_nothing_the_writer_typed_is_lost_and_all_that_arxiv_said_is_there(quiet_year):
    text = quiet_year["refs/typed.bib"].decode()
    for typed in (
        "% Typed by hand, and read in April; every byte of it is ours.",
        '@string{me = "Somebody"}',
        "   % the quotes stay",
        "note      = me # { said it again},",
        "comment = {the lemma looks doubtful},",
        "Vaswani, A. and Shazeer, N. and Parmar",
        "Tell me about yourself: {LLMs} are aware",
    ):
        assert typed in text
    for said in (
        "Title     = {{Thinking} Twice About {Thinking}},",
        "10.5555/example.2025.7",
        "J. Examples 7 (2025) 1-8",
    ):
        assert said in text
    lock = quiet_year["refs/arxiv.lock.json"].decode()
    assert '"withdrawn": true' in lock
    assert '"before": "Thinking About Thinking"' in lock


@pytest.mark.parametrize("faults", range(3))
def test_the_year_ends_the_same_whatever_goes_wrong(tmp_path, module_server, quiet_year, faults):
    assert live_through(Base(tmp_path / "base", module_server), faults) == quiet_year
