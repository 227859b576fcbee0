"""`refs/arxiv.yml`: how this base asks arXiv. A closed schema; every key may be absent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.arxiv.settings import MANDATED_DELAY, OFFICIAL_API, ApiSettings
from kb.notes.schema import MALFORMED, key, read_yaml

if TYPE_CHECKING:
    from pathlib import Path

    from kb.problems import Problem

CONFIG_PATH = "refs/arxiv.yml"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArxivConfig:
    """How to ask arXiv, and what to keep of its answers."""

    contact: str = key("an address at which arXiv's operators can reach you", "")
    api: str = key("the address to ask; a mirror or a test server works", OFFICIAL_API)
    delay: int = key("seconds between two requests; arXiv itself wants 3", int(MANDATED_DELAY))
    timeout: int = key("seconds without a sign of life after which a request is given up", 30)
    abstracts: bool = key("whether abstracts are stored", False)
    new_entries: str = key("the file for entries that name no other", "refs/unsorted.bib")


def load_config(root: Path) -> tuple[ArxivConfig, tuple[Problem, ...]]:
    """Return the configuration below `root`, the default one where it is missing or wrong."""
    path = root / CONFIG_PATH
    if not path.is_file():
        return ArxivConfig(), ()
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        what = f"file must be text in UTF-8: byte {error.start} is not"
        return ArxivConfig(), (MALFORMED.at(CONFIG_PATH, 1, what, "save it as UTF-8"),)
    config, problems = read_yaml(ArxivConfig, text, CONFIG_PATH)
    return config or ArxivConfig(), problems


def settings_of(config: ArxivConfig, state_dir: Path) -> ApiSettings:
    """Return the settings that `config` means. Raises ValueError for what no server would bear.

    A server that wants longer pauses than arXiv gets them after a failure too, one that wants none
    (on this machine, say) none.
    """
    usual = ApiSettings(state_dir)
    pace = config.delay / usual.delay
    return ApiSettings(
        state_dir,
        config.contact,
        config.api,
        config.delay,
        connect_timeout=min(usual.connect_timeout, config.timeout),
        read_timeout=config.timeout,
        body_timeout=4 * config.timeout,
        backoff=pace * usual.backoff,
        rate_backoff=pace * usual.rate_backoff,
        longest_backoff=pace * usual.longest_backoff,
    )
