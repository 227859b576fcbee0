"""`refs/arxiv.yml`: what it may say, and what that means for asking."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.arxiv.config import CONFIG_PATH, ArxivConfig, load_config, settings_of
from kb.arxiv.settings import OFFICIAL_API, ApiSettings
from kb.notes.schema import describe

STATE = Path("state")
GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "arxiv.md"


def test_without_a_file_arxiv_is_asked_as_it_wants_to_be(tmp_path):
    config, problems = load_config(tmp_path)
    assert problems == ()
    assert settings_of(config, STATE) == ApiSettings(STATE)
    assert settings_of(config, STATE).base_url == OFFICIAL_API


@pytest.mark.parametrize(
    ("delay", "waits"), [(3, (5, 30, 150)), (6, (10, 60, 300)), (0, (0, 0, 0))]
)
def test_a_server_that_wants_longer_pauses_gets_them_after_a_failure_too(delay, waits):
    settings = settings_of(ArxivConfig(api="http://127.0.0.1/", delay=delay), STATE)
    assert (settings.backoff, settings.rate_backoff, settings.longest_backoff) == waits


def test_the_time_out_holds_for_connection_silence_and_a_whole_body():
    settings = settings_of(ArxivConfig(timeout=2), STATE)
    limits = settings.connect_timeout, settings.read_timeout, settings.body_timeout
    assert limits == (2, 2, 8)
    assert settings_of(ArxivConfig(timeout=60), STATE).connect_timeout == 10


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"delai: 3\n", "KB302"),
        (b"delay: three\n", "KB303"),
        (b"delay: [", "KB301"),
        (b"api: \xff\n", "KB301 file must be text in UTF-8: byte 5 is not (save it as UTF-8)"),
    ],
)
def test_a_wrong_file_is_a_problem_with_its_line(tmp_path, data, problem):
    (tmp_path / "refs").mkdir()
    (tmp_path / CONFIG_PATH).write_bytes(data)
    config, (found,) = load_config(tmp_path)
    assert config == ArxivConfig()
    assert str(found).startswith(f"{CONFIG_PATH}:1: {problem}")


def test_the_guide_lists_every_key():
    rows = GUIDE.read_text("utf-8").partition("| key | holds | default |\n")[2].split("\n\n")[0]
    listed = [
        [cell.strip() for cell in row.strip("|").split(" | ")] for row in rows.splitlines()[1:]
    ]
    shown = {"": "none", OFFICIAL_API: "arXiv's", False: "false"}
    assert [(key.strip("` "), holds) for key, holds, _ in listed] == [
        (info.name, info.about) for info in describe(ArxivConfig)
    ]
    defaults = [getattr(ArxivConfig(), info.name) for info in describe(ArxivConfig)]
    assert [default.strip("` ") for _, _, default in listed] == [
        str(shown.get(default, default)) for default in defaults
    ]
