"""Transcripts on pages: cited by turn, embedded, on their own page, in the index."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rendered import words

CASES = Path(__file__).parents[1] / "cases" / "markdown"
EMBED = "/// transcript | talk\n///\n"
PAGE = "/// transcript-page | talk\n///\n"


def turn(html, number):
    """Return a turn, without the tag that ends it."""
    to_end = rf'<div[^>]*data-kb-turn="{number}".*?</div>\s*(?=<div[^>]*data-kb-turn|<h2[^>]*id="cited-by"|</aside|</figure)'
    return re.search(to_end, html, re.DOTALL)[0].rpartition("</div>")[0]


def said(html, number):
    return re.search(r'<div[^>]*class="kb-said.*?>(.*)</div>', turn(html, number), re.DOTALL)[1]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("So it is [@t:talk].", "So it is (transcript talk)."),
        ("So it is [see @t:talk#4, line 2; @doe2020first].", "So it is (see transcript talk, turn 4, line 2; Doe, 2020a)."),
        ("As @t:talk#4 says.", "As transcript talk, turn 4 says."),
        ("As @t:talk#4 [line 2] says.", "As transcript talk, turn 4 (line 2) says."),
        ("As [-@t:talk] says.", "As (transcript talk) says."),
    ],
)  # fmt: skip
def test_a_transcript_is_cited_like_a_paper(text, shown, render):
    assert render(text).words == shown


def test_the_list_shows_the_turn_that_is_cited_with_its_provenance(render):
    page = render("[@t:talk#4; @doe2020first; @t:talk; @t:talk#6]")
    entries = re.findall(r"<li id=.*?</li>", page.references, re.DOTALL)
    assert [re.match(r'<li id="([^"]*)"', entry)[1] for entry in entries] == [
        "ref-doe2020first",
        "ref-t_talk",
        "ref-t_talk_4",
        "ref-t_talk_6",
    ]
    assert words(entries[2]) == (
        "partly verbatim A talk with <b>everything</b> in it, turn 4 (assistant). "
        "Her first line says that a pattern is here, last that lines spell a word: less is more "
        "HELLO: 3 of 5 letters Model <script>, tuned · 2025-01 · Doe (2020a) Cited here: ↩ 1"
    )
    assert "withheld: it stands at the source" in words(entries[3])
    assert 'href="/transcripts/talk.md#turn-4"' in entries[2]


def test_an_unknown_turn_is_marked_and_a_known_one_is_suggested(render):
    page = render("[@t:talk#99]\n\n[@t:tlak]\n\n[@t:nothing-like-it]")
    assert page.words == "(@t:talk#99) (@t:tlak) (@t:nothing-like-it)"
    assert [str(problem) for problem in page.site.problems if problem.code == "KB101"] == [
        "docs/latent/page.md:6: KB101 citation must name a known key: 't:talk#99' (t:talk has 8)",
        "docs/latent/page.md:8: KB101 citation must name a known key: 't:tlak' (did you mean 't:talk'?)",
        "docs/latent/page.md:10: KB101 citation must name a known key: 't:nothing-like-it'"
        " (name a file of docs/transcripts/ without its ending, then # and a turn)",
    ]


def test_every_fact_of_the_provenance_is_shown_also_what_nobody_knows(render):
    html = render(PAGE).html.replace("&para;", "")
    page = ET.fromstring(f"<main>{html}</main>")  # noqa: S314 - our own text
    facts = page.find(".//dl")
    names = [name.text for name in facts.findall("dt")]
    values = ["".join(value.itertext()) for value in facts.findall("dd")]
    assert dict(zip(names, values, strict=True)) == {
        "Model": "Model <script>, tuned",
        "Date": "2025-01",
        "System prompt": "turn 1",
        "Sampling": "unknown",
        "How obtained": "written for a test",
        "Source": "Doe (2020a)",
        "Address": "https://example.org/talk?a=1&b=2",
        "Recorded by": "a test",
        "Outcome": "rule partly stated",
        "Topic": "Latent",
        "Cite as": "[@t:talk], one turn [@t:talk#8]",
        "Record": "talk.yml",
    }


@pytest.mark.parametrize("options", ["", "    turns: 2\n", "    annotations: no\n"])
def test_an_embedded_transcript_always_says_how_far_its_words_are_to_be_trusted(options, render):
    shown = words(render(f"/// transcript | talk\n{options}///\n").html)
    assert "partly verbatim what is given is verbatim; the rest is withheld or lost." in shown
    assert "Sampling unknown" in shown


def test_text_is_shown_as_it_is(render):
    html = render(EMBED).html
    assert said(html, 1) == "Be &lt;b&gt;kind&lt;/b&gt; &amp; `brief`. [@doe2020first] *not em*"
    assert said(html, 4).startswith("Her first line\nsays that <mark>a </mark><mark>pattern")
    assert said(html, 8) == "bell ␇ stx ␂ wide \u202e turned"


def test_a_turn_in_markdown_can_do_nothing(render):
    html = said(render(EMBED).html, 7)
    assert "<strong>bold</strong>" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert '<a href="https://example.org" rel="nofollow noopener">web</a>' in html
    assert "<span>bad</span>" in html
    assert "<span>[picture: cat, https://example.org/cat.png]</span>" in html
    assert "<h1" not in html


def test_what_is_missing_says_so(render):
    html = render(EMBED).html
    assert words(turn(html, 2)) == "Turn 2: user lost nobody kept it"
    assert words(turn(html, 6)).startswith("Turn 6: assistant withheld it stands at the source")


def test_reasoning_and_tools_are_folded_and_say_how_long_they_are(render):
    html = render(EMBED).html
    assert "<summary>reasoning, 28 characters</summary>" in turn(html, 3)
    assert "<summary>tool search, 10 characters</summary>" in turn(html, 5)
    assert "<details" not in turn(html, 4)


def test_remarks_stand_at_their_quotes_even_where_they_overlap(render):
    html = turn(render(EMBED).html, 4)
    assert re.findall(r"<mark>(.*?)</mark>(?:<sup.*?>(\d)</sup>)?", html) == [
        ("a ", ""),
        ("pattern is here", "1"),
        (",", "2"),
        ("lines spell a word", "3"),
    ]
    assert "Names a &lt;pattern&gt;." in html
    assert '<time datetime="2026-11-21">' in html


def test_annotations_can_be_left_out(render):
    html = render("/// transcript | talk\n    annotations: no\n///\n").html
    assert "<mark>" not in html
    assert "Overlaps" not in html


def test_the_turns_that_are_asked_for_are_shown_under_their_own_numbers(render):
    html = render("/// transcript | talk\n    turns: 6, 2-3\n    caption: Look *here*.\n///\n").html
    assert re.findall('data-kb-turn="(.)"', html) == ["6", "2", "3"]
    assert words(html).startswith("A talk with <b>everything</b> in it. Look *here*. partly")


def test_the_acrostic_view_is_computed_from_the_text(render):
    view = words(re.search('<div class="kb-acrostic">.*?</div>\n</div>|<div class="kb-acrostic">.*', turn(render(EMBED).html, 4), re.DOTALL)[0])  # fmt: skip
    assert view.startswith(
        "First letters, one line each, against HELLO line found expected agrees text says"
        " 1 H H yes Her first line"
        " 2 S E no says that a pattern is here, pattern named"
        " 3 L L yes last that lines spell a word: rule stated"
        " 4 L L yes less is more 5 – O no"
        " HELLO: 3 of 5 letters."
        " That there is a pattern is first said in line 2; 1 initial, H, was on the page by then."
        " The rule is first stated in line 3; 2 initials, H S, were on the page by then."
    )


def test_the_acrostic_view_of_a_missing_text_says_that_it_was_reported(render):
    view = words(turn(render(EMBED).html, 6))
    assert "against HELLO; reported, the text is not here" in view
    assert "HELLO: 3 of 5 letters." in view
    assert "The rule is first stated in line 1, as reported; no earlier initial was on the page by then." in view  # fmt: skip


def test_the_page_lists_who_cites_which_turn(render):
    page = render("See [@t:talk#4]. And [@t:talk].\n\n" + PAGE + "\n" + EMBED)
    cited = page.html.partition('id="cited-by"')[2]
    assert words(cited.partition("</ul>\n</div>")[0]).startswith(
        ">Cited by¶ The whole transcript T And (transcript talk). T shown there as a card"
        " Turn 4 T See (transcript talk, turn 4)."
    )
    assert 'href="/latent/page.md#cite-t_talk_4-1"' in cited
    assert "cited 1 time" in words(turn(page.html, 4))


def test_each_turn_of_the_page_has_a_permalink_and_a_line_of_the_contents(render):
    page = render(PAGE)
    assert page.contents == [
        ("A talk with &lt;b&gt;everything&lt;/b&gt; in it", "top"),
        ("Turn 1: system", "turn-1"),
        ("Turn 2: user", "turn-2"),
        ("Turn 3: reasoning", "turn-3"),
        ("Turn 4: assistant", "turn-4"),
        ("Turn 5: tool search", "turn-5"),
        ("Turn 6: assistant", "turn-6"),
        ("Turn 7: assistant", "turn-7"),
        ("Turn 8: user", "turn-8"),
        ("Cited by", "cited-by"),
    ]
    assert 'href="#turn-3" title="Link to this heading"' in page.html


def test_the_index_carries_what_the_filters_ask_for(render):
    html = render("/// transcript-index\n///\n").html
    row = re.search("<tr data-.*?</tr>", html, re.DOTALL)[0]
    assert (
        '<tr data-model="Model &lt;script&gt;" data-more="talk" data-outcome="rule-partly-stated"'
        ' data-topic="latent" data-wording="partly">' in row
    )
    assert words(row) == (
        "A talk with <b>everything</b> in it 8 turns; source: Doe (2020a) Model <script> 2025-01 Latent"
        " partly verbatim rule partly stated HELLO: 3 of 5 letters, rule on line 3;"
        " HELLO: 3 of 5 letters, reported, rule on line 1 –"
    )


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        ("/// transcript | tlak\n///", "6: KB101 citation must name a known key: 't:tlak' (did you mean 't:talk'?)"),
        ("/// transcript\n///", "6: KB505 block must name a transcript: '' (write /// transcript | slug)"),
        ("/// transcript | talk\n    turns: 7-9\n///", "6: KB715 turns must be those of the transcript: '9' (talk has 8)"),
        ("/// transcript | talk\n    turns: all\n///", "7: KB715 turns must be turns such as 3, 3-7 or 1-2, 5: 'all'"),
        ("/// transcript | talk\n    turn: 1\n///", "7: KB715 key must be one of the schema's: 'turn' (did you mean 'turns'? allowed: turns, annotations, caption)"),
        ("/// transcript | talk\n    annotations: maybe\n///", "7: KB715 annotations must be true or false: 'maybe'"),
    ],
)  # fmt: skip
def test_a_block_that_asks_for_what_is_not_there_is_a_problem(block, problem, render, check):
    page = render(f"{block}\n")
    assert check(page.site) == [f"docs/latent/page.md:{problem}"]
    assert "kb-unknown" in page.html or "///" in page.html


def test_a_very_long_line_is_shown_whole_in_a_box_of_its_own(render):
    line = "a<" * 50_000
    head = (CASES / "talk.yml").read_text("utf-8").partition("turns:")[0]
    record = f"{head}turns:\n  - role: user\n    text: '{line}'\n"
    page = render(PAGE, transcript=record.replace("wording: partly", "wording: verbatim"))
    assert 'class="kb-said kb-long"' in page.html
    assert said(page.html, 1) == line.replace("<", "&lt;")
