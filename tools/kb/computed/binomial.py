"""Exact probabilities of counts: binomial tails, bounds on a rate, and the power of tests on rates.

Knows no model and no letter. Rates are probabilities from 0 to 1.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_TRIALS = 10_000
_COUNT = re.compile(r"\s*(\d{1,6})\s+of\s+(\d{1,6})\s*")
# Tables whose probabilities differ by rounding alone count as equally likely.
_TIE = 1 + 1e-9
_HALVINGS = 60  # of the unit interval: more than a float can tell apart


def parse_count(text: str) -> tuple[int, int]:
    """Return successes and trials of `3 of 20`.

    Raises ValueError if it cannot be read, is more than all, or is of none or over 10,000 trials.
    """
    found = _COUNT.fullmatch(text)
    if found is None:
        raise ValueError(f"count must be written as in 3 of 20: {text!r}")
    successes, trials = int(found[1]), int(found[2])
    if not 1 <= trials <= _MOST_TRIALS:
        raise ValueError(f"trials must be 1 to {_MOST_TRIALS}: {text!r}")
    if successes > trials:
        raise ValueError(f"successes must not be more than trials: {text!r}")
    return successes, trials


def binomial(successes: int, trials: int, rate: float) -> float:
    """Return the probability of exactly so many successes in independent trials of one `rate`."""
    if rate in (0.0, 1.0):
        return float(successes == trials * rate)
    return math.exp(
        _log_choose(trials, successes)
        + successes * math.log(rate)
        + (trials - successes) * math.log1p(-rate)
    )


def at_least(successes: int, trials: int, rate: float) -> float:
    """Return the probability of `successes` or more."""
    terms = (binomial(k, trials, rate) for k in range(max(successes, 0), trials + 1))
    return min(math.fsum(terms), 1.0)


def upper_bound(successes: int, trials: int, error: float) -> float:
    """Return the largest rate at which so few successes still have the probability `error`.

    One-sided bound of Clopper and Pearson (1934); for no success it is 1 - error^(1/trials).
    """
    if successes == trials:
        return 1.0
    return _rate_where(lambda rate: at_least(successes + 1, trials, rate) >= 1 - error)


def lower_bound(successes: int, trials: int, error: float) -> float:
    """Return the smallest rate at which so many successes still have the probability `error`."""
    if successes == 0:
        return 0.0
    return _rate_where(lambda rate: at_least(successes, trials, rate) >= error)


def critical_count(trials: int, rate: float, error: float) -> int:
    """Return the fewest successes that a true `rate` reaches with probability `error` at most.

    It is `trials` + 1 where no count is that improbable.
    """
    tail, count = 0.0, trials
    while count >= 0:
        tail += binomial(count, trials, rate)
        if tail > error:
            break
        count -= 1
    return count + 1


def trials_needed(
    null: float, true: float, error: float, miss: float, most: int = 2_000
) -> int | None:
    """Return the fewest trials whose exact one-sided test tells `true` from `null`, or None.

    The test speaks up wrongly with probability `error` at most, stays silent wrongly with `miss` at
    most. None: `true` is not above `null`, or more than `most` trials are needed.
    """
    if true <= null:
        return None
    for trials in range(1, most + 1):
        if at_least(critical_count(trials, null, error), trials, true) >= 1 - miss:
            return trials
    return None


def fisher_power(one: float, other: float, trials: int, error: float) -> float:
    """Return how often Fisher's exact test, two-sided, tells two rates apart.

    `trials` samples are drawn at each rate. Two-sided as Fisher (1935) is commonly read: all tables
    as likely as the one seen, or less.
    """
    first = [binomial(k, trials, one) for k in range(trials + 1)]
    second = [binomial(k, trials, other) for k in range(trials + 1)]
    spoken = (
        first[a] * second[total - a]
        for total, cells in enumerate(_telling_tables(trials, error))
        for a in cells
    )
    return min(math.fsum(spoken), 1.0)


@lru_cache(maxsize=16)
def _telling_tables(trials: int, error: float) -> tuple[tuple[int, ...], ...]:
    """Return, for each total of successes, the counts in the first cell that the test speaks up at."""
    tables: list[tuple[int, ...]] = []
    for total in range(2 * trials + 1):
        counts = range(max(0, total - trials), min(total, trials) + 1)
        log_all = _log_choose(2 * trials, total)
        likely = {
            a: math.exp(_log_choose(trials, a) + _log_choose(trials, total - a) - log_all)
            for a in counts
        }
        tables.append(tuple(_least_likely(likely, error)))
    return tuple(tables)


def _least_likely(likely: dict[int, float], error: float) -> list[int]:
    """Return the counts, least likely first, that together with their equals stay within `error`."""
    ordered = sorted(likely, key=likely.__getitem__)
    telling: list[int] = []
    mass, start = 0.0, 0
    while start < len(ordered):
        end = start
        while end < len(ordered) and likely[ordered[end]] <= likely[ordered[start]] * _TIE:
            mass += likely[ordered[end]]
            end += 1
        if mass > error:
            break
        telling += ordered[start:end]
        start = end
    return telling


def _rate_where(reached: Callable[[float], bool]) -> float:
    """Return the smallest rate at which `reached` holds, which must hold from some rate on."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
