"""What somebody else wrote in Markdown shows on a page and does nothing."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.markdown.untrusted import render_untrusted


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*so* `x < y`", "<p><em>so</em> <code>x &lt; y</code></p>"),
        ("a &amp; b &lt; c", "<p>a &amp; b &lt; c</p>"),
        ("a&nbsp;b &copy; &#64; &#x2014;", "<p>a\u00a0b \u00a9 @ \u2014</p>"),
        ("&zzz; &#0; &#27;", "<p>&amp;zzz; \ufffd </p>"),
        ("\x1b[1m", "<p>\u241b[1m</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[x](javascript:alert(1))", "<p><span>x</span></p>"),
        ("[x](https://[example.org)", "<p><span>x</span></p>"),
        (
            "[x](https://example.org)",
            '<p><a href="https://example.org" rel="nofollow noopener">x</a></p>',
        ),
        ("![x](https://example.org/x.png)", "<p><span>[picture: x, https://example.org/x.png]</span></p>"),
        ("# Heading", "<p>Heading</p>"),
    ],
)  # fmt: skip
def test_text_of_others_is_shown_and_does_nothing(text, shown):
    assert render_untrusted(text) == f"<div>{shown}</div>"


PIECES = st.sampled_from(
    "&nbsp; &x; &#1; &# ; & < > [x]( ) ]( http://[ ` ``` ~~~ * ** _ # - 1. | --- \n \n\n \t \x00 \x02 \x03 <b> "
    "<!-- --> <http://x> ![ [x]: \ufffe \\ a".split(" ")
)


@given(st.lists(PIECES, max_size=20).map("".join))
@example("")
def test_any_text_becomes_well_formed(text):
    ET.fromstring(render_untrusted(text))  # noqa: S314 - our own
