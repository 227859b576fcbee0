"""Coverage: each item of the source documents has one home that exists, or a reason for its absence."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

from kb.lint import check_site
from kb.registers.coverage import COVERAGE, Home, ItemKind, read_home
from kb.registers.files import SYSTEMS, parse_registers
from kb.site import Sources, build_site, load_site

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases" / "inventory"
IDS = [line.split() for line in (CASES / "ids.txt").read_text("utf-8").splitlines()]
WORKS = yaml.safe_load((CASES / "works.yml").read_text("utf-8"))

INDEX = "---\ntitle: Latent reasoning\nshort: Latent\ndescription: D\n---\n\n# Latent reasoning\n"
NOTE = "---\ntitle: A note\ndescription: D\nupdated: 2026-11-21\n---\n\n# A note\n\n## A part\n"
REASONS = "---\ntitle: Left out\ndescription: D\n---\n\n# Left out\n\n## About a person\n"
PAGE = "---\ntitle: Systems\ndescription: D\n---\n\n# Systems\n\n/// register | systems\n///\n"
BIB = "@misc{doe2020first, author={Doe, Jane}, title={First <b>work</b>}, date={2020}}\n"
SYSTEM = """\
systems:
  - id: gpt2
    name: GPT-2
    note: latent/one.md
    said:
      - {says: It is small., source: "@doe2020first", grade: A}
