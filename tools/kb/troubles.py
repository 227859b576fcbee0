"""Which page shows which problem: the page of the file that has it, or the index of its kind. Pure."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from kb.problems import Severity
from kb.registers.files import ENDING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from kb.problems import Problem

# Where problems of files show that have no page, by the beginning of their path.
_INDEXES = {
    "docs/transcripts/": "transcripts/index.md",
    "docs/registers/": "registers/index.md",
    "refs/": "references/index.md",
}


def problems_by_page(
    problems: Iterable[Problem], pages: Container[str]
) -> Mapping[str, tuple[Problem, ...]]:
    """Return the errors that a page is to show, by its path below docs/; `pages` are those there are."""
    shown: defaultdict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        if problem.severity is Severity.ERROR:
            shown[_page_of(problem.path, pages)].append(problem)
    return {path: tuple(found) for path, found in shown.items()}


def _page_of(path: str, pages: Container[str]) -> str:
    below = path.removeprefix("docs/")
    own = below.removesuffix(ENDING) + ".md" if below.endswith(ENDING) else below
    index = next((page for start, page in _INDEXES.items() if path.startswith(start)), "")
    return next((page for page in (own, index) if page in pages), "index.md")
