"""The `/// …` blocks: each shows something of the site where it stands."""

from __future__ import annotations

import re

import pytest
from rendered import words


def rows(html):
    return [
        [words(cell) for cell in re.findall("<td[^>]*>(.*?)</td>", row, re.DOTALL)]
        for row in re.findall("<tr data-.*?</tr>", html, re.DOTALL)
    ]


def test_the_index_lists_every_reference_once_in_the_order_of_labels(render):
    table = render("[@doe2020first] @doe2020first\n\n/// reference-index\n///\n").html
    assert [(row[0], row[1], row[2], row[5]) for row in rows(table)] == [
        ("Jane Doe", "2020a", "The First of Two Works by GPT-4 and AlphaProof", "2"),
        ("Jane Doe", "2020b", "The Second", "–"),
        ("Example Lab", "2024", "A System Card B", "–"),
        ("Mary Moe, Jane Doe, Richard Roe and 2 others", "2022", "An Article in No Journal", "–"),
        (
            "Eve O'Mallory <b>",
            "2023",
            '<script>alert("x")</script> & $5 _under_ *not em* `not code` [@doe2020first] "quoted" a<b',
            "–",
        ),
        ("Richard Roe and Anna van den Oord", "2021", "Two Authors", "–"),
        ("Ashish Vaswani and others", "2017", "A Key with Colons", "–"),
        ("“Nobody Knows Who Wrote…”", "n.d.", "Nobody Knows Who Wrote This Work of Art", "–"),
    ]


def test_a_row_of_the_index_carries_what_the_filters_ask_for(render):
    table = render("/// reference-index\n///\n").html
    assert (
        '<tr data-annotated="no" data-kind="preprint"'
        ' data-more="doe2020first Jane Doe" data-topic="base" data-year="2020">' in table
    )
    years = re.search('<select name="year">.*?</select>', table, re.DOTALL)[0]
    assert re.findall('value="([^"]*)"', years) == [
        *("", "2024", "2023", "2022", "2021", "2020", "2017"),
    ]


def test_the_index_is_whole_without_a_script(render):
    table = render("/// reference-index\n///\n").html
    assert '<form aria-label="Filter the references" class="kb-filter">' in table
    assert "hidden" not in re.search("<table>.*</table>", table, re.DOTALL)[0]


def test_the_facts_show_what_the_store_knows(render):
    facts = render("/// reference-facts | moe2022journalless\n///\n").html
    assert "<h1" in facts
    assert words(facts).removeprefix("References ") == (
        "An Article in No Journal¶ Mary Moe, Jane Doe, Richard Roe, Paul Poe and Zara Zoe"
        " Date 2022-05-06 Kind article (published) Topic Base Read it doi:10.1234/5678"
        " Record grade A (what grades mean) Cite as [@moe2022journalless]"
    )


def test_the_facts_show_what_is_doubtful_and_leave_out_what_is_not_known(render):
    facts = words(render("/// reference-facts | anon1999untitled\n///\n").html)
    assert facts.endswith(
        "Author unknown Kind other Topic Base Record grade A (what grades mean) Cite as [@anon1999untitled]"
    )
    facts = words(render("/// reference-facts | lab2024system\n///\n").html)
    assert "Record grade B: seen in a copy (what grades mean)" in facts


def test_cited_by_shows_each_passage_with_its_page_heading_and_sentence(render):
    other = "# T\n\nIntro [@doe2020first].\n\n## Part\n\nAs @doe2020first [p. *3*] says, *so*.\n"
    html = render("/// cited-by | doe2020first\n///\n", {"latent/other.md": other}).html
    assert [words(item) for item in re.findall("<li>(.*?)</li>", html, re.DOTALL)] == [
        "T Intro (Doe, 2020a).",
        "T › Part As Doe (2020a, p. 3) says, so.",
    ]
    assert re.findall('href="([^"]*)"', html) == [
        "/latent/other.md#cite-doe2020first-1",
        "/latent/other.md#cite-doe2020first-2",
    ]


def test_cited_by_says_when_nobody_does_and_what_is_a_card(render):
    html = render("/// cited-by | doe2020first\n///\n").html
    assert words(html) == "No page of this site cites it yet."
    card = {"latent/other.md": "/// reference | doe2020first\n///\n"}
    html = render("/// cited-by | doe2020first\n///\n", card).html
    assert words(html) == "T shown there as a card"


def test_a_sentence_that_looks_like_html_is_shown_as_typed(render):
    other = {"latent/other.md": "If a &lt; b, `<script>` [@mallory2023script].\n"}
    html = render("/// cited-by | mallory2023script\n///\n", other).html
    assert "<p>If a &lt; b, &lt;script&gt; (O'Mallory &lt;b&gt;, 2023).</p>" in html


@pytest.mark.parametrize("block", ["reference", "reference-facts", "cited-by"])
def test_a_block_of_an_unknown_reference_says_so(block, render):
    html = render(f"/// {block} | <b>nobody\n///\n").html
    assert html == '<p class="kb-unknown">Unknown reference: &lt;b&gt;nobody</p>'


def test_what_xml_cannot_hold_is_shown_by_a_mark(make_site, make_markdown):
    site = make_site({}, {"a.bib": "@misc{a2020b, title={One \ufffe\uffff\x1b two}}"})
    html = make_markdown(site).convert("/// reference | a2020b\n///\n")
    assert "One \ufffd\ufffd\u241b two" in html