"""
ITEMS = """\
items:
  w-first: {kind: work, home: references/doe2020first.md}
  sys-gpt2: {kind: system, home: registers/systems.md#gpt2}
  n-01: {kind: number, home: latent/one.md#a-part}
  n-02: {kind: number, home: latent/one.md}
  w-person: {kind: work, left_out: about-a-person}
"""


def site_of(items=ITEMS):
    return build_site(
        Sources(
            pages={
                "docs/latent/index.md": INDEX.encode(),
                "docs/latent/one.md": NOTE.encode(),
                "docs/about/left-out.md": REASONS.encode(),
                "docs/registers/systems.md": PAGE.encode(),
            },
            bibs={"refs/latent.bib": BIB.encode()},
            registers={SYSTEMS: SYSTEM.encode(), COVERAGE: items.encode()},
        )
    )


def problems(items):
    return [str(p) for p in check_site(site_of(items)) if p.path == COVERAGE]


def test_a_good_coverage_has_no_problem():
    assert problems(ITEMS) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("latent/one.md}", "latent/oen.md}", "5: KB745 home of n-02 must be a page: 'latent/oen.md' (did you mean latent/one.md?)"),
        ("#a-part", "#a-prat", "4: KB745 home of n-01 must be an anchor of latent/one.md: 'a-prat' (did you mean #a-part?)"),
        ("#gpt2", "#bert", "3: KB745 home of sys-gpt2 must be an anchor of registers/systems.md: 'bert' (its headings and rows give the anchors)"),
        ("doe2020first", "roe2020first", "2: KB745 home of w-first must be a page: 'references/roe2020first.md' (did you mean references/doe2020first.md?)"),
        ("left_out: about-a-person", "left_out: about-a-cat", "6: KB745 reason of w-person must be an anchor of about/left-out.md: 'about-a-cat' (did you mean #about-a-person?)"),
        (", left_out: about-a-person", "", "6: KB746 item must have a home or a reason for its absence, and not both: 'w-person' (write home: …, or left_out: …)"),
        ("left_out", "home: latent/one.md, left_out", "6: KB746 item must have a home or a reason for its absence, and not both: 'w-person' (write home: …, or left_out: …)"),
        ("kind: number", "kind: figure", "4: KB303 kind must be one of work, system, experiment, claim, question, transcript, number, later work: 'figure'"),
        ("home: latent/one.md}", "home: /latent/one}", "5: KB303 home must be a path below docs/ such as latent/coconut.md, with #anchor for a part of it: '/latent/one'"),
        ("home: latent/one.md}", "page: latent/one.md}", "5: KB302 key must be one of the schema's: 'page' (allowed: kind, home, left_out)"),
        ("n-02", "n-01", "5: KB302 key must stand once: 'n-01' (remove one)"),
    ],
)  # fmt: skip
def test_a_bad_item_is_a_problem_with_its_line(old, new, problem):
    assert problems(ITEMS.replace(old, new, 1)) == [f"{COVERAGE}:{problem}"]


def test_a_coverage_in_another_encoding_is_refused_with_its_line():
    _, found = parse_registers({COVERAGE: b"items:\n  a: \xe9"}, {})
    assert [str(problem) for problem in found] == [
        f"{COVERAGE}:2: KB743 register must be UTF-8: byte b'\\xe9' (save the file as UTF-8)"
    ]


@pytest.mark.parametrize("text", ["latent/one.md", "index.md", "registers/claims.md#c-01", "a/b.md#x.1_y"])  # fmt: skip
def test_a_home_reads_and_writes_alike(text):
    assert str(read_home(text)) == text


def test_the_parts_of_a_home():
    assert read_home("registers/claims.md#c-01") == Home("registers/claims.md", "c-01")


@pytest.mark.parametrize("text", ["", "latent/one", "../one.md", "/one.md", "one.md#", "a b.md", "http://a/b.md"])  # fmt: skip
def test_what_is_no_place_is_refused(text):
    with pytest.raises(ValueError, match="not a place of the site"):
        read_home(text)


def test_the_table_leads_each_item_to_what_stands_there(make_markdown):
    html = make_markdown(site_of()).convert("/// register | coverage\n///\n")
    rows = [row for row in ET.fromstring(html).iter("tr") if row.get("id")]  # noqa: S314 - our own
    shown = [
        (
            row.get("id"),
            row.get("data-kind"),
            row.get("data-here"),
            "".join(row[2].itertext()).strip(),
            row[2][0].get("href"),
        )
        for row in rows
    ]
    assert shown == [
        ("w-first", "work", "yes", "Doe (2020): First <b>work</b>", "/references/doe2020first.md"),
        ("sys-gpt2", "system", "yes", "GPT-2", "/registers/systems.md#gpt2"),
        ("n-01", "number", "yes", "A note › A part", "/latent/one.md#a-part"),
        ("n-02", "number", "yes", "A note", "/latent/one.md"),
        ("w-person", "work", "no", "left out: Left out › About a person", "/about/left-out.md#about-a-person"),
    ]  # fmt: skip


# The real base.


@pytest.fixture(scope="module")
def items():
    return load_site(ROOT).registers.coverage


def test_every_item_has_one_home_or_a_reason(items):
    """That it stands once, that its home is there: KB302, KB745 and KB746 see to it."""
    assert {name: item.kind for name, item in items.items()} == {
        name: ItemKind(kind.replace("-", " ")) for kind, name in IDS
    }


def test_the_list_of_ids_is_whole():
    """A list that lost its lines would pass the test above."""
    counts = {kind: sum(1 for one, _ in IDS if one == kind) for kind, _ in IDS}
    assert counts == {
        "work": 93,
        "system": 30,
        "experiment": 35,
        "claim": 53,
        "question": 52,
        "transcript": 22,
        "number": 48,
        "later-work": 48,
    }
    assert len({name for _, name in IDS}) == len(IDS)


@pytest.mark.parametrize("name", WORKS)
def test_a_work_left_out_of_the_store_is_left_out_here(name, items):
    assert (items[name].left_out is not None) == isinstance(WORKS[name], dict)


@pytest.mark.parametrize("name", [name for name in WORKS if isinstance(WORKS[name], list)])
def test_a_work_with_a_page_of_its_own_has_its_home_there(name, items):
    folder, _, key = items[name].home.path.removesuffix(".md").rpartition("/")
    assert folder != "references" or key in WORKS[name]
