"""The home page: what is new is worked out from the site, and the page takes the whole width."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from kb.home_views import latest_evidence, latest_references
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


QUESTION = """\
---
question: Is it so{number}?
topic: latent
asked: {{date: 2024, source: here}}
settled_by: A count.
review_after: 2027-01-01
evidence:
{items}---

Why.
"""
ITEM = """\
  - {{date: {date}, source: "{source}", bearing: for, strength: weak, grade: A, says: Says {date}., judged: 2026-11-20}}
"""


@pytest.fixture(scope="module")
def argued(make_site):
    ledgers = {
        1: [("2026-01-03", "computed: letter-share"), ("2026-01-02", "@zoe2026work")],
        2: [("2026-01-01", "@zoe2026work"), ("2024-03", "@doe2024work"), ("2023", "@poe2023work")],
        3: [("2024-03-02", "@moe2024work"), ("2024-03-02", "@roe2024work")],
    }
    questions = {
        f"questions/so-{number}.md": QUESTION.format(
            number=number,
            items="".join(ITEM.format(date=date, source=source) for date, source in ledger),
        )
        for number, ledger in ledgers.items()
    }
    return make_site(questions | {"index.md": INDEX}, {"latent.bib": BIB})


def test_the_newest_evidence_is_of_the_literature_and_names_no_work_and_no_question_twice(argued):
    shown = [(one.question, one.item.date) for one in latest_evidence(argued)]
    assert shown == [
        ("Is it so1?", "2026-01-02"),
        ("Is it so3?", "2024-03-02"),
        ("Is it so2?", "2024-03"),
    ]


def test_the_newest_evidence_leads_to_the_question_and_the_work(argued, make_markdown):
    html = make_markdown(argued).convert("/// latest-evidence\n///\n")
    first = ET.fromstring(html).find("li")  # noqa: S314 - our own
    links = [link.get("href") for link in first.iter("a")]
    assert links[:2] == ["/questions/so-1.md", "/references/zoe2026work.md"]
    assert "for: Says 2026-01-02." in "".join(first.itertext())
