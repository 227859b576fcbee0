"""`kb questions`, `kb questions stale`, `kb question new` and `kb question evidence`, as one types them."""

from __future__ import annotations

import json
import shlex

import pytest
from click.testing import CliRunner
from question_base import KNOWN

from kb.cli import main

PATH = "docs/questions/known-or-guessed.md"
EVIDENCE = 'kb question evidence known-or-guessed @roe2021other --bearing for --strength weak --grade B --note "It guesses: see."'
NEW = (
    'kb question new fresh "Is it fresh?" --topic latent --settled-by "A look." --why "It matters."'
)


@pytest.fixture
def kb(base_folder, monkeypatch):
    """Return the function that runs a line such as `kb questions` in a small base, on 2026-11-23."""
    monkeypatch.chdir(base_folder)

    def run(line, today="2026-11-23"):
        arguments = shlex.split(line)[1:]
        result = CliRunner().invoke(main, [*arguments, "--today", today], prog_name="kb")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def test_questions_are_a_table_with_the_newest_evidence_first(kb):
    result = kb("kb questions")
    assert result.stdout.splitlines() == [
        "question          evidence               items  newest      review",
        "known-or-guessed  both ways, replicated  5      2026-11-21  2027-05-01       Is it known <b>&</b> told, or guessed?",
        "done              for, replicated        2      2026-11-18  superseded       Was the sum right?",
        "bare              no evidence yet        0      –           2026-11-20 past  Does anything follow?",
    ]
    assert (result.stderr, result.exit_code) == ("3 questions\n", 0)


@pytest.mark.parametrize(
    ("options", "slugs"),
    [
        ("--sort review", ["bare", "known-or-guessed", "done"]),
        ("--sort raised", ["known-or-guessed", "bare", "done"]),
        ("--topic acrostics", ["done"]),
        ("--status open", ["known-or-guessed", "bare"]),
        ("--status superseded", ["done"]),
        ("--direction mixed", ["known-or-guessed"]),
        ("--direction none", ["bare"]),
        ("--bearing reframes", ["known-or-guessed"]),
        ("--evidence", ["known-or-guessed", "done"]),
        ("--no-evidence", ["bare"]),
        ("--replicated --topic latent", ["known-or-guessed"]),
        ("--not-replicated", ["bare"]),
        ("--review past", ["bare"]),
        ("--review closed", ["done"]),
        ("--age none", ["bare"]),
        ("--source @t:talk", ["known-or-guessed"]),
        ("--source @t:talk#2", ["known-or-guessed"]),
        ("--source @t:talk#1", []),
        ("--source @doe2020first", ["known-or-guessed", "done"]),
        ("--source 'computed: digits'", ["done"]),
        ("--words 'poe KNOWS'", ["known-or-guessed"]),
        ("--words follow", ["bare"]),
        ("--words nowhere", []),
    ],
)
def test_a_filter_finds(kb, options, slugs):
    result = kb(f"kb questions --format slugs {options}")
    assert result.stdout.split() == slugs
    assert result.exit_code == (0 if slugs else 1)


def test_states_are_as_of_the_day_given(kb):
    one = "--format slugs --topic latent --review past"
    assert kb(f"kb questions {one}", today="2027-05-01").stdout.split() == ["bare"]
    assert kb(f"kb questions {one}", today="2027-05-02").stdout.split() == [
        "known-or-guessed",
        "bare",
    ]


def test_json_is_that_of_the_export(kb):
    [found] = json.loads(kb("kb questions --format json --status superseded").stdout)
    assert (found["slug"], found["state"]["items"]) == ("done", 2)


def test_a_source_that_is_none_is_wrong_usage(kb):
    result = kb("kb questions --source doe2020first")
    assert result.exit_code == 2
    assert "'doe2020first' is not @key, @t:slug, @t:slug#turn or 'computed: name'" in result.stderr


def test_a_day_that_is_none_is_wrong_usage(kb):
    result = kb("kb questions", today="tomorrow")
    assert result.exit_code == 2
    assert "'tomorrow' is not a date such as 2026-11-21" in result.stderr


