"""How store and pages become one site: who cites whom, in which words, at which anchor."""

from __future__ import annotations

import datetime
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.ids import CiteKey
from kb.site import build_site, load_site, nearest, readable
from kb.sources import Sources, load_sources

NOTE = "---\ntitle: {0}\ndescription: D\nupdated: 2026-11-{1:02}\n---\n\n# {0}\n\n"
SECTION = "---\ntitle: {0}\ndescription: D\n---\n\n# {0}\n"
BIB = """\
@misc{doe2020first, author={Doe, Jane}, title={First}, date={2020-01}}
@misc{doe2020second, author={Doe, Jane}, title={Second}, date={2020-02}}
@misc{roe2021pair, author={Roe, Richard and Doe, Jane}, title={Pair}, date={2021}}
@misc{star2022name, author={{*Star* _Corp_ <b>}}, title={Star}, date={2022}}
"""


@pytest.fixture
def site_of(make_site):
    """Return the function that builds a site of notes, by path, on one store."""

    def build(**bodies):
        return make_site(
            {f"latent/{name}.md": NOTE.format(name, 1) + body for name, body in bodies.items()},
            {"latent.bib": BIB},
        )

    return build


def passages(site, key):
    return [
        (p.page.path, p.line, p.heading.text if p.heading else None, p.anchor, p.sentence)
        for p in site.cited_by.get(CiteKey(key), ())
    ]


def test_a_reference_knows_every_passage_that_cites_it(site_of):
    site = site_of(
        one="First [@doe2020first]. Second.\n\n## Part\n\nAs @doe2020first [p. 3] says.\n",
        two="- See [@doe2020first; @roe2021pair].\n",
    )
    assert passages(site, "doe2020first") == [
        ("latent/one.md", 9, "one", "cite-doe2020first-1", "First (Doe, 2020a)."),
        ("latent/one.md", 13, "Part", "cite-doe2020first-2", "As Doe (2020a, p. 3) says."),
        ("latent/two.md", 9, "two", "cite-doe2020first-1", "See (Doe, 2020a; Roe and Doe, 2021)."),
    ]
    assert passages(site, "roe2021pair") == [
        ("latent/two.md", 9, "two", "cite-roe2021pair-1", "See (Doe, 2020a; Roe and Doe, 2021)."),
    ]
    assert passages(site, "doe2020second") == []


def test_a_key_cited_twice_in_one_sentence_has_two_places(site_of):
    site = site_of(one="Both [@doe2020first] and [@doe2020first, p. 2].\n")
    assert [anchor for *_, anchor, _ in passages(site, "doe2020first")] == [
        *("cite-doe2020first-1", "cite-doe2020first-2"),
    ]


def test_anchors_number_citations_in_the_order_of_the_page_where_footnotes_come_last(site_of):
    site = site_of(one="[^1]: Note [@doe2020first].\n\nText[^1] [@doe2020first, p. 1].\n")
    assert [(line, anchor) for _, line, _, anchor, _ in passages(site, "doe2020first")] == [
        (11, "cite-doe2020first-1"),
        (9, "cite-doe2020first-2"),
    ]


def test_a_card_cites_without_a_sentence(site_of):
    site = site_of(one="/// reference | doe2020first\n///\n")
    assert passages(site, "doe2020first") == [
        ("latent/one.md", 9, "one", "cite-doe2020first-1", "")
    ]


@pytest.mark.parametrize(
    ("sentence", "read"),
    [
        ("As [@doe2020first] says.", "As (Doe, 2020a) says."),
        ("As [see @doe2020first, p. *3*; -@roe2021pair].", "As (see Doe, 2020a, p. 3; 2021)."),
        (
            "As @doe2020second [p. 3] and -@doe2020first say.",
            "As Doe (2020b, p. 3) and (2020a) say.",
        ),
        (
            "*Emphasis* and `[@doe2020first]` and \\@doe2020first.",
            "Emphasis and [@doe2020first] and @doe2020first.",
        ),
        ("Ask @somebody, not @nobody2020nothing.", "Ask @somebody, not @nobody2020nothing."),
        ("Unknown [@nobody2020nothing, p. 1].", "Unknown (@nobody2020nothing, p. 1)."),
        ("A [link by @doe2020first](x.md)[^1].", "A link by Doe (2020a)."),
        (
            "A name is no *Markdown*: @star2022name.",
            "A name is no Markdown: *Star* _Corp_ <b> (2022).",
        ),
        ("Marks \ue000of \ue0017\ue001our own.", "Marks of 7our own."),
    ],
)
def test_a_sentence_is_told_in_words(sentence, read, site_of):
    assert readable(sentence, site_of().labels) == read


@given(st.text(alphabet="@[];,-. ab2\\`*_<>\ue000\ue0010", max_size=40))
def test_no_sentence_breaks_the_telling(sentence):
    readable(sentence, {})


def test_works_that_would_read_alike_get_letters_by_date(site_of):
    labels = site_of().labels
    assert {str(key): label.parenthetical for key, label in labels.items()} == {
        "doe2020first": "Doe, 2020a",
        "doe2020second": "Doe, 2020b",
        "roe2021pair": "Roe and Doe, 2021",
        "star2022name": "*Star* _Corp_ <b>, 2022",
    }


