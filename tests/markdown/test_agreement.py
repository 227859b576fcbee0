"""The scan and the rendered page must find the same citations: back-links rest on it.

The scan reads blocks with Python-Markdown's own parser and citations by offset; the page is made by
the extension. Here both read the same awkward pages.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from kb.notes.blocks import EXTENSIONS
from kb.site import known_keys

CASES = Path(__file__).parents[1] / "cases"
ROOT = CASES.parents[1]
GRAMMAR = yaml.safe_load((CASES / "citations" / "grammar.yml").read_text("utf-8"))
TEXTS = [
    *(path.read_text("utf-8") for path in sorted((CASES / "markdown").glob("*.md"))),
    *(CASES / "markdown" / "headings.txt").read_text("utf-8").split("\n=====\n"),
    *(CASES / "markdown" / "awkward.txt").read_text("utf-8").split("\n=====\n"),
]
KEYS = {"@a2020": "@doe2020first", "@b2021": "@roe2021pair", "@DBLP:conf": "@DBLP:conf"}


def assert_agreement(rendered):
    page = rendered.site.pages["latent/page.md"]
    assert [str(key) for key in rendered.placed] == [
        str(key) for key in known_keys(rendered.site, page)
    ]
    ours = [("References", "references")] if rendered.placed else []
    assert [anchor for _, anchor in rendered.contents] == [
        *(heading.anchor for heading in page.scan.headings),
        *(anchor for _, anchor in ours),
    ]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.strip().splitlines()[0])
def test_the_page_shows_the_citations_that_the_scan_found(text, render):
    assert_agreement(render(text))


@pytest.mark.parametrize("what", GRAMMAR)
def test_the_page_shows_the_citations_of_the_grammar(what, render):
    for text in GRAMMAR[what]:
        for key, known in KEYS.items():
            text = text.replace(key, known)  # noqa: PLW2901 - known keys in place of the table's
        assert_agreement(render(text))


INLINE = st.sampled_from(
    """\
[@doe2020first]|@doe2020second|[see @roe2021pair, p. 3; @doe2020first]|[-@moe2022journalless]|@roe2021pair [p. 3]
[@nobody2020nothing]|@somebody|a@doe2020first.org|\\@doe2020first|\\[@doe2020first\\]|[@doe2020first
@doe2020first]|`@doe2020first`|``[@doe2020first]``|`|``|[|]|(|)|*|**|_|<b>|</b>|<b title="@doe2020first">|&amp;
[text @doe2020first](x.md)|[[@doe2020second]](x.md)|![@doe2020first](x.png)|![x](x.png)|[text](<x y>)|](x)
[^1]|[^x]|<!-- [@doe2020first] -->|<https://x.org/@doe2020first>|<me@doe2020first>|https://x.org/@doe2020first
word|Word.|et al.|e.g.|1.5|\\|:|;|,|!|{ #id }|{ .cls }|$x_1$|—|“@doe2020first”|[@DBLP:conf/nips/Vaswani17]
[@t:talk]|@t:talk#3|[see @t:talk#1, line 2; @doe2020first]|@t:talk#99|[-@t:talk#2]|[@t:nothing]
[@doe2020first][@doe2020second]|[@doe2020first][^1]|[x][y]|@doe2020first:|--|//|  """.replace(
        "\n", "|"
    ).split("|")
)
LINE = st.lists(INLINE, min_size=1, max_size=5).map(" ".join)
PARAGRAPH = st.lists(LINE, min_size=1, max_size=3).map("\n".join)
CODE = st.lists(LINE, min_size=1, max_size=2).map("\n".join)


def table(rows):
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])


LEAF = st.one_of(
    PARAGRAPH,
    LINE.map(lambda line: f"## {line}"),
    LINE.map(lambda line: f"{line}\n---"),
    LINE.map(lambda line: f"[^1]: {line}"),
    LINE.map(lambda line: f"Term\n:   {line}"),
    LINE.map(lambda line: f"<div>\n{line}\n</div>"),
    LINE.map(lambda line: f"<!--\n{line}\n-->"),
    LINE.map(lambda line: f"/// caption\n{line}\n///"),
    LINE.map(lambda line: f"/// caption\n    attrs: {{title: '[@doe2020first]'}}\n{line}\n///"),
    CODE.map(lambda code: f"```\n{code}\n```"),
    CODE.map(lambda code: f"~~~ python\n{code}\n~~~"),
    CODE.map(lambda code: f"```\n{code}"),
    CODE.map(lambda code: textwrap.indent(code, "    ")),
    st.lists(st.lists(LINE, min_size=2, max_size=2), min_size=1, max_size=3).map(table),
    st.sampled_from(
        [
            "/// reference | doe2020first\n///",
            "/// transcript | talk\n///",
            "/// transcript | talk\n    turns: 2-3\n///",
            "/// transcript | talk\n    turns: none\n///",
            "/// transcript | nobody\n///",
            "---",
            "[y]: y.md",
            "<hr>",
            "<div>",
            "</div>",
        ]
    ),
)


def indented(first, rest="    "):
    return lambda text: first + textwrap.indent(text, rest).removeprefix(rest)


def containers(content):
    return st.one_of(
        content.map(indented("- ")),
        content.map(indented("1. ")),
        content.map(indented("-   ")),
        content.map(indented("* ", "  ")),
        content.map(indented("!!! note\n    ")),
        content.map(indented('??? tip "@doe2020first"\n    ')),
        content.map(indented("[^1]: ")),
        content.map(indented("Term\n:   ")),
        content.map(lambda text: textwrap.indent(text, "> ", lambda _line: True)),
        content.map(lambda text: f"<div markdown>\n\n{text}\n\n</div>"),
        content.map(lambda text: f"<div>\n{text}\n</div>"),
        st.tuples(content, st.sampled_from(["\n", "\n\n", "\n\n\n"]), content).map("".join),
    )


PAGES = st.recursive(LEAF, containers, max_leaves=6)
# Hypothesis looks into the source of `containers`, which may change on disk while the tests run.
PAGES.validate()


@given(page=PAGES)
@example(page="- [a\n- @doe2020first] b")
@example(page="> ```\n> [@doe2020first]\n\n[@doe2020second]")
@example(page='[ <b title="@doe2020first"> ]')
def test_any_composed_page_shows_the_citations_that_the_scan_found(page, render):
    assert_agreement(render(page))


def test_the_scan_reads_blocks_as_the_site_does(make_markdown):
    """What mkdocs.yml turns on and the scan does not know must not decide what is running text."""
    other = {"kb", "pymdownx.blocks.caption"}
    site = yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    names = {
        name
        for entry in site["markdown_extensions"]
        for name in (entry if isinstance(entry, dict) else [entry])
    }
    assert names == set(EXTENSIONS) | other
