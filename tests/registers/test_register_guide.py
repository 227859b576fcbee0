"""The guide's page on registers: its tables are the schemas, its examples are good entries."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kb.markdown.register_block import REGISTERS
from kb.registers.coverage import Item
from kb.registers.files import SYSTEMS, parse_registers
from kb.registers.record import (
    Claim,
    Experiment,
    Fate,
    NoteRegister,
    Saying,
    System,
    SystemRegister,
)
from schema_tables import schema_table

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guide" / "registers.md").read_text("utf-8")
REGISTER, ENTRY = re.findall(r"```yaml[^\n]*\n(.*?)```", GUIDE, re.DOTALL)


@pytest.mark.parametrize(
    "schema", [NoteRegister, Experiment, Claim, SystemRegister, System, Saying, Item]
)
def test_the_guide_has_the_table_of_every_schema(schema):
    assert schema_table(schema) in GUIDE


def test_the_guide_says_what_each_fate_means():
    told = re.findall(r"`(\w+)`\s+\(", GUIDE)
    assert told == [fate.value for fate in Fate]


def test_the_guide_names_every_register():
    (listed,) = re.findall(r"The names are (.*?)\.", GUIDE, re.DOTALL)
    assert sorted(re.findall(r"`([^`]*)`", listed)) == sorted(REGISTERS)


def test_the_example_of_a_system_goes_behind_those_there_are():
    real = (ROOT / SYSTEMS).read_text("utf-8")
    before, _ = parse_registers({SYSTEMS: real.encode()}, {})
    after, problems = parse_registers({SYSTEMS: (real + ENTRY).encode()}, {})
    assert problems == ()
    assert after.systems[:-1] == before.systems
    assert after.systems[-1].id == "example-model"


def test_the_example_of_a_register_holds_one_of_each():
    path = "docs/reasoning/imo-2024-problem-3.register.yml"
    found, problems = parse_registers(
        {path: REGISTER.encode()}, {"reasoning/imo-2024-problem-3.md"}
    )
    assert problems == ()
    assert [one.entry.id for one in (*found.experiments, *found.claims)] == [
        "example-starts",
        "example-periods",
    ]
