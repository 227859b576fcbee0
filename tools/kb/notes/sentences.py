"""A sentence as typed to a sentence in words, with a place for what each of its citations is called.

Knows the syntax of citations, and no store.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kb.notes.citations import CiteGroup, find_citations
from kb.notes.mask import mask
from kb.notes.scan import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

_HELD = re.compile("\ue000([0-9]*)\ue001")
_NOT_OURS = re.compile("[\ue000\ue001]")


class Sentence(NamedTuple):
    """A sentence, its citations, and what it reads like with a number in place of each of them.

    What a citation consists of counts, not where it stands.
    """

    typed: str
    groups: tuple[CiteGroup, ...]
    words: str

    def told(self, texts: Sequence[str]) -> str:
        """Return the sentence as plain text, each citation that has a text replaced by it."""
        # One without a text is none after all, and may be Markdown of another kind.
        words = self.words if all(texts) else _in_words(self.typed, _groups(self.typed), texts)
        return _HELD.sub(lambda held: texts[int(held[1])], words)


def read_sentence(typed: str, known: Sequence[CiteGroup] = ()) -> Sentence:
    """Return the sentence. What it reads like is worked out for the case that all it cites is there.

    `known` are citations that the page has in this sentence: two equal ones would take room twice.
    """
    typed = _NOT_OURS.sub("", typed)
    groups = _groups(typed)
    words = _in_words(typed, groups, ["a text"] * len(groups))
    if len(known) >= len(groups):
        groups = tuple(map(_either, groups, known))
    return Sentence(typed, groups, words)


def _groups(typed: str) -> tuple[CiteGroup, ...]:
    return find_citations(mask(typed))


def _either(group: CiteGroup, known: CiteGroup) -> CiteGroup:
    alike = group.textual == known.textual and group.items == known.items
    return known if alike else group


def _in_words(typed: str, groups: Sequence[CiteGroup], texts: Sequence[str]) -> str:
    for number, group in reversed(list(enumerate(groups))):
        if texts[number]:  # held out of the text meanwhile: a name is no Markdown
            typed = f"{typed[: group.start]}\ue000{number}\ue001{typed[group.end :]}"
    return plain(typed)
