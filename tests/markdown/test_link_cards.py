"""The cards of links within the site: which link has one, what it says, and that it stands on the page once."""

from __future__ import annotations

import re

import pytest
from rendered import words

GLOSSARY = (
    "# Glossary\n\n## Terms\n\n### Probe {#probe}\n\nA small *classifier*\n[@doe2020first].\n\n"
    "### Order effect {#order-effect}\n\nA share.\n"
)
OTHERS = {"latent/other.md": "# Other\n\n## A part {#part}\n", "about/glossary.md": GLOSSARY}
TURN = "../transcripts/talk.md#turn-2"


def cards(html):
    """Return the cards at the end of a page as text, by their ids."""
    found = re.findall(r'<div id="(card-\d+)">(.*?)</div>', html, re.DOTALL)
    return {name: words(card) for name, card in found}


@pytest.fixture
def card_of(render):
    """Return the function that gives the card of the only link of a page, None if it has none."""

    def card(markdown):
        html = render(markdown, OTHERS).html
        named = re.search(r'<a data-kb-card="([^"]*)"', html)
        return named and cards(html)[named[1]]

    return card


def test_a_link_to_a_note_has_a_card_with_topic_title_description_and_date(card_of):
    assert card_of("[See](other.md).") == "note in Latent T D 2026-11-21"


def test_a_link_to_a_heading_names_it(card_of):
    assert card_of("[See](other.md#part).") == "note in Latent T › A part D 2026-11-21"


def test_a_link_to_a_term_has_what_it_means(card_of):
    assert card_of("[See](../about/glossary.md#probe).") == (
        "term Probe A small classifier (Doe, 2020a)."
    )


def test_a_link_to_a_turn_has_the_words_of_the_turn(card_of):
    card = card_of(f"[See]({TURN}).")
    assert ", turn 2 (" in card
    assert card_of("[See](../transcripts/talk.md).") != card


def test_a_link_to_the_page_of_a_work_has_the_card_of_the_work(card_of):
    assert card_of("[See](../references/doe2020first.md).").startswith(
        "Jane Doe (2020a). The First"
    )


def test_a_work_that_the_page_cites_has_its_card_in_the_list_already(render):
    html = render("[@doe2020first] and [the page](../references/doe2020first.md).").html
    assert 'data-kb-card="ref-doe2020first"' in html
    assert 'id="ref-doe2020first"' in html
    assert cards(html) == {}


def test_two_links_to_one_thing_share_a_card_and_the_links_of_lists_have_none(render):
    html = render("[A](other.md), [B](other.md).\n\n/// reference-index\n///\n", OTHERS).html
    assert re.findall('data-kb-card="([^"]*)"', html) == ["card-1", "card-1"]
    assert list(cards(html)) == ["card-1"]


@pytest.mark.parametrize(
    "target",
    [
        "https://example.org/a.md",
        "#part",
        "page.md",
        "dot.png",
        "nowhere.md",
        "mailto:a@example.org",
    ],
)
def test_any_other_link_has_none(target, card_of):
    assert card_of(f"[See]({target}).") is None


def test_the_first_use_of_a_term_in_running_text_is_a_link_to_it(render):
    text = "# Probe\n\n`probe` and [a probe](x.png), *two Probes*, one probe. Order\neffect, reprobe, probe-like.\n"
    html = render(f"{text}\n| probe |\n| --- |\n| probe |\n", OTHERS).text
    found = re.findall(r'<a class="kb-term"[^>]* href="([^"]*)">([^<]*)</a>', html)
    assert found == [
        ("/about/glossary.md#probe", "Probes"),
        ("/about/glossary.md#order-effect", "Order\neffect"),
    ]
    assert "two Probes, one probe. Order effect, reprobe, probe-like. probe probe" in words(html)


def test_a_base_without_a_glossary_links_no_term(render):
    assert "kb-term" not in render("A probe.\n").html
