"""Tables quoted from papers: the file, its problems, and what is worked out from it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.computed.figure import BarChart
from kb.computed.table import Comparison, TableOptions, compute_table
from kb.computed.tables import load_tables, parse_table
from kb.notes.schema import Slug

ROOT = Path(__file__).parents[2]

GOOD = """\
cite: doe2020paper
table: "3"
title: Two ways
grade: C
note: made up
columns:
  - {id: score, label: Score, printed: Acc., unit: "%"}
  - {id: cost, label: Cost, note: in words}
rows:
  - {id: old, label: Old way, values: [10.0 ± 0.5, "4"]}
  - {id: new, label: New way, printed: Ours, values: [12.50, unknown], note: theirs}
  - {id: none, label: No way, values: ["0", "-1"]}
chart: [score]
compare_rows:
  - {column: score, of: new, against: old, says: the gain}
  - {column: cost, of: new, against: old, says: the price}
  - {column: score, of: new, against: none, says: over nothing}
compare_columns:
  - {of: score, against: cost, says: score less cost}
"""
PATH = "docs/_data/two-ways.yml"


def table():
    parsed, problems = parse_table(GOOD, PATH)
    assert problems == ()
    assert parsed is not None
    return parsed


def figure(**options):
    return compute_table(TableOptions(name=Slug("two-ways"), **options), {"two-ways": table()})


def test_numbers_keep_the_digits_they_are_printed_with():
    parsed = table()
    assert parsed.name == "two-ways"
    assert str(parsed.cell("old", "score")) == "10.0 ± 0.5"
    assert str(parsed.cell("new", "score")) == "12.50"
    assert parsed.cell("new", "cost") is None


def test_a_cell_that_is_not_there_raises():
    with pytest.raises(KeyError, match="newer"):
        table().cell("newer", "score")


def test_the_figure_quotes_and_compares():
    shown = figure()
    quoted, rows, columns = shown.tables
    assert quoted.rows == (
        ("Old way", "Old way", "10.0 ± 0.5", Decimal(4)),
        ("New way", "Ours", Decimal("12.50"), None),
        ("No way", "No way", Decimal(0), Decimal(-1)),
    )
    assert rows.rows == (
        (
            "the gain",
            "New way against Old way",
            "Score",
            Decimal("2.50"),
            "points",
            Decimal("1.25"),
        ),
        ("the price", "New way against Old way", "Cost", None, None, None),
        ("over nothing", "New way against No way", "Score", Decimal("12.50"), "points", None),
    )
    assert columns.rows == (("Old way", Decimal("6.0")), ("New way", None), ("No way", Decimal(1)))
    assert columns.columns[1].heading == "score less cost (points)"
    assert shown.summary == "Two ways (Table 3)."
    assert shown.inputs == (
        ("paper", "doe2020paper"),
        ("place", "Table 3"),
        ("grade", "C"),
        ("data", PATH),
    )
    assert shown.notes == (
        "made up",
        "Score: printed as Acc..",
        "Cost: in words",
        "New way: theirs",
    )
    assert [str(key) for key in shown.cites] == ["doe2020paper"]


def test_the_figure_can_be_cut_down_and_loses_what_it_cannot_compare():
    shown = figure(rows=(Slug("new"), Slug("none")), columns=(Slug("score"),))
    assert [t.caption for t in shown.tables] == [
        "Two ways: Table 3 of doe2020paper",
        "Rows compared",
    ]
    assert len(shown.tables[1].rows) == 1
    assert len(figure(rows=(Slug("old"),), columns=(Slug("cost"),)).tables) == 1


def test_the_chart_draws_the_columns_that_the_file_names():
    chart = figure().chart
    assert isinstance(chart, BarChart)
    assert [one.name for one in chart.series] == ["Score"]
    assert chart.labels == ("Old way", "New way", "No way")
    assert chart.value_name == "%"
    assert figure(columns=(Slug("cost"),)).chart is None


decimals = st.decimals(-1000, 1000, places=2)


@given(decimals, decimals)
def test_a_difference_is_exact_and_a_ratio_has_two_places(one, other):
    result = Comparison(one, other)
    assert result.difference is not None
    assert result.difference + other == one
    assert (result.ratio is None) == (other == 0)
    if result.ratio is not None:
        assert abs(result.ratio * other - one) <= abs(other) * Decimal("0.005")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": "two-wys"}, "name must be known: 'two-wys' (did you mean 'two-ways'?)"),
        ({"name": "zzz"}, "name must be known: 'zzz' (there are two-ways)"),
        (
            {"name": "two-ways", "columns": ("scor",)},
            "columns must be known: 'scor' (did you mean 'score'?)",
        ),
        (
            {"name": "two-ways", "rows": ("x",)},
            "rows must be known: 'x' (there are old, new, none)",
        ),
    ],
)
def test_what_is_not_there_says_what_is(options, message):
    with pytest.raises(ValueError, match=r".") as raised:
        compute_table(TableOptions(**options), {"two-ways": table()})
    assert str(raised.value) == message


def test_without_any_table_the_message_says_so():
    with pytest.raises(ValueError, match=r"^name must be known: 'x' \(there are none\)$"):
        compute_table(TableOptions(name=Slug("x")), {})


BROKEN = """\
cite: "not a key"
table: "3"
title: Two ways
grade: C
note: made up
columns:
  - {id: score, label: Score}
  - {id: score, label: Cost}
