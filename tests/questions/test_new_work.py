"""What a question shows of new work: candidates of the inbox, and what waits to be judged."""

from __future__ import annotations

import re
from html import unescape

import pytest
from question_base import BARE, DONE, KNOWN

from kb.lint import check_site
from kb.new_work import SHOWN, view_new_work
from kb.notes.front_matter import AnnotationMeta
from kb.pages import downloads, frame
from kb.questions.stale import find_stale

TO_JUDGE = """\
to_judge:
  - {source: "@roe2021other", since: 2026-11-20}
  - {source: "@t:talk#1", since: 2026-11-21}
"""
WAITING = BARE.replace("review_after: 2026-11-20\n", f"review_after: 2026-11-20\n{TO_JUDGE}")


def candidate(number, found, *questions, title="A title", authors=("Ada Example",)):
    return (
        f"- id: 2601.{number:05d}\n  title: {title!r}\n  authors: {list(authors)!r}\n  found: {found}\n"
        f"  feeds: [cs.CL]\n  questions: [{', '.join(questions)}]\n  points: {number}\n"
    )


def inbox(*candidates):
    return f"candidates:\n{''.join(candidates)}"


INBOX = inbox(
    candidate(1, "2026-11-19", "known-or-guessed", authors=["A", "B", "C", "D"]),
    candidate(2, "2026-11-21", "known-or-guessed", "bare", title="<script>x</script> & [@doe2020first]"),
    candidate(3, "2026-11-22", "known-or-guessed", title="Newest"),
    candidate(4, "2026-11-22"),
)  # fmt: skip


@pytest.fixture(scope="module")
def site(make_base):
    return make_base({"questions/bare.md": WAITING}, inbox=INBOX)


@pytest.fixture(scope="module")
def show(make_markdown, site):
    def render(path):
        page = site.pages.get(path)
        return make_markdown(site, path).convert(frame(site, path, page.body if page else ""))

    return render


def words(html):
    return " ".join(unescape(re.sub("<[^>]+>", " ", html)).split())


def section(html):
    return html.partition('id="candidates"')[2].partition("<h2")[0]


def test_candidates_are_those_its_search_found_the_newest_first(site):
    new = view_new_work(site, site.questions["known-or-guessed"])
    assert [one.url for one in new.candidates] == [
        "https://arxiv.org/abs/2601.00003",
        "https://arxiv.org/abs/2601.00002",
        "https://arxiv.org/abs/2601.00001",
    ]
    assert new.candidates[2].about == "A, B, C and others; found 2026-11-19"


@pytest.mark.parametrize(
    ("slug", "text"),
    [
        ("known-or-guessed", "3 candidates, 2 since last review"),  # last judged on 2026-11-21
        ("bare", "1 candidate since last review, 2 to judge"),  # nothing was ever judged
        ("done", ""),
    ],
)
def test_it_is_counted_from_the_day_on_which_something_was_last_judged(site, slug, text):
    new = view_new_work(site, site.questions[slug])
    assert (new.text, new.any) == (text, bool(text))


def test_a_page_shows_ten_and_says_how_many_more_there_are(make_base, make_markdown):
    many = inbox(*(candidate(n, "2026-11-22", "bare") for n in range(1, SHOWN + 4)))
    site = make_base(inbox=many)
    page = make_markdown(site, "questions/bare.md").convert(
        frame(site, "questions/bare.md", "Text.")
    )
    assert section(page).count("<li>") == SHOWN
    assert "And 3 more in the inbox." in words(section(page))


def test_the_page_of_a_question_shows_both_and_takes_text_of_feeds_for_text(show):
    html = show("questions/bare.md")
    assert words(section(html)).endswith(
        "Taken into the store and not judged yet; none counts as evidence: Roe and Doe (2021) since 2026-11-20 "
        "transcript talk, turn 1 since 2026-11-21 Found by its search and not decided on yet: "
        "<script>x</script> & [@doe2020first] Ada Example; found 2026-11-21"
    )
    assert "<script" not in html
    assert '<a href="https://arxiv.org/abs/2601.00002" rel="nofollow">' in html
    assert "no evidence yet past review since 2026-11-20 1 candidate since last review, 2 to judge" in words(html)  # fmt: skip


