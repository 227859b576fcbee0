from __future__ import annotations

import pytest

from kb.lint import check_site

NOTE = """---
title: A note
description: One note.
updated: 2026-01-01
---

# A note

{}
"""
SHARE = "/// computed | letter-share\n    words: [hello, pulse]\n///"


def problems(make_site, block):
    site = make_site({"latent/note.md": NOTE.format(block)})
    return [str(problem) for problem in check_site(site) if problem.path == "docs/latent/note.md"]


def test_a_figure_is_shown_with_chart_tables_rule_and_source(make_markdown):
    html = make_markdown().convert(SHARE)
    for part in (
        "<svg",
        '<th scope="row">HELLO</th>',
        "40.0",
        "How it was computed",
        "letter-share.md",
    ):
        assert part in html


def test_two_figures_on_a_page_have_ids_of_their_own(make_markdown):
    html = make_markdown().convert(f"{SHARE}\n\n{SHARE.replace('pulse', 'shine')}")
    ids = [part.partition('"')[0] for part in html.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (SHARE, []),
        (
            "/// computed | leter-share\n    words: [hello]\n///",
            [
                "docs/latent/note.md:9: KB510 computed figure must be a known one: 'leter-share' "
                "(did you mean 'letter-share'? there are acrostic, acrostic-capacity, binomial-bound, "
                "binomial-test, cipher, digits, fisher-power, imo-2024-p3, letter-share, modular, order-effect, table)"
            ],
        ),
        (
            "/// computed | letter-share\n    word: [hello]\n///",
            [
                "docs/latent/note.md:10: KB510 required key must be there: 'words' "
                "(the words to compare, such as [hello, shine, pulse])",
                "docs/latent/note.md:10: KB510 key must be one of the schema's: 'word' "
                "(did you mean 'words'? allowed: words)",
            ],
        ),
    ],
)
def test_what_cannot_be_computed_is_a_problem_with_its_line(make_site, block, expected):
    assert sorted(problems(make_site, block)) == sorted(expected)


def test_what_cannot_be_computed_says_so_on_the_page(make_markdown):
    html = make_markdown().convert("/// computed | modular\n    divisor: 0\n///")
    assert 'class="kb-unknown"' in html
    assert "must" in html
