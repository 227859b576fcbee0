"""What pages show of questions: the page of one, cards, lists, the index, what a source bears on."""

from __future__ import annotations

import re
from html import unescape

import pytest
from question_base import KNOWN, NOTE

from kb.ids import CiteKey
from kb.notes.question import parse_source
from kb.pages import frame, generated_pages, meta_of, navigation, stands_for_one, updated_of
from kb.question_views import view_question
from kb.site import Site
from kb.standings import authors_of


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


@pytest.fixture(scope="module")
def show(make_markdown):
    """Return the function that renders a page of a base as published."""

    def render(site: Site, path: str, text: str | None = None) -> str:
        page = site.pages.get(path)
        body = text if text is not None else (page.body if page else "")
        return make_markdown(site, path if text is None else "").convert(frame(site, path, body))

    return render


@pytest.fixture(scope="module")
def page(show, base):
    return show(base, "questions/known-or-guessed.md")


def section(html, anchor):
    """Return the words from the heading with this id to the next one of its level or above."""
    found = re.search(
        rf'<h(\d)[^>]*id="{anchor}".*?</h\1>(.*?)(?=<h[12]|<section|\Z)', html, re.DOTALL
    )
    return words(found[2])


def test_the_page_begins_with_the_question_and_where_it_stands(page):
    assert '<h1 id="top">Is it known &lt;b&gt;&amp;&lt;/b&gt; told, or guessed?' in page
    chips = re.search('<ul aria-label="Where it stands".*?</ul>', page, re.DOTALL)[0]
    assert [
        (href, words(text)) for href, text in re.findall('href="([^"]*)">(.*?)</a>', chips)
    ] == [
        ("/questions/index.md?status=open", "open"),
        ("/questions/index.md?direction=mixed", "evidence both ways"),
        ("/questions/index.md?evidence=yes", "4 items"),
        ("/questions/index.md?evidence=yes", "1 item on parts"),
        ("/questions/index.md?replicated=yes", "replicated"),
        ("/questions/index.md?age=6-months", "newest evidence 2026-11-21, less than a month ago"),
        ("/questions/index.md?review=ahead", "review after 2027-05-01"),
    ]


def test_the_page_says_what_would_settle_it_and_where_it_was_asked(page):
    assert section(page, "settled-by") == (
        "Rates by line. “For” means guessed Asked 2025-01-20, transcript talk, turn 2, the end "
        "Topic Latent thought Next review after 2027-05-01 Cite as [@q:known-or-guessed]"
    )
    assert 'href="/transcripts/talk.md#turn-2">transcript talk, turn 2</a>' in page


def test_the_text_of_the_writer_stands_between_state_and_ledger(page):
    assert (
        page.index('id="settled-by"')
        < page.index("People mean two things")
        < page.index('id="evidence"')
    )
    assert '<h2 id="a-heading-of-ours">' in page


def test_the_ledger_is_a_table_oldest_first(page):
    ledger = page.partition('id="evidence"')[2].partition('id="parts"')[0]
    rows = re.findall(r'<tr>\s*<th scope="row".*?</tr>', ledger, re.DOTALL)
    assert [words(row.replace("</t", " </t").replace("<br", " <br")) for row in rows] == [
        "2020-05 against “guessed”, medium It knows. Doe (2020) A 2026-11-20",
        "2022-03-04 against “guessed”, strong It knows, too. Poe (2022), sec. 4 B 2026-11-21",
        "2025-01-15 for “guessed”, weak It guesses. transcript talk, turn 2 A 2026-11-20",
        "2026-11-21 neither way, weak The letters say little. letter-share, computed here C 2026-11-21",
    ]
    assert 'href="/computed/letter-share.md"' in ledger
    assert 'href="/references/poe2022third.md"' in ledger


def test_the_ledger_is_a_picture_that_names_itself(page):
    [picture, part] = re.findall("<svg.*?</svg>", page, re.DOTALL)
    assert 'role="img"' in picture
    assert 'aria-labelledby="evidence-title evidence-desc"' in picture
    assert "4 items from 2020-05 to 2026-11-21; the table below gives each." in picture
    assert picture.count("<circle") == 4
    assert 'aria-labelledby="part-which-word-title part-which-word-desc"' in part
    assert len(re.findall(' id="([^"]*)"', page)) == len(set(re.findall(' id="([^"]*)"', page)))


