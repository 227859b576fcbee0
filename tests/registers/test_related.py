"""Related notes: what is shared decides, the sections' order breaks ties, and the page says why."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from kb.citable import question_key, transcript_key
from kb.ids import CiteKey
from kb.questions.record import whole_source
from kb.related import MOST, related_notes
from kb.site import known_keys, load_site

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases"
BIB = "\n".join(
    f"@misc{{{name}2020work, author={{{name.title()}, Jane}}, title={{Work}}, date={{2020}}}}"
    for name in ("doe", "roe", "moe", "poe", "zoe", "coe")
)
INDEX = "---\ntitle: {0}\nshort: {0} tab\ndescription: D\norder: [{1}]\n---\n\n# {0}\n"
NOTE = "---\ntitle: {0}\ndescription: D\nupdated: 2026-11-21\n---\n\n# {0}\n\n{1}\n"
# Two sections, the later in the alphabet first; one note cites what each other note cites some of.
CITED = {
    "latent/first": "@doe2020work, @roe2020work, @moe2020work, @poe2020work, @zoe2020work",
    "latent/two": "[@doe2020work; @roe2020work] and again [@doe2020work]",
    "latent/one": "[@doe2020work, p. 3]",
    "cot/five": "[@doe2020work; @roe2020work; @moe2020work; @poe2020work; @zoe2020work]",
    "cot/other": "@moe2020work",
    "cot/none": "@coe2020work",
    "cot/silent": "Nothing.",
}


@pytest.fixture(scope="module")
def site(make_site):
    pages = {f"{path}.md": NOTE.format(path, text) for path, text in CITED.items()}
    pages |= {
        "index.md": INDEX.format("Home", "latent, cot"),
        "latent/index.md": INDEX.format("Latent", "two, one") + "\n@doe2020work\n",
        "cot/index.md": INDEX.format("Chains", "other"),
        "references/doe2020work.md": "---\nverdict: V\nupdated: 2026-11-21\n---\n\n@roe2020work\n",
    }
    return make_site(pages, {"latent.bib": BIB})


def paths(site, page):
    return [note.path for note in related_notes(site, page)]


def test_notes_that_share_more_come_first_and_ties_stand_in_the_order_of_the_sections(site):
    assert paths(site, "latent/first.md") == [
        "cot/five.md",
        "latent/two.md",
        "latent/one.md",
        "cot/other.md",
    ]


def test_what_is_cited_twice_is_shared_once(site):
    """Otherwise `two`, with three citations of two works, would pass a note that shares three."""
    (first, *_) = [n for n in related_notes(site, "latent/first.md") if n.path == "latent/two.md"]
    assert len(first.shared) == 2


@pytest.mark.parametrize("page", ["cot/none.md", "cot/silent.md", "latent/index.md", "references/doe2020work.md", "nowhere.md", ""])  # fmt: skip
def test_a_page_that_shares_nothing_or_is_no_note_has_none(page, site):
    assert paths(site, page) == []


def test_the_reason_counts_and_names_the_rarest_first(site):
    reasons = {note.path: note.reason for note in related_notes(site, "latent/first.md")}
    assert reasons == {
        "cot/five.md": "shares 5 references: Poe (2020), Zoe (2020), Moe (2020), Roe (2020) and 1 more",
        "latent/two.md": "shares 2 references: Roe (2020) and Doe (2020)",
        "latent/one.md": "shares 1 reference: Doe (2020)",
        "cot/other.md": "shares 1 reference: Moe (2020)",
    }


def test_a_transcript_is_shared_whichever_turn_is_cited(make_site):
    talk = (CASES / "markdown" / "talk.yml").read_text("utf-8")
    cites = {"one": "[@t:talk#1; @doe2020work]", "two": "[@t:talk#2; @t:talk]", "three": "@t:talk"}
    pages = {f"cot/{name}.md": NOTE.format(name, text) for name, text in cites.items()}
    pages |= {"cot/index.md": INDEX.format("Chains", "")}
    base = make_site(pages, {"cot.bib": BIB}, transcripts={"talk.yml": talk})
    assert [(n.path, n.reason) for n in related_notes(base, "cot/one.md")] == [
        ("cot/three.md", "shares 1 transcript: transcript talk"),
        ("cot/two.md", "shares 1 transcript: transcript talk"),
    ]


def test_the_whole_of_a_key_is_its_transcript_and_else_itself():
    assert whole_source(transcript_key("talk", 3)) == transcript_key("talk")
    for key in (transcript_key("talk"), question_key("talk"), CiteKey("doe2020work")):
        assert whole_source(key) == key


def test_no_more_than_five_are_shown(make_site):
    pages = {f"cot/n{n}.md": NOTE.format(f"N{n}", "@doe2020work") for n in range(MOST + 2)}
    base = make_site(pages | {"cot/index.md": INDEX.format("Chains", "n6")}, {"cot.bib": BIB})
    assert paths(base, "cot/n0.md") == [f"cot/{n}.md" for n in ("n6", "n1", "n2", "n3", "n4")]


def test_the_list_stands_at_the_end_of_the_note_behind_its_references(site, make_markdown):
    page = "latent/first.md"
    html = make_markdown(site, page).convert(site.pages[page].body)
    ends = [unescape(text) for text in re.findall(r"<h2[^>]*>(.*?)<a", html)]
    assert ends == ["References", "Related notes"]
    (shown,) = re.findall(r'<section class="kb-related".*?(<ul>.*?</ul>)', html, re.DOTALL)
    first = ET.fromstring(shown)[0]  # noqa: S314 - our own
    assert first[0].get("href") == "/cot/five.md"
    assert " ".join("".join(first.itertext()).split()) == (
        "cot/five in Chains tab; shares 5 references: "
        "Poe (2020), Zoe (2020), Moe (2020), Roe (2020) and 1 more"
    )


def test_the_list_is_no_citation(site, make_markdown):
    """It would raise every count of what is cited, and the page would not match the scan of its text."""
    placed = []
    page = "latent/first.md"
    make_markdown(site, page, placed=placed.append).convert(site.pages[page].body)
    assert [str(key) for key in placed[0]] == re.findall(r"@(\w+)", CITED["latent/first"])


def test_a_title_with_markup_is_shown_as_typed(make_site, make_markdown):
    pages = {
        "cot/index.md": INDEX.format("Chains", ""),
        "cot/a.md": NOTE.format("A", "@doe2020work"),
        "cot/b.md": NOTE.format("B *x* <i>y</i> & co", "@doe2020work"),
    }
    html = make_markdown(make_site(pages, {"cot.bib": BIB}), "cot/a.md").convert("@doe2020work")
    assert ">B *x* &lt;i&gt;y&lt;/i&gt; &amp; co</a>" in html


def test_what_is_shared_on_the_real_base_is_what_both_notes_cite():
    base = load_site(ROOT)
    notes = [note for section in base.sections() for note in base.notes(section.section)]
    cites = {note.path: {whole_source(key) for key in known_keys(base, note)} for note in notes}
    assert len(cites) > 1
    for path, own in cites.items():
        found = related_notes(base, path)
        assert [set(note.shared) for note in found] == [own & cites[note.path] for note in found]
        most = sorted((len(own & cites[o]) for o in cites if o != path), reverse=True)
        assert [len(note.shared) for note in found] == [n for n in most[:MOST] if n]
