"""The rules that only the whole site can show to be broken, each message in full."""

from __future__ import annotations

from question_base import BARE, DONE, KNOWN, NOTE, index

from kb.lint import check_site


def found(site, *paths):
    """Return the problems of questions and notes; references that nobody cites are not the matter."""
    problems = [str(p) for p in check_site(site) if p.code != "KB901"]
    return [p for p in problems if not paths or p.startswith(tuple(f"docs/{x}:" for x in paths))]


def test_a_sound_base_raises_one_note_for_the_question_nobody_raises(base):
    assert found(base) == [
        "docs/questions/done.md:1: KB902 note: question must be raised by a page to be found: 'done' "
        "(write /// question | done in a note)"
    ]


def test_a_source_that_is_none_is_told_with_the_nearest(make_base):
    text = (
        KNOWN.replace("@poe2022third", "@poe2022thrid")
        .replace("bearing: for, strength: weak, grade: A, says: It guesses.", "bearing: for, strength: weak, grade: A, says: So.")
        .replace('source: "@t:talk#2", bearing', 'source: "@t:talk#3", bearing')
        .replace("computed: letter-share", "computed: letter-shares")
        .replace("@roe2021other", "@t:tlak")
        .replace('source: "@t:talk#2", locator', 'source: "@nowhere1850", locator')
    )  # fmt: skip
    problems = found(
        make_base({"questions/known-or-guessed.md": text}), "questions/known-or-guessed.md"
    )
    names = "acrostic, acrostic-capacity"
    assert [p.partition(names)[0] for p in problems] == [
        "docs/questions/known-or-guessed.md:5: KB811 source must exist: '@nowhere1850' (add it to refs/ first)",
        "docs/questions/known-or-guessed.md:12: KB811 source must exist: '@poe2022thrid' (did you mean '@poe2022third'?)",
        "docs/questions/known-or-guessed.md:13: KB811 source must exist: '@t:talk#3' (talk has 2 turns)",
        "docs/questions/known-or-guessed.md:14: KB811 source must exist: 'computed: letter-shares' (did you mean 'letter-share'? there are ",
        "docs/questions/known-or-guessed.md:20: KB811 source must exist: '@t:tlak' (did you mean '@t:talk'?)",
    ]


def test_evidence_older_than_its_source_is_told(make_base):
    text = (
        KNOWN.replace("date: 2020-05, source", "date: 2020-04, source")
        .replace("date: 2022-03-04,", "date: 2022-03-03,")
        .replace("date: 2025-01-15,", "date: 2025-01,")
        .replace("date: 2025-01-20,", "date: 2024-12,")
    )
    assert found(
        make_base({"questions/known-or-guessed.md": text}), "questions/known-or-guessed.md"
    ) == [
        "docs/questions/known-or-guessed.md:5: KB812 date must not be before its source's, 2025-01-15: '2024-12' (@t:talk#2 came out then; mend one of the two)",
        "docs/questions/known-or-guessed.md:11: KB812 date must not be before its source's, 2020-05: '2020-04' (@doe2020first came out then; mend one of the two)",
        "docs/questions/known-or-guessed.md:12: KB812 date must not be before its source's, 2022-03-04: '2022-03-03' (@poe2022third came out then; mend one of the two)",
    ]


def test_a_date_as_vague_as_the_year_of_its_source_is_not_before_it(make_base):
    text = KNOWN.replace("date: 2022-03-04,", "date: 2022,")
    path = "questions/known-or-guessed.md"
    assert found(make_base({path: text}), path) == []


def test_a_source_without_a_date_is_never_too_late(make_base):
    text = KNOWN.replace(
        'date: 2021, source: "@roe2021other"', 'date: 1998, source: "@anon1999untitled"'
    )
    path = "questions/known-or-guessed.md"
    assert found(make_base({path: text}), path) == []


def test_a_topic_that_is_no_section_is_told(make_base):
    text = BARE.replace("topic: latent", "topic: latnet")
    assert found(make_base({"questions/bare.md": text}), "questions/bare.md") == [
        "docs/questions/bare.md:3: KB813 topic must be a section: 'latnet' (there are: acrostics, latent)"
    ]


def test_questions_lead_to_others_that_exist(make_base):
    pages = {
        "questions/known-or-guessed.md": KNOWN.replace("[bare]", "[known-or-guessed, baer]"),
        "questions/done.md": DONE.replace("by: bare", "by: nothing-like-it"),
    }
    assert found(make_base(pages), *pages) == [
        "docs/questions/done.md:1: KB902 note: question must be raised by a page to be found: 'done' (write /// question | done in a note)",
        "docs/questions/done.md:7: KB814 closed must name another question: 'nothing-like-it' (remove it, or write the other one)",
        "docs/questions/known-or-guessed.md:7: KB814 related must name another question: 'baer' (did you mean 'bare'?)",
        "docs/questions/known-or-guessed.md:7: KB814 related must name another question: 'known-or-guessed' (remove it, or write the other one)",
    ]