def test_letters_do_not_depend_on_what_is_cited_nor_on_the_files(make_site, site_of):
    entries = BIB.splitlines(keepends=True)
    apart = make_site({}, {f"{at}.bib": entry for at, entry in enumerate(reversed(entries))})
    assert apart.labels == site_of(one="[@doe2020second]\n").labels == site_of().labels


def test_sections_and_notes_stand_in_the_order_of_their_index_then_by_name(make_site):
    section = "---\ntitle: S\ndescription: D\norder: [{}]\n---\n\n# S\n"
    site = make_site(
        {
            "index.md": section.format("latent, gone, acrostics"),
            **{f"{name}/index.md": section.format("") for name in ("acrostics", "cot", "practice")},
            "latent/index.md": section.format("two, two, gone"),
            **{
                f"latent/{name}.md": NOTE.format(name, 1)
                for name in ("one", "two", "three", "zero")
            },
            "about/index.md": SECTION.format("About"),
            "references/index.md": SECTION.format("References"),
        }
    )
    assert [p.section for p in site.sections()] == ["latent", "acrostics", "cot", "practice"]
    assert [note.slug for note in site.notes("latent")] == ["two", "one", "three", "zero"]


def test_a_folder_without_an_index_is_no_section(make_site):
    site = make_site({"latent/one.md": NOTE.format("one", 1)})
    assert site.sections() == ()
    assert [note.slug for note in site.notes("latent")] == ["one"]


def test_the_day_of_the_site_is_that_of_its_newest_page(site_of, make_site):
    site = make_site({f"latent/n{day}.md": NOTE.format("n", day) for day in (3, 21, 7)})
    assert site.updated == datetime.date(2026, 11, 21)
    assert make_site().updated == datetime.date(1970, 1, 1)


def test_an_annotation_belongs_to_the_reference_of_its_name(make_site):
    text = "---\nverdict: Good.\nupdated: 2026-11-21\n---\n\nText [@roe2021pair].\n"
    site = make_site({"references/doe2020first.md": text}, {"latent.bib": BIB})
    assert site.annotation(CiteKey("doe2020first")).meta.verdict == "Good."
    assert site.annotation(CiteKey("roe2021pair")) is None
    assert passages(site, "roe2021pair") == [
        ("references/doe2020first.md", 6, None, "cite-roe2021pair-1", "Text (Roe and Doe, 2021).")
    ]


def test_a_page_that_is_not_utf8_is_a_problem_and_still_cites(make_site):
    data = NOTE.format("one", 1).encode() + b"caf\xe9 [@doe2020first]\n"
    site = make_site({"latent/one.md": data}, {"latent.bib": BIB})
    assert [str(p) for p in site.problems] == [
        "docs/latent/one.md:9: KB103 page must be UTF-8: byte b'\\xe9' at 65 (save the file as UTF-8)"
    ]
    assert [line for _, line, *_ in passages(site, "doe2020first")] == [9]


def test_a_byte_order_mark_and_crlf_are_read_past(make_site):
    text = "\ufeff" + NOTE.format("one", 1) + "[@doe2020first]\n"
    site = make_site({"latent/one.md": text.replace("\n", "\r\n")}, {"latent.bib": BIB})
    assert site.problems == ()
    assert [line for _, line, *_ in passages(site, "doe2020first")] == [9]


def test_the_nearest_keys_come_first_and_case_does_not_count(site_of):
    known = site_of().references
    assert nearest(CiteKey("Doe2020Frist"), known)[0] == CiteKey("doe2020first")
    assert nearest(CiteKey("doe2020"), known)[:2] == (
        CiteKey("doe2020first"),
        CiteKey("doe2020second"),
    )
    assert nearest(CiteKey("zzz"), known) == ()


def test_one_input_gives_one_site_whatever_the_order_of_files(small_site):
    sources = load_sources(small_site)
    pages, bibs = list(sources.pages.items()), list(sources.bibs.items())
    first = build_site(sources)
    for seed in range(3):
        random.Random(seed).shuffle(pages)  # noqa: S311 - no secret
        random.Random(seed).shuffle(bibs)  # noqa: S311 - no secret
        again = build_site(Sources(dict(pages), dict(bibs), sources.files))
        assert again.problems == first.problems
        assert list(again.references) == list(first.references)
        assert again.labels == first.labels
        assert [p.slug for p in again.notes("latent")] == [p.slug for p in first.notes("latent")]
        for key in first.cited_by:
            assert passages(again, key.text) == passages(first, key.text)


def test_reading_takes_pages_references_and_the_names_of_other_files(small_site):
    (small_site / "refs" / "notes.txt").write_text("no .bib file", "utf-8")
    sources = load_sources(small_site)
    assert sorted(sources.bibs) == ["refs/acrostics.bib", "refs/latent.bib"]
    assert sources.files == {"docs/latent/dot.png"}
    assert "docs/latent/one.md" in sources.pages
    assert list(sources.pages) == sorted(sources.pages)


@pytest.mark.parametrize("folder", ["docs", "refs"])
def test_a_folder_that_is_no_knowledge_base_is_refused(folder, tmp_path):
    (tmp_path / ("refs" if folder == "docs" else "docs")).mkdir()
    with pytest.raises(
        FileNotFoundError, match=rf"no folder {folder}/ in .*: this is not a knowledge base"
    ):
        load_site(tmp_path)
