"""Counts and the rates behind them, held against sums in whole numbers and printed tables."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.computed.binomial import (
    at_least,
    binomial,
    critical_count,
    fisher_power,
    lower_bound,
    parse_count,
    trials_needed,
    upper_bound,
)
from kb.computed.binomial_bound import BinomialBoundOptions, compute_binomial_bound
from kb.computed.fisher_power import FisherPowerOptions, compute_fisher_power, parse_rates
from kb.computed.letter_share import letter_shares_of
from kb.computed.naming import BinomialTestOptions, compute_binomial_test

rates = st.fractions(0, 1, max_denominator=50)
sizes = st.integers(1, 12)


def exact(successes, trials, rate):
    return math.comb(trials, successes) * rate**successes * (1 - rate) ** (trials - successes)


@given(sizes, rates, st.data())
def test_probabilities_are_those_of_whole_number_arithmetic(trials, rate, data):
    successes = data.draw(st.integers(0, trials))
    assert math.isclose(
        binomial(successes, trials, float(rate)), exact(successes, trials, rate), abs_tol=1e-12
    )
    tail = sum(exact(k, trials, rate) for k in range(successes, trials + 1))
    assert math.isclose(at_least(successes, trials, float(rate)), tail, abs_tol=1e-12)


@pytest.mark.parametrize(
    ("successes", "trials", "interval"),
    [
        # R, binom.test(7, 20)$conf.int and binom.test(0, 10)$conf.int
        (7, 20, (0.1539092, 0.5921885)),
        (0, 10, (0.0, 0.3084971)),
        (10, 10, (0.6915029, 1.0)),
    ],
)
def test_intervals_are_those_in_print(successes, trials, interval):
    found = (lower_bound(successes, trials, 0.025), upper_bound(successes, trials, 0.025))
    assert found == pytest.approx(interval, abs=1e-7)


@given(st.integers(1, 2000), st.floats(0.001, 0.3))
def test_after_no_success_the_bound_has_a_closed_form(trials, error):
    assert math.isclose(upper_bound(0, trials, error), 1 - error ** (1 / trials), rel_tol=1e-6)


@given(sizes, rates.filter(lambda rate: 0 < rate < 1), st.floats(0.01, 0.3))
def test_the_critical_count_is_the_first_improbable_one(trials, rate, error):
    count = critical_count(trials, float(rate), error)
    if count <= trials:
        assert at_least(count, trials, float(rate)) <= error
    if count > 0:
        assert at_least(count - 1, trials, float(rate)) > error * (1 - 1e-9)


def test_one_trial_fewer_than_needed_is_not_enough():
    needed = trials_needed(0.4, 0.5, 0.05, 0.2)
    assert needed == 158
    fewer = needed - 1
    assert at_least(critical_count(fewer, 0.4, 0.05), fewer, 0.5) < 0.8


@pytest.mark.parametrize(("null", "true"), [(0.5, 0.5), (0.6, 0.5), (0.5, 0.501)])
def test_rates_that_no_study_of_that_size_tells_apart_need_no_number(null, true):
    assert trials_needed(null, true, 0.05, 0.2, most=100) is None


def fisher_by_hand(a, b, n):
    """Return the two-sided p value as a fraction: every table as likely as this one, or less."""
    weights = {
        x: math.comb(n, x) * math.comb(n, a + b - x)
        for x in range(max(0, a + b - n), min(a + b, n) + 1)
    }
    return Fraction(
        sum(weight for weight in weights.values() if weight <= weights[a]), sum(weights.values())
    )


@given(st.integers(1, 7), rates, rates)
@settings(max_examples=40)
def test_power_sums_over_all_pairs_of_counts(n, one, other):
    error = Fraction(1, 20)
    power = sum(
        exact(a, n, one) * exact(b, n, other)
        for a in range(n + 1)
        for b in range(n + 1)
        if fisher_by_hand(a, b, n) <= error
    )
    assert math.isclose(
        fisher_power(float(one), float(other), n, float(error)), power, abs_tol=1e-9
    )


@given(rates, st.integers(1, 30))
@settings(max_examples=30)
def test_equal_rates_are_told_apart_no_more_often_than_allowed(rate, n):
    assert fisher_power(float(rate), float(rate), n, 0.05) <= 0.05 + 1e-9


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("3/20", "count must be written as in 3 of 20: '3/20'"),
        ("0 of 0", "trials must be 1 to 10000: '0 of 0'"),
        ("1 of 10001", "trials must be 1 to 10000: '1 of 10001'"),
        ("4 of 3", "successes must not be more than trials: '4 of 3'"),
    ],
)
def test_a_count_that_cannot_be_says_why(text, message):
    with pytest.raises(ValueError, match=r".") as raised:
        parse_count(text)
    assert str(raised.value) == message


@pytest.mark.parametrize("text", ["9", "9 versus 50", "9 against 101", "-1 against 5"])
def test_rates_that_cannot_be_say_why(text):
    with pytest.raises(ValueError, match=r".") as raised:
        parse_rates(text)
    assert str(raised.value) == f"rates must be two percentages, as in 9 against 50: {text!r}"


def test_rates_are_read_with_and_without_a_sign():
    assert parse_rates("9.4 % against 50%") == (0.094, 0.5)


def test_the_bounds_show_the_rule_of_three_where_nothing_was_seen():
    figure = compute_binomial_bound(BinomialBoundOptions(counts=("0 of 4", "0 of 200", "1 of 4")))
    assert figure.summary.startswith("0 of 4: the rate is at most 52.7 %. 0 of 200: the rate is at")
    assert figure.tables[0].column("rule of three") == (75.0, 1.5, None)
    assert figure.tables[0].rows[2][1] == 25


def test_samples_follow_the_letter_shares():
    figure = compute_binomial_test(BinomialTestOptions(words=("hello", "pulse", "hello", "cat")))
    ratios, samples = figure.tables
    assert [row[0] for row in ratios.rows] == ["HELLO", "PULSE", "CAT"]
    assert ratios.rows[0][4] == 0.5 / letter_shares_of("hello")[3].share
    assert samples.rows[0][4] == 158
    assert samples.rows[1][4] is None
    assert samples.rows[2][4:] == (None, None)
    assert figure.summary.startswith("HELLO: after 3 letters 158 samples will do. PULSE: after 3")


@pytest.mark.parametrize(
    ("compute", "options", "message"),
    [
        (
            compute_binomial_bound,
            BinomialBoundOptions(counts=()),
            "counts must name at least one, as in 3 of 20",
        ),
        (
            compute_binomial_bound,
            BinomialBoundOptions(counts=("1 of 2",), wrong_one_in=2),
            "wrong_one_in must be 3 to 1000000: 2",
        ),
        (
            compute_binomial_test,
            BinomialTestOptions(words=()),
            "words must name at least one word",
        ),
        (
            compute_binomial_test,
            BinomialTestOptions(words=("hello",), rate_percent=0),
            "rate_percent must be 1 to 100: 0",
        ),
        (
            compute_fisher_power,
            FisherPowerOptions(rates=()),
            "rates must name at least one pair, as in 9 against 50",
        ),
        (
            compute_fisher_power,
            FisherPowerOptions(rates=("1 against 2",), samples=(401,)),
            "samples must be 1 to 400: 401",
        ),
    ],
)
def test_what_cannot_be_worked_out_says_why(compute, options, message):
    with pytest.raises(ValueError, match=r".") as raised:
        compute(options)
    assert str(raised.value) == message
