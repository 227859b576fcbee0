"""How often English words and letters are used. The only importer of `wordfreq`.

The list is frozen on purpose: its makers stopped at 2021 because later text is partly written by
models (its SUNSET.md), so a figure that rests on it stays the same from build to build.
"""

from __future__ import annotations

import math
import string
from collections import defaultdict
from functools import lru_cache

ALPHABET = string.ascii_lowercase
SOURCE = "wordfreq, large English list (snapshot of 2021)"


@lru_cache(maxsize=1)
def _entries() -> dict[str, float]:
    """Return each token of the list with its share of running English."""
    import wordfreq  # noqa: PLC0415 - 0.3 s, and most commands need no word

    return wordfreq.get_frequency_dict("en", wordlist="large")


@lru_cache(maxsize=32)
def words_of_length(length: int) -> tuple[tuple[str, float], ...]:
    """Return the words of `length` letters a to z with their share of running English.

    The most used come first, equals by the alphabet. Tokens with digits, apostrophes or accents
    are left out.
    """
    words = (entry for entry in _entries().items() if len(entry[0]) == length)
    plain = (entry for entry in words if entry[0].isascii() and entry[0].isalpha())
    return tuple(sorted(plain, key=lambda entry: (-entry[1], entry[0])))


@lru_cache(maxsize=1)
def initial_shares() -> tuple[float, ...]:
    """Return the probability of each of a to z as the first letter of a word of running English."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    for word, share in _entries().items():
        found[word[0]].append(share)
    return _normalized(found)


@lru_cache(maxsize=1)
def letter_shares() -> tuple[float, ...]:
    """Return the probability of each of a to z as a letter of running English, wherever it stands."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    for word, share in _entries().items():
        for letter in word:
            found[letter].append(share)
    return _normalized(found)


def _normalized(found: dict[str, list[float]]) -> tuple[float, ...]:
    mass = [math.fsum(found[letter]) for letter in ALPHABET]
    total = math.fsum(mass)
    return tuple(share / total for share in mass)
