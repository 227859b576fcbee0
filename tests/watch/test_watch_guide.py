"""The guide's page on the watch: its tables are the schemas, its figures those of the benchmark."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

from kb.cli.triage import LATER_DAYS, REASONS
from kb.notes.question import QuestionMeta
from kb.notes.schema import describe, read_yaml
from kb.watch.config import Noise, WatchConfig, parse_config
from kb.watch.inbox import parse_inbox
from kb.watch.rank import AUTHOR_POINTS, CITED_POINTS, QUESTION_POINTS

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guide" / "watch.md").read_text("utf-8")


def examples(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def test_the_guide_has_every_key_of_the_watch_file():
    rows = [f"| `{k.name}` | {k.about} |\n" for k in describe(WatchConfig)]
    assert "| key | holds |\n| --- | --- |\n" + "".join(rows) + "\n" in GUIDE


def test_the_examples_of_both_files_have_nothing_wrong():
    waiting, inbox, watch = examples("yaml")
    text = f"question: Is it?\ntopic: cot\nasked: {{date: 2025, source: here}}\nsettled_by: S\nreview_after: 2027-01-01\n{waiting}"
    question, problems = read_yaml(QuestionMeta, text, "a.md")
    assert (len(question.to_judge), problems) == (1, ())
    assert parse_inbox(inbox)[1] == ()
    assert len(parse_inbox(inbox)[0].candidates) == 1
    config, problems = parse_config(watch)
    assert problems == ()
    names = {info.name for info in describe(WatchConfig)}
    assert {name for name in names if re.search(rf"^{name}:", watch, re.MULTILINE)} == (
        names - {"announcements", "window"}
    )
    assert config.blogs


@pytest.mark.parametrize(
    "row",
    [
        f"| the search of an open question that found it | {QUESTION_POINTS} |",
        f"| a paper of the store that it names | {CITED_POINTS} |",
        f"| an author of at least two works of the store | {AUTHOR_POINTS} |",
        f"| `1`, `2`, `3` | rejected: {', '.join(REASONS.values())} |",
        "| `l` | later: shown again in two weeks |",
    ],
)
def test_the_guide_says_what_the_code_does(row):
    assert row in GUIDE
    assert LATER_DAYS == 14
    low, medium, high = (noise.points for noise in Noise)
    assert f"`low` none, `medium` {medium}, `high` {high}." in GUIDE
    assert low == 0


@pytest.fixture(scope="module")
def benchmark():
    path = ROOT / "benchmarks" / "watch.py"
    spec = importlib.util.spec_from_file_location("bench_watch", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench_watch"] = module
    spec.loader.exec_module(module)
    return module


def test_the_figures_in_the_guide_are_those_of_the_benchmark(benchmark):
    labeled = benchmark.load_labeled()
    ranked = benchmark.rank_labeled(labeled)
    rows = ""
    for name, aside in (("chosen on", False), ("kept aside", True)):
        half = [one for one in labeled if one.kept_aside is aside]
        f = benchmark.measure(half, ranked, None)
        rows += f"| {name} | {f.papers} | {f.relevant} | {f.offered} | {f.precision:.2f} | {f.recall:.2f} |\n"
    assert rows in GUIDE, rows
    assert f"the terms bring {f.told} of {f.telling};" in GUIDE


def test_the_labels_are_those_of_the_topics(benchmark):
    config, _ = parse_config((ROOT / "refs" / "watch.yml").read_text("utf-8"))
    topics = {str(topic.topic) for topic in config.topics}
    labeled = benchmark.load_labeled()
    assert {topic for one in labeled for topic in one.topics} == topics
    assert len({one.item.id for one in labeled}) == len(labeled) == 700
    assert sum(bool(one.topics) for one in labeled) == 98
