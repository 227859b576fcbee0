"""axe-core on every kind of page, in light and dark, wide and narrow: no violation of any weight.

What the pages look like then is kept in tests/artifacts/, for whoever wants to see it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from kinds import KINDS, STILL

SHOTS = Path(__file__).parents[1] / "artifacts" / "screenshots"
WIDTHS = {"wide": 1280, "phone": 390}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_no_violation(new_page, kind, scheme):
    page = new_page(KINDS[kind], color_scheme=scheme)
    page.add_style_tag(content=STILL)
    found = []
    for name, width in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=SHOTS / f"{kind}-{name}-{scheme}.png", full_page=True)
        violations = Axe().run(page).response["violations"]
        found += [(name, v["id"], [node["target"] for node in v["nodes"]][:3]) for v in violations]
    assert found == []
