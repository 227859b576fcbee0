"""The map of the base: what stands where follows from dates and notes, and nothing lies on anything."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from kb.base_map import GAP, QUESTIONS, ROW, WORKS, map_base
from kb.citable import Kind, cited_by_key
from kb.site import known_keys, load_site

ROOT = Path(__file__).parents[1]
INDEX = "---\ntitle: {0}\nshort: {0}\ndescription: D\norder: [{1}]\n---\n\n# {0}\n"
NOTE = "---\ntitle: {0}\ndescription: D\nupdated: 2026-11-21\n---\n\n# {0}\n\n{1}\n"
WORK = "@misc{{{0}, author={{Doe, Jane}}, title={{Work}}{1}}}\n"
DATES = {
    "doe2024late": ", date={2024}",
    "doe2023early": ", date={2023-02}",
    "doe1948old": ", date={1948}",
    "doeundated": "",
    "doe2026unused": ", date={2026}",
}


@pytest.fixture(scope="module")
def small(make_site):
    return make_site(
        {
            "index.md": INDEX.format("Home", "latent, cot"),
            "latent/index.md": INDEX.format("Latent", ""),
            "cot/index.md": INDEX.format("Chains", ""),
            "latent/one.md": NOTE.format("One", "[@doe2024late; @doe1948old; @doeundated]"),
            "cot/two.md": NOTE.format("Two", "[@doe2024late] [@doe2023early] [@doe2024late]"),
            "references/doe2024late.md": "---\nverdict: V\nupdated: 2026-11-21\n---\n\nText.\n",
        },
        {"latent.bib": "".join(WORK.format(key, date) for key, date in DATES.items())},
    )


@pytest.fixture(scope="module", params=["small", "real"])
def site(request, small):
    return small if request.param == "small" else load_site(ROOT)


def test_works_stand_in_the_order_of_their_dates_and_the_undated_first(small):
    threads = sorted(map_base(small).threads, key=lambda thread: thread.x)
    assert [thread.key.text for thread in threads] == [
        *("doeundated", "doe1948old", "doe2023early", "doe2024late"),
    ]
    assert [threads[0].x, threads[-1].x] == list(WORKS)
    assert map_base(small).elsewhere == 1


def test_a_shared_work_is_one_thread_with_a_larger_mark_in_each_lane(small):
    by_key = {thread.key.text: thread for thread in map_base(small).threads}
    assert (len(by_key["doe2024late"].ys), by_key["doe2024late"].size) == (2, 4)
    assert (len(by_key["doe1948old"].ys), by_key["doe1948old"].size) == (1, 3)
    assert [key for key, thread in by_key.items() if thread.done] == ["doe2024late"]


def test_topics_stand_in_their_order_with_their_notes_below(small):
    bands = map_base(small).bands
    assert [(band.section.text, [lane.note.text for lane in band.lanes]) for band in bands] == [
        ("Latent", ["One"]),
        ("Chains", ["Two"]),
    ]
    heights = [y for band in bands for y in (band.y, *(lane.y for lane in band.lanes))]
    assert heights == sorted(heights)
    assert heights[-1] < map_base(small).height


def test_years_are_named_where_there_is_room_the_newest_first(small):
    assert [name for name, _ in map_base(small).years] == ["–2022", "2023", "2024"]
    years = map_base(load_site(ROOT)).years
    assert years[-1][0] == "2026"
    named = [x for name, x in years if name]
    assert all(right - left >= 9 for left, right in pairwise(named))


def test_a_lane_holds_what_its_note_cites(site):
    for band in map_base(site).bands:
        for lane in band.lanes:
            keys = set(known_keys(site, site.pages[lane.note.url.removeprefix("/")]))
            kinds = {Kind.REFERENCE: lane.works, Kind.QUESTION: lane.questions}
            for kind, threads in kinds.items():
                assert {thread.key for thread in threads} == {
                    key for key in keys if cited_by_key(key).kind is kind
                }


def test_no_mark_lies_on_another_even_on_a_phone(site):
    marks = [(thread.x, y) for thread in map_base(site).threads for y in thread.ys]
    assert len(set(marks)) == len(marks)
    for (x, y), (other_x, other_y) in combinations(marks, 2):
        assert abs(x - other_x) >= GAP - 0.01 or abs(y - other_y) >= ROW


def test_no_thread_of_a_question_lies_on_another(site):
    columns = defaultdict(list)
    for thread in map_base(site).threads:
        if thread.question:
            assert QUESTIONS[0] <= thread.x <= QUESTIONS[1]
            columns[thread.x].append((thread.ys[0], thread.ys[-1]))
    for spans in columns.values():
        assert all(end < start for (_, end), (start, _) in pairwise(sorted(spans)))
