"""What a human reads when the store and arXiv do not agree."""

from __future__ import annotations

from kb.arxiv.merge import merge
from kb.arxiv.records import ArxivRecord, Failed, Found, Missing
from kb.arxiv.rules import RULES, check_merged, check_outcome, check_read, check_withdrawn
from kb.ids import ArxivId
from kb.model import Place
from servers.arxiv_papers import parse_time

PLACE = Place("refs/reasoning.bib", 12)
PAPER = ArxivId("2501.99902")


def record(comment):
    day = parse_time("2025-11-05")
    return ArxivRecord(ArxivId(PAPER.base, 2), "T", ("A B",), day, day, "cs.LG", comment=comment)


def test_a_paper_that_arxiv_does_not_know_is_an_error():
    assert [
        str(each) for each in check_outcome(Missing(PAPER, "arXiv knows no such paper"), PLACE)
    ] == [
        (
            "refs/reasoning.bib:12: KB601 eprint must be a paper that arXiv knows: '2501.99902' "
            "(compare it with the paper's abs page)"
        )
    ]


def test_a_paper_that_could_not_be_checked_is_noted_with_the_reason():
    failed = Failed(PAPER, "arXiv answered HTTP 503")
    assert [str(each) for each in check_outcome(failed, PLACE)] == [
        (
            "refs/reasoning.bib:12: KB602 note: eprint must be checked with arXiv: '2501.99902' "
            "(arXiv answered HTTP 503)"
        )
    ]


def test_a_paper_that_was_found_is_no_problem():
    assert not list(check_outcome(Found(PAPER, record(""), parse_time("2026-01-01")), PLACE))


def test_a_conflict_shows_the_three_values_and_the_command_that_settles_it():
    merged = merge({"title": "Old"}, {"title": "Ours"}, {"title": "Theirs"})
    assert [str(each) for each in check_merged(merged, "sample2025old", PLACE)] == [
        (
            "refs/reasoning.bib:12: KB603 title must be settled: ours is 'Ours', arXiv changed "
            "'Old' to 'Theirs' (take arXiv's with: kb sync --take theirs sample2025old.title)"
        )
    ]


def test_what_one_side_does_not_have_is_called_nothing():
    merged = merge({"doi": "10.1/a"}, {}, {"doi": "10.1/b"})
    (problem,) = check_merged(merged, "sample2025old", PLACE)
    assert problem.message == (
        "doi must be settled: ours is nothing, arXiv changed '10.1/a' to '10.1/b'"
    )


def test_a_withdrawn_paper_is_noted_with_arxivs_reason():
    reason = "This paper has been withdrawn due to an error"
    assert [str(each) for each in check_withdrawn(record(reason), PLACE)] == [
        f"refs/reasoning.bib:12: KB604 note: paper must not be withdrawn: '2501.99902v2' ({reason})"
    ]
    assert not list(check_withdrawn(record("12 pages"), PLACE))


def test_an_older_version_read_is_noted_until_the_writer_confirms():
    place = Place("docs/reasoning/twice.md", 4)
    assert [str(each) for each in check_read(1, ArxivId("2501.99901", 3), place)] == [
        (
            "docs/reasoning/twice.md:4: KB605 note: version read must be the newest of 2501.99901: "
            "'v1' (compare v3, then write read: v3)"
        )
    ]
    assert not list(check_read(3, ArxivId("2501.99901", 3), place))


def test_every_rule_has_its_own_code_in_order():
    assert [rule.code for rule in RULES] == [f"KB60{n}" for n in (1, 2, 3, 4, 5, 7)]
