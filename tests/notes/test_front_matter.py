"""The front matter of pages: a closed schema whose every mistake is told with its line."""

from __future__ import annotations

import datetime
import enum
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kb.notes.front_matter import AnnotationMeta, NoteMeta, PageMeta, cut_front_matter
from kb.notes.page import SCHEMAS, PageKind, kind_of, parse_page
from kb.notes.question import QuestionMeta
from kb.notes.schema import KeyInfo, describe, key, read_yaml
from kb.problems import Severity

ROOT = Path(__file__).parents[2]
CASES = yaml.safe_load((ROOT / "tests/cases/schema/front_matter.yml").read_text("utf-8"))
GUIDE = (ROOT / "docs/guide/index.md").read_text("utf-8")


@pytest.mark.parametrize("case", [pytest.param(case, id=what) for what, case in CASES.items()])
def test_bad_front_matter_raises_exactly_the_problems_of_the_table(case):
    _, problems = parse_page(case["path"], case["text"])
    assert [str(problem) for problem in problems] == case["problems"]
    assert {problem.severity for problem in problems} == {Severity.ERROR}


@pytest.mark.parametrize(
    ("path", "text", "meta"),
    [
        (
            "latent/a.md",
            "title: 'A: B'\ndescription: C\ntags: [d, e-f]\nread: {g2020h: v2}\nupdated: 2026-11-21",
            NoteMeta(
                title="A: B",
                description="C",
                tags=("d", "e-f"),
                read={"g2020h": "v2"},
                updated=datetime.date(2026, 11, 21),
            ),
        ),
        (
            "latent/a.md",
            "title: 1984\ndescription: yes\nupdated: 2026-11-21",
            NoteMeta(title="1984", description="yes", updated=datetime.date(2026, 11, 21)),
        ),
        (
            "references/a2020b.md",
            "verdict: >\n  Folded\n  text.\nupdated: '2026-11-21'",
            AnnotationMeta(verdict="Folded text.", updated=datetime.date(2026, 11, 21)),
        ),
        (
            "about/a.md",
            "title: A # a comment\ndescription: B",
            PageMeta(title="A", description="B"),
        ),
    ],
)
def test_values_are_read_as_typed(path, text, meta):
    page, problems = parse_page(path, f"---\n{text}\n---\n\n# A\n")
    assert problems == ()
    assert page.meta == meta


def test_a_mistake_in_the_order_does_not_cost_the_values():
    page, problems = parse_page("about/a.md", "---\ndescription: B\ntitle: A\n---\n")
    assert [problem.code for problem in problems] == ["KB305"]
    assert page.meta == PageMeta(title="A", description="B")


def test_any_other_mistake_leaves_no_values_and_the_page_is_read_all_the_same():
    page, _ = parse_page("about/a.md", "---\ntitle: A\n---\n\n# B\n\n[@c2020d]\n")
    assert page.meta is None
    assert page.title == "B"
    assert [page.line(cited.line) for cited in page.scan.cited] == [7]


@pytest.mark.parametrize(
    ("text", "yaml_text", "body", "body_line"),
    [
        ("---\na: b\n---\nc\n", "a: b\n", "c\n", 4),
        ("---\na: b\n...\nc\n", "a: b\n", "c\n", 4),
        ("---  \r\na: b\r\n---\r\nc\r\n", "a: b\r\n", "c\r\n", 4),
        ("---\n---\n", "", "", 3),
        ("---\na: b\n---", "a: b\n", "", 4),
        # Characters that Python, but no editor, takes for the end of a line.
        ("---\na: 'b\u2028c\x0cd'\n---\ne\n", "a: 'b\u2028c\x0cd'\n", "e\n", 4),
    ],
)
def test_front_matter_is_cut_at_its_fences(text, yaml_text, body, body_line):
    parts = cut_front_matter(text)
    assert (parts.yaml, parts.body, parts.body_line) == (yaml_text, body, body_line)


