"""Everything a base is made from is read, and nothing else."""

from __future__ import annotations

import pytest

from kb.sources import load_sources

FILES = (
    "docs/b.md",
    "docs/a/c.md",
    "docs/a-b.md",
    "docs/a/b/d.md",
    "docs/a.png",
    "docs/a/.hidden.md",
)
FILES += ("docs/.hidden/e.md", "docs/a/x.register.yml", "docs/folder.md/f.txt", "docs/A.MD")
FILES += (
    "docs/_data/t.yml",
    "docs/transcripts/t.yml",
    "refs/a.bib",
    "refs/b.txt",
    "elsewhere/z.md",
)


@pytest.fixture
def root(tmp_path):
    for path in FILES:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(path)
    return tmp_path


def test_pages_are_read_in_the_order_of_the_parts_of_their_paths(root):
    found = load_sources(root).pages
    assert list(found) == ["docs/a/b/d.md", "docs/a/c.md", "docs/a-b.md", "docs/b.md"]
    assert all(data.decode() == path for path, data in found.items())


def test_other_files_are_known_by_name_and_hidden_ones_are_not(root):
    files = {"docs/a.png", "docs/a/x.register.yml", "docs/folder.md/f.txt", "docs/A.MD"}
    files |= {"docs/_data/t.yml", "docs/transcripts/t.yml"}
    assert load_sources(root).files == files


def test_each_kind_of_file_is_read_where_it_belongs(root):
    found = load_sources(root)
    assert list(found.bibs) == ["refs/a.bib"]
    assert list(found.data) == ["docs/_data/t.yml"]
    assert list(found.transcripts) == ["docs/transcripts/t.yml"]
    assert list(found.registers) == ["docs/a/x.register.yml"]


def test_a_link_to_a_file_is_followed_and_one_to_a_folder_or_to_nothing_is_not(root):
    (root / "docs" / "linked.md").symlink_to(root / "elsewhere" / "z.md")
    (root / "docs" / "lost.md").symlink_to(root / "nowhere.md")
    (root / "docs" / "linked").symlink_to(root / "elsewhere")
    assert load_sources(root).pages["docs/linked.md"] == b"elsewhere/z.md"
    assert not {"docs/lost.md", "docs/linked/z.md"} & load_sources(root).pages.keys()


@pytest.mark.parametrize("folder", ["docs", "refs"])
def test_a_folder_without_its_parts_is_no_base(root, folder):
    (root / folder).rename(root / "gone")
    with pytest.raises(FileNotFoundError, match=f"no folder {folder}/"):
        load_sources(root)
