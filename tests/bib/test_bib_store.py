import re
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import kb.bib
from kb.bib import crossref, facts, fields, kinds, macros, records, scan, text
from kb.bib.blocks import ScannedFile
from kb.bib.dates import parse_date, parse_month, parse_year
from kb.bib.names import parse_names
from kb.bib.scan import scan_bib
from kb.bib.store import load_store, parse_store
from kb.bib.tex import plain_text
from kb.ids import ArxivId, CiteKey
from kb.model import Grade, Name, PartialDate, Place, Reference

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases" / "bib"

ENTRY = """@Article{betley2025tell,
  author = {Betley, Jan and others},
  title = {Tell Me About {AlphaProof}},
  Journal = {TMLR},
  date = {2025-01-19},
  eprint = {2501.11120},
  archivePrefix = {arXiv},
  doi = {10.1000/182},
  url = {https://example.org},
  grade = {B},
}"""


def one(bib):
    (reference,) = parse_store({"refs/a.bib": bib.encode()}).references
    return reference


def test_a_reference_holds_all_that_its_entry_says():
    assert one(f"% first line\n{ENTRY}\n") == Reference(
        key=CiteKey("betley2025tell"),
        kind="article",
        topic="a",
        place=Place("refs/a.bib", 2),
        title="Tell Me About {AlphaProof}",
        authors=(Name("Betley", "Jan"),),
        others=True,
        date=PartialDate(2025, 1, 19),
        venue="TMLR",
        eprint=ArxivId("2501.11120"),
        doi="10.1000/182",
        url="https://example.org",
        grade=Grade.B,
        fields=(
            ("author", "Betley, Jan and others"),
            ("title", "Tell Me About {AlphaProof}"),
            ("journal", "TMLR"),
            ("date", "2025-01-19"),
            ("eprint", "2501.11120"),
            ("archiveprefix", "arXiv"),
            ("doi", "10.1000/182"),
            ("url", "https://example.org"),
            ("grade", "B"),
        ),
        source=ENTRY,
    )


def test_references_and_problems_come_sorted_whatever_the_order_of_the_files():
    files = {
        "refs/b.bib": b"@misc{c, title={C}}\n@misc{A, title={A}}\n@misc{bad",
        "refs/a.bib": b"@misc{b, title={B}}\n@misc{bad",
    }
    store = parse_store(files)

    assert [str(reference.key) for reference in store.references] == ["A", "b", "c"]
    assert [(problem.path, problem.line) for problem in store.problems] == [
        ("refs/a.bib", 2),
        ("refs/b.bib", 3),
    ]
    assert [file.path for file in store.files] == ["refs/a.bib", "refs/b.bib"]
    assert parse_store(dict(reversed(files.items()))) == store


def test_a_reference_is_found_by_its_exact_key():
    store = parse_store({"refs/a.bib": b"@misc{b, title={B}}@misc{a, title={A}}"})

    assert store.find(CiteKey("a")) == store.references[0]
    assert store.find(CiteKey("A")) is None
    assert store.find(CiteKey("c")) is None


def test_a_file_that_cannot_be_decoded_leaves_the_others_readable():
    store = parse_store({"refs/a.bib": b"\xff", "refs/b.bib": b"@misc{b, title={B}}"})

    assert [str(reference.key) for reference in store.references] == ["b"]
    assert [problem.code for problem in store.problems] == ["KB201"]


def test_a_byte_that_is_no_text_is_a_problem_and_every_entry_of_its_file_is_read():
    data = b"@misc{a, title={A}}\n@misc{b, title={G\xf6del}}\r\n@misc{c, title={C}}\n"

    store = parse_store({"refs/a.bib": data})

    assert [r.title for r in store.references] == ["A", "G\ufffddel", "C"]
    (problem,) = store.problems
    assert (problem.code, problem.line) == ("KB201", 2)


def test_the_folder_refs_is_read_and_nothing_beside_it(tmp_path):
    refs = tmp_path / "refs"
    refs.mkdir()
    (refs / "latent.bib").write_bytes(b"\xef\xbb\xbf@misc{b, title={B}}\r\n")
    (refs / "acrostics.bib").write_bytes(b"@misc{a, title={A}}")
    (refs / "watch.yml").write_bytes(b"feeds: []")
    (tmp_path / "other.bib").write_bytes(b"@misc{c, title={C}}")

    store = load_store(tmp_path)

    assert [str(reference.place) for reference in store.references] == [
        "Place(path='refs/acrostics.bib', line=1)",
        "Place(path='refs/latent.bib', line=1)",
    ]
    assert all(isinstance(file, ScannedFile) for file in store.files)


def test_a_missing_folder_is_no_empty_store(tmp_path):
    with pytest.raises(NotADirectoryError):
        load_store(tmp_path)


NAMES = "author title date year month eprint doi url grade crossref".split()
VALUES = ["{x}", "{b}", "jan", "2020", "{A and others}", "{\\'e}", "{2024-13}", "{a, b, c, d}"]
MARKS = ["@misc{a, ", "@article{b,\n", "@string{jan = ", *'{}",#%\\', "\n"]


