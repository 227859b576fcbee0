"""Any figure can be asked for generically: from a block's YAML and from a command line."""

from __future__ import annotations

import dataclasses
import enum
import json
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kb.computed import COMPUTED, find_computation, load_tables, read_options
from kb.computed.figure import format_cell
from kb.computed.options import Option, build_options

ROOT = Path(__file__).parents[2]

# A block for each figure as a note has it, and the same asked on a command line.
ASKED = {
    "acrostic": ("text: |\n  Hi\n  Eh\nunit: line\nword: HE", ["--text", "Hi\nEh", "--word", "HE"]),
    "acrostic-capacity": ("words_per_line: 8", ["--words-per-line", "8"]),
    "binomial-bound": (
        "counts: [0 of 4, 3 of 20]",
        ["--counts", "0 of 4", "--counts", "3 of 20"],
    ),
    "binomial-test": (
        "words: [hello, shine]\nrate_percent: 60",
        "--words hello --words shine --rate-percent 60".split(),
    ),
    "cipher": ("text: oyfj", ["--text", "oyfj"]),
    "digits": (
        "target: 69\nnumbers: [1, 2, 22, 25]\nexpressions: [2 * 22 + 25]",
        [
            *"--target 69 --numbers 1 --numbers 2 --numbers 22 --numbers 25 --expressions".split(),
            "2 * 22 + 25",
        ],
    ),
    "fisher-power": (
        "rates: [9 against 50]\nsamples: [10, 20]",
        ["--rates", "9 against 50", "--samples", "10", "--samples", "20"],
    ),
    "imo-2024-p3": (
        "preamble: [1, 2, 2]\nterms: 12",
        "--preamble 1 --preamble 2 --preamble 2 --terms 12".split(),
    ),
    "letter-share": (
        "words: [hello, shine, pulse]",
        "--words hello --words shine --words pulse".split(),
    ),
    "modular": ("pairs: [-3 mod 5]", ["--pairs", "-3 mod 5"]),
    "order-effect": (
        "choices: ['9 of 10 first, 3 of 10 second']",
        ["--choices", "9 of 10 first, 3 of 10 second"],
    ),
    "table": (
        "name: coconut-table-1\ncolumns: [gsm8k]",
        "--name coconut-table-1 --columns gsm8k".split(),
    ),
}
every_figure = pytest.mark.parametrize("name", COMPUTED)


@pytest.fixture(scope="module")
def tables():
    return load_tables(ROOT)[0]


def test_the_figures_are_those_the_site_promises():
    assert list(COMPUTED) == list(ASKED)


def command(name, tables):
    """Make a click command of a computation, knowing nothing of it: what a command line needs."""
    computation = COMPUTED[name]

    def run(**values):
        figure = computation.run(computation.build(values), tables)
        click.echo(json.dumps([figure.summary, *(t.caption for t in figure.tables)]))

    def option(spec: Option) -> click.Option:
        kind = click.Choice(spec.choices) if spec.choices else spec.kind
        return click.Option(
            [spec.flag],
            type=kind,
            multiple=spec.many,
            required=spec.required,
            default=spec.default,
            help=spec.about,
        )

    return click.Command(name, callback=run, params=list(map(option, computation.options)))


@every_figure
def test_a_block_and_a_command_give_the_same_figure(name, tables):
    computation = COMPUTED[name]
    block, arguments = ASKED[name]
    options, problems = read_options(computation, block, "docs/note.md", first_line=7)
    assert problems == ()
    figure = computation.run(options, tables)
    result = CliRunner().invoke(command(name, tables), arguments)
    assert result.exit_code == 0, result.output
    assert json.loads(result.output) == [figure.summary, *(t.caption for t in figure.tables)]


