"""An item put into a ledger: only its own lines change, whatever the file looks like; new files read back."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.citable import transcript_key
from kb.ids import CiteKey
from kb.model import Grade, PartialDate
from kb.notes.front_matter import read_front_matter
from kb.notes.question import (
    Asked,
    Bearing,
    Computed,
    Evidence,
    Here,
    QuestionMeta,
    Strength,
    ToJudge,
    format_source,
    parse_source,
)
from kb.questions.edit import Draft, EditError, add_evidence, add_to_judge, new_question

WHOLE = (Path(__file__).parents[1] / "cases" / "questions" / "whole.md").read_text("utf-8")
HEAD = """\
---
question: Does it work?
topic: latent
asked: {date: 2025, source: here}
settled_by: A run.
review_after: 2027-05-01
"""
ITEM = Evidence(
    date=PartialDate(2026, 3),
    source=CiteKey("new2026work"),
    bearing=Bearing.AGAINST,
    strength=Strength.MEDIUM,
    grade=Grade.B,
    says="It fails: 3 of 4, #2 worst.",
    judged=datetime.date(2026, 11, 23),
)
LINES = """\
{dash}- date: 2026-03
{inner}source: "@new2026work"
{inner}bearing: against
{inner}strength: medium
{inner}grade: B
{inner}says: "It fails: 3 of 4, #2 worst."
{inner}judged: 2026-11-23
"""
FLOW = (
    '{date: 2026-03, source: "@new2026work", bearing: against, strength: medium, grade: B, '
    'says: "It fails: 3 of 4, #2 worst.", judged: 2026-11-23}'
)


def lines(dash, inner):
    return LINES.format(dash=" " * dash, inner=" " * inner)


def meta_of(text):
    meta, _, problems = read_front_matter(QuestionMeta, text.removeprefix("\ufeff"), "a.md")
    assert problems == ()
    return meta


def test_an_item_stands_behind_the_last_one_and_before_the_comment():
    before = '     says: "HELLO 40 %", judged: 2026-11-21}\n'
    assert add_evidence(WHOLE, "a.md", ITEM) == WHOLE.replace(before, before + lines(2, 4))


def test_an_item_of_a_part_stands_in_the_ledger_of_the_part():
    before = "        judged: 2026-11-20\n"
    assert add_evidence(WHOLE, "a.md", ITEM, "which-word") == WHOLE.replace(
        before, before + lines(6, 8)
    )


@pytest.mark.parametrize(
    ("ledger", "edited"),
    [
        pytest.param("evidence: []\n", f"evidence:\n{lines(2, 4)}", id="an empty list"),
        pytest.param("evidence: []  # none\n", f"evidence:  # none\n{lines(2, 4)}", id="a comment"),
        pytest.param("evidence: [\n]\n", f"evidence: [{FLOW}\n]\n", id="an empty list on two lines"),
        pytest.param("", f"evidence:\n{lines(2, 4)}", id="no list"),
        pytest.param("# at the end\n", f"evidence:\n{lines(2, 4)}# at the end\n", id="no list, a comment"),
        pytest.param("evidence: [{X}]\n", f"evidence: [{{X}}, {FLOW}]\n", id="a flow list"),
        pytest.param(
            "evidence: [\n  {X}, # one\n]\n",
            f"evidence: [\n  {{X}}, {FLOW}, # one\n]\n",
            id="a flow list on lines of its own",
        ),
        pytest.param("evidence:\n- {X}\n", f"evidence:\n- {{X}}\n{lines(0, 2)}", id="flush dashes"),
        pytest.param(
            "evidence:\n   -   {X}\n\n", f"evidence:\n   -   {{X}}\n{lines(3, 7).replace('-', '-  ', 1)}\n",
            id="wide dashes",
        ),
        pytest.param(
            "evidence:\n  - {X}  # why\n  # what is next\n",
            f"evidence:\n  - {{X}}  # why\n{lines(2, 4)}  # what is next\n",
            id="comments",
        ),
        pytest.param(
            "parts:\n  - {id: p, question: 'Is it?'}\n",
            f"evidence:\n{lines(2, 4)}parts:\n  - {{id: p, question: 'Is it?'}}\n",
            id="no list before parts",
        ),
    ],
)  # fmt: skip
def test_an_item_takes_the_form_of_its_list(ledger, edited):
    one = 'date: 2025, source: "@a2025b", bearing: for, strength: weak, grade: A, says: S, judged: 2026-01-01'
    text = f"{HEAD}{ledger.replace('X', one)}---\nText.\n"
    assert add_evidence(text, "a.md", ITEM) == f"{HEAD}{edited.replace('X', one)}---\nText.\n"


@pytest.mark.parametrize(
    ("part", "edited"),
    [
        pytest.param(
            "  - {id: p, question: 'Is it?'}\n",
            f"  - {{id: p, question: 'Is it?', evidence: [{FLOW}]}}\n",
            id="a part in braces",
        ),
        pytest.param(
            "  - {id: p, question: 'Is it?', evidence: []}\n",
            f"  - {{id: p, question: 'Is it?', evidence: [{FLOW}]}}\n",
            id="an empty list in braces",
        ),
        pytest.param(
            "  - id: p\n    question: Is it?\n",
            f"  - id: p\n    question: Is it?\n    evidence:\n{lines(6, 8)}",
            id="a part on lines of its own",
        ),
    ],
)
def test_an_item_of_a_part_takes_the_form_of_the_part(part, edited):
    text = f"{HEAD}parts:\n{part}---\nText.\n"
    assert add_evidence(text, "a.md", ITEM, "p") == f"{HEAD}parts:\n{edited}---\nText.\n"


def test_what_a_block_scalar_keeps_stays_in_it():
    item = "  - date: 2025\n    source: '@a2025b'\n    bearing: for\n    strength: weak\n    grade: A\n    judged: 2026-01-01\n"
    item = item.replace("    judged", "    says: |+\n      Kept.\n\n    judged")
    text = f"{HEAD}evidence:\n{item}---\nText.\n"
    assert add_evidence(text, "a.md", ITEM) == text.replace("---\nT", f"{lines(2, 4)}---\nT")


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_ends_and_a_byte_order_mark_are_kept(ending):
    text = "\ufeff" + WHOLE.replace("\n", ending)
    edited = add_evidence(text, "a.md", ITEM)
    assert edited == "\ufeff" + add_evidence(WHOLE, "a.md", ITEM).replace("\n", ending)


def test_an_item_that_is_there_already_is_not_added_twice():
    edited = add_evidence(WHOLE, "a.md", ITEM)
    with pytest.raises(EditError) as caught:
        add_evidence(edited, "a.md", replace(ITEM, date=PartialDate(2026)))
    assert str(caught.value) == (
        "a.md has this item already: '@new2026work', 'It fails: 3 of 4, #2 worst.'"
    )


def test_a_part_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(EditError, match=r"a\.md has no part 'word'; it has which-word"):
        add_evidence(WHOLE, "a.md", ITEM, "word")


def test_a_file_that_cannot_be_read_is_told_with_its_problems():
    with pytest.raises(EditError, match=r"a\.md must be mended first:\na\.md:9: KB302 key must be"):
        add_evidence(WHOLE.replace("review_after", "review_atfer"), "a.md", ITEM)


def test_a_ledger_that_two_keys_share_is_left_alone():
    part = "parts:\n  - {id: p, question: 'Is it?', evidence: *shared}\n"
    one = '{date: 2025, source: "@a2025b", bearing: for, strength: weak, grade: A, says: S, judged: 2026-01-01}'
    text = f"{HEAD}evidence: &shared\n  - {one}\n{part}---\nText.\n"
    with pytest.raises(EditError, match="cannot be edited without changing what it says"):
        add_evidence(text, "a.md", ITEM)


# What waits to be judged.

WAITING = ToJudge(source=CiteKey("new2026work"), since=datetime.date(2026, 11, 22))


def test_what_is_to_be_judged_stands_above_the_ledger():
    lines = '  - source: "@new2026work"\n    since: 2026-11-22\n'
    added = add_to_judge(WHOLE, "a.md", WAITING)
    assert added == WHOLE.replace("  by: b\n", f"  by: b\nto_judge:\n{lines}")
    second = ToJudge(source=transcript_key("talk", 3), since=WAITING.since)
    more = lines + '  - source: "@t:talk#3"\n    since: 2026-11-22\n'
    assert add_to_judge(added, "a.md", second) == added.replace(lines, more)


@pytest.mark.parametrize("source", ["@doe2020first", "@t:talk#2", "@roe2021other"])
def test_what_a_ledger_has_does_not_wait(source):
    item = replace(WAITING, source=parse_source(source))
    assert add_to_judge(WHOLE, "a.md", item) == WHOLE


def test_what_waits_waits_once():
    added = add_to_judge(WHOLE, "a.md", WAITING)
    later = replace(WAITING, since=datetime.date(2027, 1, 1))
    assert add_to_judge(added, "a.md", later) == added


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('to_judge: [{source: "@new2026work", since: 2026-11-22}]  # read it\n', ""),
        ('to_judge:\n- source: "@new2026work"\n  since: 2026-11-22\n', ""),
        (
            'to_judge: [{source: "@a2025b", since: 2026-11-22}, {source: "@new2026work", since: 2026-11-22}] # so\n',
            'to_judge: [{source: "@a2025b", since: 2026-11-22}] # so\n',
        ),
        (
            'to_judge: [{source: "@new2026work", since: 2026-11-22}, {source: "@a2025b", since: 2026-11-22}]\n',
            'to_judge: [{source: "@a2025b", since: 2026-11-22}]\n',
        ),
        (
            'to_judge: # two\n  # the first\n  - {source: "@new2026work", since: 2026-11-22} # of two\n\n'
            '  # the second\n  - {source: "@a2025b", since: 2026-11-22}\n',
            'to_judge: # two\n  # the first\n\n  # the second\n  - {source: "@a2025b", since: 2026-11-22}\n',
        ),
        (
            'to_judge:\n  - source: "@a2025b"\n    since: 2026-11-22\n  -   source: "@new2026work"\n      since: 2026-11-22\n',
            'to_judge:\n  - source: "@a2025b"\n    since: 2026-11-22\n',
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_is_judged_waits_no_more_and_nothing_else_changes(before, after, end):
    texts = [f"{HEAD}{part}evidence: []\n---\nText.\n" for part in (before, after)]
    waiting, judged = (text.replace("\n", end) for text in texts)
    assert add_evidence(waiting, "a.md", ITEM) == add_evidence(judged, "a.md", ITEM)


def test_what_is_judged_for_a_part_waits_no_more():
    waiting = add_to_judge(WHOLE, "a.md", WAITING)
    assert add_evidence(waiting, "a.md", ITEM, "which-word") == add_evidence(
        WHOLE, "a.md", ITEM, "which-word"
    )


def test_a_list_that_cannot_be_taken_from_is_left_alone():
    keys = HEAD.replace("Does it work?", "'Does it work?'").splitlines()[1:]
    front = f"{{{', '.join(keys)}, to_judge: [{{source: '@new2026work', since: 2026-11-22}}]}}"
    text = f"---\n{front}\n---\nText.\n"
    assert meta_of(text).to_judge
    with pytest.raises(EditError, match="edit it by hand"):
        add_evidence(text, "a.md", ITEM)


# Files as people write them: the same ledger in many layouts.

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.sampled_from(" :#,'\"-?[]{}&*!|>%@`\\"),
    min_size=1,
    max_size=40,
).map(lambda text: " ".join(text.split())).filter(lambda text: text.isprintable() and text)  # fmt: skip
SOURCES = st.sampled_from(
    [CiteKey("a2025b"), transcript_key("talk"), transcript_key("talk", 2), Computed("digits")]
)
DATES = st.sampled_from([PartialDate(2024), PartialDate(2024, 2), PartialDate(2024, 2, 29)])
ITEMS = st.builds(
    Evidence,
    date=DATES,
    source=SOURCES,
    locator=st.just("") | WORDS,
    bearing=st.sampled_from(Bearing),
    strength=st.sampled_from(Strength),
    grade=st.sampled_from(Grade),
    says=WORDS,
    judged=st.dates(datetime.date(2024, 3, 1), datetime.date(2030, 1, 1)),
)


def quoted(text, style):
    if style == "'":
        return "'" + text.replace("'", "''") + "'"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@st.composite
def written_items(draw, item):
    """An item as a list of `key: value` and the indent of its dash and keys."""
    style = draw(st.sampled_from("'\""))
    pairs = [("date", str(item.date)), ("source", quoted(format_source(item.source), style))]
    if item.locator:
        pairs.append(("locator", quoted(item.locator, style)))
    pairs += [("bearing", item.bearing.value), ("strength", item.strength.value)]
    pairs += [("grade", item.grade.value)]
    if draw(st.booleans()) and not item.says.startswith(" "):
        pairs.append(("says", f">{draw(st.sampled_from(['', '-', '+']))}\n          {item.says}"))
    else:
        pairs.append(("says", quoted(item.says, style)))
    return [*pairs, ("judged", str(item.judged))]


@st.composite
def files(draw):
    """A question's file, with comments, blank lines and styles as they come."""
    noise = st.sampled_from(["", "", "", "# a remark\n", "\n", "  # - date: 2020\n", "   \n"])
    items = draw(st.lists(ITEMS, max_size=3, unique_by=lambda i: (i.source, i.locator, i.says)))
    dash = draw(st.integers(0, 4))
    gap = draw(st.integers(1, 3))
    flow = draw(st.booleans())
    ledger = draw(st.sampled_from(["evidence: []\n", ""]))
    if items:
        ledger = f"evidence:{draw(st.sampled_from(['', ' # the ledger']))}\n"
    for item in items:
        pairs = draw(written_items(item))
        if flow:
            pairs = [(k, v if k != "says" else quoted(item.says, '"')) for k, v in pairs]
            inside = ", ".join(f"{name}: {value}" for name, value in pairs)
            ledger += (
                f"{' ' * dash}-{' ' * gap}{{{inside}}}{draw(st.sampled_from(['', ' # so']))}\n"
            )
        else:
            deep = " " * (dash + 1 + gap)
            rows = [f"{name}: {value}\n" for name, value in pairs]
            ledger += f"{' ' * dash}-{' ' * gap}{rows[0]}"
            ledger += "".join(deep + row for row in rows[1:])
        ledger += draw(noise)
    ledger += draw(noise)
    parts = draw(st.sampled_from(["", "parts: []\n", "parts:\n  - id: p\n    question: Is it?\n"]))
    text = f"{HEAD}{draw(noise)}{ledger}{parts}{draw(noise)}---\n\nText, *and* more.\n"
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n", "\r"])))


