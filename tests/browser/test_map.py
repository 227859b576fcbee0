"""The map of the base in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

MAP = "about/map/"
DOT = ".kb-map-picture .kb-work a"


def test_a_dot_leads_to_its_work_without_a_script(new_page):
    page = new_page(MAP, java_script_enabled=False)
    page.locator(DOT).first.click()
    expect(page).to_have_url(re.compile(r"/references/\w+/$"))


def test_a_dot_has_the_card_of_its_work(new_page):
    page = new_page(MAP)
    page.locator(DOT).last.hover()
    expect(page.locator(".kb-popup:popover-open .kb-title")).to_be_visible()


def test_the_map_is_reached_from_the_home_page_and_by_keyboard_one_walks_its_list(new_page):
    page = new_page()
    page.get_by_role("main").get_by_role("link", name="map", exact=True).click()
    expect(page).to_have_url(re.compile(f"/{MAP}$"))
    assert page.locator(".kb-map-picture a:not([tabindex='-1'])").count() == 0
    page.locator("#in-words ~ ul a").first.focus()
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile(f"/{MAP}$"))


@pytest.mark.parametrize("width", [320, 1280])
def test_the_map_keeps_the_size_of_its_words_and_scrolls_no_page_sideways(new_page, width):
    page = new_page(MAP, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    texts = page.locator(".kb-map-picture text")
    boxes = texts.evaluate_all("all => all.map((text) => text.getBoundingClientRect().toJSON())")
    assert max(box["right"] for box in boxes) <= width
    assert min(box["height"] for box in boxes) >= 11
