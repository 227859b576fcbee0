"""The front matter of a question: what is asked, what would settle it, and the dated evidence for it.

Owns the closed schema of docs/questions/<slug>.md. The state of a question is worked out from it in
`kb.questions`, never typed.
"""

from __future__ import annotations

import datetime
import enum
import re
from dataclasses import dataclass

from kb.citable import transcript_key
from kb.ids import CiteKey, is_slug, parse_cite_key
from kb.model import Grade, PartialDate
from kb.notes.schema import Slug, key, line_number
from kb.notes.values import read_partial_date

_TURN = re.compile(r"@t:(?P<slug>[^#]*)(?:#(?P<turn>[1-9][0-9]*))?")
_COMPUTED = re.compile(r"computed:\s*(?P<name>\S+)")


class Bearing(enum.Enum):
    """Which way an item points, about the question's sentence read as yes."""

    FOR = "for"
    AGAINST = "against"
    NEITHER = "neither"
    REFRAMES = "reframes"  # it says that the question is asked in the wrong terms


class Strength(enum.Enum):
    """How much an item would move a careful reader, were it the only one."""

    WEAK = "weak"
    MEDIUM = "medium"
    STRONG = "strong"


class Ending(enum.Enum):
    """How a question came to its end."""

    ANSWERED = "answered"
    DISSOLVED = "dissolved"  # it rests on a mistake
    SUPERSEDED = "superseded"  # another question asks it better


@dataclass(frozen=True, slots=True)
class Computed:
    """A figure that this site works out, as a source: `computed: letter-share`."""

    name: str


@dataclass(frozen=True, slots=True)
class Here:
    """The one who asks is this site."""


# A reference, a transcript or one of its turns, each by its key; or a figure.
Source = CiteKey | Computed
Asker = CiteKey | Here


def parse_source(text: str) -> Source:
    """Return the source that `text` names. Raises ValueError if it is none of the forms."""
    if found := _TURN.fullmatch(text):
        return transcript_key(_slug(found["slug"]), int(found["turn"]) if found["turn"] else None)
    if found := _COMPUTED.fullmatch(text):
        return Computed(_slug(found["name"]))
    if not text.startswith("@") or text.startswith(("@t:", "@q:")):
        raise ValueError(f"not a source: {text!r}")
    return parse_cite_key(text[1:])


def format_source(source: Source | Here) -> str:
    """Return how a file spells a source or who asks: `@key`, `@t:slug#3`, `computed: name`, `here`."""
    if isinstance(source, CiteKey):
        return f"@{source}"
    return f"computed: {source.name}" if isinstance(source, Computed) else "here"


def parse_words(text: str) -> str:
    """Return the text on one line. Raises ValueError if it is empty or holds what nobody can see."""
    line = " ".join(text.split())
    if not line or not line.isprintable():
        raise ValueError(f"not a text: {text!r}")
    return line


def _slug(text: str) -> str:
    if not is_slug(text):
        raise ValueError(f"not a slug: {text!r}")
    return text


def _asker(text: str) -> Asker:
    if text == "here":
        return Here()
    source = parse_source(text)
    if isinstance(source, Computed):
        raise ValueError(f"a figure asks nothing: {text!r}")  # noqa: TRY004 - read as a wrong value
    return source


def _question(text: str) -> str:
    line = parse_words(text)
    if not line.endswith("?") or " " not in line:
        raise ValueError(f"not a question: {text!r}")
    return line


_TEXT = "text on one line"
_PARTIAL = "a date such as 2025, 2025-01 or 2025-01-15"
_SENTENCE = "one sentence that ends in a question mark"
_SOURCE = '"@key", "@t:slug", "@t:slug#turn" or "computed: name", in quotes'
_ASKER = '"@key", "@t:slug" or "@t:slug#turn", in quotes, or here'


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """When and where the question was first asked, as far as we know."""

    date: PartialDate = key("when, as exactly as is known", read=read_partial_date, form=_PARTIAL)
    source: Asker = key("where; here if this site asks it", read=_asker, form=_ASKER)
    locator: str = key("the place in it, such as comments", "", read=parse_words, form=_TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """That somebody closed the question, why, and which items of its ledger did it."""

    as_: Ending = key("what came of it")
    reason: str = key("why, in one sentence", read=parse_words, form=_TEXT)
    date: datetime.date = key("the day on which it was closed")
    evidence: tuple[str, ...] = key("the sources of the items of the ledger that did it")
    by: Slug | None = key("the question that took its place, if it is superseded", None)
    line: int = line_number()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToJudge:
    """A source that may be evidence and that nobody has judged for this question yet."""

    source: Source = key("what to read", read=parse_source, form=_SOURCE)
    since: datetime.date = key("the day since which it waits")
    line: int = line_number()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One item of a ledger."""

    date: PartialDate = key(
        "when the source came out, as exactly as is known", read=read_partial_date, form=_PARTIAL
    )
    source: Source = key("where it stands", read=parse_source, form=_SOURCE)
    locator: str = key("the place in it, such as sec. 4", "", read=parse_words, form=_TEXT)
    bearing: Bearing = key("which way it points, about the question read as yes")
    strength: Strength = key("how much it would move a careful reader, were it the only item")
    grade: Grade = key("how well it is known: A primary, B secondary, C memory or inference")
    says: str = key("what it says, in one sentence of ours", read=parse_words, form=_TEXT)
    judged: datetime.date = key("the day on which we judged it")
    line: int = line_number()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the question that can be settled by itself, with a ledger of its own."""

    id: Slug = key("its name; an anchor on the page")
    question: str = key("the part as one sentence", read=_question, form=_SENTENCE)
    for_means: str = key("what a yes means, in a few words", "", read=parse_words, form=_TEXT)
    settled_by: str = key("what would settle it", "", read=parse_words, form=_TEXT)
    evidence: tuple[Evidence, ...] = key("its own dated items, oldest first", ())
    line: int = line_number()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionMeta:
    """A question."""

    question: str = key("the question as one sentence", read=_question, form=_SENTENCE)
    for_means: str = key(
        "what a yes means, in a few words; needed where yes alone does not say it",
        "",
        read=parse_words,
        form=_TEXT,
    )
    topic: Slug = key("the section it belongs to")
    asked: Asked = key("when and where it was first asked")
    settled_by: str = key("the result that would settle it", read=parse_words, form=_TEXT)
    related: tuple[Slug, ...] = key("other questions to read with it", ())
    review_after: datetime.date = key("the day after which somebody should look at it again")
    search: str = key(
        "an arXiv search expression that finds new work", "", read=parse_words, form=_TEXT
    )
    closed: Closed | None = key("that it is closed, and by what", None)
    to_judge: tuple[ToJudge, ...] = key("what may be evidence and waits to be judged", ())
    evidence: tuple[Evidence, ...] = key("the ledger: dated items, oldest first", ())
    parts: tuple[Part, ...] = key("what can be settled by itself", ())

    @property
    def title(self) -> str:
        """The question: what lists and the page itself call it."""
        return self.question

    @property
    def description(self) -> str:
        """What search engines and cards say of it."""
        return f"What would settle it: {self.settled_by}"

    @property
    def updated(self) -> datetime.date | None:
        """The newest day on which somebody judged or closed something here, if any."""
        items = [*self.evidence, *(item for part in self.parts for item in part.evidence)]
        days = [item.judged for item in items] + ([self.closed.date] if self.closed else [])
        return max(days, default=None)
