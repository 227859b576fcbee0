"""Where a problem shows: on the page of its file, else on the index of its kind, else at home."""

from __future__ import annotations

import pytest

from kb.problems import Problem, Severity
from kb.troubles import problems_by_page

PAGES = {
    "index.md",
    "latent/one.md",
    "references/index.md",
    "references/doe2020first.md",
    "transcripts/index.md",
}


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("docs/latent/one.md", "latent/one.md"),
        ("docs/references/doe2020first.md", "references/doe2020first.md"),
        ("docs/latent/one.register.yml", "latent/one.md"),
        ("docs/latent/gone.register.yml", "index.md"),
        ("docs/registers/systems.yml", "index.md"),
        ("docs/transcripts/talk.yml", "transcripts/index.md"),
        ("docs/_data/table.yml", "index.md"),
        ("refs/latent.bib", "references/index.md"),
        ("refs/arxiv.lock.json", "references/index.md"),
    ],
)
def test_a_problem_shows_on_one_page(path, page):
    problem = Problem(path, 3, "KB000", "it must hold")
    assert problems_by_page([problem], PAGES) == {page: (problem,)}


def test_what_is_no_error_shows_nowhere():
    note = Problem("docs/latent/one.md", 3, "KB000", "it could be", severity=Severity.NOTE)
    assert problems_by_page([note], PAGES) == {}
