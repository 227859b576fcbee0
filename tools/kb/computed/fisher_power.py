"""How often two cells of samples tell two rates apart: the power of Fisher's exact test."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.computed.binomial import fisher_power
from kb.computed.binomial_bound import check_error
from kb.computed.figure import Column, Figure, Table, format_number
from kb.notes.schema import key

if TYPE_CHECKING:
    from kb.computed.figure import Cell

RULE = (
    "Two cells of n samples each, independent, with the two rates given. Fisher's exact test, "
    "two-sided, compares the two counts at error α; the power is the probability that it speaks up, "
    "summed over all pairs of counts, not approximated."
)
_RESTS_ON = ("Fisher (1935), The logic of inductive inference, J. R. Stat. Soc. 98(1)",)
_DOUBT = (
    "Samples of one trained copy share its accidents. Where copies differ, more copies help and more "
    "samples of one do not."
)
_PAIR = re.compile(r"\s*(\d{1,3}(?:\.\d+)?)\s*%?\s+against\s+(\d{1,3}(?:\.\d+)?)\s*%?\s*")
_MOST_SAMPLES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class FisherPowerOptions:
    """What `fisher-power` is asked."""

    rates: tuple[str, ...] = key("pairs of rates in percent, such as [9 against 50]")
    samples: tuple[int, ...] = key("samples in each of the two cells", (20, 50, 100, 200))
    false_alarm_one_in: int = key("equal rates pass as unequal once in so many studies (α)", 20)


def parse_rates(text: str) -> tuple[float, float]:
    """Return the two rates, 0 to 1, of `9 against 50`, which are percent.

    Raises ValueError if it cannot be read or a rate is over 100.
    """
    found = _PAIR.fullmatch(text)
    if found is None or max(map(float, found.groups())) > 100:  # noqa: PLR2004 - percent
        raise ValueError(f"rates must be two percentages, as in 9 against 50: {text!r}")
    one, other = map(float, found.groups())
    return one / 100, other / 100


def compute_fisher_power(options: FisherPowerOptions) -> Figure:
    """Work out how often two samples tell two rates apart.

    Raises ValueError if rates cannot be read, none are given, or a cell has not 1 to 400 samples.
    """
    if not options.rates:
        raise ValueError("rates must name at least one pair, as in 9 against 50")
    for size in options.samples:
        if not 1 <= size <= _MOST_SAMPLES:
            raise ValueError(f"samples must be 1 to {_MOST_SAMPLES}: {size}")
    check_error("false_alarm_one_in", options.false_alarm_one_in)
    pairs = {text.strip(): parse_rates(text) for text in options.rates}
    sizes = tuple(dict.fromkeys(options.samples))
    error = 1 / options.false_alarm_one_in
    rows: list[tuple[Cell, ...]] = [
        (name, *(100 * fisher_power(*pair, size, error) for size in sizes))
        for name, pair in pairs.items()
    ]
    return Figure(
        summary=" ".join(
            f"{name}: found in {format_number(row[-1])} % of studies with {sizes[-1]} samples a cell."
            for name, row in zip(pairs, rows, strict=True)
            if isinstance(row[-1], float)
        ),
        inputs=(
            ("rates (%)", ", ".join(pairs)),
            ("samples a cell", ", ".join(map(str, sizes))),
            ("false alarms (α)", f"1 in {options.false_alarm_one_in}"),
        ),
        rule=RULE,
        tables=(
            Table(
                "How often the test tells the two rates apart",
                (Column("rates in percent"), *(Column(f"{size} a cell", "%") for size in sizes)),
                tuple(rows),
            ),
        ),
        notes=(_DOUBT,),
        rests_on=_RESTS_ON,
    )
