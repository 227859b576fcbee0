"""What the scan finds on a page: headings, sentences, links, block fences, each with its line."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from unittest.mock import patch

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from kb.notes import blocks
from kb.notes.scan import plain, scan_page

CASES = Path(__file__).parents[1] / "cases"
HEADINGS = (CASES / "markdown" / "headings.txt").read_text("utf-8").split("\n=====\n")
SENTENCES = yaml.safe_load((CASES / "citations" / "sentences.yml").read_text("utf-8"))
READABLE = (CASES / "citations" / "readable.txt").read_text("utf-8").strip().split("\n\n")
BIB = "@misc{doe2020first, author={Doe, Jane}, title={First}, year=2020}\n"


@pytest.fixture(scope="module")
def contents(make_site, make_markdown):
    """Return what Python-Markdown's contents list says: level, text, anchor of each heading."""
    markdown = make_markdown(make_site(bibs={"a.bib": BIB}))

    def of(text):
        markdown.reset()
        markdown.convert(text)
        found = [(t["level"], unescape(t["name"]), t["id"]) for t in flat(markdown.toc_tokens)]
        # The list of what the page cites is ours, not the writer's.
        return [heading for heading in found if heading != (2, "References", "references")]

    return of


def flat(tokens):
    for token in tokens:
        yield token
        yield from flat(token["children"])


@pytest.mark.parametrize("text", [pytest.param(t, id=t.splitlines()[0]) for t in HEADINGS])
def test_headings_have_the_text_and_anchor_of_the_contents_list(text, contents):
    assert [(h.level, h.text, h.anchor) for h in scan_page(text).headings] == contents(text)


HEADING_PIECES = st.sampled_from(
    [
        "Word",
        "*em*",
        "`code`",
        "[@doe2020first]",
        "&amp;",
        "<b>",
        "#",
        "\\#",
        "{ #own }",
        "_",
        "é",
        "1.5",
    ]
)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["# ", "## ", "###", "- # ", "> ## ", "    # ", ""]),
            st.lists(HEADING_PIECES, min_size=1, max_size=5).map(" ".join),
            st.sampled_from(["\n", "\n\n", "\n---\n", " ##\n"]),
        ).map("".join),
        max_size=5,
    ).map("".join)
)
def test_any_headings_have_the_text_and_anchor_of_the_contents_list(contents, text):
    assert [(h.level, h.text, h.anchor) for h in scan_page(text).headings] == contents(text)


@pytest.mark.parametrize(
    ("page", "cites"),
    [pytest.param(case["page"], case["cites"], id=what) for what, case in SENTENCES.items()],
)
def test_a_citation_has_its_line_heading_and_sentence(page, cites):
    assert [
        f"{cited.line} | {cited.heading.text if cited.heading else '-'} | {cited.sentence}"
        for cited in scan_page(page).cited
    ] == cites


@given(st.from_regex(blocks._LETTERS_ALONE, fullmatch=True))  # noqa: SLF001 - what it must not change
def test_text_without_a_mark_of_markdown_is_read_as_markdown_reads_it(text):
    without = re.compile("(?!)")
    with patch("kb.notes.blocks._LETTERS_ALONE", without):
        parsed = blocks.plain_text.__wrapped__(text)
    assert blocks.plain_text.__wrapped__(text) == parsed


@given(
    st.lists(st.from_regex(blocks._LETTERS_ALONE, fullmatch=True), max_size=4),  # noqa: SLF001
    st.lists(st.sampled_from(["a", "a_1", "_1", "word"]), max_size=3),
)
def test_headings_without_a_mark_are_named_as_the_contents_list_names_them(headings, taken):
    typed = [(number % 6 + 1, text) for number, text in enumerate([*headings, *headings, "a"])]
    with patch("kb.notes.blocks._LETTERS_ALONE", re.compile("(?!)")):
        named = blocks.name_headings(typed, taken)
    assert blocks.name_headings(typed, taken) == named


# How lines begin that are no paragraph, and some that are.
LINES = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", "", " ", "    ", "> ", "- ", "1. ", "# ", ": ", "| ", "!!! ", "??? "]),
        st.sampled_from(["", "[^a]: ", "[a]: ", "///", "/// b", "---", "===", "a | b", "--|--"]),
        st.sampled_from(
            ["", "word", "**bold**", "*x*", "@a2020b", "(so)", "`code`", '"q"', "é", "a:"]
        ),
        st.sampled_from(["", " ", " [^a]", " {#id}", " |", " #", "  "]),
    ),
)


@given(st.lists(st.one_of(LINES, st.just("")), max_size=10).map("\n".join))
def test_a_block_that_is_taken_for_prose_is_cut_as_markdown_cuts_it(text):
    with patch("kb.notes.blocks._PROSE", re.compile("(?!)")):
        cut = _cut(text)
    assert _cut(text) == cut


def _cut(text):
    try:
        return blocks.cut_blocks(text)
    except ValueError as error:
        return str(error)


@pytest.mark.parametrize(("typed", "read"), [case.splitlines() for case in READABLE])
def test_plain_text_is_what_a_reader_would_read_aloud(typed, read):
    assert plain(typed) == read


def test_links_are_told_with_their_target_and_line():
    page = """\
Inline [a](a.md) and [b](<b c.md> "title"), image ![c](c.png),
wrapped [d
](d.md#x "title") and [e](e_(f_(g)).md).

    [code](code.md) `[span](span.md)`

- item [g](g.md)

| [h](h.md) | `[i](i.md)` |
| --- | --- |
| x | [j](j.md) |

[k]: k.md
[l]: <l.md> "title"
Not a definition [m]: m.md

<a href="raw.md">raw HTML is the writer's own business</a>
"""
    assert [(link.line, link.target) for link in scan_page(page).links] == [
        (1, "a.md"),
        (1, "b c.md"),
        (1, "c.png"),
        (3, "d.md#x"),
        (3, "e_(f_(g)).md"),
        (7, "g.md"),
        (9, "h.md"),
        (11, "j.md"),
        (13, "k.md"),
        (14, "l.md"),
    ]