rows:
  - {id: old, label: Old way, values: ["10,0", "4"]}
  - {id: new, label: New way, values: [12.5]}
chart: [scores]
compare_rows:
  - {column: price, of: newer, against: old, says: the gain}
"""


def test_a_broken_file_lists_every_problem_in_order():
    parsed, problems = parse_table(BROKEN, PATH)
    assert parsed is None
    unknown = "write unknown where the paper's number is not known"
    assert [str(problem) for problem in problems] == [
        f"{PATH}:1: KB621 cite must be a citation key: 'not a key'",
        f"{PATH}:7: KB622 column must have an id of its own: 'score'",
        f"{PATH}:10: KB621 value must be a number: '10,0' (42.9, 42.9 ± 0.2 or unknown)",
        f"{PATH}:11: KB621 row 'new' must have one value per column: 1 for 2 ({unknown})",
        f"{PATH}:12: KB622 name must be a column of the table: 'scores' (the columns are score, score)",
        f"{PATH}:14: KB622 name must be a column of the table: 'price' (the columns are score, score)",
        f"{PATH}:14: KB622 name must be a row of the table: 'newer' (the rows are old, new)",
    ]


def test_a_file_the_schema_refuses_has_the_problems_of_the_schema():
    parsed, problems = parse_table("cite: a\ntabel: 1\n", PATH)
    assert parsed is None
    assert [problem.code for problem in problems][:2] == ["KB302", "KB304"]


def test_files_are_loaded_by_name_and_their_problems_collected(tmp_path):
    folder = tmp_path / "docs" / "_data"
    folder.mkdir(parents=True)
    (folder / "two-ways.yml").write_text(GOOD, encoding="utf-8")
    (folder / "bad.yml").write_text(BROKEN, encoding="utf-8")
    tables, problems = load_tables(tmp_path)
    assert list(tables) == ["two-ways"]
    assert {problem.path for problem in problems} == {"docs/_data/bad.yml"}
    assert load_tables(tmp_path / "docs") == ({}, ())


def test_the_tables_of_the_project_have_no_problem():
    tables, problems = load_tables(ROOT)
    assert problems == ()
    assert str(tables["coconut-table-1"].cite) == "hao2024training"
    assert str(tables["recurrent-depth-table-2"].cite) == "geiping2025scaling"


def test_numbers_of_running_text_say_that_they_are_of_no_table():
    parsed, _ = parse_table(GOOD.replace('"3"', "text"), PATH)
    quoted = compute_table(TableOptions(name=Slug("two-ways")), {"two-ways": parsed})
    assert quoted.summary == "Two ways (figures in the text)."
    assert ("place", "figures in the text") in quoted.inputs