@given(
    st.dictionaries(
        st.sampled_from(["refs/a.bib", "refs/b.bib"]),
        st.lists(st.sampled_from([*(f"{name} = " for name in NAMES), *VALUES, *MARKS])),
    )
)
def test_any_files_make_a_store(files):
    store = parse_store({path: "".join(parts).encode() for path, parts in files.items()})

    assert len({reference.key.folded for reference in store.references}) == len(store.references)
    assert all('"' in problem.message or "'" in problem.message for problem in store.problems)


# What other tools do to a store, each seen in the wild (see the report on BibTeX in the wild).


def test_keys_with_colons_are_kept():
    assert str(one("@misc{DBLP:conf/wicsa/2015, title = {T}}").key) == "DBLP:conf/wicsa/2015"


def test_an_article_without_a_journal_is_kept_and_reported():
    store = parse_store({"refs/a.bib": b"@article{a, author={A}, title={T}, year=2020}"})

    assert [str(reference.key) for reference in store.references] == ["a"]
    assert [str(problem) for problem in store.problems] == [
        (
            "refs/a.bib:1: KB219 @article must have journaltitle or journal: 'a' "
            "(add journaltitle = {…}, or make it @misc)"
        )
    ]


def test_titles_are_not_lowercased():
    reference = one("@misc{a, title = {AlphaProof and GPT-4: {An} Olympiad Story}}")

    assert plain_text(reference.title) == "AlphaProof and GPT-4: An Olympiad Story"


def test_a_double_key_or_field_does_not_cost_the_file():
    store = parse_store(
        {"refs/a.bib": b"@misc{a, title={T}, title={U}}@misc{A, title={V}}@misc{b}"}
    )

    assert [(str(one.key), one.title) for one in store.references] == [("a", "T"), ("b", "")]


def test_accents_in_tex_and_in_unicode_are_the_same_name():
    tex, unicode = one(r"@misc{a, title={T}, author={G{\"o}del, Kurt and Gödel, Kurt}}").authors

    assert tex == unicode == Name("Gödel", "Kurt")


def test_an_address_keeps_its_letters():
    assert one("@misc{a, title={T}, url={https://e.org/a_b~c--d%20e}}").url == (
        "https://e.org/a_b~c--d%20e"
    )


def test_a_comment_inside_an_entry_does_not_end_it():
    reference = one("@misc{a,\n title = {T},\n % month = jan,\n year = 2020\n}")

    assert [name for name, _ in reference.fields] == ["title", "year"]


@pytest.mark.parametrize(
    ("text", "names", "others"),
    [
        ("Ludwig van Beethoven", [Name("Beethoven", "Ludwig", "van")], False),
        ('van den Oord, A{\\"a}ron', [Name("Oord", "Aäron", "van den")], False),
        ("King, Jr., Martin Luther", [Name("King", "Martin Luther", "", "Jr.")], False),
        ("{Corporate Author}", [Name("Corporate Author")], False),
        ("{Barnes and Noble} and others", [Name("Barnes and Noble")], True),
        (
            "Donald~E. Knuth AND {\\'E}. Borel",
            [Name("Knuth", "Donald E."), Name("Borel", "É.")],
            False,
        ),
        ("Li, Ming\n  and   Wang, Wei", [Name("Li", "Ming"), Name("Wang", "Wei")], False),
        ("李明", [Name("李明")], False),
        ("{\\L}ukasz Kaiser", [Name("Kaiser", "Łukasz")], False),
        ("Gu, Shixiang (Shane)", [Name("Gu", "Shixiang (Shane)")], False),
        ("Anderson", [Name("Anderson")], False),
        ("", [], False),
    ],
)
def test_names_are_read_as_bibtex_reads_them(text, names, others):
    read = parse_names(text)

    assert (list(read.names), read.others, read.unreadable) == (names, others, ())


@pytest.mark.parametrize(
    "text", ["a, b, c, d", ", John", "and", "A and and B", "{" * 200 + "}" * 200]
)
def test_what_is_no_name_is_kept_as_typed_and_told(text):
    assert parse_names(text).unreadable != ()
    assert parse_names(text).names != ()


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024", "2024"),
        ("2024-12", "2024-12"),
        (" 2024-12-09 ", "2024-12-09"),
        ("2024-02-29", "2024-02-29"),
        ("2024-12-09T10:20:30Z", "2024-12-09"),
        ("2023/2024", "2023"),
        ("2023-05-01/2023-06-01", "2023-05-01"),
        ("2023/..", "2023"),
        ("2023/", "2023"),
        ("/2023", "2023"),
        ("1998~", "1998"),
        ("1998?", "1998"),
        ("2001-21", "2001"),
    ],
)
def test_dates_of_biblatex_are_read(text, date):
    assert str(parse_date(text)) == date


NO_DATES = ["", "/", "-100", "24", "0000", "199X", "2024-1", "2024-13", "2024-00", "2024-25"]
NO_DATES += ["2023-02-29", "2024-01-00", "May 2020", "2020-05-01x", "\u0662\u0660\u0662\u0664"]