def test_parts_have_state_and_ledger_of_their_own(page):
    text = words(page.partition('id="which-word"')[2].partition('<h2 id="waits-for"')[0])
    assert "evidence points neither way 1 item reframed" in text
    assert "Settled by: Words of unlike frequency." in text
    assert text.endswith("How soon does it know?¶ no evidence yet No evidence yet.")


def test_the_page_says_what_it_waits_for_and_how_new_work_is_found(page):
    assert section(page, "waits-for") == (
        "Evidence on a part of it: How soon does it know? A fresh look at the literature after 2027-05-01. "
        'kb watch looks for new work on arXiv with abs:"latent" AND ti:guess (the newest matches, as a feed).'
    )
    assert "search_query=abs%3A%22latent%22%20AND%20ti%3Aguess&amp;sortBy=submittedDate" in page


@pytest.mark.parametrize(
    ("item", "waits"),
    [
        ("", "Any evidence on the question itself."),
        (
            '\n  - {date: 2021, source: "@roe2021other", bearing: neither, strength: weak, grade: A, says: S, judged: 2026-11-20}',
            "Evidence of grade A or B that points one way or the other.",
        ),
        (
            '\n  - {date: 2021, source: "@roe2021other", bearing: for, strength: strong, grade: A, says: S, judged: 2026-11-20}',
            "Two independent sources, of medium strength at least, that point the same way.",
        ),
    ],
)
def test_what_a_question_waits_for_follows_from_its_ledger(make_base, item, waits):
    start, end = KNOWN.index("evidence:"), KNOWN.index("parts:")
    text = f"{KNOWN[:start]}evidence:{item or ' []'}\n{KNOWN[end:]}"
    view = view_question(make_base({"questions/known-or-guessed.md": text}), "known-or-guessed")
    assert view.waits_for[0] == waits


def test_the_page_lists_the_passages_of_other_pages_that_raise_it(page):
    assert section(page, "cited-by") == (
        "A note Whether it is so nobody knows (question known-or-guessed). "
        "A note › Open questions shown there as a card"
    )
    assert 'href="/latent/note.md#cite-q_known-or-guessed-2"' in page


def test_the_page_leads_to_related_questions_and_says_how_the_state_is_made(page):
    assert section(page, "related").startswith("Does anything follow? How the state is worked out")
    assert "as of 2026-11-21, the day this site last changed" in words(page)
    assert "%" not in section(page, "related")


def test_a_closed_question_says_how_by_what_and_what_came_in_its_place(show, base):
    html = show(base, "questions/done.md")
    assert (
        "superseded evidence for 2 items replicated newest evidence 2026-11-18, less than a month ago "
        "Superseded on 2026-11-19: It was, and a better question came of it. In its place: Does anything "
        "follow? By the evidence of digits, computed here, Doe (2020)."
    ) in words(html)
    assert "Next review none, it is closed" in words(html)
    assert 'id="waits-for"' not in html
    assert section(html, "cited-by").startswith("No page of this site raises it yet. How the state")


def test_a_question_past_its_review_says_so(show, base):
    assert "open no evidence yet past review since 2026-11-20" in words(
        show(base, "questions/bare.md")
    )


def test_a_card_counts_as_a_citation_and_shows_the_newest_evidence(show, base):
    html = show(base, "latent/note.md")
    [card] = re.findall("<aside.*?</aside>", html, re.DOTALL)
    assert 'id="cite-q_known-or-guessed-2"' in card
    assert words(card) == (
        "open question Is it known <b>&</b> told, or guessed? evidence both ways 4 items 1 item on parts "
        "replicated newest evidence 2026-11-21, less than a month ago review after 2027-05-01 Settled by: Rates "
        "by line. Newest, 2026-11-21, neither way (weak): The letters say little. letter-share, computed here C"
    )


