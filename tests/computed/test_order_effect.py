"""Preference and order effect from two counts."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.computed.order_effect import (
    OrderEffectOptions,
    compute_order_effect,
    fit_order,
    parse_choice,
)

counts = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, counts)
def test_preference_and_order_give_back_both_shares(first, second):
    fit = fit_order(first, second)
    for sign, (chosen, trials) in ((1, first), (-1, second)):
        share = 1 / (1 + math.exp(-(fit.preference + sign * fit.order)))
        assert math.isclose(share, (chosen + 0.5) / (trials + 1))


@given(counts, counts)
def test_naming_the_options_the_other_way_round_turns_the_preference_only(first, second):
    fit = fit_order(first, second)
    turned = fit_order((second[1] - second[0], second[1]), (first[1] - first[0], first[1]))
    assert math.isclose(turned.preference, -fit.preference, abs_tol=1e-12)
    assert math.isclose(turned.order, fit.order, abs_tol=1e-12)


@given(st.integers(1, 20), st.integers(1, 20))
def test_averaging_draws_a_preference_toward_indifference(lead, habit):
    n = 10_000
    preference, order = lead / 10, habit / 10
    shares = [1 / (1 + math.exp(-(preference + sign * order))) for sign in (1, -1)]
    fit = fit_order(*((round(n * share), n) for share in shares))
    assert math.isclose(fit.preference, preference, abs_tol=2e-3)
    assert 0.5 < fit.averaged < fit.balanced + 1e-3


def test_the_figure_says_where_order_outweighs_preference():
    figure = compute_order_effect(
        OrderEffectOptions(
            choices=("10 of 10 first, 0 of 10 second", "9 of 10 first, 8 of 10 second")
        )
    )
    assert figure.summary == (
        "Order outweighs preference in 1 of 2: 10 of 10 first, 0 of 10 second."
    )
    rows = figure.tables[0].rows
    assert rows[0][1] == 50
    assert rows[0][2:4] == (0, pytest.approx(math.log(21)))
    assert rows[0][4] == pytest.approx(math.sqrt(2 * (1 / 10.5 + 1 / 0.5)) / 2)
    assert [row[-1] for row in rows] == ["order", "preference"]


def test_indifference_is_neither():
    figure = compute_order_effect(OrderEffectOptions(choices=("5 of 10 first, 5 of 10 second",)))
    assert figure.summary == "Order outweighs preference in none."
    assert figure.tables[0].rows[0][-1] == "neither"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("9 of 10", "choice must be written as in 9 of 10 first, 3 of 10 second: '9 of 10'"),
        ("11 of 10 first, 3 of 10 second", "successes must not be more than trials: '11 of 10'"),
        ("x first, 3 of 10 second", "count must be written as in 3 of 20: 'x'"),
    ],
)
def test_a_choice_that_cannot_be_read_says_why(text, message):
    with pytest.raises(ValueError, match=r".") as raised:
        parse_choice(text)
    assert str(raised.value) == message


def test_no_choice_says_how_one_is_written():
    with pytest.raises(ValueError, match=r"^choices must name at least one, as in 9 of 10 first, "):
        compute_order_effect(OrderEffectOptions(choices=()))
