"""What the site publishes beyond the files of docs/."""

from __future__ import annotations

import datetime
import json

import pytest

from kb.ids import CiteKey
from kb.pages import (
    download_paths,
    downloads,
    frame,
    generated_pages,
    kind_name,
    meta_of,
    navigation,
    reference_at,
    updated_of,
)

NOTE = "---\ntitle: {0}\ndescription: About {0}\nupdated: 2026-11-{1:02}\n---\n\n# {0}\n\n"
INDEX = "---\ntitle: {0}\nshort: {1}\ndescription: D\n---\n\n# {0}\n"
ANNOTATION = (
    '---\nverdict: It says "so" & <b>.\nupdated: 2026-11-05\n---\n\nOur text [@roe2021pair].\n'
)
BIB = """\
@misc{doe2020first, author={Doe, Jane}, title={First <b> & "Second"}, date={2020}, eprint={2001.00001}}
@misc{roe2021pair, author={Roe, Richard}, title={Pair}, date={2021}, note={``` in it ````}}
"""


@pytest.fixture
def site(make_site):
    return make_site(
        {
            "index.md": INDEX.format("Home of all", "Home"),
            "latent/index.md": INDEX.format("Latent <things>", "Latent & co"),
            "latent/one.md": NOTE.format('One "1" < 2', 1) + "Cites [@doe2020first, p. 3].\n",
            "latent/two.md": NOTE.format("Two", 2),
            "about/grades.md": INDEX.format("Grades", "Grades"),
            "guide/index.md": INDEX.format("Guide", "Guide"),
            "guide/arxiv.md": INDEX.format("arXiv", "arXiv"),
            "references/index.md": INDEX.format("References", "Refs"),
            "references/doe2020first.md": ANNOTATION,
        },
        {"latent.bib": BIB},
    )


def test_a_reference_nobody_annotated_has_a_generated_page(site):
    pages = [path for path in generated_pages(site) if path.startswith("references/")]
    assert pages == ["references/roe2021pair.md"]


def test_the_page_of_a_reference_frames_what_we_wrote(site):
    assert frame(site, "references/doe2020first.md", "\nOur text.\n") == (
        "/// reference-facts | doe2020first\n///\n\n"
        "## What we think of it { #annotation }\n\nOur text.\n\n"
        "## Cited by { #cited-by data-search-exclude }\n\n/// cited-by | doe2020first\n///\n\n"
        "## BibTeX { #bibtex data-search-exclude }\n\n```bibtex\n"
        '@misc{doe2020first, author={Doe, Jane}, title={First <b> & "Second"}, date={2020}, eprint={2001.00001}}\n'
        "```\n"
    )


def test_without_an_annotation_it_says_so(site):
    text = frame(site, "references/roe2021pair.md", "")
    assert "{ #annotation data-search-exclude }\n\n_Nobody has annotated this work yet._\n" in text


def test_backticks_in_an_entry_do_not_end_its_code_block(site):
    text = frame(site, "references/roe2021pair.md", "")
    assert "\n`````bibtex\n" in text
    assert text.endswith("\n`````\n")


def test_any_other_page_is_published_as_it_is(site):
    assert frame(site, "latent/one.md", "text") == "text"
    assert frame(site, "references/index.md", "text") == "text"


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("references/doe2020first.md", CiteKey("doe2020first")),
        ("references/roe2021pair.md", CiteKey("roe2021pair")),
        ("references/index.md", None),
        ("references/nobody2020nothing.md", None),
        ("latent/doe2020first.md", None),
    ],
)
def test_a_path_is_that_of_a_reference_or_not(path, key, site):
    assert reference_at(site, path) == key


def test_titles_and_descriptions_are_escaped_for_templates_that_print_them_as_they_are(site):
    assert meta_of(site, "references/doe2020first.md") == {
        "title": "First &lt;b&gt; &amp; &quot;Second&quot;",
        "description": "It says &quot;so&quot; &amp; &lt;b&gt;.",
        "tags": ["reference", "doe2020first", "arXiv:2001.00001"],
    }
    one = dict(meta_of(site, "latent/one.md"))
    cite = one.pop("cite")
    assert "{{One &quot;1&quot; &lt; 2}}" in cite["entry"]
    assert "“One &quot;1&quot; &lt; 2.”" in cite["text"]
    assert one == {
        "title": "One &quot;1&quot; &lt; 2",
        "description": "About One &quot;1&quot; &lt; 2",
        "tags": ["note"],
    }


