"""From paths below docs/ to addresses, and which paths make none."""

from __future__ import annotations

import pytest
from mkdocs.structure.files import File
from mkdocs.utils import markdown_extensions

from kb.addresses import MARKDOWN, address_of, flaw_of, is_published


@pytest.mark.parametrize(
    "path",
    ["index.md", "top.md", "latent/index.md", "latent/README.md", "latent/one.md", "a/b.png"],
)
def test_an_address_is_the_one_that_mkdocs_gives(path):
    assert address_of(path).strip("/") == File(path, "docs", "site", True).url.strip("./")


def test_what_counts_as_markdown_is_what_mkdocs_takes_for_it():
    assert set(MARKDOWN) == set(markdown_extensions)


@pytest.mark.parametrize(
    ("path", "published"),
    [("latent/one.md", True), ("latent/.draft.md", False), (".obsidian/x.md", False)],
)
def test_what_begins_with_a_dot_is_not_published(path, published):
    assert is_published(path) is published


@pytest.mark.parametrize(
    "path",
    ["index.md", "top.md", "latent/index.md", "latent/o1-puzzles.md", "references/a2020b.md"],
)
def test_a_slug_in_a_folder_is_a_sound_path(path):
    assert flaw_of(path) == ""


@pytest.mark.parametrize(
    ("path", "better"),
    [
        ("latent/One.md", "latent/one.md"),
        ("latent/two words.md", "latent/two-words.md"),
        ("latent/a#b?c.md", "latent/a-b-c.md"),
        ("latent/Größe.md", "latent/groe.md"),
        ("latent/思考.md", "latent/name.md"),
        ("latent/one.markdown", "latent/one.md"),
        ("latent/one.MD", "latent/one.md"),
        ("latent/README.md", "latent/index.md"),
        ("latent/deep/one.md", "latent/one.md"),
    ],
)
def test_any_other_path_is_told_a_better_one(path, better):
    assert flaw_of(path) == f"move it to docs/{better}"
    assert flaw_of(better) == ""


def test_the_one_folder_that_mkdocs_leaves_out_is_named():
    assert flaw_of("templates/one.md") == (
        "MkDocs publishes nothing there: give the folder another name"
    )