def test_stale_names_each_question_and_why(kb, base_folder):
    annotation = "---\nverdict: V.\nupdated: 2026-11-22\n---\n\nText.\n"
    (base_folder / "docs/references/poe2022third.md").write_text(annotation, "utf-8")
    result = kb("kb questions stale")
    assert result.stdout.splitlines() == [
        "bare: Does anything follow?",
        "  past review since 2026-11-20",
        "known-or-guessed: Is it known <b>&</b> told, or guessed?",
        "  the annotation of @poe2022third changed on 2026-11-22, after anything here (2026-11-21)",
    ]
    assert result.exit_code == 1


def test_nothing_stale_is_exit_code_0(kb):
    result = kb("kb questions stale", today="2026-11-20")
    assert (result.stdout, result.stderr, result.exit_code) == ("", "0 questions\n", 0)


def test_folder_and_day_may_be_named_before_the_subcommand(
    base_folder, monkeypatch, tmp_path_factory
):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    words = ["questions", "--root", str(base_folder), "--today", "2026-11-23", "stale"]
    result = CliRunner().invoke(main, words, prog_name="kb")
    assert (result.stderr, result.exit_code) == ("1 question\n", 1)


# kb question evidence.


def test_evidence_changes_only_the_lines_of_the_item(kb, base_folder):
    result = kb(EVIDENCE)
    assert result.exit_code == 0
    after = "The letters say little., judged: 2026-11-21}\n"
    item = (
        "  - date: 2021\n"
        '    source: "@roe2021other"\n'
        "    bearing: for\n"
        "    strength: weak\n"
        "    grade: B\n"
        '    says: "It guesses: see."\n'
        "    judged: 2026-11-23\n"
    )
    assert (base_folder / PATH).read_text("utf-8") == KNOWN.replace(after, after + item)
    added = [line for line in result.stdout.splitlines() if line[:1] in "+-"][2:]
    assert added == [f"+{line}" for line in item.splitlines()]


def test_evidence_claims_least_until_somebody_says_more(kb, base_folder):
    assert kb(EVIDENCE.replace(" --strength weak --grade B", "")).exit_code == 0
    assert "    strength: weak\n    grade: C\n" in (base_folder / PATH).read_text("utf-8")


def test_line_ends_and_a_byte_order_mark_survive_the_command(kb, base_folder):
    data = b"\xef\xbb\xbf" + KNOWN.replace("\n", "\r\n").encode()
    (base_folder / PATH).write_bytes(data)
    assert kb(EVIDENCE).exit_code == 0
    new = (base_folder / PATH).read_bytes()
    at = next(n for n in range(len(data)) if data[n:] == new[len(new) - len(data) + n :])
    assert new[:at] == data[:at]
    assert new[at : len(new) - len(data) + at].count(b"\r\n") == 7
    assert b"\n" not in new.replace(b"\r\n", b"")


def test_evidence_can_be_given_a_date_a_place_and_a_part(kb, base_folder):
    line = f"{EVIDENCE} --date 2021-02 --locator 'Table 1' --part how-soon"
    assert kb(line.replace("--bearing for", "--bearing neither")).exit_code == 0
    part = '  - {id: how-soon, question: "How soon does it know?"'
    item = (
        'date: 2021-02, source: "@roe2021other", locator: Table 1, bearing: neither, strength: weak, grade: B, '
        'says: "It guesses: see.", judged: 2026-11-23'
    )
    edited = KNOWN.replace(part, f"{part}, evidence: [{{{item}}}]")
    assert (base_folder / PATH).read_text("utf-8") == edited


def test_what_kb_check_would_refuse_is_not_written(kb, base_folder):
    result = kb(f"{EVIDENCE} --part how-soon")
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: nothing was written:\n"
        "docs/questions/known-or-guessed.md:21: KB802 question must say what for means: "
        "'How soon does it know?' (add below it, for example: for_means: guessing)\n"
    )
    assert (base_folder / PATH).read_text("utf-8") == KNOWN


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("@roe2021other", "@roe2021othre"), "source must exist: '@roe2021othre' (did you mean '@roe2021other'?)"),
        (("--grade B", "--grade B --date 2020"), "date must not be before its source's, 2021: '2020'"),
        (("--grade B", "--grade B --part soon"), "has no part 'soon'; it has which-word, how-soon"),
        (("known-or-guessed", "known"), "no question is called 'known' (kb questions lists them)"),
        (("known-or-guessed", "known-or-gussed"), "no question is called 'known-or-gussed' (did you mean known-or-guessed?)"),
        (("--grade B", "--grade D"), "'D' is not one of 'A', 'B', 'C'"),
        (("It guesses: see.", " "), "' ' is not a text on one line"),
        (("--grade B", "--grade B --date May"), "'May' is not a date such as 2025, 2025-01 or 2025-01-15"),
        (("@roe2021other", "@anon1999untitled"), "the date of @anon1999untitled is not known; give --date"),
    ],
)  # fmt: skip
def test_wrong_evidence_is_told_with_the_way_out_and_writes_nothing(kb, base_folder, change, says):
    result = kb(EVIDENCE.replace(*change, 1))
    assert result.exit_code in (1, 2)
    assert says in result.stderr
    assert (base_folder / PATH).read_text("utf-8") == KNOWN