def test_a_reference_without_a_verdict_is_described_by_its_label(site):
    assert meta_of(site, "references/roe2021pair.md") == {
        "title": "Pair",
        "description": "Roe, 2021: facts, who cites it, BibTeX.",
        "tags": ["reference", "roe2021pair"],
    }


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("index.md", ""),
        ("latent/index.md", "topic"),
        ("latent/one.md", "note"),
        ("references/index.md", "register"),
        ("guide/arxiv.md", "writing guide"),
        ("about/grades.md", "about this site"),
        ("computed/digits.md", "computed figure"),
        ("nowhere.md", ""),
    ],
)
def test_a_page_tells_the_search_what_kind_of_thing_it_is(path, kind, site):
    assert kind_name(site, path) == kind


def test_the_navigation_follows_from_the_pages(site):
    nav = [item for item in navigation(site) if "Computed" not in item and "Figures" not in item]
    assert nav == [
        {"Home": "index.md"},
        {
            "Latent &amp; co": [
                "latent/index.md",
                {"One &quot;1&quot; &lt; 2": "latent/one.md"},
                {"Two": "latent/two.md"},
            ]
        },
        {"Refs": ["references/index.md"]},
        {"Guide": ["guide/index.md", {"arXiv": "guide/arxiv.md"}]},
        {"About": [{"Grades": "about/grades.md"}]},
    ]


def test_an_empty_base_has_an_empty_navigation(make_site):
    assert navigation(make_site()) == []


def test_a_page_was_updated_when_it_says_so_or_with_the_site(site):
    assert updated_of(site, "latent/one.md") == datetime.date(2026, 11, 1)
    assert updated_of(site, "references/doe2020first.md") == datetime.date(2026, 11, 5)
    assert updated_of(site, "references/roe2021pair.md") == datetime.date(2026, 11, 5)


def test_there_is_a_download_for_each_topic_for_all_and_for_programs(make_site):
    files = downloads(
        make_site({}, {"latent.bib": "@misc{a2020b, title={A}}\n", "acrostics.bib": "% c\n"})
    )
    assert {path: text for path, text in files.items() if path.endswith(".bib")} == {
        "references/acrostics.bib": "% c\n",
        "references/latent.bib": "@misc{a2020b, title={A}}\n",
        "references/references.bib": "% c\n\n@misc{a2020b, title={A}}\n",
    }


def test_where_downloads_go_is_known_before_they_are_made(site):
    assert download_paths(site) == downloads(site).keys()


def test_the_data_for_programs_tell_who_cites_what(site):
    data = json.loads(downloads(site)["kb.json"])
    first, pair = data["references"]
    assert first["key"] == "doe2020first"
    assert first["arxiv"] == "2001.00001"
    assert first["verdict"] == 'It says "so" & <b>.'
    assert first["cited_by"] == [
        {
            "page": "latent/one.md",
            "anchor": "cite-doe2020first-1",
            "heading": 'One "1" < 2',
            "sentence": "Cites (Doe, 2020, p. 3).",
        }
    ]
    assert [place["page"] for place in pair["cited_by"]] == ["references/doe2020first.md"]
    one = next(page for page in data["pages"] if page["path"] == "latent/one.md")
    assert one["cites"] == ["doe2020first"]
    assert one["updated"] == "2026-11-01"


def test_language_models_find_the_notes_in_their_order(site):
    assert (
        downloads(site)["llms.txt"]
        == """\
# Home of all

> D

## Latent <things>

- [Latent <things>](latent/): D
- [One "1" < 2](latent/one/): About One "1" < 2
- [Two](latent/two/): About Two

## Data

- [kb.json](kb.json): references, pages, transcripts and questions, and which passage cites what
- [references.bib](references/references.bib): all references as BibTeX
- [questions.json](questions.json): open questions, where each stands, and its dated evidence
"""
    )
