"""How many samples tell naming a word from guessing it by the letters already written.

Puts the exact binomial test on the shares of `letter_share`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.computed.binomial import trials_needed
from kb.computed.binomial_bound import check_error
from kb.computed.figure import Column, Figure, Table, count_of
from kb.computed.frequencies import SOURCE
from kb.computed.letter_share import LetterShare, letter_shares_of
from kb.notes.schema import key

if TYPE_CHECKING:
    from kb.computed.figure import Cell

RULE = (
    "A guesser who knows the length and the first n letters names the word as often as its share of the "
    "words left (see letter-share). A knower names it at the rate given, whatever the letters. The "
    "likelihood ratio of one naming is the second rate divided by the first: 1 tells nothing. The "
    "samples are the fewest whose exact one-sided binomial test rejects the guesser, α and β as given."
)
_DOUBT = (
    "One who always gives the likeliest word names it always where it is in the first place, never "
    "elsewhere; where it is first, no number of samples tells that guesser from a knower."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BinomialTestOptions:
    """What `binomial-test` is asked."""

    words: tuple[str, ...] = key("the words to compare, such as [hello, shine, pulse]")
    rate_percent: int = key("how often a model that knows its word names it at that point", 50)
    false_alarm_one_in: int = key("a guesser passes as a knower once in so many studies (α)", 20)
    miss_one_in: int = key("a knower passes as a guesser once in so many studies (β)", 5)


def compute_binomial_test(options: BinomialTestOptions) -> Figure:
    """Count the samples that tell knowing a word from guessing it.

    Raises ValueError if a word cannot be looked up (see `letter_shares_of`), none is given, or a
    rate cannot be.
    """
    words = tuple(dict.fromkeys(word.strip().lower() for word in options.words))
    if not words:
        raise ValueError("words must name at least one word")
    if not 1 <= options.rate_percent <= 100:  # noqa: PLR2004 - the bounds are said in the message
        raise ValueError(f"rate_percent must be 1 to 100: {options.rate_percent}")
    check_error("false_alarm_one_in", options.false_alarm_one_in)
    check_error("miss_one_in", options.miss_one_in)
    shares = {word.upper(): letter_shares_of(word) for word in words}
    longest = max(map(len, words))
    columns = (Column("word"), *(Column(f"after {known}") for known in range(longest)))
    ratios = tuple(
        (word, *(_ratio(steps, known, options) for known in range(longest)))
        for word, steps in shares.items()
    )
    samples = tuple(
        (word, *(_samples(steps, known, options) for known in range(longest)))
        for word, steps in shares.items()
    )
    return Figure(
        summary=" ".join(_sentence(word, steps, options) for word, steps in shares.items()),
        inputs=(
            ("words", ", ".join(shares)),
            ("rate of a knower", f"{options.rate_percent} %"),
            ("false alarms (α)", f"1 in {options.false_alarm_one_in}"),
            ("misses (β)", f"1 in {options.miss_one_in}"),
            ("word list", SOURCE),
        ),
        rule=RULE,
        tables=(
            Table("Likelihood ratio of one correct naming, by letters known", columns, ratios),
            Table("Samples that tell a knower from a guesser, by letters known", columns, samples),
        ),
        notes=(_DOUBT,),
    )


def _ratio(steps: tuple[LetterShare, ...], known: int, options: BinomialTestOptions) -> Cell:
    return options.rate_percent / 100 / steps[known].share if known < len(steps) else None


def _samples(
    steps: tuple[LetterShare, ...], known: int, options: BinomialTestOptions
) -> int | None:
    if known >= len(steps):
        return None
    return trials_needed(
        steps[known].share,
        options.rate_percent / 100,
        1 / options.false_alarm_one_in,
        1 / options.miss_one_in,
    )


def _sentence(word: str, steps: tuple[LetterShare, ...], options: BinomialTestOptions) -> str:
    known = min(3, len(steps) - 1)
    needed = _samples(steps, known, options)
    after = count_of(known, "letter")
    if needed is None:
        return f"{word}: after {after} no study of 2,000 samples tells the two apart."
    return f"{word}: after {after} {count_of(needed, 'sample')} will do."
