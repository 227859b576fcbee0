"""The guide's page on questions: its tables are the schemas and rules, its example and message are real."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from kb.cli import main
from kb.notes.question import Asked, Bearing, Closed, Evidence, Part, QuestionMeta, ToJudge
from kb.notes.schema import read_yaml
from kb.questions.state import RULE_OF
from kb.site import load_site
from schema_tables import schema_table

GUIDE = (Path(__file__).parents[2] / "docs" / "guide" / "questions.md").read_text("utf-8")
COMMANDS = [line[2:] for line in GUIDE.splitlines() if line.startswith("$ kb question ")]


@pytest.mark.parametrize("schema", [QuestionMeta, Asked, ToJudge, Evidence, Part, Closed])
def test_the_guide_has_the_table_of_every_schema(schema):
    assert schema_table(schema) in GUIDE


def test_the_guide_gives_the_rule_of_every_axis():
    rows = "".join(f"| {name} | {rule} |\n" for name, rule in RULE_OF.items())
    assert f"| --- | --- |\n{rows}\n" in GUIDE


def test_the_guide_says_what_each_bearing_means():
    assert re.findall(r"^\| `(\w+)` \| it ", GUIDE, re.MULTILINE) == [one.value for one in Bearing]


def test_the_guide_closes_a_question_as_the_schema_wants_it():
    text = re.search(r"```yaml\nclosed:\n(.*?)```", GUIDE, re.DOTALL)[1]
    closed, problems = read_yaml(Closed, text, "a.md")
    assert problems == ()
    assert closed.evidence == ("computed: digits",)


@pytest.fixture
def guided(real_copy, monkeypatch):
    """A copy of the base after the guide's first command; returns the function that runs another."""
    monkeypatch.chdir(real_copy)

    def run(line):
        return CliRunner().invoke(main, shlex.split(line)[1:], prog_name="kb")

    assert run(COMMANDS[0]).exit_code == 0
    return run


def test_the_question_of_the_guide_is_sound(guided, real_copy):
    (path, text) = re.search(
        r'```markdown title="(docs/questions/[^"]*)"\n(.*?)```', GUIDE, re.DOTALL
    ).groups()
    (real_copy / path).write_text(text, "utf-8")
    result = guided("kb check --quiet")
    assert [line for line in result.stdout.splitlines() if "docs/questions/" in line] == []
    assert "third-reader" in load_site(real_copy).questions


def test_the_message_for_a_misspelt_source_is_the_one_the_guide_shows(guided):
    shown = re.search(r"```text\n(.*?)\n```", GUIDE, re.DOTALL)[1]
    result = guided(COMMANDS[1].replace("@baker2025monitoring", "@baker2025monitorng"))
    assert result.stderr == f"Error: nothing was written:\n{shown}\n"
