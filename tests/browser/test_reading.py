from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

NOTE = "latent/coconut/"
REFERENCE = "references/hao2024training/"
CARD = ".kb-popup:popover-open"
# Each value of each filter, with the number it says and the number of rows that it leaves.
COUNTS = """() => [...document.querySelectorAll('.kb-filter select')].flatMap((select) =>
  [...select.options].filter((option) => /\\(\\d+\\)$/.test(option.text)).map((option) => {
    select.form.reset();
    select.value = option.value;
    select.dispatchEvent(new Event('input', { bubbles: true }));
    const shown = document.querySelectorAll('.kb-table tbody tr:not([hidden])').length;
    return [`${select.name}: ${option.text}`, Number(option.text.match(/\\((\\d+)\\)$/)[1]), shown];
  }))"""
WIDTHS = [320, 390, 768, 1280]


def first_citation(page):
    return page.locator("a.kb-ref").first


def test_hovering_a_citation_shows_authors_year_title_venue_status_and_verdict(new_page):
    page = new_page(NOTE)
    first_citation(page).hover()
    card = page.locator(CARD)
    for text in (
        "Shibo Hao",
        "(2024)",
        "Continuous Latent Space",
        "COLM",
        "arXiv v2",
        "curriculum",
    ):
        expect(card).to_contain_text(text)


def test_a_card_opens_on_focus_and_closes_on_escape_without_losing_the_place(new_page):
    page = new_page(NOTE)
    link = first_citation(page)
    link.focus()
    expect(page.locator(CARD)).to_contain_text("Shibo Hao")
    page.keyboard.press("Escape")
    expect(page.locator(CARD)).to_have_count(0)
    expect(link).to_be_focused()


def test_a_tap_opens_the_card_and_a_second_tap_follows_the_link(new_page):
    page = new_page(NOTE, has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800})
    first_citation(page).tap()
    expect(page.locator(CARD)).to_contain_text("Shibo Hao")
    assert "#" not in page.url
    first_citation(page).tap()
    expect(page).to_have_url(re.compile("#ref-hao2024training$"))


@pytest.mark.parametrize(
    ("path", "link", "says"),
    [
        ("acrostics/hello/", "article p > a[href$='lucky-guess/']", "note in Acrostics"),
        ("acrostics/hello/", "a.kb-term", "lines begin with the letters of a word"),
        ("acrostics/hello/", "a.kb-ref[href='#ref-t_hello-nogreeting']", "no greeting|greeting"),
        ("acrostics/lucky-guess/", "a[href='#ref-t_hello-ask_3']", "turn 3"),
        ("questions/privileged-access/", ".kb-ledger a", r"\(20\d\d"),
    ],
)
def test_notes_terms_turns_and_sources_of_a_ledger_have_cards_by_mouse_and_by_keyboard(
    new_page, path, link, says
):
    page = new_page(path)
    card = page.locator(CARD)
    page.locator(link).first.hover()
    expect(card).to_contain_text(re.compile(says))
    card.hover()  # the mouse may go over to it
    expect(card).to_be_visible()
    page.mouse.move(2, 2)
    expect(card).to_have_count(0)
    page.keyboard.press("Tab")  # from here on the keyboard is in use
    page.locator(link).first.focus()
    expect(card).to_contain_text(re.compile(says))
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)


def test_a_card_is_not_fetched_fits_a_phone_and_is_no_second_text_to_a_screen_reader(new_page):
    page = new_page(NOTE, has_touch=True, is_mobile=True, viewport={"width": 320, "height": 700})
    page.wait_for_load_state("networkidle")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    first_citation(page).tap()
    card = page.locator(CARD)
    box = card.bounding_box()
    assert 0 <= box["x"] <= box["x"] + box["width"] <= 320
    expect(card).to_have_attribute("aria-hidden", "true")
    assert card.locator("a:not([tabindex='-1'])").count() == 0
    page.touchscreen.tap(300, 650 if box["y"] < 300 else 60)
    expect(card).to_have_count(0)
    assert asked == []


