"""Every computed figure by its name: what it may be asked, who works it out, where that is.

A `/// computed | name` block and `kb compute name` are both made from this, so neither knows a
figure. Adding one is adding a line here.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kb.computed import (
    acrostic,
    acrostic_capacity,
    binomial_bound,
    cipher,
    digits,
    fisher_power,
    imo_2024_p3,
    letter_share,
    modular,
    naming,
    order_effect,
    table,
)
from kb.computed.options import Option, build_options, describe_options
from kb.notes.schema import read_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kb.computed.figure import Figure
    from kb.computed.tables import PaperTable
    from kb.problems import Problem

_NO_TABLES: Mapping[str, PaperTable] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Computation:
    """A computed figure that can be asked for by `name`.

    `schema` is the dataclass of its options, `rule` how it works in words, `function` what works it
    out: it takes the options, and the quoted tables where `quotes`, and returns the figure.
    """

    name: str
    schema: type
    function: Callable[..., Figure]
    rule: str
    quotes: bool = False

    @property
    def title(self) -> str:
        """What it shows, in the words that head the function's docstring."""
        return (self.function.__doc__ or "").strip().partition("\n")[0].rstrip(".")

    @property
    def options(self) -> tuple[Option, ...]:
        """What it may be asked, in order."""
        return describe_options(self.schema)

    @property
    def source(self) -> str:
        """The file of the function, from the root of the project, with its line: `tools/…py#L12`."""
        module = PurePosixPath(*self.function.__module__.split("."))
        return f"tools/{module}.py#L{self.function.__code__.co_firstlineno}"

    def build(self, values: Mapping[str, Any]) -> Any:
        """Return the options that `values` of a command line give (see `build_options`)."""
        return build_options(self.schema, values)

    def run(self, options: Any, tables: Mapping[str, PaperTable] = _NO_TABLES) -> Figure:
        """Return the figure for `options`. Raises ValueError, saying what must hold, if it cannot be."""
        return self.function(options, tables) if self.quotes else self.function(options)


COMPUTED: Mapping[str, Computation] = MappingProxyType(
    {
        computation.name: computation
        for computation in (
            Computation(
                "acrostic",
                acrostic.AcrosticOptions,
                acrostic.compute_acrostic,
                acrostic.RULE,
            ),
            Computation(
                "acrostic-capacity",
                acrostic_capacity.AcrosticCapacityOptions,
                acrostic_capacity.compute_acrostic_capacity,
                acrostic_capacity.RULE,
            ),
            Computation(
                "binomial-bound",
                binomial_bound.BinomialBoundOptions,
                binomial_bound.compute_binomial_bound,
                binomial_bound.RULE,
            ),
            Computation(
                "binomial-test",
                naming.BinomialTestOptions,
                naming.compute_binomial_test,
                naming.RULE,
            ),
            Computation("cipher", cipher.CipherOptions, cipher.compute_cipher, cipher.RULE),
            Computation("digits", digits.DigitsOptions, digits.compute_digits, digits.RULE),
            Computation(
                "fisher-power",
                fisher_power.FisherPowerOptions,
                fisher_power.compute_fisher_power,
                fisher_power.RULE,
            ),
            Computation(
                "imo-2024-p3",
                imo_2024_p3.ImoOptions,
                imo_2024_p3.compute_imo_2024_p3,
                imo_2024_p3.RULE,
            ),
            Computation(
                "letter-share",
                letter_share.LetterShareOptions,
                letter_share.compute_letter_share,
                letter_share.RULE,
            ),
            Computation("modular", modular.ModularOptions, modular.compute_modular, modular.RULE),
            Computation(
                "order-effect",
                order_effect.OrderEffectOptions,
                order_effect.compute_order_effect,
                order_effect.RULE,
            ),
            Computation("table", table.TableOptions, table.compute_table, table.RULE, quotes=True),
        )
    }
)


def find_computation(name: str) -> Computation:
    """Return the computed figure called `name`. Raises ValueError naming those there are."""
    if name not in COMPUTED:
        close = get_close_matches(name, COMPUTED, n=1)
        hint = f"did you mean {close[0]!r}? " if close else ""
        raise ValueError(
            f"computed figure must be a known one: {name!r} ({hint}there are {', '.join(COMPUTED)})"
        )
    return COMPUTED[name]


def read_options(
    computation: Computation, text: str, path: str, first_line: int = 1
) -> tuple[Any, tuple[Problem, ...]]:
    """Return the options that the YAML of a block gives, or None, and every problem found.

    `first_line` is the line of `path` on which `text` begins.
    """
    return read_yaml(computation.schema, text, path, first_line)
