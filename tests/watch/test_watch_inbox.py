"""`refs/inbox.yml`: what it may say, and edits that touch no line of anybody else's."""

from __future__ import annotations

import datetime
import difflib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.arxiv.records import clean_text
from kb.notes.schema import Slug
from kb.watch.edit import UneditableError, edit_inbox
from kb.watch.inbox import EMPTY, Candidate, Decision, Inbox, Verdict, parse_inbox
from kb.watch.item import parse_item_id

ROOT = Path(__file__).parents[2]
DAY = datetime.date(2026, 4, 27)
TYPED = """\
# ours
candidates:

# look at this first
- id: 2604.00001   # why not
  title: 'An ''old'' title'
  found: 2026-04-20
  feeds:
  - cs.CL
  - "a: b"
  points: 3
  # a remark in between
  why: >-
    folded over
    two lines

- title: Second
  id: https://a.org/p
  found: 2026-04-21
  feeds: [blog]
  points: 2
# the end of the list

# what was decided
decided: |
    2026-04-20 rejected 2604.00009 "Say \\"no\\"": off topic: robots
    2026-04-20 accepted 2604.00008 "Yes": doe2026yes

# the end
"""


def candidate(id_="2604.00077", title="New: a 'title' # with \"marks\"", **more):
    return Candidate(
        id=parse_item_id(id_), title=title, found=DAY, feeds=("cs.CL",), points=3, **more
    )


def decision(id_, verdict=Verdict.REJECTED, why="off topic"):
    return Decision(DAY, verdict, parse_item_id(id_), "A title", why)


def read(text):
    inbox, problems = parse_inbox(text)
    assert [p for p in problems if p.code != "KB305"] == []
    return inbox