def test_of_the_ways_back_the_one_to_where_the_reader_was_is_marked(new_page):
    page = new_page("acrostics/hello/")
    second = page.locator("#cite-rife2025novel-2")
    second.focus()
    page.keyboard.press("Enter")
    back = page.locator("#ref-rife2025novel .kb-back [aria-current='location']")
    expect(back).to_have_attribute("href", "#cite-rife2025novel-2")
    back.click()
    expect(second).to_be_in_viewport()


def test_enter_on_a_citation_leads_to_the_list_and_back_to_the_very_place(new_page):
    page = new_page(NOTE)
    first_citation(page).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#ref-hao2024training$"))
    page.locator("#ref-hao2024training .kb-back a").first.click()
    expect(page).to_have_url(re.compile("#cite-hao2024training-1$"))
    expect(page.locator("#cite-hao2024training-1")).to_be_in_viewport()


def test_a_reference_page_leads_to_the_sentence_that_cites_it(new_page):
    page = new_page(REFERENCE)
    entry = page.locator(
        ".kb-cited-by li", has=page.locator("a[href*='latent/coconut/#cite-']")
    ).first
    sentence = entry.locator("blockquote").inner_text()
    assert "(Hao et al., 2024" in sentence
    entry.locator("a").click()
    expect(page).to_have_url(re.compile(r"latent/coconut/#cite-hao2024training-\d+$"))
    target = page.locator(f"[id='{page.url.rpartition('#')[2]}']")
    expect(target).to_be_in_viewport()
    expect(target).to_contain_text("Hao et al., 2024")


def test_the_copy_button_copies_the_bibtex(new_page):
    page = new_page(REFERENCE, permissions=["clipboard-read", "clipboard-write"])
    page.locator(".highlight", has_text="hao2024training").hover()
    page.locator(".highlight button[data-md-type='copy'], .highlight .md-clipboard").first.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("@inproceedings{hao2024training,")
    assert copied.rstrip().endswith("}")


