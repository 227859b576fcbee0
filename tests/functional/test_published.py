"""What a build says of its own address: nothing where it is not told, everything where it is."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from kb.bib.store import parse_store

CASES = Path(__file__).parents[1] / "cases" / "sites" / "small"
ADDRESS = "https://example.org/notes/"
NOTE = "latent/one/index.html"


@pytest.fixture(scope="module")
def published(copy_to, build_base, tmp_path_factory):
    """The small site, built for an address; returns its folder."""
    root = copy_to(CASES, tmp_path_factory.mktemp("published") / "small")
    done = build_base(root, root / "site", ADDRESS)
    assert done.code == 0, done.log
    return root / "site"


def page(root):
    return (root / NOTE).read_text("utf-8")


def own_entry(html):
    """Return the only reference in the BibTeX that a page offers of itself."""
    code = unescape(re.search(r"<code>(@misc.*?)</code>", html, re.DOTALL)[1])
    store = parse_store({"refs/ours.bib": code.encode() + b"\n"})
    assert store.problems == ()
    return store.references[0]


def test_the_sitemap_lists_every_page_by_its_full_address(published):
    listed = re.findall("<loc>(.*?)</loc>", (published / "sitemap.xml").read_text("utf-8"))
    pages = {path.relative_to(published).as_posix() for path in published.rglob("index.html")}
    assert set(listed) == {ADDRESS + path.removesuffix("index.html") for path in pages}
    assert len(listed) == len(pages)


def test_a_page_names_its_address_to_search_engines_and_to_whoever_cites_or_shares_it(published):
    html, own = page(published), f"{ADDRESS}latent/one/"
    assert f'<link rel="canonical" href="{own}">' in html
    assert f'<meta property="og:url" content="{own}">' in html
    assert own_entry(html).url == own
    assert re.search(rf"revision [0-9a-f]{{12}}\. {own}</code>", html)


def test_without_an_address_none_is_named_and_the_citation_stands(small_build):
    html = page(small_build.site)
    assert "canonical" not in html
    assert "og:url" not in html
    assert own_entry(html).url == ""
    assert re.search(r"revision [0-9a-f]{12}\.</code>", html)
    assert "<loc>" not in (small_build.site / "sitemap.xml").read_text("utf-8")