@pytest.mark.parametrize("text", NO_DATES)
def test_other_dates_are_refused(text):
    with pytest.raises(ValueError, match=r"date|month|day|year"):
        parse_date(text)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("January", (1, None)),
        ("sep", (9, None)),
        ("Sept.", (9, None)),
        ("DEC", (12, None)),
        ("{Mar}", (3, None)),
        ("5", (5, None)),
        ("05", (5, None)),
        ("10~December", (12, 10)),
        ("December 24", (12, 24)),
        ("1st May", (5, 1)),
        ("May/June", (5, None)),
        ("May--June", (5, None)),
        ("May and June", (5, None)),
    ],
)
def test_months_are_read_however_people_write_them(text, month):
    assert parse_month(text) == month


@pytest.mark.parametrize("text", ["", "Spring", "0", "13", "Mai", "2020-05"])
def test_other_months_are_refused(text):
    with pytest.raises(ValueError, match="not a month"):
        parse_month(text)


@pytest.mark.parametrize(
    "text", ["", "20", "c. 1830", "20201", "in press", "\u0662\u0660\u0662\u0664"]
)
def test_other_years_are_refused(text):
    assert parse_year("{2020}") == 2020
    with pytest.raises(ValueError, match="not a year"):
        parse_year(text)


READING = (crossref, facts, fields, kinds, macros, records, scan, text)


def test_rules_have_codes_of_their_own_in_order():
    codes = [rule.code for rule in kb.bib.RULES]

    assert codes == sorted(set(codes))
    assert all(re.fullmatch("KB2[0-9]{2}", code) for code in codes)
    assert {rule for module in READING for rule in module.RULES} <= set(kb.bib.RULES)


def test_every_rule_of_reading_is_broken_by_some_case():
    problems = " ".join(
        problem
        for path in CASES.glob("*.yml")
        for problem in yaml.safe_load(path.read_text(encoding="utf-8"))["problems"]
    )
    # The encoding has its own tests: a case in bytes would not be readable.
    codes = sorted(rule.code for module in READING for rule in module.RULES)
    assert [code for code in codes if code not in problems] == ["KB201"]


# Only what is wanted of a large store.

PARTS = """@string{acl = "ACL"}
@inproceedings{part2020a, title={Part}, crossref={Whole2020b}, eprint={2001.00001}}
@inproceedings{other2020c, title={Other}, crossref={whole2020b}, booktitle=unknown}
@proceedings{whole2020b, title=acl, crossref={series2020d}}
@misc{series2020d, year=2020, title={Series}}
@misc{twice2020e, title={First}}
@misc{Twice2020e, title={Second}, eprint={2001.00002}}
"""


def test_only_wanted_entries_are_read_and_those_they_inherit_from():
    files = {"refs/a.bib": PARTS.encode(), "refs/b.bib": b"@misc{b2020x, title={B}}"}
    whole = parse_store(files)
    some = parse_store(files, lambda entry, text: "eprint" in text and entry.kind != "misc")
    assert [str(one.key) for one in some.references] == [
        "part2020a",
        "series2020d",
        "whole2020b",
    ]
    for reference in some.references:
        assert reference == whole.find(reference.key)
    assert (some.files, some.sources) == (whole.files, whole.sources)
    assert "unknown" in str(whole.problems)
    assert "unknown" not in str(some.problems)


def test_of_two_entries_with_one_key_the_first_counts_also_if_the_second_is_wanted():
    some = parse_store({"refs/a.bib": PARTS.encode()}, lambda _, text: "2001.00002" in text)
    assert [(str(one.key), one.title) for one in some.references] == [("twice2020e", "First")]
    assert "KB214" in str(some.problems)


@given(st.sets(st.sampled_from([line.partition("{")[2][:5] for line in PARTS.splitlines()])))
def test_a_wanted_entry_means_what_it_means_in_the_whole_store(starts):
    files = {"refs/a.bib": PARTS.encode()}
    some = parse_store(files, lambda entry, _: entry.key.startswith(tuple(starts)))
    whole = parse_store(files)
    wanted = [one for one in whole.references if one.key.text.startswith(tuple(starts))]
    assert set(wanted) <= set(some.references) <= set(whole.references)
    assert set(some.problems) <= set(whole.problems)


def test_of_a_large_store_a_command_reads_what_it_needs():
    """A hundredth of 100,000 entries: to read them all takes fifteen times as long as this may."""
    entry = "@misc{{doe{0}work,\n  author = {{Doe, {0} and Roe, R.}},\n  title = {{{1}}},\n  year = 2020,\n}}\n"
    text = "".join(entry.format(number, "A {Title} of " * 60) for number in range(10_000))
    start = time.perf_counter()
    scan_bib(text, "refs/a.bib")
    scanned = time.perf_counter() - start

    start = time.perf_counter()
    store = parse_store({"refs/a.bib": text.encode()}, lambda entry, _: entry.key == "doe9999work")
    taken = time.perf_counter() - start

    assert [str(one.key) for one in store.references] == ["doe9999work"]
    assert len(store.files[0].entries) == 10_000
    assert taken < 2 * scanned + 0.5