def test_a_dry_run_shows_the_lines_and_writes_nothing(kb, base_folder):
    result = kb(f"{EVIDENCE} --dry-run")
    assert "+    judged: 2026-11-23" in result.stdout
    assert (base_folder / PATH).read_text("utf-8") == KNOWN


def test_the_same_item_is_not_added_twice(kb):
    assert kb(EVIDENCE).exit_code == 0
    result = kb(EVIDENCE)
    assert result.exit_code == 1
    assert "has this item already" in result.stderr


def test_a_figure_is_dated_today_and_a_transcript_as_its_record(kb, base_folder):
    for source, date in (('"computed: digits"', "2026-11-23"), ("@t:talk#1", "2025-01-15")):
        assert kb(EVIDENCE.replace("@roe2021other", source)).exit_code == 0
        lines = (base_folder / PATH).read_text("utf-8").splitlines()
        place = next(
            n for n, line in enumerate(lines) if line.endswith(f'source: "{source.strip(chr(34))}"')
        )
        assert lines[place - 1] == f"  - date: {date}"


# kb question new.


def test_a_new_question_is_written_and_sound(kb, base_folder):
    result = kb(NEW)
    assert result.exit_code == 0
    assert (base_folder / "docs/questions/fresh.md").read_text("utf-8") == (
        "---\n"
        "question: Is it fresh?\n"
        "topic: latent\n"
        "asked: {date: 2026-11-23, source: here}\n"
        "settled_by: A look.\n"
        "review_after: 2027-11-23\n"
        "evidence: []\n"
        "---\n"
        "\n"
        "It matters.\n"
    )
    assert "fresh" in kb("kb questions --format slugs").stdout.split()


def test_a_new_question_is_dated_as_the_source_it_was_asked_in(kb, base_folder):
    line = f"{NEW} --source @t:talk#2 --locator 'the end, twice' --for-means 'it is' --search 'ti:\"a b\"'"
    assert kb(line).exit_code == 0
    text = (base_folder / "docs/questions/fresh.md").read_text("utf-8")
    assert 'asked: {date: 2025-01-15, source: "@t:talk#2", locator: "the end, twice"}\n' in text
    assert "for_means: it is\n" in text
    assert 'search: "ti:\\"a b\\""\n' in text


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("Is it fresh?", "It is fresh."), "KB303 question must be one sentence that ends in a question mark: 'It is fresh.'"),
        (("--topic latent", "--topic latnet"), "KB813 topic must be a section: 'latnet' (there are: acrostics, latent)"),
        (("Is it fresh?", "Does anything really follow?"), "KB815 question must not be worded like bare"),
        (("new fresh", "new bare"), "docs/questions/bare.md is there already"),
        (("new fresh", "new Fresh"), "'Fresh' is not a slug: lower-case words joined by hyphens"),
        (("--why", "--source @nowhere2000 --why"), "KB811 source must exist: '@nowhere2000'"),
    ],
)  # fmt: skip
def test_a_wrong_question_is_told_with_the_way_out_and_writes_nothing(
    kb, base_folder, change, says
):
    before = sorted((base_folder / "docs/questions").iterdir())
    result = kb(NEW.replace(*change, 1))
    assert result.exit_code in (1, 2)
    assert says in result.stderr
    assert sorted((base_folder / "docs/questions").iterdir()) == before


def test_a_folder_that_is_no_base_is_wrong_usage(kb, tmp_path):
    (tmp_path / "empty").mkdir()
    result = kb(f"{NEW} --root {tmp_path / 'empty'}")
    assert result.exit_code == 2
    assert "this is not a knowledge base" in result.stderr
