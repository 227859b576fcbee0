"""The map as a page shows it: the list below the picture carries what the picture does."""

from __future__ import annotations

import re

OTHERS = {
    "index.md": "# Home\n",
    "latent/index.md": "# Latent\n",
    "latent/other.md": "# Other\n\n[@doe2020first; @roe2021pair]\n",
}


def test_what_the_picture_links_to_the_list_below_links_to(render):
    html = render("[@doe2020first]\n\n/// base-map\n///\n", OTHERS).html
    picture = re.search(r"<svg aria-hidden.*?</svg>\s*<div", html, re.DOTALL)[0]
    shown = set(re.findall(r'href="([^"]*)"', picture))
    told = html.partition('id="in-words"')[2].partition("kb-references")[0]
    assert shown == set(re.findall(r'<a [^>]*href="(/[^"]*)"', told))
    assert {"/latent/other.md", "/latent/index.md", "/references/roe2021pair.md"} <= shown
    assert picture.count("<circle") == 3


def test_the_picture_is_for_eyes_only(render):
    html = render("/// base-map\n///\n", OTHERS).html
    picture = re.search(r"<svg aria-hidden.*?</svg>\s*<div", html, re.DOTALL)[0]
    assert picture.startswith('<svg aria-hidden="true"')
    assert picture.count("<a ") == picture.count('tabindex="-1"') > 0
