"""Where each item of the source documents is spelled out: docs/about/coverage.yml as values. Pure.

Owns its closed schema. Knows no page: whether a place is there, `kb.lint` sees.
"""

# ruff: noqa: RUF009 - key() makes a dataclass field, and the reader evaluates annotations
from __future__ import annotations

import enum
import re
from collections.abc import Mapping  # noqa: TC003 - the reader evaluates the annotations
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kb.notes.schema import Slug, key, line_number
from kb.problems import Problem, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

COVERAGE = "docs/about/coverage.yml"
REASONS = "about/left-out.md"  # below docs/; a section for each reason

ONE_PLACE = Rule(
    "KB746",
    "an item of the coverage must have a home or a reason for its absence",
    "Without either it is lost; with both nobody knows whether to look for it.",
)

RULES = (ONE_PLACE,)

_HOME = re.compile(r"(?P<path>[\w-]+(?:/[\w-]+)*\.md)(?:#(?P<anchor>[\w.-]+))?", re.ASCII)


class ItemKind(enum.Enum):
    """What sort of thing an item is."""

    WORK = "work"
    SYSTEM = "system"
    EXPERIMENT = "experiment"
    CLAIM = "claim"
    QUESTION = "question"
    TRANSCRIPT = "transcript"
    NUMBER = "number"
    LATER_WORK = "later work"


class Home(NamedTuple):
    """A place of the site: a path below docs/, and an anchor of that page or `""`."""

    path: str
    anchor: str = ""

    def __str__(self) -> str:
        return f"{self.path}#{self.anchor}" if self.anchor else self.path


def read_home(text: str) -> Home:
    """Return the place. Raises ValueError if the text is none."""
    found = _HOME.fullmatch(text)
    if not found:
        raise ValueError(f"not a place of the site: {text!r}")
    return Home(found["path"], found["anchor"] or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What one item is, and where it went."""

    kind: ItemKind = key("what it is in the source documents")
    home: Home | None = key(
        "where it is spelled out",
        None,
        read=read_home,
        form="a path below docs/ such as latent/coconut.md, with #anchor for a part of it",
    )
    left_out: Slug | None = key(f"instead: the section of docs/{REASONS} that says why", None)
    line: int = line_number()

    @property
    def place(self) -> Home:
        """The home, or the section that gives the reason; the page of reasons if there is neither."""
        return self.home or Home(REASONS, self.left_out or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """docs/about/coverage.yml."""

    items: Mapping[str, Item] = key("the items by their ids")


def check_items(items: Mapping[str, Item]) -> Iterator[Problem]:
    """Yield every item that has neither home nor reason, or both."""
    for name, item in items.items():
        if (item.home is None) == (item.left_out is None):
            message = f"item must have a home or a reason for its absence, and not both: {name!r}"
            yield ONE_PLACE.at(COVERAGE, item.line, message, "write home: …, or left_out: …")
