"""Questions as they stand in docs/questions/: what is read, and each kind of bad entry with its line and way out."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
import yaml

from kb.citable import transcript_key
from kb.ids import CiteKey
from kb.model import PartialDate
from kb.notes.page import parse_page
from kb.notes.question import Computed, Here, format_source, parse_source
from kb.questions.record import questions_of

CASES = Path(__file__).parents[1] / "cases" / "questions"
RECORDS = yaml.safe_load((CASES / "records.yml").read_text("utf-8"))
HEAD = """\
question: Does it work?
topic: latent
asked: {date: 2025, source: here}
settled_by: A run.
review_after: 2027-05-01
search: abs:latent
"""


def read(text, path="questions/a.md"):
    page, problems = parse_page(path, text)
    questions, found = questions_of([page])
    return questions, sorted([*problems, *found])


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in RECORDS])
def test_a_bad_entry_is_told_with_its_line_and_the_way_out(case):
    front = case["front"].replace("<>\n", HEAD).replace("<>", HEAD)
    text = f"---\n{front}---\n{case.get('body', 'It matters.')}"
    assert [str(problem) for problem in read(text)[1]] == case["says"]


def test_a_question_is_read_with_all_it_holds():
    text = (CASES / "whole.md").read_text("utf-8")
    questions, problems = read(text)
    assert problems == []
    [question] = questions.values()
    meta = question.meta
    assert (question.slug, question.path) == ("a", "docs/questions/a.md")
    assert meta.asked.source == transcript_key("talk", 1)
    assert meta.for_means == "guessing"
    assert [item.date for item in question.items()] == [
        *(PartialDate(2024, 12), PartialDate(2025, 1, 15), PartialDate(2026, 11, 21)),
        PartialDate(2024),
    ]
    assert [item.source for item in meta.evidence] == [
        *(CiteKey("doe2020first"), transcript_key("talk", 2), Computed("letter-share")),
    ]
    assert [item.line for item in question.items()] == [18, 26, 35, 44]
    assert [part.id for part in meta.parts] == ["which-word"]
    assert meta.updated == datetime.date(2026, 11, 22)


@pytest.mark.parametrize("path", ["questions/Not_A_Slug.md", "questions/a/b.md"])
def test_a_file_whose_name_is_no_slug_below_the_folder_is_refused(path):
    questions, problems = read(f"---\n{HEAD}---\nIt matters.", path)
    assert questions == {}
    assert [str(p) for p in problems] == [
        f"docs/{path}:1: KB801 name must be a slug: {path!r} "
        "(write lower-case words joined by hyphens, right below docs/questions/)"
    ]


@pytest.mark.parametrize(
    "text", ["@doe2020first", "@t:talk", "@t:talk#12", "computed: letter-share"]
)
def test_a_source_reads_back_as_it_is_printed(text):
    assert format_source(parse_source(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "doe2020first",
        "@",
        "@t:",
        "@t:Talk",
        "@t:talk#0",
        "@t:talk#x",
        "@q:a",
        "computed:",
        "computed: A B",
    ],
)
def test_what_is_no_source_is_refused(text):
    with pytest.raises(ValueError, match="not a "):
        parse_source(text)


def test_this_site_may_ask():
    assert read(f"---\n{HEAD}---\nIt matters.")[0]["a"].meta.asked.source == Here()


def test_a_year_sorts_before_its_months_and_a_month_before_its_days():
    dates = [
        *(PartialDate(2025, 1, 2), PartialDate(2026), PartialDate(2025, 1), PartialDate(2025)),
    ]
    assert [str(d) for d in sorted(dates, key=lambda date: date.order)] == [
        "2025",
        "2025-01",
        "2025-01-02",
        "2026",
    ]