@every_figure
def test_a_figure_is_whole_and_plain(name, tables):
    computation = COMPUTED[name]
    options, _ = read_options(computation, ASKED[name][0], "docs/note.md")
    figure = computation.run(options, tables)
    assert figure == computation.run(options, tables)
    assert figure.rule == computation.rule
    assert figure.summary
    assert figure.inputs
    for table in figure.tables:
        assert {len(row) for row in table.rows} == {len(table.columns)}
        for row in table.rows:
            shown = [
                format_cell(cell, column) for cell, column in zip(row, table.columns, strict=True)
            ]
            assert all(isinstance(text, str) and "<" not in text for text in shown)
    if figure.chart is not None:
        assert len({len(series.values) for series in figure.chart.series}) == 1


@every_figure
def test_the_source_is_the_line_of_the_function(name):
    path, line = COMPUTED[name].source.split("#L")
    text = (ROOT / path).read_text(encoding="utf-8").splitlines()[int(line) - 1]
    assert text.startswith(f"def compute_{name.replace('-', '_')}(")


@every_figure
def test_titles_are_short_and_every_option_is_explained(name):
    computation = COMPUTED[name]
    assert re.fullmatch(r"[A-Z].{10,90}[^.]", computation.title)
    assert all(option.about for option in computation.options)
    assert all(field.metadata["about"] for field in dataclasses.fields(computation.schema))


def test_options_are_described_for_a_command_line():
    assert COMPUTED["acrostic"].options[2] == Option(
        "unit",
        str,
        many=False,
        required=False,
        default="line",
        choices=("line", "sentence", "paragraph", "word"),
        about="what has an initial",
    )
    target, numbers, expressions = COMPUTED["digits"].options
    assert (target.kind, target.many, target.required) == (int, False, True)
    assert (numbers.kind, numbers.many, numbers.required) == (int, True, True)
    assert (expressions.kind, expressions.many, expressions.default) == (str, True, ())
    assert COMPUTED["acrostic-capacity"].options[0].flag == "--words-per-line"


def test_a_block_that_asks_wrongly_has_the_problems_of_the_schema():
    block = "tagret: 69\nnumbers: 1\n"
    options, problems = read_options(COMPUTED["digits"], block, "docs/note.md", first_line=20)
    assert options is None
    allowed = "did you mean 'target'? allowed: target, numbers, expressions"
    assert [str(problem) for problem in problems] == [
        f"docs/note.md:20: KB302 key must be one of the schema's: 'tagret' ({allowed})",
        "docs/note.md:21: KB303 numbers must be a list: '1' (write [a, b])",
        "docs/note.md:20: KB304 required key must be there: 'target' (the number to reach)",
    ]


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        (
            "digits",
            {"target": 5},
            "numbers must be given: the numbers on the board, two to six of them",
        ),
        ("digits", {"target": "5", "numbers": (1, 2)}, "target must be a whole number: '5'"),
        ("digits", {"target": True, "numbers": (1, 2)}, "target must be a whole number: True"),
        ("cipher", {"text": 5}, "text must be text: 5"),
        ("cipher", {"txt": "a"}, "option must be one of text, expected: 'txt'"),
        (
            "acrostic",
            {"text": "a", "unit": "page"},
            "unit must be one of line, sentence, paragraph, word: 'page'",
        ),
    ],
)
def test_values_that_do_not_fit_say_why(name, values, message):
    with pytest.raises(ValueError, match=r".") as raised:
        COMPUTED[name].build(values)
    assert str(raised.value) == message


def test_a_value_that_may_be_absent_is_described_by_its_type():
    class Color(enum.Enum):
        RED = "red"

    schema = dataclasses.make_dataclass("Schema", [("color", Color | None, None)])
    assert build_options(schema, {"color": "red"}).color is Color.RED
    assert build_options(schema, {}).color is None


def test_an_unknown_figure_is_answered_with_the_known_ones():
    known = ", ".join(ASKED)
    with pytest.raises(ValueError, match=r".") as raised:
        find_computation("leter-share")
    assert str(raised.value) == (
        "computed figure must be a known one: 'leter-share' (did you mean 'letter-share'? there are "
        f"{known})"
    )
    with pytest.raises(ValueError, match=r"'zzzz' \(there are acrostic, "):
        find_computation("zzzz")
    assert find_computation("digits") is COMPUTED["digits"]