def test_the_card_of_a_closed_question_gives_the_reason(show, base):
    html = show(base, "about/x.md", "/// question | done\n///\n")
    assert words(re.search("<aside.*?</aside>", html, re.DOTALL)[0]) == (
        "superseded question Was the sum right? evidence for 2 items replicated newest evidence 2026-11-18, less "
        "than a month ago It was, and a better question came of it. Newest, 2026-11-18, for (strong): It adds up. "
        "digits, computed here A"
    )


def test_a_card_of_no_question_says_so(show, base):
    html = show(base, "about/x.md", "/// question | nothing\n///\n")
    assert words(html) == "Unknown question: nothing"


def test_a_note_ends_in_the_questions_it_raises_then_its_references(show, base):
    text = (
        "It is open [@q:known-or-guessed; @doe2020first].\n\n## References\n\n## Questions raised\n"
    )
    html = show(base, "about/x.md", text)
    assert re.findall('<h2[^>]* id="([^"]*)"', html) == [
        *("references_1", "questions-raised_1", "questions-raised", "references"),
    ]
    raised = html.partition('id="questions-raised"')[2].partition('id="references"')[0]
    assert 'id="ref-q_known-or-guessed"' in raised
    assert "Cited here: ↩ 1" in words(raised)
    assert 'id="ref-doe2020first"' in html.partition('id="references"')[2]


def test_a_note_that_only_raises_questions_has_no_references(show, base):
    html = show(base, "about/x.md", "It is open [@q:bare].\n\n## References\n")
    assert re.findall('<h2[^>]* id="([^"]*)"', html) == ["references", "questions-raised"]


def test_the_scan_of_a_page_gives_its_headings_the_anchors_they_get(make_base, show):
    text = NOTE + "\n## Questions raised\n\n## References\n"
    site = make_base({"latent/note.md": text})
    anchors = [heading.anchor for heading in site.pages["latent/note.md"].scan.headings]
    assert anchors == ["a-note", "open-questions", "questions-raised_1", "references"]
    assert 'id="questions-raised_1"' in show(site, "latent/note.md")


def test_the_page_of_a_source_lists_the_questions_it_bears_on(show, base):
    html = show(base, "references/doe2020first.md", "")
    assert section(html, "questions") == (
        "Is it known <b>&</b> told, or guessed? against “guessed”, medium: It knows. A judged 2026-11-20 "
        "Was the sum right? for, strong: The sum is right. A judged 2026-11-18"
    )
    other = show(base, "references/roe2021other.md", "")
    assert 'href="/questions/known-or-guessed.md#which-word">Does it know the word?</a>' in other
    assert 'id="questions"' not in show(base, "references/anon1999untitled.md", "")


def test_the_page_of_a_transcript_lists_the_questions_it_bears_on(show, base):
    html = show(base, "transcripts/talk.md")
    assert section(html, "questions") == (
        "Is it known <b>&</b> told, or guessed? for “guessed”, weak: It guesses. A judged 2026-11-20"
    )


# The index.


@pytest.fixture(scope="module")
def index(show, base):
    return show(base, "questions/index.md")


def attributes(html):
    return [
        dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        for tag in re.findall("<tr (data-[^>]*)>", html)
    ]


def test_the_index_lists_every_question_with_the_newest_evidence_first(index):
    rows = re.findall("<tr data-.*?</tr>", index, re.DOTALL)
    assert [[words(cell) for cell in re.findall("<td[^>]*>(.*?)</td>", row, re.DOTALL)] for row in rows] == [
        [
            "Is it known <b>&</b> told, or guessed?",
            "Latent thought",
            "open",
            "evidence both ways 4 items 1 item on parts replicated",
            "2026-11-21",
            "2027-05-01",
            "2",
        ],
        ["Was the sum right?", "Acrostics", "superseded", "evidence for 2 items replicated", "2026-11-18", "–", "–"],
        ["Does anything follow?", "Latent thought", "open", "no evidence yet", "–", "2026-11-20 past", "2"],
    ]  # fmt: skip


