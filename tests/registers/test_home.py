"""The home page: what is new is worked out from the site, and the page takes the whole width."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from kb.home_views import latest_references
from kb.pages import meta_of

INDEX = "---\ntitle: Home & co\ndescription: D\norder: []\n---\n\n# Home & co\n"
ANNOTATION = "---\nverdict: Judged {0}.\nupdated: 2026-11-21\n---\n\nText.\n"
DATES = {
    "doe2024work": "2024-03",
    "roe2024work": "2024-03-02",
    "moe2024work": "2024-03-02",
    "poe2023work": "2023",
    "zoe2026work": "2026-01-01",  # nobody has annotated it
    "coe2020work": "",
}
BIB = "\n".join(
    f"@misc{{{key}, author={{{key[:3].title()}, Jane}}, title={{A {{<b>}} work}}"
    f"{f', date={{{date}}}' if date else ''}}}"
    for key, date in DATES.items()
)


@pytest.fixture(scope="module")
def site(make_site):
    annotated = [key for key in DATES if not key.startswith("zoe")]
    pages = {f"references/{key}.md": ANNOTATION.format(key[:3]) for key in annotated}
    return make_site(pages | {"index.md": INDEX, "guide/index.md": INDEX}, {"latent.bib": BIB})


def test_the_newest_works_are_those_with_an_annotation_and_a_date(site):
    """A month stands before its days, and works of one day stand in the order of their keys."""
    assert [str(ref.key) for ref in latest_references(site)] == [
        "moe2024work",
        "roe2024work",
        "doe2024work",
    ]


def test_the_block_shows_title_date_and_judgment(site, make_markdown):
    html = make_markdown(site).convert("/// latest-references\n///\n")
    first = ET.fromstring(html).find("li")  # noqa: S314 - our own
    assert first[0].get("href") == "/references/moe2024work.md"
    assert " ".join("".join(first.itertext()).split()) == (
        "A <b> work 2024-03-02, Jane Moe. Judged moe."
    )


def test_the_home_page_hides_what_stands_beside_a_text(site):
    assert meta_of(site, "index.md") == {
        "title": "Home &amp; co",
        "description": "D",
        "hide": ["navigation", "toc"],
    }


def test_no_other_page_is_told_to_hide_anything(site):
    assert "hide" not in meta_of(site, "guide/index.md")
