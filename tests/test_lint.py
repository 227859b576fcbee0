"""The rules: one deliberately broken base breaks each of them, and every message is spelled out."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import kb
from kb.lint import CHECKS, FRAME_PAGES, RULES, check_site
from kb.problems import Problem, Rule, Severity
from kb.site import load_site

CASES = Path(__file__).parent / "cases"
BROKEN = CASES / "broken"
PROBLEMS = (BROKEN / "problems.txt").read_text("utf-8").splitlines()
# Rules that no file of a base can break on its own, or that have a base of their own, and where they
# are tested.
ELSEWHERE = {
    "KB230": "broken by a program that writes: tests/bib",
    "KB231": "broken by a program that writes: tests/bib",
    "KB232": "broken by a program that writes: tests/bib",
    "KB601": "told by kb sync: tests/arxiv",
    "KB602": "told of what was never synced: tests/arxiv",
    "KB603": "told by kb sync: tests/arxiv",
    "KB604": "needs a lock file: tests/arxiv",
    "KB605": "needs a lock file: tests/arxiv",
    "KB606": "needs a lock file: tests/arxiv",
    "KB607": "needs a lock file: tests/arxiv",
    "KB655": "told where the file is written: tests/watch",
    "KB621": "needs a computed figure: tests/computed",
    "KB622": "needs a computed figure: tests/computed",
    "KB623": "needs a computed figure: tests/computed",
    "KB701": "needs a transcript: tests/transcripts",
    "KB702": "needs a transcript: tests/transcripts",
    "KB703": "needs a transcript: tests/transcripts",
    "KB704": "needs a transcript: tests/transcripts",
    "KB705": "needs a transcript: tests/transcripts",
    "KB706": "needs a transcript: tests/transcripts",
    "KB707": "needs a transcript: tests/transcripts",
    "KB708": "needs a transcript: tests/transcripts",
    "KB709": "needs a transcript: tests/transcripts",
    "KB711": "needs a transcript: tests/transcripts",
    "KB712": "needs a transcript: tests/transcripts",
    "KB713": "needs a transcript: tests/transcripts",
    "KB714": "needs a transcript: tests/transcripts",
    "KB715": "needs a transcript: tests/transcripts",
    "KB741": "needs a register: tests/registers",
    "KB742": "needs a register: tests/registers",
    "KB743": "needs a register: tests/registers",
    "KB744": "needs a register: tests/registers",
    "KB745": "needs a coverage: tests/registers",
    "KB746": "needs a coverage: tests/registers",
    "KB721": "needs a transcript: tests/transcripts",
    "KB722": "needs a transcript: tests/transcripts",
    "KB723": "needs a transcript: tests/transcripts",
    "KB724": "needs a transcript: tests/transcripts",
    "KB725": "needs a transcript: tests/transcripts",
    "KB726": "needs a transcript: tests/transcripts",
    "KB801": "needs a question: tests/questions",
    "KB802": "needs a question: tests/questions",
    "KB803": "needs a question: tests/questions",
    "KB804": "needs a question: tests/questions",
    "KB805": "needs a question: tests/questions",
    "KB806": "needs a question: tests/questions",
    "KB807": "needs a question: tests/questions",
    "KB808": "needs a question: tests/questions",
    "KB809": "needs a question: tests/questions",
    "KB810": "needs a question: tests/questions",
    "KB811": "needs a question: tests/questions",
    "KB812": "needs a question: tests/questions",
    "KB813": "needs a question: tests/questions",
    "KB814": "needs a question: tests/questions",
    "KB815": "needs a question: tests/questions",
    "KB816": "needs a question: tests/questions",
    "KB817": "needs a question: tests/questions",
    "KB902": "needs a question: tests/questions",
    "KB903": "needs a question: tests/questions",
}
NOTE = "---\ntitle: T\ndescription: D\nupdated: 2026-11-21\n---\n\n# T\n\n"
BIB = "@misc{doe2020first, author={Doe, Jane}, title={First}, date={2020}}\n"


def test_the_broken_base_raises_exactly_its_problems_in_the_order_of_places():
    assert [str(problem) for problem in check_site(load_site(BROKEN))] == PROBLEMS


def test_every_rule_is_broken_by_the_broken_base_or_tested_elsewhere():
    raised = {re.match(r"\S+: (KB\d+) ", line)[1] for line in PROBLEMS}
    assert raised.isdisjoint(ELSEWHERE)
    assert sorted(raised | ELSEWHERE.keys()) == [rule.code for rule in RULES]


def test_a_clean_base_raises_notes_only():
    problems = check_site(load_site(CASES / "sites" / "small"))
    assert [str(problem) for problem in problems] == [
        "refs/acrostics.bib:16: KB901 note: reference must be cited to be found: 'noe2019uncited'"
        " (not yet placed)"
    ]
    assert [problem.severity for problem in problems] == [Severity.NOTE]


def test_a_code_belongs_to_one_rule():
    assert len({rule.code for rule in RULES}) == len(RULES)


def test_rules_are_listed_in_the_order_of_their_codes():
    assert [rule.code for rule in RULES] == sorted(rule.code for rule in RULES)


def modules():
    for info in pkgutil.walk_packages(kb.__path__, "kb."):
        if not info.name.endswith("__main__"):
            yield importlib.import_module(info.name)


def test_every_rule_of_the_package_is_in_the_list():
    found = {
        value.code: f"{module.__name__}.{name}"
        for module in modules()
        for name, value in vars(module).items()
        if isinstance(value, Rule)
    }
    assert {code: name for code, name in found.items() if code not in {r.code for r in RULES}} == {}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_says_what_it_wants_and_why(rule):
    assert re.fullmatch(r"KB\d{3}", rule.code)
    assert not rule.summary.endswith(".")
    assert rule.summary[0].islower() or rule.summary.startswith(("YAML", "BibTeX"))
    assert rule.why.endswith(".")
    assert "\n" not in rule.summary


def test_every_check_is_registered_once():
    assert len({one.rule.code for one in CHECKS}) == len(CHECKS)


def test_the_pages_to_which_templates_link_are_those_that_must_exist():
    templates = Path(kb.__file__).parent / "templates"
    links = {
        link
        for path in templates.glob("*.html")
        for link in re.findall(r'href="/([^"{}]*\.md)"', path.read_text("utf-8"))
    }
    assert links == set(FRAME_PAGES)


def checked(make_site, pages, files=(), bib=BIB):
    site = make_site(pages, {"a.bib": bib}, files)
    return [
        f"{p.path}:{p.line}: {p.code} {p.message}" + (f" ({p.fix})" if p.fix else "")
        for p in check_site(site)
        if p.code not in ("KB509", "KB901", "KB602")
    ]


@pytest.mark.parametrize(
    "link",
    [
        "other.md",
        "./other.md",
        "../latent/other.md",
        "/latent/other.md",
        "other.md#t",
        "#t",
        "",
        "#",
        "plot.png",
        "../references/doe2020first.md",
        "../references/doe2020first.md#top",
        "../references/a.bib",
        "../kb.json",
        "https://example.org/gone.md",
        "//example.org/gone.md",
        "mailto:a@example.org",
        "with%2Dhyphen.md",
    ],
)
def test_a_good_link_is_no_problem(link, make_site):
    pages = {
        "latent/page.md": f"{NOTE}[x]({link})\n",
        "latent/other.md": NOTE,
        "latent/with-hyphen.md": NOTE,
    }
    assert checked(make_site, pages, ["latent/plot.png"]) == []


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ("gone.md", "KB401 link must lead to a file of docs/: 'gone.md' (did you mean 'one.md'?)"),
        ("one", "KB401 link must lead to a file of docs/: 'one' (did you mean 'one.md'?)"),
        (
            "../../x.md",
            "KB401 link must lead to a file of docs/: '../../x.md' (name the .md file, not the address it gets)",
        ),
        (
            "one.md#x",
            "KB402 link must lead to an anchor of docs/latent/one.md: '#x' (its headings give the anchors)",
        ),
        (
            "one.md#tt",
            "KB402 link must lead to an anchor of docs/latent/one.md: '#tt' (did you mean '#t'?)",
        ),
        (
            "../references/doe2020first.md#bib",
            "KB402 link must lead to an anchor of docs/references/doe2020first.md: '#bib' (did you mean '#bibtex'?)",
        ),
    ],
)
def test_a_dead_link_is_a_problem_with_the_nearest_target(link, problem, make_site):
    pages = {"latent/page.md": f"{NOTE}[x]({link})\n", "latent/one.md": NOTE}
    assert checked(make_site, pages) == [f"docs/latent/page.md:9: {problem}"]


def test_the_anchors_of_a_generated_page_are_checked_too(make_site):
    page = f"{NOTE}[x](../references/doe2020first.md#cited-by) [y](../references/doe2020first.md#nothing)\n"
    assert checked(make_site, {"latent/page.md": page}) == [
        "docs/latent/page.md:9: KB402 link must lead to an anchor of docs/references/doe2020first.md:"
        " '#nothing' (its headings give the anchors)"
    ]


def test_an_unknown_key_is_a_problem_on_every_line_that_cites_it(make_site):
    page = f"{NOTE}[@doe2020frist]\n\n- x\n- @doe2020frist and @somebody\n\n[@nobody2020nothing]\n"
    assert checked(make_site, {"latent/page.md": page}) == [
        "docs/latent/page.md:9: KB101 citation must name a known key: 'doe2020frist' (did you mean 'doe2020first'?)",
        "docs/latent/page.md:12: KB102 citation must name a known key: 'doe2020frist' (did you mean 'doe2020first'?)",
        "docs/latent/page.md:14: KB101 citation must name a known key: 'nobody2020nothing'"
        " (add it to a file in refs/, or write \\@ for a plain at sign)",
    ]


def test_the_way_out_names_at_most_three_near_keys(make_site):
    bib = "".join(f"@misc{{doe2020{word}, title={{T}}}}\n" for word in ("aa", "ab", "ac", "ad"))
    (problem,) = checked(make_site, {"latent/page.md": f"{NOTE}[@doe2020a]\n"}, bib=bib)
    assert problem.endswith("(did you mean 'doe2020ad' or 'doe2020ac' or 'doe2020ab'?)")


@pytest.mark.parametrize(
    ("paths", "problem"),
    [
        (
            ["latent/two.md", "latent/two/index.md"],
            "'latent/two/' (docs/latent/two.md has it: rename one)",
        ),
        (
            ["latent/two.md", "latent/Two.md"],
            "'latent/two/' (docs/latent/Two.md has it: rename one)",
        ),
        (
            ["latent/index.md", "latent/README.md"],
            "'latent/' (docs/latent/README.md has it: rename one)",
        ),
    ],
)
def test_two_pages_cannot_have_one_address(paths, problem, make_site):
    found = checked(make_site, dict.fromkeys(sorted(paths), NOTE))
    assert [line.partition("KB502 ")[2] for line in found if "KB502" in line] == [
        f"page must have an address of its own: {problem}"
    ]


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ("/// caption\nText\n///", []),
        ("/// figure-caption\nText\n///", []),
        ("/// reference | doe2020first\n///", []),
        ("//// caption\n/// reference | doe2020first\n///\n////", []),
        ("`/// none` and\n\n    /// none\n", []),
        ("///", ["9: KB505 closing /// must follow a block it closes: '///' (remove it)"]),
        ("/// caption\nText", ["9: KB505 block must be closed: '///' (end it with a line ///)"]),
        (
            "/// captoin\n///",
            ["9: KB505 block must have a known name: 'captoin' (did you mean 'caption'?)"],
        ),
        (
            "/// cited-by | doe2020\n///",
            ["9: KB505 block must name a reference: 'doe2020' (did you mean doe2020first?)"],
        ),
        (
            "/// reference\n///",
            ["9: KB505 block must name a reference: '' (write /// reference | key)"],
        ),
        ("/// reference | doe2020first\n\n///", []),
        (
            "/// reference | doe2020first\nText\n///",
            ["9: KB511 block must hold no text: 'Text' (write it above or below)"],
        ),
        (
            "/// reference | doe2020\n///",
            ["9: KB101 citation must name a known key: 'doe2020' (did you mean 'doe2020first'?)"],
        ),
    ],
)
def test_blocks_are_checked_where_markdown_would_show_their_slashes(body, problems, make_site):
    found = checked(make_site, {"latent/page.md": NOTE + body + "\n"})
    assert found == [f"docs/latent/page.md:{problem}" for problem in problems]


def test_a_page_of_the_writer_cannot_take_the_place_of_one_that_the_site_makes(make_site):
    problems = check_site(make_site({"computed/digits.md": NOTE}, {"latent.bib": BIB}))
    assert [str(p) for p in problems if p.code == "KB502"] == [
        "docs/computed/digits.md:1: KB502 page must have an address of its own: 'computed/digits/'"
        " (the site makes a page there: rename this one)"
    ]


def test_no_key_takes_the_place_of_the_table_of_references(make_site):
    problems = check_site(make_site({}, {"latent.bib": "@misc{index, title={T}, date={2020}}"}))
    assert [p.message for p in problems if p.code == "KB507"] == [
        "citation key must leave the table of references its name: 'index'"
    ]


def test_a_problem_prints_as_one_line_with_its_way_out():
    rule = Rule("KB999", "a thing must hold", "Because.")
    assert str(rule.at("docs/a.md", 3, "thing must hold: 'x'", "hold it")) == (
        "docs/a.md:3: KB999 thing must hold: 'x' (hold it)"
    )
    assert str(rule.at("docs/a.md", 3, "thing must hold: 'x'")) == (
        "docs/a.md:3: KB999 thing must hold: 'x'"
    )


def test_a_note_says_that_it_is_one():
    rule = Rule("KB999", "a thing should hold", "Because.", Severity.NOTE)
    assert (
        str(rule.at("a.md", 1, "thing must hold: 'x'"))
        == "a.md:1: KB999 note: thing must hold: 'x'"
    )


def test_problems_sort_by_place_then_code():
    places = [("b", 1, "KB1"), ("a", 10, "KB1"), ("a", 2, "KB2"), ("a", 2, "KB1")]
    problems = [Problem(*place, "m") for place in places]
    assert [(p.path, p.line, p.code) for p in sorted(problems)] == sorted(places)
