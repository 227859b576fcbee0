"""What is read through an observed site is what the site says, and is recorded, part by part."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kb.dependencies import Parts, observe
from kb.ids import CiteKey
from kb.site import build_site
from kb.sources import load_sources
from kb.standings import standing_of
from kb.views import view_reference

CASES = Path(__file__).parent / "cases" / "sites"
KEY = CiteKey("doe2020first")


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """What the small base with one of each kind of thing is made from."""
    small, more = load_sources(CASES / "small"), CASES / "served"
    pages = {p.relative_to(more).as_posix(): p.read_bytes() for p in more.rglob("*.md")}
    return replace(
        small,
        pages=small.pages | pages,
        transcripts={
            "docs/transcripts/talk.yml": (more / "docs/transcripts/talk.yml").read_bytes()
        },
    )


def edited(sources, path, old, new):
    field = "bibs" if path.endswith(".bib") else "pages"
    files = dict(getattr(sources, field))
    assert old.encode() in files[path]
    files[path] = files[path].replace(old.encode(), new.encode())
    return build_site(replace(sources, **{field: files}))


def holds(read, sources, *edit):
    """Tell whether what `read` asks of the site still stands after an edit of one file."""
    site, reads = build_site(sources), set()
    assert read(observe(site, reads)) == read(site)
    parts, after = Parts(), edited(sources, *edit)
    parts.changed(site)
    parts.numbers(reads)
    digests = parts.digests()
    changed = parts.changed(after)
    assert Parts().recall(after, digests) == changed, "another process thinks otherwise"
    assert not parts.changed(after), "what changed once has not changed again"
    return not changed


TITLE = ("docs/latent/one.md", "title: One", "title: Eins")
TEXT = ("docs/latent/one.md", "In a list", "In a row")
LINE = ("docs/latent/one.md", "\n## A heading", "\n\n\n## A heading")
NAME = ("refs/latent.bib", "author = {Doe, Jane},\n  title = {The First", "author = {Moe, Jane},\n  title = {The First")  # fmt: skip
READERS = {
    "a title": lambda site: site.pages["latent/one.md"].title,
    "a sentence": lambda site: [p.sentence for p in site.cited_by[CiteKey("roe2021pair")]],
    "a count": lambda site: len(site.cited_by[CiteKey("roe2021pair")]),
    "a reference": lambda site: view_reference(site, KEY).authors,
    "a page": lambda site: "latent/one.md" in site.pages,
    "the keys": lambda site: list(site.references),
    "the headings": lambda site: [h.text for h in site.pages["latent/one.md"].scan.headings],
    "the citations": lambda site: [c.group.items for c in site.pages["latent/one.md"].scan.cited],
    "a gap": lambda site: site.references.get(CiteKey("nobody2020")) is None,
}


@pytest.mark.parametrize(
    ("reader", "edit", "still"),
    [
        ("a title", TITLE, False),
        ("a title", TEXT, True),
        ("a sentence", TEXT, False),
        ("a sentence", LINE, True),
        ("a count", TEXT, True),
        ("a count", ("docs/latent/one.md", "In a list [@roe2021pair]", "In a list"), False),
        ("the headings", LINE, True),
        ("the headings", TEXT, True),
        ("the headings", ("docs/latent/one.md", "## A heading", "## Another heading"), False),
        ("the citations", LINE, True),
        ("the citations", TEXT, False),
        ("a page", TEXT, True),
        ("a reference", NAME, False),
        ("a reference", TEXT, True),
        ("the keys", NAME, True),
        ("the keys", ("refs/latent.bib", "{anon1999untitled", "{anon1999another"), False),
        ("a gap", ("refs/latent.bib", "{anon1999untitled", "{nobody2020"), False),
    ],
)
def test_what_was_read_stands_until_it_changes(sources, reader, edit, still):
    assert holds(READERS[reader], sources, *edit) is still


def test_a_question_seen_through_what_records_stands_where_it_stands(sources):
    site = build_site(sources)
    for slug in site.questions:
        plain, seen = standing_of(site, slug), standing_of(observe(site, set()), slug)
        assert (plain.state, plain.parts) == (seen.state, seen.parts)
        assert [p.sentence for p in plain.raised] == [p.sentence for p in seen.raised]
