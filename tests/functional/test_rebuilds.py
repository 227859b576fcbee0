"""What `mkdocs serve` shows after any edits is what a build from nothing makes of the same files."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pytest
from built import digests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig

from kb.serving import builder

ADDRESS = "http://127.0.0.1:8000/"
CASES = Path(__file__).parents[1] / "cases"
ROOT = CASES.parents[1]

NOTE = """\
---
title: {title}
description: A note that changes.
updated: 2026-11-{day}
---

# {title}

{body}
"""
PIECES = (
    "The first result holds [@doe2020first, p. 3].",
    "@roe2021second disagrees. Nobody asked @someone.",
    "Both say so [see @doe2020first; @roe2021second], and [@nobody2020nothing] does not.",
    "## A heading with [@doe2020first]\n\nText below it.",
    "/// reference | roe2021second\n///",
    "/// transcript | alpha\n///",
    "It said so [@t:alpha#1].",
    "/// register | timeline\n///",
    "/// computed | letter-share\n    words: [hello, shine]\n///",
    "See [the first](../latent/one.md) and [the second](two.md#a-heading-with).",
    "![A dot](../latent/dot.png)",
    "/// note\nText that never ends.",
    "`code [@doe2020first]` and an *unclosed emphasis.",
)
ANNOTATION = (
    "---\nverdict: {verdict}\nupdated: 2026-11-20\n---\n\nWhat we think [@roe2021second].\n"
)
BROKEN = ("---\ntitle: [\n---\n\n# Broken\n", "no front matter [@doe2020first]", "---\n", "")
NOTES = tuple(
    f"docs/{path}.md"
    for path in (
        "latent/one",
        "latent/two",
        "latent/three",
        "acrostics/hello",
        "new/first",
        "about/us",
    )
)
ANNOTATIONS = ("docs/references/doe2020first.md", "docs/references/roe2021second.md")
INDEXES = ("docs/index.md", "docs/latent/index.md", "docs/acrostics/index.md")

texts = st.builds(
    lambda title, day, pieces: NOTE.format(title=title, day=day, body="\n\n".join(pieces)),
    st.sampled_from(["One", "Two & <three>", "One"]),
    st.integers(10, 20),
    st.lists(st.sampled_from(PIECES), max_size=4),
)


def replaced(paths, pairs):
    """An edit that replaces a piece of text in a file, if both are there."""
    return st.tuples(st.just("replace"), st.sampled_from(paths), st.sampled_from(pairs))


edits = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(NOTES), texts),
    st.tuples(st.just("write"), st.sampled_from(NOTES + ANNOTATIONS), st.sampled_from(BROKEN)),
    st.tuples(
        st.just("write"),
        st.sampled_from(ANNOTATIONS),
        st.sampled_from(["Good.", "Doubtful."]).map(
            lambda verdict: ANNOTATION.format(verdict=verdict)
        ),
    ),
    st.tuples(st.just("delete"), st.sampled_from(NOTES + ANNOTATIONS + INDEXES[1:])),
    st.tuples(st.just("rename"), st.sampled_from(NOTES), st.sampled_from(NOTES)),
    replaced(
        INDEXES, [("title:", "title: Another"), ("order:", "order: [two, one] #"), ("# ", "# The ")]
    ),
    replaced(
        ("refs/latent.bib", "refs/acrostics.bib"),
        [
            ("Doe, ", "Moe, "),
            ("Roe, ", "Loe, "),
            ("title = {", "title = {On "),
            ("2020}", "2019}"),
            ("@", "%@"),
        ],
    ),
    st.tuples(
        st.just("cut"),
        st.sampled_from(["refs/latent.bib", "refs/acrostics.bib"]),
        st.integers(0, 400),
    ),
    st.tuples(
        st.just("restore"), st.sampled_from(["refs/latent.bib", "refs/acrostics.bib", *INDEXES])
    ),
    replaced(
        ("docs/transcripts/alpha.yml",),
        [("special", "plain"), ("SHINE", "HELLO"), ("turns:", "turn:")],
    ),
    st.tuples(
        st.just("write"),
        st.just("docs/transcripts/alpha.notes.yml"),
        st.sampled_from(["", "- turn: 1"]),
    ),
    st.tuples(st.just("delete"), st.just("docs/transcripts/alpha.yml")),
    st.tuples(st.just("restore"), st.just("docs/transcripts/alpha.yml")),
    replaced(
        ("mkdocs.yml",),
        [("site_name: ", "site_name: My "), ("- navigation.prune", "- navigation.path")],
    ),
    st.tuples(
        st.just("write"),
        st.just("overrides/partials/copyright.html"),
        st.sampled_from(["<p>{{ config.site_name }}</p>", "<p>{{ page.title }}</p>", "{% if"]),
    ),
    st.tuples(st.just("delete"), st.just("overrides/partials/copyright.html")),
    st.tuples(
        st.just("write"),
        st.sampled_from(["docs/latent/dot.png", "docs/new/one.txt"]),
        st.sampled_from("abc"),
    ),
    st.tuples(st.just("delete"), st.sampled_from(["docs/latent/dot.png", "docs/new/one.txt"])),
)


class Served:
    """A base with the tree that a server shows of it, and how to make that tree anew."""

    def __init__(self, root, out):
        self.root, self.tree, self.fresh = root, out / "served", out / "fresh"
        self.pristine = out / "pristine"
        shutil.copytree(root, self.pristine)
        config = _config(root, self.tree)
        config.plugins.on_startup(command="serve", dirty=False)
        build(config, serve_url=ADDRESS)
        self.rebuild = builder(config)

    def edit(self, kind, path, *how):
        target = self.root / path
        if kind == "write":
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(how[0])
        elif kind == "restore":
            shutil.copy(self.pristine / path, target)
        elif target.is_file():
            text = target.read_text()
            if kind == "delete":
                target.unlink()
            elif kind == "cut":
                target.write_text(text[: how[0]])
            elif kind == "rename":
                (self.root / how[0]).parent.mkdir(parents=True, exist_ok=True)
                target.rename(self.root / how[0])
            elif kind == "replace":
                target.write_text(text.replace(*how[0]))

    def whole(self):
        """The digests of a tree built from nothing by plugins that know nothing yet, None if it fails."""
        option = dict(MkDocsConfig._schema)["plugins"]  # noqa: SLF001 - MkDocs keeps plugins there
        kept, option.plugin_cache = option.plugin_cache, {}
        try:
            config = _config(self.root, self.fresh)
            config.plugins.on_startup(command="build", dirty=False)
            build(config, serve_url=ADDRESS)
        except Exception:  # noqa: BLE001 - the edit broke it: nothing to compare with
            return None
        finally:
            option.plugin_cache = kept
        return digests(self.fresh)


def _config(root, site):
    config = load_config(str(root / "mkdocs.yml"), site_dir=str(site))
    config.site_url = ADDRESS
    return config


@pytest.fixture(scope="module")
def make_served(copy_to, tmp_path_factory):
    """Return the function that serves a new copy of the small base."""
    logging.getLogger("mkdocs").setLevel(logging.CRITICAL)

    def make():
        out = tmp_path_factory.mktemp("served")
        root = copy_to(CASES / "sites" / "small", out / "base")
        (root / "docs" / "transcripts").mkdir()
        shutil.copy(ROOT / "docs" / "transcripts" / "alpha.yml", root / "docs" / "transcripts")
        return Served(root, out)

    yield make
    logging.getLogger("mkdocs").setLevel(logging.NOTSET)


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(sequence=st.lists(st.lists(edits, min_size=1, max_size=2), min_size=2, max_size=8))
def test_after_any_edits_the_served_tree_is_that_of_a_clean_build(make_served, sequence):
    served = make_served()
    for burst in sequence:
        for edit in burst:
            served.edit(*edit)
        served.rebuild()
        whole = served.whole()
        if whole is not None:
            assert digests(served.tree) == whole, burst
    shutil.rmtree(served.root.parent)