def test_a_row_carries_what_filters_and_orders_ask_for(index):
    known, done, bare = attributes(index)
    assert known.pop("data-more").endswith(
        "It guesses. transcript talk, turn 2 The letters say little. letter-share, computed here No word is known. Roe and Doe (2021)"
    )
    assert known == {
        "data-topic": "latent",
        "data-status": "open",
        "data-evidence": "yes",
        "data-direction": "mixed",
        "data-bearing": "against for neither reframes",
        "data-replicated": "yes",
        "data-age": "6-months",
        "data-review": "ahead",
        "data-candidates": "no",
        "data-tags": "guessing rates",
        "data-rank": "1",
        "data-rank-review": "1",
        "data-rank-raised": "0",
    }
    assert (done["data-rank-review"], bare["data-rank-review"]) == ("2", "0")
    assert (done["data-rank-raised"], bare["data-rank-raised"]) == ("2", "1")
    assert (bare["data-tags"], done["data-tags"]) == ("rates", "")


def test_filters_offer_what_some_question_has_with_its_count(index):
    choices = {
        name: re.findall('<option value="([^"]*)">(.*?)</option>', inside)
        for name, inside in re.findall('<select[^>]* name="(.*?)">(.*?)</select>', index, re.DOTALL)
    }
    assert choices["topic"] == [
        ("", "all"),
        ("acrostics", "Acrostics (1)"),
        ("latent", "Latent thought (2)"),
    ]
    assert choices["status"] == [
        ("", "all"),
        ("open", "open (2)"),
        ("superseded", "superseded (1)"),
    ]
    assert choices["review"][1:] == [
        ("ahead", "ahead (1)"),
        ("past", "past (1)"),
        ("closed", "closed, none (1)"),
    ]
    assert choices["bearing"][1:] == [
        *(
            ("for", "for (2)"),
            ("against", "against (1)"),
            ("neither", "neither (1)"),
            ("reframes", "reframes (1)"),
        ),
    ]
    assert [value for value, _ in choices["sort"]] == ["", "review", "raised"]
    tags = re.findall(
        '<input data-kb-many="" name="tags" type="checkbox" value="(.*?)" /> (.*?)</label>', index
    )
    assert tags == [("guessing", "guessing (1)"), ("rates", "rates (2)")]


def test_the_index_is_whole_without_a_script_and_counts_nothing_as_solved(index):
    assert '<form aria-label="Filter the questions" class="kb-filter">' in index
    assert "hidden" not in re.search("<table>.*</table>", index, re.DOTALL)[0]
    assert "%" not in words(index)


def test_the_index_leads_to_feed_and_data(index):
    assert re.findall('href="([^"]*)"', index)[-3:] == [
        *("feed.xml", "/questions.json", "/questions.schema.json"),
    ]


# In the site.


def test_a_question_s_page_has_its_title_and_stays_out_of_the_navigation(base):
    meta = meta_of(base, "questions/known-or-guessed.md")
    assert meta["title"] == "Is it known &lt;b&gt;&amp;&lt;/b&gt; told, or guessed?"
    assert meta["description"] == "What would settle it: Rates by line."
    assert stands_for_one(base, "questions/known-or-guessed.md")
    assert not stands_for_one(base, "questions/index.md")
    assert "questions/known-or-guessed.md" not in generated_pages(base)
    assert "questions/known-or-guessed.md" not in str(navigation(base))
    assert {"Open questions": ["questions/index.md"]} in navigation(base)


def test_a_question_changed_when_its_newest_item_was_judged(base):
    assert str(updated_of(base, "questions/known-or-guessed.md")) == "2026-11-21"
    assert str(updated_of(base, "questions/done.md")) == "2026-11-19"
    assert updated_of(base, "questions/bare.md") == base.updated


@pytest.mark.parametrize(
    ("source", "authors"),
    [
        ("@doe2020first", {"j doe"}),
        ("@roe2021other", {"r roe", "j doe"}),
        ("@poe2022third", {"e poe"}),
        ("@anon1999untitled", {"anon1999untitled"}),
        ("@nowhere2000", {"nowhere2000"}),
        ("@t:talk#2", {"j doe"}),
        ("@t:nothing", {"this site"}),
        ("computed: digits", {"this site"}),
    ],
)
def test_the_authors_behind_a_source(base, source, authors):
    assert authors_of(base, parse_source(source)) == authors


def test_a_key_of_a_question_is_known_everywhere(base):
    assert base.labels[CiteKey("q:bare")].textual == "question bare"
