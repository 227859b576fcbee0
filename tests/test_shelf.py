"""A shelf gives back what was put there, or nothing."""

from __future__ import annotations

import pytest

from kb.shelf import Shelf


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "shelf")


@pytest.fixture
def page(tmp_path):
    page = tmp_path / "page.html"
    page.write_bytes(b"<p>\xc3\xa9</p>")
    return page


def test_what_was_put_there_is_written_where_it_is_asked_for(shelf, page, tmp_path):
    digest = shelf.put("a/index.html", str(page))
    asked = tmp_path / "site" / "a" / "index.html"
    assert shelf.fetch("a/index.html", digest, str(asked))
    assert asked.read_bytes() == page.read_bytes()


@pytest.mark.parametrize("spoiled", [b"", b"<p>", b"<p>\xc3\xa9</p>\n"])
def test_what_somebody_changed_is_not_there(shelf, page, tmp_path, spoiled):
    digest = shelf.put("a/index.html", str(page))
    (tmp_path / "shelf" / "a" / "index.html").write_bytes(spoiled)
    assert not shelf.fetch("a/index.html", digest, str(tmp_path / "other"))
    assert not (tmp_path / "other").exists()


def test_nothing_is_on_a_shelf_that_was_removed(shelf, tmp_path):
    assert not shelf.fetch("a/index.html", "0" * 32, str(tmp_path / "other"))


def test_without_room_a_page_is_not_kept_and_nothing_fails(page, tmp_path):
    (tmp_path / "file").write_text("no folder")
    shelf = Shelf(tmp_path / "file" / "shelf")
    digest = shelf.put("a/index.html", str(page))
    assert not shelf.fetch("a/index.html", digest, str(tmp_path / "other"))
    shelf.keep_only(set())


def test_only_what_is_kept_stays_with_no_empty_folder(shelf, page, tmp_path):
    for name in ("a/index.html", "b/index.html", "index.html"):
        shelf.put(name, str(page))
    shelf.keep_only({"a/index.html"})
    found = {
        path.relative_to(tmp_path / "shelf").as_posix() for path in tmp_path.rglob("shelf/**/*")
    }
    assert found == {"a", "a/index.html"}
