"""What holds of every kind of page in a browser: light, still, no wider than the screen, whole without scripts."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from statistics import median
from urllib.parse import unquote, urlsplit

import pytest
from kinds import KINDS, STILL

NARROWEST = 320  # CSS pixels, the width that WCAG 2.2 asks for in its criterion 1.4.10
WIDTHS = (NARROWEST, 390, 768, 1280)
FIRST_VIEW = 150_000  # bytes, compressed, with all that Material brings
INDEX_PER_PAGE = 2_000  # bytes of the search index, compressed
MOST_SHIFT = 0.02  # cumulative; up to 0.1 counts as good on the web at large
OBSERVE = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
SCRIPTED = ".kb-filter, .kb-keys, .kb-none"
SETTLED = "document.fonts.ready.then(() => new Promise((done) => setTimeout(done, 300)))"


@dataclass(frozen=True)
class Visit:
    """What a first visit took, on the narrowest screen: bytes without the search index, and shifts."""

    size: int
    shift: float
    widths: dict[int, int]  # the widest thing on the page, by the width of the screen


@pytest.fixture(scope="module", params=KINDS)
def visit(request, chromium, address, real_site):
    """Return what a first visit to a page of each kind took."""
    context = chromium.new_context(viewport={"width": NARROWEST, "height": 700})
    page = context.new_page()
    paths = []
    page.on("requestfinished", lambda request: paths.append(urlsplit(request.url).path))
    page.add_init_script(OBSERVE)
    page.goto(address + KINDS[request.param])
    page.evaluate(SETTLED)
    shift = page.evaluate("window.shift")
    page.add_style_tag(content=STILL)
    widths = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 700})
        widths[width] = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    files = {real_site / unquote(path).lstrip("/") for path in paths if "search_index" not in path}
    return Visit(sum(map(compressed, files)), shift, widths)


def compressed(path):
    file = path / "index.html" if path.is_dir() else path
    return len(gzip.compress(file.read_bytes(), 6))


def test_a_first_view_is_light(visit):
    assert 10_000 < visit.size < FIRST_VIEW


def test_nothing_moves_while_a_page_is_read(visit):
    assert visit.shift < MOST_SHIFT


def test_no_page_is_wider_than_the_screen(visit):
    assert visit.widths == {width: width for width in WIDTHS}


def test_the_search_index_is_small_for_what_it_finds(real_site):
    pages = len(list(real_site.rglob("index.html")))
    size = compressed(real_site / "search" / "search_index.json")
    assert size < INDEX_PER_PAGE * pages


@pytest.mark.parametrize("kind", KINDS)
def test_without_javascript_nothing_is_missing(new_page, kind):
    """But for what only a script can do: the buttons that copy, the keys, the filters."""
    whole, plain = new_page(KINDS[kind]), new_page(KINDS[kind], java_script_enabled=False)
    for what in ("h1, h2, h3", "p", "tbody tr", "li", "figure", "summary", "pre"):
        seen = [page.locator(f"article :is({what}):visible").count() for page in (whole, plain)]
        scripted = whole.locator(f"article :is({SCRIPTED}) :is({what}):visible").count()
        scripted += whole.locator(f"article :is({what}):is({SCRIPTED}):visible").count()
        assert seen[1] >= seen[0] - scripted, what
    assert whole.locator("article h1").inner_text() == plain.locator("article h1").inner_text()


# Letters of the paragraphs of four lines and more, by line; the last one is half full.
LETTERS = """() => [...document.querySelectorAll("article > p")].flatMap((p) => {
  const lines = Math.round(p.getBoundingClientRect().height / parseFloat(getComputedStyle(p).lineHeight));
  return lines > 3 ? [p.innerText.length / (lines - 0.5)] : [];
})"""


@pytest.mark.parametrize("kind", ["note", "note with transcripts", "section"])
def test_a_line_of_running_text_has_about_seventy_letters(new_page, kind):
    page = new_page(KINDS[kind], viewport={"width": 1280, "height": 900})
    assert 65 <= median(page.evaluate(LETTERS)) <= 75
