"""What is kept between runs is what was put there, or nothing."""

from __future__ import annotations

import datetime
import os
import pickle
import subprocess
from types import MappingProxyType

import pytest

from kb import cache as caches
from kb.bib.names import parse_names
from kb.cache import Cache
from kb.ids import CiteKey
from kb.memo import Memo, digest_of_job
from kb.problems import Problem
from kb.reading import Reader
from kb.site import build_site
from kb.sources import digest_of, load_sources

VALUE = {
    ("f", b"bytes"): (Problem("a.md", 1, "KB000", "must hold"), CiteKey("doe2020first")),
    "read": MappingProxyType({"doe2020first": 1}),
    "day": datetime.date(2026, 11, 21),
    "names": parse_names("Doe, Jane and Roe, Richard"),
}


@pytest.fixture
def cache(tmp_path):
    """A cache that holds a value under `x` and the key `k`."""
    cache = Cache(tmp_path / "cache")
    cache.put("x", VALUE, "k")
    return cache


@pytest.fixture
def file(cache, tmp_path):
    """The only file that it keeps."""
    (file,) = (tmp_path / "cache").iterdir()
    return file


def test_what_was_put_there_is_got_again_by_another(cache, tmp_path):
    assert Cache(tmp_path / "cache").get("x", "k") == VALUE


def test_another_key_and_another_name_get_nothing(cache):
    assert cache.get("x", "K") is None
    assert cache.get("y", "k") is None


@pytest.mark.parametrize("damage", [b"", b"short", None])
def test_a_damaged_file_counts_as_none(cache, file, damage):
    whole = file.read_bytes()
    for place in (0, 63, 64, len(whole) // 2, len(whole) - 1) if damage is None else (0,):
        flipped = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        file.write_bytes(flipped if damage is None else damage)
        assert cache.get("x", "k") is None
    file.write_bytes(whole[:-1])
    assert cache.get("x", "k") is None


def test_a_file_of_other_code_counts_as_none(cache, tmp_path, monkeypatch):
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "other.py").write_text("x = 1")
    monkeypatch.setattr(caches, "_PACKAGE", tmp_path / "package")
    assert Cache(tmp_path / "cache").get("x", "k") is None


class Code:
    """Runs a program when it is read."""

    def __init__(self, call, *args):
        self.call, self.args = call, args

    def __reduce__(self):
        return self.call, self.args


@pytest.mark.parametrize(
    "code", [Code(os.mkdir, "made"), Code(subprocess.Popen, ["mkdir", "made"]), Code(eval, "1")]
)
def test_no_code_runs_that_a_file_names_even_under_the_right_digest(
    cache, file, tmp_path, monkeypatch, code
):
    monkeypatch.chdir(tmp_path)
    content = pickle.dumps(code, protocol=5)
    file.write_bytes(cache._digest("k", content) + content)  # noqa: SLF001 - as if forged
    assert cache.get("x", "k") is None
    assert not (tmp_path / "made").exists()


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path):
    (tmp_path / "file").write_text("no folder")
    cache = Cache(tmp_path / "file" / "cache")
    cache.put("x", 1)
    assert cache.get("x") is None


def test_a_memo_asks_once_and_keeps_only_what_was_asked_for():
    asked = []

    def double(text):
        asked.append(text)
        return text * 2

    known = {digest_of_job(double, (text,)): told for text, told in [("a", "known"), ("b", "gone")]}
    memo = Memo(known)
    assert [memo(double, "a"), memo(double, "c"), memo(double, "c")] == ["known", "cc", "cc"]
    assert asked == ["c"]
    assert list(memo.used.values()) == ["known", "cc"]
    assert not memo.is_as_known()
    assert Memo(memo.used).is_as_known() is False


def test_a_memo_gives_the_results_of_many_in_the_order_in_which_they_were_asked_for():
    memo = Memo({digest_of_job(len, ("ab",)): 2})
    assert memo.all([(len, ("abc",)), (len, ("ab",)), (len, ("abc",))]) == [3, 2, 3]
    assert list(memo.used.values()) == [3, 2]


def test_calls_that_differ_in_anything_have_different_digests():
    calls = [(), ("",), (b"",), ("a",), (b"a",), ("a", ""), ("", "a"), (("a", ""),), (("a",), "")]
    calls += [(1,), ("1",), (True,), (None,), ("None",), ("a' 'b",), ("a", "b"), ("\ud800",)]
    digests = {digest_of_job(function, args) for args in calls for function in (len, repr)}
    assert len(digests) == 2 * len(calls)


def test_what_has_no_digest_is_refused():
    with pytest.raises(TypeError, match="no digest of a list"):
        Memo()(len, [1])


def test_a_base_read_with_the_cache_of_another_run_is_the_same_site(real_copy):
    fresh = build_site(load_sources(real_copy))
    first, second = Reader(), Reader()
    assert first.read(real_copy) == second.read(real_copy) == first.read(real_copy) == fresh
    assert list((real_copy / ".cache" / "kb").glob("parsed-*"))
    note = real_copy / "docs" / "index.md"
    note.write_text(note.read_text() + "\nMore [@betley2025tell].\n")
    edited = build_site(load_sources(real_copy))
    assert edited != fresh
    assert first.read(real_copy) == Reader().read(real_copy) == edited


def test_the_digest_of_sources_follows_every_byte_and_every_path(real_copy):
    digests = {digest_of(load_sources(real_copy))}
    changes = (
        lambda: (real_copy / "docs" / "new.png").write_text(""),
        lambda: (real_copy / "docs" / "new.png").rename(real_copy / "docs" / "newer.png"),
        lambda: (real_copy / "docs" / "new.md").write_text(""),
        lambda: (real_copy / "docs" / "new.md").write_text(" "),
        (real_copy / "refs" / "arxiv.lock.json").unlink,
        lambda: (real_copy / "refs" / "new.bib").write_text("\n"),
    )
    for number, change in enumerate(changes, start=2):
        change()
        digests.add(digest_of(load_sources(real_copy)))
        assert len(digests) == number
