"""What a strict build of a broken base says, `kb check` has said before."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kb.lint import check_site
from kb.problems import Severity
from kb.site import load_site

BROKEN = Path(__file__).parents[1] / "cases" / "broken"
# Pages at which MkDocs stops with a stack trace instead of a warning, and what kb check says of them.
STOPS = {
    "docs/latent/six.md": "KB103",
    "docs/latent/seven.md": "KB104",
    "docs/latent/eight.md": "KB403",
}
LINK = re.compile(r"Doc file '(?P<path>[^']*)' contains an? [^']*link '(?P<link>[^']*)'")


@pytest.fixture(scope="module")
def broken(copy_to, tmp_path_factory):
    """The broken base, but for the pages at which a build stops; its build and its problems."""
    root = copy_to(BROKEN, tmp_path_factory.mktemp("broken") / "base")
    for path in STOPS:
        (root / path).unlink()
    return root


@pytest.fixture(scope="module")
def build(broken, build_base):
    return build_base(broken, broken / "site")


@pytest.fixture(scope="module")
def problems(broken):
    return check_site(load_site(broken))


def test_a_strict_build_fails(build):
    assert build.code == 1
    assert re.search(r"Aborted with \d+ warnings in strict mode!", build.log)


def test_the_build_shows_every_problem_of_the_check_and_no_note(build, problems):
    shown = [line.removeprefix("WARNING -  ") for line in build.warnings]
    errors = [str(p) for p in problems if p.severity is Severity.ERROR]
    assert [line for line in shown if re.match(r"(?:docs|refs)/\S+:\d+: KB", line)] == errors


def test_whatever_else_the_build_warns_of_the_check_has_found_too(build, problems):
    errors = {str(p) for p in problems}
    others = [line.removeprefix("WARNING -  ") for line in build.warnings]
    others = [line for line in others if line not in errors]
    assert others
    missed = [line for line in others if not any(is_told(line, p) for p in problems)]
    assert missed == []


def is_told(warning, problem):
    """Tell whether a problem speaks of what a warning of MkDocs is about: the same link of the same page."""
    link = LINK.match(warning)
    if not link:
        return False
    if f"docs/{link['path']}" == problem.path:
        if name := link["link"].partition("#fnref:")[2]:
            return f"'[^{name}]'" in problem.message
        _target, hash_, anchor = link["link"].partition("#")
        return repr(link["link"]) in problem.message or f"'{hash_}{anchor}'" in problem.message
    # A link of our own templates, the same on the pages of all references.
    return problem.code == "KB509" and repr(link["link"].lstrip("/")) in problem.message


@pytest.mark.parametrize("path", STOPS)
def test_a_page_at_which_the_build_stops_is_a_problem_with_its_name(
    path, copy_to, build_base, tmp_path
):
    root = copy_to(BROKEN, tmp_path / "base")
    for other in STOPS.keys() - {path}:
        (root / other).unlink()
    build = build_base(root, root / "site")
    assert build.code == 1
    assert "Traceback" in build.log
    problems = [p for p in check_site(load_site(root)) if p.path == path]
    assert {p.code for p in problems} == {STOPS[path]}
    assert all(f"WARNING -  {problem}" in build.warnings for problem in problems)
