"""Two readers on the real site: one with a mouse from the home page to a claim and what it rests on, others with keys."""

from __future__ import annotations

import re

from playwright.sync_api import expect

QUESTION = "Is a model that names its trained acrostic introspecting, or guessing"


def article(page):
    return page.locator("article")


def at_target(page):
    """Return the element that the address names."""
    return page.locator(f"[id='{page.url.rpartition('#')[2]}']")


def test_a_reader_walks_from_home_to_a_claim_its_source_its_question_a_turn_and_back(new_page):
    page = new_page("", viewport={"width": 1280, "height": 900})

    # Home, a thread, a note with its claim on top.
    article(page).get_by_role("link", name="Acrostics", exact=True).click()
    expect(page).to_have_url(re.compile("/acrostics/$"))
    article(page).get_by_role("link", name="The case file").click()
    expect(page.locator("h1")).to_contain_text("The HELLO experiment")
    expect(article(page).locator("p").first).to_contain_text("Claim")

    # A citation to the list of references, from there to the source, and who else cites it.
    article(page).locator("a.kb-ref[href='#ref-rife2025novel']").first.click()
    expect(at_target(page)).to_be_in_viewport()
    at_target(page).get_by_role("link", name="A Novel Emergence of Meta-Awareness").click()
    expect(page).to_have_url(re.compile("/references/rife2025novel/$"))
    elsewhere = page.locator(".kb-cited-by a[href*='lucky-guess/#cite-']").first
    elsewhere.click()
    expect(page).to_have_url(re.compile("/acrostics/lucky-guess/#cite-rife2025novel-"))
    expect(at_target(page)).to_be_in_viewport()

    # An open question, its evidence, a turn of a transcript.
    article(page).get_by_role("link", name=QUESTION).first.click()
    expect(page).to_have_url(re.compile("/questions/introspection-or-lucky-guess/$"))
    evidence = page.locator("table.kb-ledger").first.locator(
        "a[href*='transcripts/'][href*='#turn-']"
    )
    evidence.first.click()
    expect(page).to_have_url(re.compile(r"/transcripts/[a-z0-9-]+/#turn-\d+$"))
    expect(at_target(page)).to_be_in_viewport()

    # And back, by the browser, to where each page was left.
    page.go_back()
    expect(page).to_have_url(re.compile("/questions/introspection-or-lucky-guess/$"))
    page.go_back()
    expect(page).to_have_url(re.compile("/acrostics/lucky-guess/#cite-rife2025novel-"))


def test_a_reader_without_a_mouse_skips_the_menus(new_page):
    page = new_page("")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#latent-notes$"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('article').contains(document.activeElement)")


def test_a_reader_without_a_mouse_finds_a_paper_and_reads_who_cites_it(new_page):
    page = new_page("")
    page.keyboard.press("/")
    expect(page.get_by_role("textbox", name="Search")).to_be_focused()
    page.keyboard.type("2412.06769")
    result = page.locator(".md-search-result__link[href*='hao2024training']:visible").first
    expect(result).to_be_visible()
    for _ in range(12):
        page.keyboard.press("ArrowDown")
        if result.evaluate("link => link === document.activeElement"):
            break
    expect(result).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/references/hao2024training/"))
    citing = page.locator(".kb-cited-by a").first
    press_until(page, citing)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#cite-hao2024training-"))
    expect(at_target(page)).to_be_in_viewport()


def test_a_reader_without_a_mouse_filters_a_table_and_opens_what_is_left(new_page):
    page = new_page("questions/")
    press_until(page, page.get_by_label("Words"))
    page.keyboard.type("curriculum")
    left = page.locator("tbody tr:visible a").first
    press_until(page, left)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("curriculum")


def press_until(page, target):
    """Press Tab until `target` has the focus; each stop on the way must be one that can be seen."""
    for _ in range(250):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"not reached by keyboard: {target}")
