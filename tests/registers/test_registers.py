"""Registers: what is read beside the notes, what is refused, and what the tables make of it."""

from __future__ import annotations

import re
from html import unescape

import pytest

from kb.lint import check_site
from kb.model import PartialDate
from kb.register_views import launch_week, timeline, timeline_years
from kb.registers.files import SYSTEMS, parse_registers
from kb.site import build_site
from kb.sources import Sources

NOTE = "---\ntitle: T\ndescription: D\nupdated: 2026-11-21\n---\n\n# T\n"
INDEX = "---\ntitle: Latent reasoning\nshort: Latent\ndescription: D\n---\n\n# Latent reasoning\n"
BIB = """\
@misc{doe2020first, author={Doe, Jane}, title={First}, date={2020}}
@misc{roe2023second, author={Roe, Richard}, title={Second}, date={2023-07-02}}
@online{moe2024post, author={Moe, Mary}, title={A post}, date={2024-09-13}, entrysubtype={social post}}
@online{moe2025post, author={Moe, Mary}, title={Late}, date={2025-09-13}, entrysubtype={social post}}
@online{moe2024paper, author={Moe, Mary}, title={Paper}, date={2024-09-13}}
"""
REGISTER = """\
experiments:
  - id: icansee-10
    title: Ten <b>examples</b>
    source: "@doe2020first"
    date: 2025-01
    by: the post's author
    setup: One sentence.
    size: 10 examples
    settings: unknown
    result: none
    status: proposed
    grade: A
claims:
  - id: c-13
    claim: It works.
    source: "@roe2023second"
    date: unknown
    by: a commenter
    support: none
    rebuttal: It does not.
    fate: doubtful
    grade: B
"""
SYSTEM = """\
systems:
  - id: gpt2
    name: GPT-2
    note: latent/one.md
    said:
      - says: It is small.
        source: "@doe2020first"
        grade: A
"""


def site_of(register=REGISTER, systems=SYSTEM, page=""):
    return build_site(
        Sources(
            pages={
                "docs/latent/index.md": INDEX.encode(),
                "docs/latent/one.md": (NOTE + page).encode(),
            },
            bibs={"refs/latent.bib": BIB.encode()},
            registers={
                "docs/latent/one.register.yml": register.encode(),
                SYSTEMS: systems.encode(),
            },
        )
    )


def problems(site):
    return [str(p) for p in check_site(site) if ".yml" in p.path]


def rows(html):
    return [
        [
            " ".join(unescape(re.sub("<[^>]*>", "", cell)).split())
            for cell in re.findall("<td[^>]*>(.*?)</td>", row, re.DOTALL)
        ]
        for row in re.findall("<tr[^>]* data-.*?</tr>", html, re.DOTALL)
    ]


@pytest.fixture
def table(make_markdown):
    def render(name, site=None):
        page = f"\n/// register | {name}\n///\n"
        return rows(make_markdown(site or site_of(page=page), "latent/one.md").convert(page))

    return render


def test_a_good_register_has_no_problem():
    assert problems(site_of()) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("status: proposed", "status: tried", "11: KB303 status must be one of done, failed, proposed: 'tried'"),
        ("date: 2025-01", "date: January", "5: KB303 date must be a date such as 2025, 2025-01 or 2025-01-15, or unknown: 'January'"),
        ('source: "@doe2020first"', "source: doe2020first", "4: KB303 source must be a citation key such as \"@hao2024training\": 'doe2020first'"),
        ('source: "@doe2020first"', 'source: "@doe2020frist"', "2: KB744 source must be one of the site: '@doe2020frist' (did you mean '@doe2020first'?)"),
        ("    size: 10 examples\n", "", "2: KB304 required key must be there: 'size' (examples, samples, problems)"),
        ("id: c-13", "id: C 13", "14: KB303 id must be a slug such as o1-puzzles: 'C 13'"),
        ("claims:", "claim:", "13: KB302 key must be one of the schema's: 'claim' (did you mean 'claims'? allowed: experiments, claims)"),
    ],
)  # fmt: skip
def test_a_bad_entry_is_a_problem_with_its_line(old, new, problem):
    assert problems(site_of(REGISTER.replace(old, new, 1))) == [
        f"docs/latent/one.register.yml:{problem}"
    ]


def test_an_id_belongs_to_one_entry_of_the_whole_site():
    twice = REGISTER.replace("claims:", REGISTER[13:].partition("claims:")[0] + "claims:")
    assert problems(site_of(twice)) == [
        "docs/latent/one.register.yml:13: KB742 id must be that of one entry: 'icansee-10' (give it another)"
    ]


def test_a_register_stands_beside_its_note():
    _, found = parse_registers(
        {"docs/latent/tow.register.yml": REGISTER.encode()}, {"latent/two.md"}
    )
    assert [str(problem) for problem in found] == [
        "docs/latent/tow.register.yml:1: KB741 register must stand beside its note: 'latent/tow.md'"
        " (rename the file, or write the note)"
    ]


def test_a_register_in_another_encoding_is_refused_with_its_line():
    _, found = parse_registers({"docs/a/b.register.yml": b"claims:\n  - id: \xe9"}, {"a/b.md"})
    assert [str(problem) for problem in found] == [
        "docs/a/b.register.yml:2: KB743 register must be UTF-8: byte b'\\xe9' (save the file as UTF-8)"
    ]


def test_a_system_names_a_note_and_sources_that_exist():
    wrong = SYSTEM.replace("latent/one.md", "latent/oen.md").replace("doe2020first", "nobody2020x")
    assert problems(site_of(systems=wrong)) == [
        "docs/registers/systems.yml:2: KB744 note must be a page: 'latent/oen.md' (did you mean latent/one.md?)",
        "docs/registers/systems.yml:6: KB744 source must be one of the site: '@nobody2020x' (add it to refs/ first)",
    ]


def test_the_table_of_experiments(table):
    assert table("experiments") == [
        [
            "Ten <b>examples</b> the post's author, 2025-01; Doe (2020); in T",
            "One sentence.",
            "10 examples",
            "unknown",
            "–",
            "proposed",
            "A",
        ]
    ]


def test_the_table_of_claims(table):
    assert table("claims") == [
        [
            "It works. a commenter, date unknown; Roe (2023); in T",
            "–",
            "It does not.",
            "doubtful",
            "B",
        ]
    ]


def test_the_table_of_systems(table):
    assert table("systems") == [["GPT-2", "It is small. (Doe (2020)) A", "T"]]


def test_the_timeline_holds_what_is_dated_in_the_order_of_time(table):
    assert [row[:2] for row in table("timeline")] == [
        ["2023-07-02", "Roe: Second"],
        ["2024-09-13", "Moe: A post"],
        ["2024-09-13", "Moe: Paper"],
        ["2025-01", "Ten <b>examples</b>"],
        ["2025-09-13", "Moe: Late"],
    ]


def test_a_place_on_the_timeline_is_the_share_of_days_gone():
    events = timeline(site_of())
    assert timeline_years(events) == ((2022, 0.0), (2023, 24.98), (2024, 49.97), (2025, 75.02))
    middle = next(event for event in events if event.date == PartialDate(2023, 7, 2))
    assert middle.place == pytest.approx(24.98 + 182 / 1461 * 100, abs=0.01)


def test_the_launch_holds_posts_of_its_months_only():
    assert [str(key) for key in launch_week(site_of())] == ["moe2024post"]


def test_an_unknown_register_says_so(make_markdown):
    page = "/// register | nothing\n///\n"
    assert "Unknown register: nothing" in make_markdown(site_of()).convert(page)