def test_a_question_in_nearly_the_words_of_another_is_told_once(make_base):
    first = BARE.replace(
        "Does anything follow?", "Do the latent thoughts of the model really reason?"
    )
    second = BARE.replace("Does anything follow?", "Does the model reason in its latent thoughts?")
    site = make_base({"questions/bare.md": first, "questions/twice.md": second})
    assert [p for p in found(site) if "KB815" in p] == [
        "docs/questions/twice.md:2: KB815 question must not be worded like bare: 'Does the model reason in its latent thoughts?' (merge the two, or say what sets them apart)"
    ]


def test_an_open_section_that_names_no_question_is_told(make_base):
    text = NOTE.replace(
        "/// question | known-or-guessed\n///\n",
        "What follows?\n\n### Why\n\nSee [@doe2020first].\n",
    )
    assert found(make_base({"latent/note.md": text}), "latent/note.md") == [
        "docs/latent/note.md:12: KB816 section must name a question: 'Open questions' (write /// question | slug, or cite [@q:slug]; kb questions lists them)"
    ]


def test_an_open_section_may_name_its_question_below_a_lesser_heading(make_base):
    text = NOTE.replace("/// question |", "### Why\n\n/// question |")
    assert found(make_base({"latent/note.md": text}), "latent/note.md") == []


def test_a_question_of_the_next_section_is_not_one_of_the_open_section(make_base):
    text = NOTE.replace("/// question |", "## Another\n\n/// question |")
    [problem] = found(make_base({"latent/note.md": text}), "latent/note.md")
    assert ":12: KB816 " in problem


def test_pages_that_are_no_notes_may_speak_of_what_is_open(make_base):
    assert found(make_base({"about/open.md": index("Open questions")}), "about/open.md") == []


def test_a_question_that_only_another_question_names_is_not_raised(make_base):
    site = make_base({"latent/other.md": None})
    assert found(site, "questions/bare.md") == [
        "docs/questions/bare.md:1: KB902 note: question must be raised by a page to be found: 'bare' (write /// question | bare in a note)"
    ]


def test_a_review_late_by_half_a_year_is_told_by_the_newest_day_of_the_files(make_base):
    late = BARE.replace("2026-11-20", "2026-05-24")
    assert found(make_base({"questions/bare.md": late}), "questions/bare.md") == [
        "docs/questions/bare.md:6: KB903 note: review must not be late by half a year: '2026-05-24' (look for new evidence, then set review_after anew)"
    ]
    on_the_day = BARE.replace("2026-11-20", "2026-05-25")
    assert found(make_base({"questions/bare.md": on_the_day}), "questions/bare.md") == []


def test_the_index_of_questions_must_exist_for_every_question_leads_to_it(make_base):
    problems = found(make_base({"questions/index.md": None}))
    assert problems[1:] == [
        "docs/questions/index.md:1: KB509 page must exist, for every reference leads to it: 'questions/index.md' (write it)"
    ]


def test_a_misspelt_question_is_told_with_the_nearest(make_base):
    text = NOTE.replace("[@q:known-or-guessed]", "[@q:known-and-guessed]").replace(
        "| known-or", "| knwon-or"
    )
    assert found(make_base({"latent/note.md": text}), "latent/note.md") == [
        "docs/latent/note.md:10: KB101 citation must name a known key: 'q:known-and-guessed' (did you mean 'q:known-or-guessed'?)",
        "docs/latent/note.md:12: KB816 section must name a question: 'Open questions' (write /// question | slug, or cite [@q:slug]; kb questions lists them)",
        "docs/latent/note.md:14: KB101 citation must name a known key: 'q:knwon-or-guessed' (did you mean 'q:known-or-guessed'?)",
    ]


def test_links_to_the_anchors_of_a_question_s_page_are_sound(make_base):
    targets = [
        "",
        "#evidence",
        "#which-word",
        "#a-heading-of-ours",
        "#why",
        "#references",
        "#cite-doe2020first-1",
    ]
    links = " ".join(f"[x](../questions/known-or-guessed.md{target})" for target in targets)
    text = OTHER_NOTE + links + " [y](../questions/known-or-guessed.md#whcih-word)"
    assert found(make_base({"latent/other.md": text}), "latent/other.md") == [
        "docs/latent/other.md:12: KB402 link must lead to an anchor of docs/questions/known-or-guessed.md: '#whcih-word' (did you mean '#which-word'?)"
    ]


OTHER_NOTE = NOTE.replace("A note", "Another note").partition("Whether")[0] + "See @q:bare.\n\n"
