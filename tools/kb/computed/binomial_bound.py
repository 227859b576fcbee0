"""What a count says of the rate behind it: exact bounds, and the rule of three for no success."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.computed.binomial import lower_bound, parse_count, upper_bound
from kb.computed.figure import Column, Figure, Table, format_number
from kb.notes.schema import key

if TYPE_CHECKING:
    from kb.computed.figure import Cell

RULE = (
    "Samples are independent, each a success with one unknown rate. The interval holds every rate that "
    "would give a count so high and one so low with probability α/2 or more each (Clopper and Pearson "
    "1934); the bound on one side uses all of α there. After no success in n samples that bound is "
    "1 - α^(1/n); 3/n, the rule of three, comes near it for α of 1 in 20."
)
_RESTS_ON = (
    "Clopper and Pearson (1934), The use of confidence or fiducial limits, Biometrika 26(4)",
    "Hanley and Lippman-Hand (1983), If nothing goes wrong, is everything all right?, JAMA 249(13)",
)
_DOUBT = (
    "Replies at temperature zero are not independent samples: asking again gives the same reply. The "
    "bound is then too narrow."
)
_RULE_OF_THREE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class BinomialBoundOptions:
    """What `binomial-bound` is asked."""

    counts: tuple[str, ...] = key("what was counted, such as [0 of 4, 3 of 20]")
    wrong_one_in: int = key("the bounds may miss the true rate once in so many (α)", 20)


def compute_binomial_bound(options: BinomialBoundOptions) -> Figure:
    """Bound the rate behind a count of successes.

    Raises ValueError if a count cannot be read (see `parse_count`), or none is given.
    """
    if not options.counts:
        raise ValueError("counts must name at least one, as in 3 of 20")
    check_error("wrong_one_in", options.wrong_one_in)
    counts = {f"{k} of {n}": (k, n) for k, n in map(parse_count, options.counts)}
    rows = tuple(_row(name, *count, 1 / options.wrong_one_in) for name, count in counts.items())
    return Figure(
        summary=" ".join(
            f"{name}: the rate is at most {format_number(100 * upper_bound(k, n, 1 / options.wrong_one_in))} %."
            for name, (k, n) in counts.items()
        ),
        inputs=(("counts", ", ".join(counts)), ("error (α)", f"1 in {options.wrong_one_in}")),
        rule=RULE,
        tables=(
            Table(
                "Rates that the count leaves possible",
                (
                    Column("count"),
                    Column("rate seen", "%"),
                    Column("interval from", "%"),
                    Column("to", "%"),
                    Column("at most", "%"),
                    Column("rule of three", "%"),
                ),
                rows,
            ),
        ),
        notes=(_DOUBT,),
        rests_on=_RESTS_ON,
    )


def check_error(name: str, one_in: int) -> None:
    """Raise ValueError unless an error rate is between one in 3 and one in a million."""
    if not 3 <= one_in <= 1_000_000:  # noqa: PLR2004 - the bounds are said in the message
        raise ValueError(f"{name} must be 3 to 1000000: {one_in}")


def _row(name: str, successes: int, trials: int, error: float) -> tuple[Cell, ...]:
    return (
        name,
        100 * successes / trials,
        100 * lower_bound(successes, trials, error / 2),
        100 * upper_bound(successes, trials, error / 2),
        100 * upper_bound(successes, trials, error),
        100 * min(_RULE_OF_THREE / trials, 1.0) if successes == 0 else None,
    )
