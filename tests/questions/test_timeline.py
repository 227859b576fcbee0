"""The ledger as a picture: where marks stand."""

from __future__ import annotations

import datetime
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.model import Grade
from kb.notes.question import Bearing, Computed, Evidence, Strength
from kb.notes.values import read_partial_date
from kb.questions.timeline import WIDTH, draw_timeline


def item(date, bearing="for", strength="weak"):
    return Evidence(
        date=read_partial_date(date),
        source=Computed("digits"),
        bearing=Bearing(bearing),
        strength=Strength(strength),
        grade=Grade.A,
        says="S",
        judged=datetime.date(2030, 1, 1),
    )


def test_an_empty_ledger_has_no_picture():
    assert draw_timeline([]) is None


def test_the_lanes_for_and_against_are_there_even_if_empty():
    assert [lane.bearing for lane in draw_timeline([item("2025")]).lanes] == [
        *(Bearing.FOR, Bearing.AGAINST),
    ]
    lanes = draw_timeline([item("2025", "reframes")]).lanes
    assert [lane.bearing for lane in lanes] == [Bearing.FOR, Bearing.AGAINST, Bearing.REFRAMES]


def test_marks_stand_in_the_lane_of_their_bearing():
    picture = draw_timeline([item("2025", "against"), item("2025", "for")])
    lanes = {lane.bearing: lane for lane in picture.lanes}
    against, one = lanes[Bearing.AGAINST], lanes[Bearing.FOR]
    marks = {mark.number: mark for mark in picture.marks}
    assert one.bottom < marks[1].y < against.bottom
    assert marks[2].y < one.bottom


@pytest.mark.parametrize(
    ("date", "start", "end"), [("2025", 0, 1), ("2025-07", 0.5, 7 / 12), ("2025-07-02", 0.5, 0.5)]
)
def test_a_date_stands_where_it_is_in_its_year_and_spans_what_it_leaves_open(date, start, end):
    [mark] = draw_timeline([item(date)]).marks
    inner = WIDTH - 28
    assert mark.start == pytest.approx(14 + inner * start, abs=1)
    assert mark.end == pytest.approx(14 + inner * end, abs=1)
    assert mark.x == pytest.approx((mark.start + mark.end) / 2)
    assert mark.spans is (date != "2025-07-02")


def test_a_stronger_item_has_a_larger_mark():
    marks = draw_timeline([item("2025", strength=s.value) for s in Strength]).marks
    assert [mark.radius for mark in marks] == sorted({mark.radius for mark in marks})


def test_named_years_are_few_enough_to_be_read():
    years = draw_timeline([item("2000"), item("2025")]).years
    assert years[0] == (2000, 14.0)
    assert all(b[1] - a[1] >= 60 for a, b in pairwise(years))
    assert [year for year, _ in draw_timeline([item("2025")]).years] == [2025, 2026]


DATES = st.dates(datetime.date(2015, 1, 1), datetime.date(2027, 1, 1)).map(str)
ITEMS = st.builds(
    item,
    DATES | DATES.map(lambda d: d[:7]) | DATES.map(lambda d: d[:4]),
    st.sampled_from([bearing.value for bearing in Bearing]),
    st.sampled_from([strength.value for strength in Strength]),
)


@given(st.lists(ITEMS, min_size=1, max_size=12))
def test_no_two_marks_touch_and_all_are_inside(items):
    picture = draw_timeline(items)
    assert sorted(mark.number for mark in picture.marks) == list(range(1, len(items) + 1))
    for mark in picture.marks:
        assert mark.x - mark.radius >= 0
        assert mark.x + mark.radius <= picture.width
        assert mark.y - mark.radius >= 0
        assert mark.y + mark.radius <= picture.axis_y
    for one, other in combinations(picture.marks, 2):
        apart = ((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5
        assert apart >= one.radius + other.radius
