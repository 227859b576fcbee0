"""A base is read as the same whatever the cache holds, and however many processes read it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kb import parallel, site
from kb.cache import cache_of
from kb.lint import check_site
from kb.memo import Memo
from kb.notes.scan import scan_page
from kb.reading import Past, Reader
from kb.site import build_site, load_site
from kb.sources import load_sources

# A test before these may have left a thread that waits for nothing; what is done here asks for no lock.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
BROKEN = Path(__file__).parent / "cases" / "broken"


@pytest.fixture(autouse=True)
def forking(monkeypatch):
    monkeypatch.setattr(parallel, "_can_fork", lambda: True)


@pytest.fixture(params=["real", "broken"])
def root(request, copy_to, tmp_path):
    if request.param == "broken":
        return copy_to(BROKEN, tmp_path / "base")
    return request.getfixturevalue("real_copy")


@pytest.fixture
def read_in(monkeypatch):
    """Read a base from scratch in that many processes; return the site and its problems."""

    def read(root, processes):
        monkeypatch.setattr(parallel, "_cores", lambda: processes)
        for function in (site._read_page, site._parsed_store, scan_page):  # noqa: SLF001 - know the base from before
            function.cache_clear()
        memo = Memo()
        found = build_site(load_sources(root), memo)
        return found, check_site(found, memo)

    return read


@pytest.fixture
def parts(real_copy):
    """The parts of the cache of the real base, which was read once, as bytes by path."""
    Reader().read(real_copy)
    return parts_of(real_copy)


def parts_of(root):
    return {file: file.read_bytes() for file in (root / ".cache" / "kb").glob("parsed-*")}


def test_two_processes_read_what_one_reads(root, read_in):
    assert read_in(root, 2) == read_in(root, 1)


def test_a_process_that_dies_changes_nothing(root, read_in, monkeypatch):
    alone = read_in(root, 1)
    monkeypatch.setattr(
        parallel, "to_bytes", lambda _: os._exit(9)
    )  # only another process calls it
    assert read_in(root, 2) == alone


def test_an_edit_of_a_page_writes_a_few_parts_of_the_cache(real_copy, parts):
    note = real_copy / "docs" / "index.md"
    note.write_text(note.read_text() + "\nMore [@betley2025tell].\n")
    Reader().read(real_copy)
    now = parts_of(real_copy)
    changed = [file for file, content in now.items() if parts.get(file) != content]
    assert 1 <= len(changed) <= 2  # where the page was, and where it is


@pytest.mark.usefixtures("parts")
def test_what_is_not_asked_for_any_more_is_not_kept(real_copy):
    cache = cache_of(real_copy)
    before = {file.stem: list(cache.get(file.stem)) for file in parts_of(real_copy)}
    note = real_copy / "docs" / "index.md"
    text = note.read_text()
    for edited in (text + "\nMore.\n", text):
        note.write_text(edited)
        Reader().read(real_copy)
    after = {file.stem: list(cache.get(file.stem)) for file in parts_of(real_copy)}
    assert after == before


def test_a_part_that_is_damaged_or_gone_is_worked_out_again(real_copy, parts):
    whole = load_site(real_copy)
    for number, (file, content) in enumerate(sorted(parts.items())):
        if number % 3 == 0:
            file.unlink()
        elif number % 3 == 1:
            file.write_bytes(content[: len(content) // 2])
    past = Past(cache_of(real_copy))
    assert load_site(real_copy, past.memo) == whole
    past.keep()
    assert parts_of(real_copy).keys() == parts.keys()


@pytest.mark.parametrize("processes", [1, 2])
def test_what_is_asked_for_while_the_rest_is_written_is_kept_too(
    copy_to, tmp_path, monkeypatch, processes
):
    monkeypatch.setattr(parallel, "_cores", lambda: processes)
    root = copy_to(BROKEN, tmp_path / "base")
    past = Past(cache_of(root))
    read = load_site(root, past.memo)
    with past.kept_beside():
        problems = check_site(read, past.memo)
    again = Past(cache_of(root))
    assert check_site(load_site(root, again.memo), again.memo) == problems
    assert again.memo.is_as_known()


def test_checks_that_run_at_once_say_what_one_says(copy_to, tmp_path):
    root = copy_to(BROKEN, tmp_path / "base")
    command = [sys.executable, "-m", "kb", "check"]
    started = [
        subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    said = {(*process.communicate(timeout=120), process.returncode) for process in started}
    again = subprocess.run(command, cwd=root, capture_output=True, check=False)
    assert said == {(again.stdout, again.stderr, again.returncode)}
    problems = check_site(load_site(root))
    assert again.stdout.decode().splitlines() == [str(problem) for problem in problems]