def pieces(text):
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)", text)


@given(files(), ITEMS)
def test_whatever_a_file_looks_like_only_the_lines_of_the_item_are_new(text, item):
    meta = meta_of(text)
    if any(
        (i.source, i.locator, i.says) == (item.source, item.locator, item.says)
        for i in meta.evidence
    ):
        return
    edited = add_evidence(text, "a.md", item)
    assert meta_of(edited) == replace(meta, evidence=(*meta.evidence, item))
    old, new = pieces(text), pieces(edited)
    start = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), len(old))
    if old[start].startswith("evidence: []"):
        assert new[start].rstrip("\r\n") == "evidence:"
        old[start : start + 1] = [new[start]]
        start += 1
    added = len(new) - len(old)
    assert old == new[:start] + new[start + added :]
    assert added == 7 + bool(item.locator) + ("evidence" not in text)


@given(files(), ITEMS)
def test_what_waited_and_is_judged_leaves_no_trace_of_its_waiting(text, item):
    if any(one.source == item.source for one in meta_of(text).evidence):
        return
    waiting = add_to_judge(text, "a.md", ToJudge(source=item.source, since=item.judged))
    assert meta_of(waiting) == replace(meta_of(text), to_judge=meta_of(waiting).to_judge)
    assert len(pieces(waiting)) == len(pieces(text)) + 3
    assert add_evidence(waiting, "a.md", item) == add_evidence(text, "a.md", item)


