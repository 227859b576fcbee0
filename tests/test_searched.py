"""What the search gets to read of a page is what it would keep of the whole."""

from __future__ import annotations

import pytest
from material.plugins.search.plugin import Parser

from kb.searched import published, searched


def kept(html):
    """Return what Material's search keeps of a page: id, title and text of each section."""
    parser = Parser()
    parser.feed(html)
    parser.close()
    return [
        (section.id, "".join(section.title).strip(), " ".join("".join(section.text).split()))
        for section in parser.data
        if not section.is_excluded()
    ]


PAGES = {
    "nothing to leave out": "<h1 id='a'>One</h1><p>Two <em>three</em>.</p>",
    "a list behind": '<h1 id="a">One</h1><p>Two.</p><section data-search-exclude=""><ul><li>x</li></ul></section>',
    "a list between": '<p>Two.</p><ul class="x" data-search-exclude=""><li>x</li></ul><p>Three.</p>',
    "an element in its like": '<p>Two.</p><div data-search-exclude=""><div>x</div></div><p>Three.</p>',
    "a name that begins alike": '<p data-search-exclude="">x<pre>y</pre></p><p>Three.</p>',
    "a heading": '<h1 id="a">One</h1><h2 id="b" data-search-exclude="">x</h2><p>y</p><p>z</p>',
    "a heading before another": '<h2 id="b" data-search-exclude="">x</h2><p>y</p><h2 id="c">Two</h2><p>Three.</p>',
    "a heading before one in a list": '<h2 id="b" data-search-exclude="">x</h2><p>y</p><div><p>z</p><h3 id="c">Two</h3><p>Three.</p></div><p>w</p>',
    "a heading in what is left out": '<h1 id="a">One</h1><section data-search-exclude=""><h2 id="b" data-search-exclude="">x</h2><p>y</p></section><p>Three.</p>',
    "an element without end": '<p>Two.</p><img alt="x" data-search-exclude=""><p>Three.</p>',
    "one that nobody closed": '<p>Two.</p><div data-search-exclude=""><p>x</p>',
    "words that only look so": "<p>Write <code>data-search-exclude</code> &lt;p data-search-exclude&gt; here.</p>",
}


@pytest.mark.parametrize("html", PAGES.values(), ids=PAGES)
def test_the_search_keeps_the_same_of_the_rest(html):
    assert kept(searched(html)) == kept(html)


def test_an_element_is_left_out_to_its_end():
    """Material's own count of the elements left out ends with the first of the same name in it."""
    html = '<p>Two.</p><div data-search-exclude=""><div>x</div><div>y</div></div><p>Three.</p>'
    assert searched(html) == "<p>Two.</p><p>Three.</p>"
    assert "y" in kept(html)[0][2]


def test_what_the_search_drops_it_does_not_get():
    html = PAGES["a heading in what is left out"] + PAGES["a heading"]
    assert searched(html) == '<h1 id="a">One</h1><p>Three.</p><h1 id="a">One</h1><h2 id="b" data-search-exclude="">x</h2>'  # fmt: skip


def test_what_is_said_to_the_search_alone_is_not_published():
    assert published('<ul class="x" data-search-exclude=""><li>y</li></ul>') == '<ul class="x"><li>y</li></ul>'  # fmt: skip
    assert published('<p data-search-x="1" id="a">') == '<p id="a">'
