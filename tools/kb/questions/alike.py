"""Questions that are worded nearly alike. Pure; compares words, knows no meaning."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SHARE = 0.7  # of the telling words of both
_FEWEST = 3  # telling words; two questions of fewer say too little to be told apart
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_COMMON = frozenset(
    "a an and are as at be been being but by can could did do does for from had has have how if in is it its "
    "may might must of on or really should so still than that the their them then there these they this those "
    "to was were what when where which who why will with would".split()
)


def telling_words(question: str) -> frozenset[str]:
    """Return the words of a question that carry its meaning, in lower case, a plural as its singular."""
    words = (word.casefold() for word in _WORD.findall(question))
    return frozenset(_singular(word) for word in words if word not in _COMMON)


def find_alike(questions: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the names of two questions each that share most of their telling words (`SHARE`).

    Two sets that share so much share one of their rarest words (the prefix filter of set joins, Chaudhuri
    and others, 2006), so few pairs are compared.
    """
    sets = {name: telling_words(text) for name, text in questions.items()}
    frequency = Counter(word for words in sets.values() for word in words)
    by_word: defaultdict[str, list[str]] = defaultdict(list)
    for name, words in sorted(sets.items()):
        rare = sorted(words, key=lambda word: (frequency[word], word))
        kept = rare[: len(rare) - math.ceil(SHARE * len(rare)) + 1]
        for other in sorted({earlier for word in kept for earlier in by_word[word]}):
            if _alike(words, sets[other]):
                yield other, name
        for word in kept:
            by_word[word].append(name)


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    if one == other:
        return True
    enough = min(len(one), len(other)) >= _FEWEST
    return enough and len(one & other) >= SHARE * len(one | other)


def _singular(word: str) -> str:
    word = word.removesuffix("'s").removesuffix("’s")
    return word[:-1] if len(word) > _FEWEST and word.endswith("s") and word[-2] != "s" else word
