"""The open questions in a real browser: the index filtered and sorted, a question's page, cards in a note."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

INDEX = "questions/"
QUESTION = "questions/introspection-or-lucky-guess/"
NOTE = "acrostics/lucky-guess/"
CARD = ".kb-popup:popover-open"
ROWS = ".kb-table tbody tr"
WIDTHS = [320, 375, 768, 1280]


def shown(page):
    """Return the rows that are shown, by the address of their question."""
    links = page.locator(f"{ROWS}:not([hidden]) td:first-child a")
    return [
        href.strip("./")
        for href in links.evaluate_all("all => all.map(a => a.getAttribute('href'))")
    ]


def facts(page, name):
    return page.locator(f"{ROWS}:not([hidden])").evaluate_all(
        f"rows => rows.map(r => r.dataset.{name})"
    )


def test_the_index_filters_by_several_axes_and_keeps_them_in_the_address(new_page):
    page = new_page(INDEX)
    everything = len(shown(page))
    expect(page.locator(".kb-count")).to_have_text(f"{everything} of {everything} shown")
    page.get_by_label("Topic").select_option("acrostics")
    some = len(shown(page))
    assert 0 < some < everything
    page.get_by_label("Which way").select_option("mixed")
    assert 0 < len(shown(page)) < some
    assert set(facts(page, "topic")) == {"acrostics"}
    assert set(facts(page, "direction")) == {"mixed"}
    expect(page).to_have_url(re.compile(r"/questions/\?topic=acrostics&direction=mixed$"))
    expect(page.locator(".kb-count")).to_have_text(f"{len(shown(page))} of {everything} shown")
    page.get_by_role("main").get_by_role("button", name="Clear").first.click()
    expect(page.locator(".kb-count")).to_have_text(f"{everything} of {everything} shown")
    expect(page).to_have_url(re.compile(r"/questions/$"))


def test_words_find_a_question_by_what_its_evidence_says(new_page):
    page = new_page(INDEX)
    page.get_by_label("Words").fill("shine letter-share")
    assert "introspection-or-lucky-guess" in shown(page)
    assert len(shown(page)) < 5


def test_a_bearing_finds_every_question_that_has_an_item_of_it(new_page):
    page = new_page(f"{INDEX}?bearing=reframes")
    assert shown(page)
    assert all("reframes" in held.split() for held in facts(page, "bearing"))


def test_tags_are_matched_by_any_or_by_all(new_page):
    page = new_page(f"{INDEX}?tags=acrostics&tags=introspection")
    expect(page.get_by_role("checkbox", name=re.compile("^acrostics "))).to_be_checked()
    held = [set(tags.split()) for tags in facts(page, "tags")]
    assert held
    assert all(tags & {"acrostics", "introspection"} for tags in held)
    page.get_by_label("Match").select_option("all")
    fewer = [set(tags.split()) for tags in facts(page, "tags")]
    assert 0 < len(fewer) < len(held)
    assert all({"acrostics", "introspection"} <= tags for tags in fewer)
    assert "match=all" in page.url


def test_a_sorted_and_filtered_address_opens_so_from_cold(new_page):
    page = new_page(f"{INDEX}?status=open&sort=review")
    expect(page.get_by_label("Status")).to_have_value("open")
    expect(page.get_by_label("Sort by")).to_have_value("review")
    days = page.locator(f"{ROWS}:not([hidden]) td:nth-child(6)").all_inner_texts()
    assert days == sorted(days)
    assert len(days) > 10
    assert set(facts(page, "status")) == {"open"}


def test_the_orders_are_newest_evidence_oldest_review_and_most_cited(new_page):
    page = new_page(INDEX)
    newest = [
        day for day in page.locator(f"{ROWS} td:nth-child(5)").all_inner_texts() if day != "–"
    ]
    assert newest == sorted(newest, reverse=True)
    before = shown(page)
    page.get_by_label("Sort by").select_option("raised")
    times = page.locator(f"{ROWS} td:nth-child(7)").all_inner_texts()
    counts = [0 if cell == "–" else int(cell) for cell in times]
    assert counts == sorted(counts, reverse=True)
    expect(page).to_have_url(re.compile(r"\?sort=raised$"))
    page.get_by_label("Sort by").select_option("")
    assert shown(page) == before


def test_an_unknown_value_in_the_address_is_passed_over(new_page):
    page = new_page(f"{INDEX}?topic=nothing&review=ahead")
    expect(page.get_by_label("Topic")).to_have_value("")
    assert set(facts(page, "review")) == {"ahead"}


def test_a_chip_of_a_question_leads_to_the_index_filtered_by_it(new_page):
    page = new_page(QUESTION)
    page.get_by_role("link", name="evidence both ways").click()
    expect(page).to_have_url(re.compile(r"/questions/\?direction=mixed$"))
    expect(page.get_by_label("Which way")).to_have_value("mixed")
    assert set(facts(page, "direction")) == {"mixed"}


def test_the_index_is_used_by_keyboard_alone(new_page):
    page = new_page(INDEX)
    page.get_by_label("Topic").focus()
    page.keyboard.type("Late")
    assert set(facts(page, "topic")) == {"latent"}
    page.locator(f"{ROWS}:not([hidden]) a").first.focus()
    first = shown(page)[0]
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/questions/{first}/$"))


def test_without_javascript_the_index_is_whole(new_page):
    page = new_page(INDEX, java_script_enabled=False)
    assert len(shown(page)) == page.locator(ROWS).count() > 40
    expect(page.locator(".kb-filter")).to_be_hidden()


def test_the_page_of_a_question_leads_to_the_sentence_that_raises_it(new_page):
    page = new_page(QUESTION)
    page.locator(".kb-cited-by a").first.click()
    expect(page).to_have_url(re.compile("#cite-q_introspection-or-lucky-guess-1$"))
    expect(page.locator("#cite-q_introspection-or-lucky-guess-1")).to_be_in_viewport()


def test_a_card_in_a_note_leads_to_the_question_and_its_list_back_to_the_card(new_page):
    page = new_page(NOTE)
    card = page.locator("aside.kb-question").first
    title = card.locator("a.kb-title")
    question = title.inner_text()
    entry = page.locator(".kb-references", has_text="Questions raised").locator(
        "li", has_text=question
    )
    entry.locator(".kb-back a").first.click()
    expect(card).to_be_in_viewport()
    title.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(question)


def test_the_picture_of_a_ledger_has_a_mark_for_each_row_of_its_table(new_page):
    page = new_page(QUESTION)
    figures = page.locator("figure.kb-ledger-figure")
    assert figures.count() == 2
    for number in range(figures.count()):
        figure = figures.nth(number)
        marks = figure.get_by_role("img").locator("circle").count()
        assert marks == figure.locator("tbody tr").count() > 0


def test_the_search_finds_a_question_by_its_words(new_page):
    page = new_page()
    page.get_by_role("textbox", name="Search").fill("privileged access own states")
    expect(page.locator(".md-search-result__item").first).to_contain_text("privileged access")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", [INDEX, QUESTION, NOTE])
def test_no_question_scrolls_sideways(new_page, path, width):
    page = new_page(path, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