def test_footnotes_are_told_with_the_lines_that_define_and_call_them():
    page = """\
# Heading[^h]

One[^1] and `[^code]` and \\[^escaped] and [^gone].

/// note
Two[^1]
///

- item

    [^1]: In a list, with a call of[^deep].

[^h]: First.
[^deep]: Deep.
[^never]: Lost.
[^h]: Again.
"""
    assert [(note.name, note.defined, note.called) for note in scan_page(page).footnotes] == [
        ("1", (11,), (3, 6)),
        ("deep", (14,), (11,)),
        ("gone", (), (3,)),
        ("h", (13, 16), (1,)),
        ("never", (15,), ()),
    ]


def test_anchors_are_those_of_headings_attribute_lists_and_raw_html():
    page = """\
# Heading

## Own { #own .cls }

A paragraph.
{: #paragraph }

A [span](x.md){ #span } and <b id="inline">x</b> and `{ #code }`.

<div class="x" id='raw'><p id="nested">x</p></div>

```
{ #fenced } <b id="fenced-raw">
```

    {: #indented }
"""
    assert sorted(scan_page(page).anchors) == [
        *("heading", "inline", "nested", "own", "paragraph", "raw", "span"),
    ]


def test_lines_of_slashes_are_told_outside_code():
    page = """\
/// caption
Text
///

`///` in code

    /// code
    ///

```
/// fenced
```

//// outer | x
  /// inner | y
  ///
////

- item

    /// reference | key
    ///

/ no, // no, a /// no
///
"""
    assert [(fence.line, fence.rest) for fence in scan_page(page).fences] == [
        (1, "caption"),
        (3, ""),
        (14, "outer | x"),
        (15, "inner | y"),
        (16, ""),
        (17, ""),
        (21, "reference | key"),
        (22, ""),
        (25, ""),
    ]


def test_the_options_of_a_block_are_told_and_are_no_text_of_the_page():
    page = """\
/// computed | x
    width: 3
    about: see [@a2020b]

/// caption
    attrs: {id: y}
Caption [@c2021d].
///
"""
    scan = scan_page(page)
    assert [(fence.rest, fence.options) for fence in scan.fences] == [
        ("computed | x", "width: 3\nabout: see [@a2020b]"),
        ("caption", "attrs: {id: y}"),
        ("", ""),
    ]
    assert [(cited.line, cited.sentence) for cited in scan.cited] == [(7, "Caption [@c2021d].")]


TEXT = st.text(
    alphabet=st.one_of(
        st.sampled_from("@[]()*_`~#>-+=:!?/|<>&;{}^\\\"' \t\n\r0123a"),
        st.characters(exclude_categories=["Cs"]),
    )
)
PIECES = st.lists(
    st.sampled_from(
        [
            "\n",
            "\n\n",
            "    ",
            "- ",
            "1. ",
            "> ",
            "# ",
            "```",
            "~~~",
            "| a | b |",
            "| --- | --- |",
            "!!! note\n",
            "???+ tip\n",
            ":   ",
            "[^1]: ",
            "[^1]",
            "[a]: b",
            "/// caption\n",
            "///\n",
            "<div>",
            "</div>",
            "<div markdown>",
            "<!--",
            "-->",
            "<![",
            "<?",
            "`",
            "[@a2020b]",
            "@a2020b",
            "*",
            "_",
            "{ #id }",
            "{",
            "\\",
            "\t",
            "word",
            "---",
            "===",
            "\x02",
            "\x03",
            "𐑐",
        ]
    ),
    max_size=25,
).map("".join)


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("[^a]: one [@a2020b]\n    [^b]: two\n", ""),
        ("[^a]:[^b]:\n[^c]:", "RuntimeError: OrderedDict mutated during iteration"),
        ("1. " * 2000, "RecursionError: maximum recursion depth exceeded"),
    ],
)
def test_a_page_at_which_markdown_stops_is_told_and_counts_as_empty(text, trouble):
    scan = scan_page.__wrapped__(text)
    assert scan.trouble[: len(trouble) or None] == trouble
    assert bool(scan.cited) is not bool(trouble)
    assert [c.line for c in scan_page.__wrapped__("[@a2020b]").cited] == [1]


@given(st.one_of(TEXT, PIECES))
@example("[^0]:[^0]:\n[^]:")
def test_no_text_breaks_the_scan(text):
    scan = scan_page.__wrapped__(text)
    last = len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    found = [*scan.headings, *scan.cited, *scan.links, *scan.fences]
    assert all(1 <= item.line <= last for item in found)


@given(st.one_of(TEXT, PIECES), st.integers(min_value=1, max_value=5))
def test_blank_lines_before_a_page_only_move_its_lines(text, number):
    text = text.strip().replace("<", "")  # a tag on the first line is read in a way of its own
    before, after = scan_page.__wrapped__(text), scan_page.__wrapped__("\n" * number + text)
    assert after.anchors == before.anchors
    assert [c.group.items for c in after.cited] == [c.group.items for c in before.cited]
    # A line without letters may be told to stand next to its neighbor.
    assert [h.line - number for h in after.headings if h.text.isalpha()] == [
        h.line for h in before.headings if h.text.isalpha()
    ]
