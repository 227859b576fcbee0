"""Both sites, built once: the small one of tests/cases/sites/small and the real one."""

from __future__ import annotations

from pathlib import Path

import pytest
from built import BuiltSite

from kb.site import load_site
from servers.arxiv import RECORDS, ArxivServer
from servers.arxiv_papers import load_papers, parse_time

CASES = Path(__file__).parents[1] / "cases"


@pytest.fixture(scope="session")
def small_build(copy_to, build_base, tmp_path_factory):
    """The small base, built once for all tests that only look at it."""
    root = copy_to(CASES / "sites" / "small", tmp_path_factory.mktemp("built") / "small")
    return build_base(root, root / "site")


@pytest.fixture(scope="session", params=["small", "real"])
def name(request):
    """The name of each of the two sites."""
    return request.param


@pytest.fixture(scope="session")
def site(name, request):
    """Each of the two, built."""
    build = request.getfixturevalue(f"{name}_build")
    assert (build.site / "index.html").is_file(), build.log
    return BuiltSite(build.site)


@pytest.fixture(scope="session")
def base(name):
    """The model of the same base."""
    return load_site(CASES / "sites" / "small" if name == "small" else CASES.parents[1])


@pytest.fixture
def server():
    """A server that behaves like arXiv's, in February 2025."""
    with ArxivServer(load_papers(RECORDS), now=parse_time("2025-02-01")) as running:
        yield running


@pytest.fixture(scope="module")
def module_server():
    """The same, for tests that share what was done with it."""
    with ArxivServer(load_papers(RECORDS), now=parse_time("2025-02-01")) as running:
        yield running
