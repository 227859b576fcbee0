"""What can be cited beside references: transcripts, their turns, questions. Keys, and ids on a page.

Pure; a key tells its kind by its prefix, and a reference's key has none.
"""

from __future__ import annotations

import enum
import re
from typing import NamedTuple

from kb.ids import CiteKey

_TURN = re.compile(r"t:(?P<slug>[^#]+)(?:#(?P<turn>[1-9][0-9]*))?")
# What a link could not point to becomes an underscore, which no slug holds.
_NO_ANCHOR = str.maketrans(":#", "__")


class Kind(enum.Enum):
    """What a key names; the value is the folder of its page."""

    REFERENCE = "references"
    TRANSCRIPT = "transcripts"
    QUESTION = "questions"


# How the key of each kind begins.
PREFIXES = {Kind.REFERENCE: "", Kind.TRANSCRIPT: "t:", Kind.QUESTION: "q:"}


class Cited(NamedTuple):
    """What a key names: the kind and the name of its file, and a turn if it names one."""

    kind: Kind
    slug: str
    turn: int | None = None

    @property
    def path(self) -> str:
        """The path below docs/ of the page."""
        return f"{self.kind.value}/{self.slug}.md"


def transcript_key(slug: str, turn: int | None = None) -> CiteKey:
    """Return the key of a transcript, `t:slug`, or of one of its turns, `t:slug#3`."""
    return CiteKey(f"t:{slug}" if turn is None else f"t:{slug}#{turn}")


def question_key(slug: str) -> CiteKey:
    """Return the key of a question, `q:slug`."""
    return CiteKey(f"q:{slug}")


def cited_by_key(key: CiteKey) -> Cited:
    """Return what `key` names, whether or not there is such a thing."""
    if key.text[1:2] != ":":  # most keys, and most of the time
        return Cited(Kind.REFERENCE, key.text)
    turn = _TURN.fullmatch(key.text)
    if turn:
        return Cited(Kind.TRANSCRIPT, turn["slug"], int(turn["turn"]) if turn["turn"] else None)
    if key.text.startswith("q:"):
        return Cited(Kind.QUESTION, key.text.removeprefix("q:"))
    return Cited(Kind.REFERENCE, key.text)


def turn_anchor(number: int) -> str:
    """Return the id of a turn on its transcript's page."""
    return f"turn-{number}"


def cite_anchor(key: CiteKey, number: int) -> str:
    """Return the id on its page of the `number`th citation (from 1) of `key`."""
    return f"cite-{_as_id(key)}-{number}"


def entry_anchor(key: CiteKey) -> str:
    """Return the id of the entry of `key` in the list at the end of a page."""
    return f"ref-{_as_id(key)}"


def list_anchor(kind: Kind) -> str:
    """Return the id of the list at the end of a page in which things of that kind stand."""
    return "questions-raised" if kind is Kind.QUESTION else "references"


def _as_id(key: CiteKey) -> str:
    plain = cited_by_key(key).kind is Kind.REFERENCE
    return key.text if plain else key.text.translate(_NO_ANCHOR)