def test_a_note_offers_bibtex_and_plain_text_of_itself_to_copy(new_page):
    page = new_page(NOTE, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_text("Cite this note").click()
    for place, begins in enumerate(["Latent Notes. “", "@misc{latentnotes2026coconut,"]):
        block = page.locator(".kb-cite-us pre").nth(place)
        block.hover()
        block.locator("button").click()
        assert page.evaluate("navigator.clipboard.readText()").startswith(begins)


def test_the_table_of_references_filters_and_keeps_the_filter_in_the_address(new_page):
    page = new_page("references/")
    rows = page.locator(".kb-table tbody tr:visible")
    total = rows.count()
    page.get_by_label("Topic").select_option("latent")
    page.get_by_label("Annotated").select_option("yes")
    page.get_by_label("Words").fill("hao training latent space")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Continuous Latent Space")
    expect(page.locator(".kb-count")).to_have_text(f"1 of {total} shown")
    assert "topic=latent" in page.url
    assert "annotated=yes" in page.url


def test_a_filtered_address_opens_filtered(new_page):
    page = new_page("references/?topic=latent&words=2412.06769")
    rows = page.locator(".kb-table tbody tr:visible")
    expect(rows).to_have_count(1)
    expect(page.get_by_label("Topic")).to_have_value("latent")
    page.locator(".kb-filter button[type=reset]").click()
    expect(rows.nth(50)).to_be_visible()
    assert page.url.endswith("references/")


def test_a_filter_without_match_says_so_and_offers_the_way_back(new_page):
    page = new_page("references/?words=nosuchword")
    expect(page.locator(".kb-none")).to_be_visible()
    page.locator(".kb-none button").click()
    expect(page.locator(".kb-none")).to_be_hidden()


@pytest.mark.parametrize(
    ("words", "target", "kind"),
    [
        ("Sainbayar Sukhbaatar", REFERENCE, "reference"),
        ("2412.06769", REFERENCE, "reference"),
        ("arXiv:2412.06769", REFERENCE, "reference"),
        ("Continuous Latent Space", REFERENCE, "reference"),
        ("hao2024training", REFERENCE, "reference"),
        ("privileged access to their own states", "questions/privileged-access/", "question"),
        ("Asked early what is special", "transcripts/hello-ask/", "transcript"),
        ("The HELLO experiment", "acrostics/hello/", "note"),
        ("Claims", "registers/claims/", "register"),
    ],
)
def test_the_search_finds_a_thing_by_what_one_knows_of_it_and_says_what_kind_it_is(
    new_page, words, target, kind
):
    page = new_page()
    page.keyboard.press("/")
    page.keyboard.type(words)
    # A key or an id names one thing, so that comes first.
    found = page.locator(".md-search-result__item", has=page.locator(f"a[href*='{target}']"))
    first = page.locator(".md-search-result__item").first
    result = first if re.search(r"\d", words) else found.first
    expect(found.first).to_be_visible()
    expect(result.locator(".md-tag").first).to_have_text(kind)


def test_no_beginning_of_a_word_or_number_trips_the_search(new_page):
    page = new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.keyboard.press("/")
    box = page.get_by_role("textbox", name="Search")
    for words in [*"0123456789", "20", "24", "241", "2412", "25", "26", *"abcdefgh", "ar"]:
        box.fill(words)
        expect(page.locator(".md-search-result__meta")).to_contain_text("matching document")
    assert said == []


def test_a_result_of_the_search_is_reached_by_keyboard(new_page):
    page = new_page()
    page.keyboard.press("/")
    page.keyboard.type("hao2024training")
    expect(page.locator(".md-search-result__link").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/{REFERENCE}"))


@pytest.mark.parametrize(
    "path",
    ["references/", "transcripts/", "questions/", "about/coverage/"]
    + [
        f"registers/{name}/"
        for name in ("experiments", "claims", "systems", "timeline", "launch-week")
    ],
)
def test_each_value_of_each_filter_says_how_many_rows_it_leaves(new_page, path):
    page = new_page(path)
    told = page.evaluate(COUNTS)
    assert len(told) > 1
    assert [(name, said) for name, said, shown in told if said != shown] == []
    page.get_by_label("Words").fill("nosuchword")
    expect(page.locator(".kb-none")).to_contain_text("matches")


def test_without_javascript_the_links_work_and_the_table_is_complete(new_page):
    page = new_page(NOTE, java_script_enabled=False)
    first_citation(page).click()
    expect(page).to_have_url(re.compile("#ref-hao2024training$"))
    page.locator("#ref-hao2024training a.kb-title").click()
    expect(page).to_have_url(re.compile(f"{REFERENCE}$"))
    page.goto(page.url.replace("hao2024training/", ""))
    assert page.locator(".kb-table tbody tr").count() > 200
    expect(page.locator(".kb-table tbody tr").last).to_be_visible()
    expect(page.locator(".kb-filter")).to_be_hidden()


@pytest.mark.parametrize(
    "path", ["", NOTE, REFERENCE, "references/", "guide/", "acrostics/", "about/new/"]
)
@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways(new_page, path, width):
    page = new_page(path, viewport={"width": width, "height": 800})
    overflow = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0


def test_an_address_that_is_none_leads_on(new_page):
    page = new_page("404.html")
    expect(page.locator("h1")).to_have_text("Nothing stands at this address")
    page.locator("article").get_by_role("link", name="References", exact=True).click()
    expect(page).to_have_url(re.compile("/references/$"))


def test_a_page_says_of_itself_what_a_link_to_it_should_show(new_page):
    page = new_page(NOTE)
    title = page.locator('meta[property="og:title"]').get_attribute("content")
    assert title
    assert title in page.locator("h1").inner_text()
    assert page.locator('meta[property="og:description"]').get_attribute("content")
    assert page.locator('meta[property="og:image"]').count() == 0