def changed(before, after):
    """Return the lines that went and came, with their signs."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


def test_the_real_inbox_is_empty_and_reads():
    text = (ROOT / "refs" / "inbox.yml").read_text("utf-8")
    assert text == EMPTY
    assert read(text) == Inbox()


def test_what_people_type_reads():
    inbox = read(TYPED)
    first, second = inbox.candidates
    assert (first.title, first.why, first.feeds) == (
        "An 'old' title",
        "folded over two lines",
        ("cs.CL", "a: b"),
    )
    assert str(second.id) == "https://a.org/p"
    assert inbox.decisions[0].why == "off topic: robots"
    assert inbox.decisions[0].title == 'Say "no"'
    assert inbox.decided[parse_item_id("2604.00008")].verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("candidates:\n- id: nowhere\n  title: T\n  found: 2026-04-20\n  feeds: [a]\n  points: 1\n", "refs/inbox.yml:2: KB303 id must be an arXiv id or an address: 'nowhere'"),
        ("candidates:\n- id: 2604.00001\n  title: T\n  found: 2026-04-20\n  feeds: [a]\n  points: much\n", "refs/inbox.yml:6: KB303 points must be a whole number: 'much'"),
        ("candidates:\n- id: 2604.00001\n  state: open\n  title: T\n  found: 2026-04-20\n  feeds: [a]\n  points: 1\n", "refs/inbox.yml:3: KB302 key must be one of the schema's: 'state' (did you mean 'date'? allowed: id, title, authors, date, found, feeds, topic, questions, points, why, later)"),
        ('decided: |\n  2026-04-20 rejected 2604.00001 "T": no\n\n  nonsense\n', "refs/inbox.yml:4: KB653 line must say day, decision, id, title and why: 'nonsense' (write 2026-01-31 rejected 2601.01234 \"Title\": reason)"),
        ('# x\n\ndecided: |\n  2026-04-31 rejected 2604.00001 "T": no\n', "refs/inbox.yml:4: KB653 line must say day, decision, id, title and why: '2026-04-31 rejected 2604.00001 \"T\": no' (day is out of range for month; write 2026-01-31 rejected 2601.01234 \"Title\": reason)"),
        ('decided: |\n  2026-04-20 forgotten 2604.00001 "T": no\n', "refs/inbox.yml:2: KB653 line must say day, decision, id, title and why: '2026-04-20 forgotten 2604.00001 \"T\": no' ('forgotten' is not a valid Verdict; write 2026-01-31 rejected 2601.01234 \"Title\": reason)"),
        (EMPTY.replace("[]", "") + "- oops", "refs/inbox.yml:6: KB301 YAML must be well formed: "),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(text, message):
    inbox, problems = parse_inbox(text)
    assert inbox is None
    assert str(problems[0]).startswith(message)
    assert len(problems) == 1


def test_an_id_that_stands_twice_is_a_problem():
    again = TYPED.replace("2604.00009", "2604.00001")
    assert [str(p) for p in parse_inbox(again)[1] if p.code == "KB654"] == [
        "refs/inbox.yml:5: KB654 id must stand once: '2604.00001' (remove one of them)"
    ]


# Edits.


def test_a_candidate_is_added_below_the_others_and_nothing_else_changes():
    assert changed(TYPED, edit_inbox(TYPED, add=[candidate(topic=Slug("cot"))])) == [
        "+ - id: 2604.00077",
        '+   title: "New: a \'title\' # with \\"marks\\""',
        "+   found: 2026-04-27",
        '+   feeds: ["cs.CL"]',
        "+   topic: cot",
        "+   points: 3",
    ]


def test_the_first_candidate_opens_the_list_and_the_last_to_go_closes_it():
    one = edit_inbox(EMPTY, add=[candidate()])
    assert changed(EMPTY, one)[:3] == ["- candidates: []", "+ candidates:", "+ - id: 2604.00077"]
    gone = edit_inbox(one, remove=[candidate().id], log=[decision("2604.00077")])
    assert changed(EMPTY, gone) == ['+   2026-04-27 rejected 2604.00077 "A title": off topic']


def test_a_decision_takes_its_block_out_and_adds_its_line():
    after = edit_inbox(TYPED, remove=[parse_item_id("2604.00001")], log=[decision("2604.00001")])
    assert changed(TYPED, after) == [
        "- - id: 2604.00001   # why not",
        "-   title: 'An ''old'' title'",
        "-   found: 2026-04-20",
        "-   feeds:",
        "-   - cs.CL",
        '-   - "a: b"',
        "-   points: 3",
        "-   # a remark in between",
        "-   why: >-",
        "-     folded over",
        "-     two lines",
        '+     2026-04-27 rejected 2604.00001 "A title": off topic',
    ]


def test_a_change_touches_the_lines_of_its_keys_alone():
    first = read(TYPED).candidates[0]
    new = replace(first, later=DAY, points=5, why="shorter", questions=(Slug("a-b"),))
    assert sorted(changed(TYPED, edit_inbox(TYPED, change=[new]))) == sorted(
        [
            '+   questions: ["a-b"]',
            "-   points: 3",
            "+   points: 5",
            "-   why: >-",
            "-     folded over",
            "-     two lines",
            '+   why: "shorter"',
            "+   later: 2026-04-27",
        ]
    )


def test_windows_line_ends_and_a_mark_at_the_start_stay():
    text = "\ufeff" + TYPED.replace("\n", "\r\n")
    after = edit_inbox(text, add=[candidate()], log=[decision("2604.00003")])
    assert after.startswith("\ufeff# ours\r\n")
    assert after.count("\n") == after.count("\r\n")


def test_a_file_without_the_keys_gets_them():
    after = edit_inbox("# only this\n", add=[candidate()], log=[decision("2604.00003")])
    assert after.startswith("# only this\ncandidates:\n- id: 2604.00077\n")
    assert after.endswith('decided: |\n  2026-04-27 rejected 2604.00003 "A title": off topic\n')
    assert read(edit_inbox("", add=[candidate()])).candidates == (candidate(),)


def test_a_file_without_a_last_line_end_gets_one():
    after = edit_inbox(
        TYPED.rstrip().removesuffix("# the end").rstrip(), log=[decision("2604.00003")]
    )
    assert after.endswith('doe2026yes\n    2026-04-27 rejected 2604.00003 "A title": off topic\n')


def test_an_address_with_a_colon_at_its_end_is_quoted():
    assert (
        read(edit_inbox(EMPTY, add=[candidate("https://a.org/p:")])).candidates[0].id.text
        == "https://a.org/p:"
    )


@pytest.mark.parametrize(
    "text",
    [
        "candidates: [{id: 2604.00001, title: T, found: 2026-04-20, feeds: [a], points: 1}]\n",
        "candidates:\n- {id: 2604.00001, title: T, found: 2026-04-20, feeds: [a], points: 1}\n",
        "candidates:\n-\n  id: 2604.00001\n  title: T\n  found: 2026-04-20\n  feeds: [a]\n  points: 1\n",
        "{candidates: [{id: 2604.00001, title: T, found: 2026-04-20, feeds: [a], points: 1}]}\n",
        "candidates:\n- id: 2604.00001\n  title: &t T\n  found: 2026-04-20\n  feeds: [*t]\n  points: 1\n",
    ],
)
def test_a_form_that_cannot_be_edited_line_by_line_is_left_alone(text):
    one = read(text).candidates[0]
    new = replace(one, title="Other", later=DAY)
    with pytest.raises((UneditableError, ValueError)) as caught:
        edit_inbox(text, change=[new])
    assert "KB655" in str(caught.value) or "KB301" in str(caught.value)


def test_a_log_that_is_no_block_of_text_is_left_alone():
    text = 'decided: "2026-04-20 rejected 2604.00001 \\"T\\": no"\n'
    assert read(text).decisions
    with pytest.raises(UneditableError) as caught:
        edit_inbox(text, log=[decision("2604.00003")])
    assert str(caught.value).startswith("refs/inbox.yml:1: KB655 file must have a form")


def test_what_is_not_there_cannot_be_decided_on():
    with pytest.raises(ValueError, match=r"^not in the inbox: 2604\.00003$"):
        edit_inbox(TYPED, remove=[parse_item_id("2604.00003")])
    with pytest.raises(ValueError, match="KB653"):
        edit_inbox("decided: |\n  nonsense\n", add=[candidate()])


LINES = st.text(st.characters(exclude_categories=["Cs"]), max_size=40).map(clean_text)
WORDS = LINES.filter(bool)
# None of those that the file above holds.
IDS = st.integers(100, 99999).map(lambda n: parse_item_id(f"2604.{n:05d}"))
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        id=IDS,
        title=WORDS,
        authors=st.lists(WORDS, max_size=3).map(tuple),
        date=st.none() | st.dates(),
        found=st.dates(),
        feeds=st.lists(WORDS, min_size=1, max_size=2).map(tuple),
        topic=st.none() | st.just(Slug("cot")),
        questions=st.lists(st.just(Slug("a-b")), max_size=1).map(tuple),
        points=st.integers(-9, 99),
        why=LINES,
        later=st.none() | st.dates(),
    ),
    max_size=4,
    unique_by=lambda one: one.id,
)
DECISIONS = st.lists(
    st.builds(Decision, st.dates(), st.sampled_from(Verdict), IDS, LINES, WORDS), max_size=3
)


@given(CANDIDATES, DECISIONS)
def test_what_is_written_reads_the_same(candidates, decisions):
    ids = {one.id for one in candidates}
    log = [one for one in decisions if one.id not in ids]
    text = edit_inbox(EMPTY, add=candidates, log=log)
    assert parse_inbox(text) == (Inbox(tuple(candidates), tuple(log)), ())


@given(CANDIDATES, st.data())
def test_any_edit_keeps_every_line_that_is_not_its_own(candidates, data):
    text = edit_inbox(TYPED, add=[one for one in candidates if one.id.text != "2604.00001"])
    inbox = read(text)
    chosen = data.draw(st.sampled_from(inbox.candidates))
    after = edit_inbox(text, remove=[chosen.id], log=[decision(chosen.id.text)])
    block = text.splitlines()[chosen.line - 1 :]
    gone = [line[2:] for line in changed(text, after) if line.startswith("- ")]
    assert gone == block[: len(gone)]
    assert set(read(after).open) == set(inbox.open) - {chosen.id}
