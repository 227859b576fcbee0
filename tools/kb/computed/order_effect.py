"""Preference and order effect of a forced choice, fitted together.

The model is Bradley and Terry's with an additive effect of the order (Davidson and Beaver 1977).
Two counts, one for each order, determine its two numbers exactly.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.computed.binomial import parse_count
from kb.computed.figure import Column, Figure, Table
from kb.notes.schema import key

if TYPE_CHECKING:
    from kb.computed.figure import Cell

RULE = (
    "X was chosen k times of n when it stood first, and j of m when it stood second. In log odds, the "
    "first share is preference plus order effect and the second is preference minus order effect. So "
    "the preference is half their sum, the order effect half their difference; half is added to each "
    "count and its rest, so that shares of 0 and 100 % stay finite. Averaged is the plain mean of the "
    "two shares, as is usual; without order is the share that the fitted preference alone gives."
)
_RESTS_ON = (
    "Davidson and Beaver (1977), On extending the Bradley-Terry model to order effects, Biometrics 33(4)",
)
_DOUBT = (
    "Where both shares are near 0 or 100 % the order effect cannot be seen, and where they are near 0 "
    "and 100 % the preference cannot: the counts then only bound them."
)
_HALF = 0.5
_PLACES = 12
_PAIR = re.compile(r"(.+?)\s+first,\s*(.+?)\s+second")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEffectOptions:
    """What `order-effect` is asked."""

    choices: tuple[str, ...] = key(
        "how often X was chosen in each order, such as ['9 of 10 first, 3 of 10 second']"
    )


@dataclass(frozen=True, slots=True)
class OrderFit:
    """What two counts say: `preference` and `order` in log odds, shares from 0 to 1.

    A positive preference is for X, a positive order effect for what stands first; `error` is the
    standard error of either, which is the same. `averaged` is the mean of the two shares,
    `balanced` the share with the order effect taken out.
    """

    preference: float
    order: float
    error: float
    averaged: float
    balanced: float


def fit_order(first: tuple[int, int], second: tuple[int, int]) -> OrderFit:
    """Return the fit for choices of X in trials, when it stood `first` and when `second`."""
    ahead, behind = _log_odds(*first), _log_odds(*second)
    preference = round((ahead + behind) / 2, _PLACES) + 0.0  # no trace of rounding, no minus zero
    return OrderFit(
        preference,
        round((ahead - behind) / 2, _PLACES) + 0.0,
        math.sqrt(_variance(*first) + _variance(*second)) / 2,
        (first[0] / first[1] + second[0] / second[1]) / 2,
        1 / (1 + math.exp(-preference)),
    )


def parse_choice(text: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return both counts of `9 of 10 first, 3 of 10 second`. Raises ValueError if it cannot be read."""
    found = _PAIR.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"choice must be written as in 9 of 10 first, 3 of 10 second: {text!r}")
    return parse_count(found[1]), parse_count(found[2])


def compute_order_effect(options: OrderEffectOptions) -> Figure:
    """Fit preference and order effect to forced choices.

    Raises ValueError if a choice cannot be read (see `parse_choice`), or none is given.
    """
    if not options.choices:
        raise ValueError("choices must name at least one, as in 9 of 10 first, 3 of 10 second")
    counts = {text.strip(): parse_choice(text) for text in options.choices}
    fits = {name: fit_order(*pair) for name, pair in counts.items()}
    stronger = [name for name, fit in fits.items() if abs(fit.order) > abs(fit.preference)]
    return Figure(
        summary=(
            f"Order outweighs preference in {len(stronger)} of {len(fits)}: {'; '.join(stronger)}."
            if stronger
            else "Order outweighs preference in none."
        ),
        inputs=(("choices", "; ".join(counts)),),
        rule=RULE,
        tables=(
            Table(
                "Averaged, and taken apart",
                (
                    Column("X chosen"),
                    Column("averaged", "%"),
                    Column("preference", "log odds", signed=True),
                    Column("order effect", "log odds", signed=True),
                    Column("standard error of either", "log odds"),
                    Column("without order", "%"),
                    Column("larger"),
                ),
                tuple(_row(name, fit) for name, fit in fits.items()),
            ),
        ),
        notes=(_DOUBT,),
        rests_on=_RESTS_ON,
    )


def _log_odds(chosen: int, trials: int) -> float:
    return math.log((chosen + _HALF) / (trials - chosen + _HALF))


def _variance(chosen: int, trials: int) -> float:
    return 1 / (chosen + _HALF) + 1 / (trials - chosen + _HALF)


def _row(name: str, fit: OrderFit) -> tuple[Cell, ...]:
    larger = "order" if abs(fit.order) > abs(fit.preference) else "preference"
    return (
        name,
        100 * fit.averaged,
        fit.preference,
        fit.order,
        fit.error,
        100 * fit.balanced,
        larger if abs(fit.order) != abs(fit.preference) else "neither",
    )