def test_a_page_says_from_when_the_last_review_is(show):
    assert "not decided on yet; last review 2026-11-21:" in words(
        section(show("questions/known-or-guessed.md"))
    )


def test_a_question_with_nothing_new_says_nothing_of_it(show):
    assert 'id="candidates"' not in show("questions/done.md")


def test_the_index_has_it_in_the_row_and_as_a_filter(show):
    html = show("questions/index.md")
    rows = {row.partition("?")[0]: row for row in map(words, re.findall("<tr data.*?</tr>", html, re.DOTALL))}  # fmt: skip
    assert "3 candidates, 2 since last review" in rows["Is it known <b>&</b> told, or guessed"]
    assert "1 candidate since last review, 2 to judge" in rows["Does anything follow"]
    assert "candidate" not in rows["Was the sum right"]
    assert re.findall('data-candidates="(.*?)"', html) == ["yes", "no", "yes"]
    assert '<option value="yes">some (2)</option><option value="no">none (1)</option>' in html


def test_what_waits_counts_as_no_evidence(site, show):
    assert "No evidence yet." in words(show("questions/bare.md"))
    assert [one.question.slug for one in site.bears_on.get("roe2021other", ())] == []


def test_the_page_of_a_work_says_for_which_question_it_is_to_be_judged(show):
    work = words(show("references/roe2021other.md"))
    assert "Does anything follow? Not judged yet." in work
    assert "Does it know the word?" in work  # where it is evidence already
    assert "Does anything follow? Not judged yet." in words(show("transcripts/talk.md"))


def test_the_export_has_what_waits(site):
    text = downloads(site)["questions.json"]
    assert re.sub(r"\s+", " ", text).count('"to_judge": []') == 2
    assert '{ "since": "2026-11-20", "source": "@roe2021other" }' in re.sub(r"\s+", " ", text)


def test_a_question_with_something_to_judge_is_stale(site):
    days = {p.slug: p.meta for p in site.pages.values() if isinstance(p.meta, AnnotationMeta)}
    assert days == {}
    found = {one.question.slug: one.reasons for one in find_stale(site.questions.values(), site.updated, {})}  # fmt: skip
    assert found["bare"][1:] == (
        "@roe2021other waits to be judged since 2026-11-20",
        "@t:talk#1 waits to be judged since 2026-11-21",
    )


def test_what_waits_must_exist_and_wait_once_and_not_be_judged(make_base):
    twice = KNOWN.replace(
        "evidence:\n  - {date: 2020",
        'to_judge:\n  - {source: "@doe2020first", since: 2026-11-20}\n'
        '  - {source: "@nowhere1850", since: 2026-11-20}\n  - {source: "@nowhere1850", since: 2026-11-20}\n'
        "evidence:\n  - {date: 2020",
    )
    site = make_base({"questions/known-or-guessed.md": twice})
    path = "docs/questions/known-or-guessed.md"
    assert [str(p) for p in check_site(site) if p.path == path] == [
        f"{path}:11: KB810 source must wait once, and not be judged: '@doe2020first' (remove it from to_judge)",
        f"{path}:12: KB811 source must exist: '@nowhere1850' (add it to refs/ first)",
        f"{path}:13: KB810 source must wait once, and not be judged: '@nowhere1850' (remove it from to_judge)",
        f"{path}:13: KB811 source must exist: '@nowhere1850' (add it to refs/ first)",
    ]


def test_a_candidate_names_questions_that_exist(make_base):
    site = make_base({"questions/done.md": DONE}, inbox=inbox(candidate(1, "2026-11-20", "bear")))
    assert [str(p) for p in check_site(site) if p.path == "refs/inbox.yml"] == [
        "refs/inbox.yml:2: KB817 a candidate's question must exist: 'bear' (did you mean 'bare'?)"
    ]
