"""What the fields of one entry say: names, date, venue, identifiers, grade; what they cannot."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.bib.dates import make_date, parse_date, parse_month, parse_year
from kb.bib.fields import shown
from kb.bib.names import parse_names
from kb.bib.tex import verbatim_text
from kb.ids import is_address, parse_arxiv_id, parse_doi
from kb.model import Grade, Name, PartialDate, Place, Reference
from kb.problems import Problem, Rule

if TYPE_CHECKING:
    from kb.bib.records import Record
    from kb.ids import ArxivId

NAMES = Rule(
    "KB220",
    "author and editor name people or bodies, joined by and",
    "Names joined by commas are read as one name, and a label made of it is wrong.",
)
DATE = Rule(
    "KB221",
    "date and urldate are ISO dates: 2024, 2024-12 or 2024-12-09",
    "A date that cannot be read does not sort and makes no label.",
)
YEAR = Rule(
    "KB222",
    "year is four digits, and month is a month",
    "A date that cannot be read does not sort and makes no label.",
)
DOI = Rule(
    "KB223",
    "doi is a DOI",
    "The link made of it would lead nowhere.",
)
EPRINT = Rule(
    "KB224",
    "eprint is an arXiv identifier, unless eprinttype names another archive",
    "The links to abstract and PDF would lead nowhere, and no sync would find the paper.",
)
URL = Rule(
    "KB225",
    "url is an address that begins with http://, https:// or ftp://",
    "The link made of it would lead nowhere.",
)
GRADE = Rule(
    "KB226",
    "grade is A, B or C",
    "The page shows how well a record is known; see the writing guide.",
)
RULES: tuple[Rule, ...] = (NAMES, DATE, YEAR, DOI, EPRINT, URL, GRADE)

_EMPTY = "write the name, or leave the field out"
_SHOWN = 80  # characters of a value that a message quotes
_ADDRESS = re.compile(r"(?:https?|ftp)://[^\s/]\S*", re.IGNORECASE)
_YEAR_INSIDE = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])")
_JOURNAL = ("journaltitle", "journal")
_ISSUER = ("institution", "school", "organization", "publisher")
_PLACE_OF_BOOK = ("publisher", "organization", "institution", "howpublished")
_PLACE_OF_POST = ("organization", "publisher", "howpublished", "institution")
_ANY = (*_JOURNAL, "booktitle", "eventtitle", *_PLACE_OF_POST, "school")
_VENUES: dict[str, tuple[str, ...]] = {
    "article": _JOURNAL,
    **dict.fromkeys(("book", "collection", "proceedings", "manual"), _PLACE_OF_BOOK),
    **dict.fromkeys(("mvbook", "mvcollection", "mvproceedings", "reference"), _PLACE_OF_BOOK),
    **dict.fromkeys(("report", "techreport"), _ISSUER),
    **dict.fromkeys(("thesis", "phdthesis", "mastersthesis"), _ISSUER),
    **dict.fromkeys(("online", "electronic", "www"), _PLACE_OF_POST),
    **dict.fromkeys(("inproceedings", "conference", "incollection"), ("booktitle", "eventtitle")),
    **dict.fromkeys(("inbook", "inreference"), ("booktitle",)),
}


def read_reference(record: Record) -> tuple[Reference, tuple[Problem, ...]]:
    """Return what the entry says, and what was wrong with it. Nothing wrong drops the entry."""
    reader = _Reader(record)
    names, others = reader.authors()
    entry = record.entry
    reference = Reference(
        key=record.key,
        kind=entry.kind,
        topic=record.file.topic,
        place=Place(record.file.path, entry.line),
        title=_one_line(record.text("title")),
        authors=names,
        others=others,
        date=reader.date(),
        venue=_venue(record),
        eprint=reader.eprint(),
        doi=reader.doi(),
        url=reader.url(),
        grade=reader.grade(),
        fields=tuple((name, value.text) for name, value in record.values.items()),
        source=entry.span.of(record.file.text),
    )
    return reference, tuple(reader.problems)


def _venue(record: Record) -> str:
    names = _VENUES.get(record.entry.kind, ())
    return _one_line(record.text(*names, *_ANY))


def _one_line(text: str) -> str:
    return text.replace("\n\n", " ")


class _Reader:
    """Reads the fields of one entry and collects what they cannot mean."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self.problems: list[Problem] = []

    def _report(self, rule: Rule, field: str, must: str, fix: str) -> None:
        value = shown(self._record.values[field].text, _SHOWN)
        self.problems.append(self._record.problem(rule, field, f"{must}: {value}", fix))

    def authors(self) -> tuple[tuple[Name, ...], bool]:
        """Return the authors, or without any the editors, and whether `others` follow."""
        found: tuple[tuple[Name, ...], bool] = ((), False)
        for field in ("editor", "author"):
            if field not in self._record.values:
                continue
            read = parse_names(self._record.text(field))
            if not read.names:
                self._report(NAMES, field, f"{field} must name somebody", _EMPTY)
            for name in read.unreadable:
                must = f"{field} must be written Family, Given or Given Family"
                fix = "join names by ' and ', put braces around a body: {OpenAI, Inc.}"
                message = f"{must}: {shown(name, _SHOWN)}"
                self.problems.append(self._record.problem(NAMES, field, message, fix))
            if read.names:
                found = (read.names, read.others)
        return found

    def date(self) -> PartialDate | None:
        """Return `date`, or without it `year` and `month`."""
        self._iso_date("urldate")
        return self._iso_date("date") or self._year_and_month()

    def _iso_date(self, field: str) -> PartialDate | None:
        text = self._record.text(field)
        try:
            return parse_date(text) if text else None
        except ValueError:
            fix = "write 2024, 2024-12 or 2024-12-09"
            self._report(DATE, field, f"{field} must be an ISO date", fix)
            return None

    def _year_and_month(self) -> PartialDate | None:
        text = self._record.text("year")
        if not text:
            return None
        try:
            year = parse_year(text)
        except ValueError:
            fix = "leave it out if it is not known, and say in note what is"
            self._report(YEAR, "year", "year must be four digits", fix)
            inside = _YEAR_INSIDE.search(text)
            return PartialDate(int(inside[0])) if inside else None
        return self._month(year) if self._record.text("month") else PartialDate(year)

    def _month(self, year: int) -> PartialDate:
        try:
            return make_date(year, *parse_month(self._record.text("month")))
        except ValueError:
            fix = "write jan to dec without braces, or 1 to 12"
            self._report(YEAR, "month", "month must be a month", fix)
            return PartialDate(year)

    def eprint(self) -> ArxivId | None:
        """Return the arXiv paper, unless the entry says that `eprint` is of another archive."""
        text = verbatim_text(self._record.text("eprint"))
        archive = self._record.text("eprinttype", "archiveprefix")
        if not text or archive.lower() not in ("", "arxiv"):
            return None
        try:
            return parse_arxiv_id(text)
        except ValueError:
            fix = "write 2412.06769 or hep-th/9901001; name another archive in eprinttype"
            self._report(EPRINT, "eprint", "eprint must be an arXiv identifier", fix)
            return None

    def doi(self) -> str:
        """Return the DOI without label or resolver, or `""`."""
        text = verbatim_text(self._record.text("doi"))
        try:
            return str(parse_doi(text)) if text else ""
        except ValueError:
            fix = "write it as in 10.1038/s41586-025-09833-y"
            self._report(DOI, "doi", "doi must be a DOI", fix)
            return ""

    def url(self) -> str:
        """Return the address, or `""`: one of another form could be a script."""
        text = verbatim_text(self._record.text("url"))
        if not text or (_ADDRESS.fullmatch(text) and is_address(text)):
            return text
        fix = "write the whole address, without blanks"
        self._report(URL, "url", "url must begin with http://, https:// or ftp://", fix)
        return ""

    def grade(self) -> Grade | None:
        """Return how well the record is known, if it says."""
        text = self._record.text("grade")
        try:
            return Grade(text) if "grade" in self._record.values else None
        except ValueError:
            self._report(GRADE, "grade", "grade must be A, B or C", "leave it out if in no doubt")
            return None