# New files.


def test_a_new_question_reads_back_and_has_an_empty_ledger():
    draft = Draft(
        question="Is it this: or that?",
        for_means="that",
        topic="latent",
        asked=Asked(
            date=PartialDate(2025, 1), source=transcript_key("talk", 2), locator="line 3, end"
        ),
        settled_by="A run # 2.",
        review_after=datetime.date(2027, 5, 1),
        search='abs:"latent reasoning"',
        why="It matters.",
    )
    text = new_question(draft)
    assert text.splitlines() == [
        "---",
        'question: "Is it this: or that?"',
        "for_means: that",
        "topic: latent",
        'asked: {date: 2025-01, source: "@t:talk#2", locator: "line 3, end"}',
        'settled_by: "A run # 2."',
        "review_after: 2027-05-01",
        'search: "abs:\\"latent reasoning\\""',
        "evidence: []",
        "---",
        "",
        "It matters.",
    ]
    meta = meta_of(text)
    assert (meta.question, meta.asked, meta.search) == (draft.question, draft.asked, draft.search)


@given(WORDS, WORDS)
def test_whatever_a_draft_says_reads_back(settled, search):
    asked = Asked(date=PartialDate(2025), source=Here())
    day = datetime.date(2027, 5, 1)
    draft = Draft(
        question="Is it so?", for_means="", topic="latent", asked=asked, settled_by=settled,
        review_after=day, search=search, why="",
    )  # fmt: skip
    meta = meta_of(new_question(draft))
    assert (meta.settled_by, meta.search) == (settled, search)
