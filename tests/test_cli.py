"""`kb check` as people and programs run it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from kb.cli import main
from kb.lint import RULES

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases"
BROKEN = str(CASES / "broken")
SMALL = str(CASES / "sites" / "small")
PROBLEMS = (CASES / "broken" / "problems.txt").read_text("utf-8")
NOTES = sum(" note: " in line for line in PROBLEMS.splitlines())
ERRORS = len(PROBLEMS.splitlines()) - NOTES


@pytest.fixture
def kb():
    """Return the function that runs `kb` with arguments."""
    runner = CliRunner()
    return lambda *arguments: runner.invoke(main, arguments, prog_name="kb")


def test_problems_are_lines_the_count_goes_to_stderr_and_the_exit_code_is_1(kb):
    result = kb("check", "--root", BROKEN)
    assert result.stdout == PROBLEMS
    assert result.stderr == f"{ERRORS} problems, {NOTES} notes\n"
    assert result.exit_code == 1


def test_notes_alone_exit_0(kb):
    result = kb("check", "--root", SMALL)
    assert result.stdout == (
        "refs/acrostics.bib:16: KB901 note: reference must be cited to be found: 'noe2019uncited'"
        " (not yet placed)\n"
    )
    assert result.stderr == "0 problems, 1 note\n"
    assert result.exit_code == 0


def test_quiet_leaves_the_notes_out(kb):
    assert kb("check", "--quiet", "--root", SMALL).stdout == ""
    lines = kb("check", "-q", "--root", BROKEN).stdout.splitlines()
    assert lines == [line for line in PROBLEMS.splitlines() if " note: " not in line]


def test_json_says_the_same_in_fields(kb):
    result = kb("check", "--format", "json", "--root", BROKEN)
    problems = json.loads(result.stdout)
    assert result.stderr == ""
    assert result.exit_code == 1
    assert problems[0] == {
        "path": "docs/about/evidence-grades.md",
        "line": 1,
        "code": "KB509",
        "message": "page must exist, for every reference leads to it: 'about/evidence-grades.md'",
        "fix": "write it",
        "severity": "error",
    }
    lines = [
        f"{p['path']}:{p['line']}: {p['code']} {'note: ' * (p['severity'] == 'note')}{p['message']}"
        + (f" ({p['fix']})" if p["fix"] else "")
        for p in problems
    ]
    assert lines == PROBLEMS.splitlines()


def test_json_of_a_clean_base_is_an_empty_list(kb):
    assert json.loads(kb("check", "-q", "--format", "json", "--root", SMALL).stdout) == []


def test_list_shows_every_rule_with_its_severity(kb):
    result = kb("check", "--list")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"{rule.code}  {rule.severity.value:5}  {rule.summary}" for rule in RULES
    ]


@pytest.mark.parametrize("code", ["KB101", "kb101"])
def test_explain_says_what_a_rule_wants_and_why(code, kb):
    result = kb("check", "--explain", code)
    assert result.exit_code == 0
    assert result.stdout == (
        "KB101 (error): a citation must name a known key.\n\n"
        "A reader would meet a claim whose source cannot be found.\n"
    )


def test_explaining_an_unknown_rule_is_wrong_usage(kb):
    result = kb("check", "--explain", "KB000")
    assert result.exit_code == 2
    assert result.stderr == (
        "Usage: kb check [OPTIONS]\nTry 'kb check --help' for help.\n\n"
        "Error: no rule has this code: 'KB000'; kb check --list lists them\n"
    )


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["check", "--format", "xml"], "'xml' is not one of 'text', 'json'."),
        (["check", "--root", "nowhere"], "Directory 'nowhere' does not exist."),
        (["chekc"], "No such command 'chekc'."),
        (["check", "extra"], "Got unexpected extra argument (extra)"),
    ],
)
def test_wrong_usage_exits_2_and_says_what_is_wrong(arguments, error, kb):
    result = kb(*arguments)
    assert result.exit_code == 2
    assert error in result.stderr
    assert result.stdout == ""


def test_outside_a_base_it_says_so(kb, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = kb("check")
    assert result.exit_code == 2
    assert result.stderr.endswith("Error: no folder docs/ in .: this is not a knowledge base\n")


def test_a_file_that_cannot_be_read_is_no_problem_of_the_base(kb, small_site):
    (small_site / "refs" / "folder.bib").mkdir()
    result = kb("check", "--root", str(small_site))
    assert result.exit_code == 2
    assert "Is a directory" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_crash_exits_2_and_shows_where(kb, monkeypatch):
    def crash(_root):
        raise RuntimeError("a bug")

    monkeypatch.setattr("kb.cli.check.read_problems", crash)
    result = kb("check", "--root", SMALL)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.rstrip().endswith("RuntimeError: a bug")


def test_the_base_is_the_folder_one_stands_in(kb, small_site, monkeypatch):
    monkeypatch.chdir(small_site)
    assert kb("check", "-q").exit_code == 0


def test_a_check_changes_nothing_but_its_cache(kb, small_site):
    def files():
        found = {p: p.read_bytes() for p in small_site.rglob("*") if p.is_file()}
        return {path: data for path, data in found.items() if ".cache" not in path.parts}

    before = files()
    kb("check", "--root", str(small_site))
    assert files() == before


def test_what_a_check_says_a_second_time_is_the_same_and_an_edit_is_seen(kb, tmp_path):
    shutil.copytree(BROKEN, tmp_path / "base", ignore=shutil.ignore_patterns(".cache"))
    root = str(tmp_path / "base")
    assert [kb("check", "--root", root).stdout for _ in range(2)] == [PROBLEMS, PROBLEMS]
    home = tmp_path / "base" / "docs" / "index.md"
    home.write_text(home.read_text() + "\nAnd [@doe2020sceond].\n")
    assert "doe2020sceond" in kb("check", "--root", root).stdout


def test_the_command_runs_as_a_process_and_writes_utf8():
    done = subprocess.run(
        [sys.executable, "-m", "kb", "check", "--root", BROKEN],
        env={"PYTHONPATH": str(ROOT / "tools"), "LC_ALL": "C", "PYTHONUTF8": "1"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout.decode()) == (1, PROBLEMS)


def test_the_project_installs_the_command():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["scripts"] == {"kb": "kb.cli:main"}


def test_help_names_every_command_and_option(kb):
    assert "kb check " in kb("--help").stdout
    for option in ("--root", "--format", "--quiet", "--list", "--explain"):
        assert option in kb("check", "-h").stdout


def test_a_reader_that_stops_early_sees_no_traceback():
    command = [sys.executable, "-m", "kb", "check", "--list"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        running.stdout.close()
        assert running.stderr.read() == b""
