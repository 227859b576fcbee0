"""Identifiers as values: what a token is, how it is read and printed.

Pure; knows no file and no store.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

# Pandoc's grammar for a key (manual, "Citation syntax"): starts with a letter, digit or _, may
# hold single internal punctuation. A trailing full stop or colon belongs to the sentence, not to
# the key.
CITE_KEY = r"[^\W_](?:[\w]|[:.#$%&\-+?<>~/](?=\w))*|_(?:[\w]|[:.#$%&\-+?<>~/](?=\w))+"
_CITE_KEY = re.compile(CITE_KEY)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, order=True)
class CiteKey:
    """The key of a reference: the same token is BibTeX key, file name, URL and citation."""

    text: str

    def __hash__(self) -> int:  # a base asks for it a million times
        return hash(self.text)

    def __str__(self) -> str:
        return self.text

    @property
    def folded(self) -> str:
        """The key without case: BibTeX takes `Betley2025` and `betley2025` for one key."""
        return self.text.casefold()


def parse_cite_key(text: str) -> CiteKey:
    """Return the key that `text` spells.

    Raises ValueError if it cannot be cited in Pandoc's syntax.
    """
    if not _CITE_KEY.fullmatch(text):
        raise ValueError(f"not a citation key: {text!r}")
    return CiteKey(text)


def is_slug(text: str) -> bool:
    """Tell whether `text` is lower-case ASCII words joined by hyphens, as a file or key of ours."""
    return _SLUG.fullmatch(text) is not None


def is_address(text: str) -> bool:
    """Tell whether an address can be taken apart: `http://[x` cannot, and a build would stop at it."""
    try:
        urlsplit(text)
    except ValueError:
        return False
    return True


# Archives that gave out identifiers of the form archive/YYMMNNN, August 1991 to March 2007
# (info.arxiv.org/help/arxiv_identifier; the list is that of arxiv-base's taxonomy).
_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|"
    "cond-mat|cs|dg-ga|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math-ph|math|mtrl-th|nlin|"
    "nucl-ex|nucl-th|patt-sol|physics|plasm-ph|q-alg|q-bio|quant-ph|solv-int|supr-con"
)
_MONTH = "(?:0[1-9]|1[0-2])"
# Four digits after the point until December 2014, five from January 2015. Five in an earlier year
# are well formed, and arXiv knows no such paper; four in a later one are a number cut short.
_UNTIL_2014 = rf"07(?:0[4-9]|1[0-2])|(?:0[89]|1[0-4]){_MONTH}"
_FROM_2015 = rf"(?:1[5-9]|[2-9][0-9]){_MONTH}"
_NEW = rf"(?:(?:{_UNTIL_2014})\.[0-9]{{4,5}}|{_FROM_2015}\.[0-9]{{5}})"
_OLD = rf"(?:{_ARCHIVES})(?:\.[a-z-]{{2,}})?(?:/|%2F)(?:9[1-9]|0[0-7]){_MONTH}[0-9]{{3}}"
_TOKEN = rf"(?P<base>{_NEW}|{_OLD})(?:v(?P<version>[1-9][0-9]{{0,2}}))?(?![0-9a-z])"
# Pages that stand for one paper: the host, then what may come between it and the identifier.
_PAGES = (
    r"(?:arxiv\.org|xxx\.lanl\.gov)(?::[0-9]+)?/+(?:"
    r"(?:abs|pdf|html|ps|src|e-?print|format|tb|list|listing|dvi|other|bibtex|cits|refs)/+"
    r"|ftp/arxiv/papers/[0-9]{4}/|api/query\?(?:[^\s,]{0,200}&)?id_list=)?"
    r"|(?:ar5iv\.org|ar5iv\.labs\.arxiv\.org)/(?:(?:html|abs|pdf)/)?"
    r"|alphaxiv\.org/(?:[a-z-]{2,20}/){1,2}"
    r"|(?:huggingface\.co|hf\.co)/papers/"
    r"|semanticscholar\.org/(?:graph/v1/paper/|v1/paper/|arxiv/)?"
    r"|scirate\.com/(?:arxiv/)?"
)
_DATACITE = r"10\.48550/+"
_PLACE = (
    rf"(?:(?<![a-z0-9-])(?:{_PAGES})(?:arxiv(?::|%3A|\.))?"
    rf"|(?<![0-9]){_DATACITE}arxiv\.|(?<![a-z0-9])(?:oai:)?arxiv(?:\.org)?(?::|%3A)\s?)"
)
_MENTION = re.compile(f"{_PLACE}{_TOKEN}", re.IGNORECASE | re.ASCII)
_WHOLE = re.compile(
    rf"(?:(?:arxiv\s(?:e-?prints?|preprint)|CoRR),?\s+)?"
    rf"(?:(?:(?:https?:)?//)?(?:[a-z0-9-]+\.)*{_PLACE}"
    rf"|(?:doi:\s*|(?:https?://)?(?:www\.|dx\.)?doi\.org/+){_DATACITE}arxiv\.|arxiv\s+|(?:arxiv:)?abs/)?"
    rf"{_TOKEN}"
    r"(?:\.(?:pdf|ps|gz|html?))*(?:/\S*)?(?:[?#&]\S*)?"  # the rest of an address
    r"(?:\s*\[[a-z.-]+\])?(?:\s+[0-9]{1,2}\s[a-z]{3}\s[0-9]{4})?",  # the stamp on a first page
    re.IGNORECASE | re.ASCII,
)
_WRAPPING = " \t\r\n\f\v\u00a0\u200b\ufeff<>()[]{}\"'`.,;"

# Why a text is no identifier, for what people really paste: the first that matches is told.
_HINTS = tuple(
    (re.compile(pattern, re.IGNORECASE | re.ASCII), hint)
    for pattern, hint in (
        (
            r"arxiv\.org/(?:list|listing|archive|year)\b",
            "a listing holds many papers; open the paper and copy the address of its abs page",
        ),
        (
            r"arxiv\.org/(?:a|find|search|auth|user|corr|help)\b",
            "this page is about no single paper; copy the address of the paper's abs page",
        ),
        (
            rf"{_TOKEN}.*?[\s,;]+(?:\S*/)?{_TOKEN.replace('?P<', '?P<_')}",
            "give one paper at a time",
        ),
        (rf"://.*{_TOKEN}", "the site is not known to stand for arXiv; copy the identifier alone"),
        (
            r"(?<![0-9.])[0-9]{4}\.[0-9]{4,5}v(?:0|[0-9]{4}|[0-9]*[a-z_]|$)",
            "a version is v1, v2, …; without it the newest is meant",
        ),
        (
            rf"{_FROM_2015}\.[0-9]{{1,4}}(?![0-9])",
            "since January 2015 five digits follow the point; one was lost",
        ),
        (rf"{_MONTH}\.[0-9]{{6,}}", "at most five digits follow the point"),
        (
            rf"^{_NEW}(?![0-9]).",
            "something follows the number that is no version",
        ),
        (
            r"(?<![0-9.])[0-9]{4}\.[0-9]{4,5}(?![0-9])",
            "the first four digits are year and month, YYMM, from 0704 on",
        ),
        (
            rf"^(?:arxiv:)?(?:9[1-9]|0[0-7]){_MONTH}[0-9]{{3}}(?:v[0-9]+)?$",
            "a number from before April 2007 needs its archive, as in hep-th/9901001",
        ),
        (
            r"^(?:arxiv:)?[a-z-]+(?:\.[a-z-]+)?/[0-9]{7}",
            "archive/YYMMNNN needs an archive that arXiv had before April 2007 and a real month",
        ),
        (
            r"\b10\.[0-9]{4,9}/",
            "a publisher's DOI names no arXiv paper; look the title up on arxiv.org",
        ),
    )
)
_WAY_OUT = "write 2412.06769, arXiv:2412.06769v2, hep-th/9901001 or the address of its arXiv page"


@dataclass(frozen=True, slots=True)
class ArxivId:
    """A paper on arXiv, or one version of it. `base` is canonical: `2412.06769`, `hep-th/9901001`.

    Made by `parse_arxiv_id`; `version` is None where the newest is meant.
    """

    base: str
    version: int | None = None

    def __str__(self) -> str:
        return self.base if self.version is None else f"{self.base}v{self.version}"

    def __lt__(self, other: ArxivId) -> bool:
        """Sort by `base`, then by version with none first."""
        return (self.base, self.version or 0) < (other.base, other.version or 0)

    @property
    def unversioned(self) -> ArxivId:
        """The paper whatever its version."""
        return ArxivId(self.base)

    @property
    def abs_url(self) -> str:
        """The address of the abstract page, with the version if there is one."""
        return f"https://arxiv.org/abs/{self}"

    @property
    def pdf_url(self) -> str:
        """The address of the PDF, with the version if there is one."""
        return f"https://arxiv.org/pdf/{self}"

    @property
    def doi(self) -> Doi:
        """The DOI that DataCite gave the paper; the API never returns it."""
        return Doi(f"10.48550/arXiv.{self.base}")


def parse_arxiv_id(text: str) -> ArxivId:
    """Return the one paper that `text` names, in any form a person has at hand.

    Bare, after `arXiv:`, as an address of arxiv.org or of a site that mirrors it, as arXiv's own
    DOI; the grammar is that of info.arxiv.org/help/arxiv_identifier. A subject class
    (`math.GT/0309136`) is dropped, as arXiv does. Raises ValueError saying what is wrong.
    """
    found = _WHOLE.fullmatch(_unwrapped(text))
    if found is None:
        raise ValueError(f"not an arXiv identifier: {_shown(text)} ({_hint(text)})")
    return _arxiv_id(found)


def find_arxiv_ids(text: str) -> tuple[ArxivId, ...]:
    """Return the papers that `text` names by an arXiv address or after `arXiv:`.

    They come in order and once each; a paper and one version of it count as two. Bare
    numbers are left alone: in running text `2412.06769` may be anything.
    """
    return tuple(dict.fromkeys(_arxiv_id(found) for found in _MENTION.finditer(text)))


def _arxiv_id(found: re.Match[str]) -> ArxivId:
    base = re.sub("%2f", "/", found["base"].lower())
    archive, slash, number = base.rpartition("/")
    version = found["version"]
    return ArxivId(
        archive.partition(".")[0] + slash + number, None if version is None else int(version)
    )


def _unwrapped(text: str) -> str:
    """Return `text` without the blanks and punctuation that copying left around it."""
    inner = text.strip(_WRAPPING).replace("\u00a0", " ")
    # `arXiv:2412.06769 [cs.CL]` ends in a bracket of its own.
    return f"{inner}]" if "[" in inner and "]" not in inner else inner


def _hint(text: str) -> str:
    start = text.strip(_WRAPPING)[:300]  # enough for an address, and no pattern grows slow on it
    return next((hint for pattern, hint in _HINTS if pattern.search(start)), _WAY_OUT)


def _shown(text: str) -> str:
    longest = 80
    return repr(text if len(text) <= longest else f"{text[:longest]}…")


# DOI Handbook, section 2: a prefix of the form 10.registrant, a slash, any printable suffix.
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s\x00-\x1f\x7f]+")
_DOI_PLACE = re.compile(r"(?:https?:)?(?://)?(?:www\.|dx\.)?doi\.org/+", re.IGNORECASE)
_DOI_LABEL = re.compile(r"(?:doi|urn:doi|info:doi)\s*[:/]?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Doi:
    """A digital object identifier as written, without label or resolver: `10.1038/s41586-…`."""

    text: str

    def __str__(self) -> str:
        return self.text

    @property
    def folded(self) -> str:
        """The DOI without case: names that differ in the case of ASCII letters are one DOI."""
        return self.text.casefold()

    @property
    def url(self) -> str:
        """The address that resolves it; `<`, `>`, `#`, `?` and the like are percent-encoded."""
        return f"https://doi.org/{quote(self.text, safe='/:;()._-')}"

    @property
    def arxiv(self) -> ArxivId | None:
        """The arXiv paper that the DOI names, if it is one of arXiv's own (`10.48550/arXiv.…`)."""
        found = _WHOLE.fullmatch(self.text) if self.folded.startswith("10.48550/") else None
        return None if found is None else _arxiv_id(found)


def parse_doi(text: str) -> Doi:
    """Return the DOI in `text`: bare, after `doi:`, or as an address of doi.org.

    An address is percent-decoded and loses query and fragment; a bare DOI keeps `#`, `<`, `>` and
    `;`, which it may hold (DOI Handbook, section 2). Raises ValueError if there is none.
    """
    inner = text.strip(" \t\r\n\u00a0\u200b\ufeff")
    place = _DOI_PLACE.match(inner)
    if place is not None:
        inner = unquote(re.split("[?#]", inner[place.end() :], maxsplit=1)[0])
    elif (label := _DOI_LABEL.match(inner)) is not None:
        inner = inner[label.end() :]
    inner = inner.rstrip(".,")
    if not _DOI.fullmatch(inner):
        raise ValueError(
            f"not a DOI: {_shown(text)} (write 10.1038/s41586-025-09833-y or its doi.org address)"
        )
    return Doi(inner)