@pytest.mark.parametrize(
    "text", ["", "a", "---", "---\na: b\n", "----\na: b\n----\n", " ---\n---\n"]
)
def test_a_page_without_both_fences_has_no_front_matter(text):
    assert cut_front_matter(text) is None


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("index.md", PageKind.HOME),
        ("latent/index.md", PageKind.SECTION),
        ("latent/coconut.md", PageKind.NOTE),
        ("references/index.md", PageKind.PLAIN),
        ("references/a2020b.md", PageKind.ANNOTATION),
        ("about/index.md", PageKind.PLAIN),
        ("about/evidence-grades.md", PageKind.PLAIN),
        ("guide/index.md", PageKind.PLAIN),
        ("other.md", PageKind.PLAIN),
    ],
)
def test_what_a_page_is_its_path_decides(path, kind):
    assert kind_of(path) is kind


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, kw_only=True)
class Inner:
    name: str = key("what it is called")


@dataclass(frozen=True, kw_only=True)
class Outer:
    """A schema with every type that a field may have."""

    count: int = key("how many")
    sure: bool = key("whether", default=False)
    color: Color | None = key("which color", None)
    inner: tuple[Inner, ...] = key("the parts", ())


def test_a_schema_describes_its_keys_in_order():
    assert describe(Outer) == (
        KeyInfo("count", "a whole number", required=True, about="how many"),
        KeyInfo("sure", "true or false", required=False, about="whether"),
        KeyInfo("color", "one of red, blue", required=False, about="which color"),
        KeyInfo("inner", "a list, each a mapping", required=False, about="the parts"),
    )


def test_every_type_is_read():
    value, problems = read_yaml(Outer, "count: 3\nsure: true\ncolor: red\ninner: [{name: a}]", "f")
    assert problems == ()
    assert value == Outer(count=3, sure=True, color=Color.RED, inner=(Inner(name="a"),))


def test_every_type_is_checked_where_it_stands():
    text = "count: many\nsure: 1\ncolor: green\ninner:\n  - name: a\n  - nam: b\n  - c"
    value, problems = read_yaml(Outer, text, "f.yml", first_line=10)
    assert value is None
    assert [str(problem) for problem in problems] == [
        "f.yml:10: KB303 count must be a whole number: 'many'",
        "f.yml:11: KB303 sure must be true or false: '1'",
        "f.yml:12: KB303 color must be one of red, blue: 'green'",
        "f.yml:15: KB302 key must be one of the schema's: 'nam' (did you mean 'name'? allowed: name)",
        "f.yml:15: KB304 required key must be there: 'name' (what it is called)",
        "f.yml:16: KB303 value must be a mapping: 'c'",
    ]


YAML = st.text(alphabet="abc: \n-[]{}&*!|>'\"#%@`,?\t0~<=.\x00\u2028é", max_size=60)


@given(YAML)
def test_no_front_matter_breaks_the_reader(text):
    page, problems = parse_page("about/a.md", f"---\n{text}\n---\n")
    assert (page.meta is None) == any(problem.code != "KB305" for problem in problems)
    assert all(problem.line >= 1 for problem in problems)


def test_the_guide_has_the_table_of_every_schema_and_no_other():
    """Questions have tables of their own: `tests/questions/test_question_guide.py`."""
    tables = {
        tuple(
            (f"`{info.name}`", info.form, "yes" if info.required else "no")
            for info in describe(schema)
        )
        for schema in SCHEMAS.values()
        if schema is not QuestionMeta
    }
    assert set(guide_tables("| key | holds | required |")) == tables


def guide_tables(header):
    """Yield the rows of each table of the guide that begins with `header`."""
    for part in GUIDE.split(header + "\n")[1:]:
        rows = part.split("\n\n")[0].splitlines()[1:]
        yield tuple(tuple(cell.strip() for cell in row.strip("|").split("|")) for row in rows)
