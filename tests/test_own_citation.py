"""How to cite a page of this site."""

from __future__ import annotations

import subprocess

import pytest

from kb.bib.store import parse_store
from kb.bib.tex import plain_text
from kb.own_citation import own_citation
from kb.pages import meta_of

INDEX = "---\ntitle: {0}\ndescription: D\n---\n\n# {0}\n"
NOTE = "---\ntitle: '{0}'\ndescription: D\nupdated: 2026-11-{1:02}\n---\n\n# {0}\n"
TITLE = 'Is 5 % of $\\alpha$ & "one" #1_2 {x} <b>?'


@pytest.fixture
def site(make_site):
    return make_site(
        {
            "index.md": INDEX.format("Our & Notes"),
            "latent/index.md": INDEX.format("Latent"),
            "latent/two-words.md": NOTE.format(TITLE, 3),
            "latent/plain.md": NOTE.format("Plain", 4),
        }
    )


def test_the_bibtex_of_a_note_is_read_back_as_it_is_called(site):
    entry = own_citation(site, "latent/two-words.md").entry + "\n}\n"
    store = parse_store({"refs/ours.bib": entry.encode()})
    assert store.problems == ()
    (read,) = store.references
    assert read.key.text == "ournotes2026twowords"
    assert plain_text(read.title) == TITLE
    assert str(read.date) == "2026-11-03"
    assert [plain_text(name.label) for name in read.authors] == ["Our & Notes"]
    assert read.field("version") == site.pages["latent/two-words.md"].revision


def test_the_text_names_site_title_date_and_revision_and_stops_once(site):
    revision = site.pages["latent/plain.md"].revision
    assert own_citation(site, "latent/plain.md").text == (
        f"Our & Notes. “Plain.” 2026-11-04, revision {revision}."
    )
    assert f"“{TITLE}” 2026" in own_citation(site, "latent/two-words.md").text


def test_the_revision_is_what_git_calls_the_file(site):
    text = NOTE.format("Plain", 4).encode()
    done = subprocess.run(
        ["git", "hash-object", "--stdin"],  # noqa: S607 - whatever git the machine has
        input=text,
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode().startswith(site.pages["latent/plain.md"].revision)
    assert len(site.pages["latent/plain.md"].revision) == 12


@pytest.mark.parametrize("path", ["index.md", "latent/index.md", "nowhere.md"])
def test_a_page_that_argues_nothing_offers_no_citation(path, site):
    assert own_citation(site, path) is None
    assert "cite" not in meta_of(site, path)
