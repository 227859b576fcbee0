"""axe-core on every kind of page, in light and dark, wide and narrow: no violation of any weight."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

PAGES = [
    "",
    "latent/",
    "latent/coconut/",
    "references/",
    "references/hao2024training/",
    "transcripts/",
    "transcripts/hello-ask/",
    "questions/",
    "questions/introspection-or-lucky-guess/",
    "registers/",
    "registers/experiments/",
    "registers/timeline/",
    "guide/",
    "computed/digits/",
    "about/glossary/",
    "about/new/",
    "404.html",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_violation(new_page, path, scheme):
    page = new_page(path, color_scheme=scheme)
    found = Axe().run(page).response["violations"]
    assert [(v["id"], [node["target"] for node in v["nodes"]][:3]) for v in found] == []
