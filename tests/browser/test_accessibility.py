"""axe-core on every kind of page, wide and light, narrow and dark: no violation of any weight.

What the pages look like then is kept in tests/artifacts/, for whoever wants to see it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from kinds import KINDS, STILL

SHOTS = Path(__file__).parents[1] / "artifacts" / "screenshots"
VIEWS = {"wide-light": (1280, "light"), "phone-dark": (390, "dark")}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_no_violation(new_page, kind, view):
    width, scheme = VIEWS[view]
    page = new_page(KINDS[kind], color_scheme=scheme, viewport={"width": width, "height": 900})
    page.add_style_tag(content=STILL)
    page.screenshot(path=SHOTS / f"{kind}-{view}.png", full_page=True)
    assert violations(page) == []


@pytest.mark.parametrize("view", [(1280, "dark"), (390, "light"), (768, "light")])
def test_axe_finds_no_violation_in_the_frame_of_all_pages(new_page, view):
    """The menus and tabs are the same everywhere: each other width and scheme on one page."""
    width, scheme = view
    page = new_page("latent/", color_scheme=scheme, viewport={"width": width, "height": 900})
    page.add_style_tag(content=STILL)
    assert violations(page) == []


def violations(page):
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found]
