"""Percentages outside, exact fractions inside."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.rates import BadRate, is_printable_rate, parse_percent, percent, printed_percent


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("0", Fraction(0)),
        ("2.60", Fraction(13, 500)),
        ("2.6", Fraction(13, 500)),
        ("2.525", Fraction(101, 4000)),
        ("1.50", Fraction(3, 200)),
        ("0.000001", Fraction(1, 10**8)),
        ("100", Fraction(1)),
        ("100.000000", Fraction(1)),
    ],
)
def test_a_percentage_is_read_exactly(text, rate):
    assert parse_percent(text) == rate


@pytest.mark.parametrize(
    "seen",
    [
        "", " 2.6", "2.6 ", "2.6%", "+2.6", "-2.6", "-0", "02.6", ".6", "2.", "2.1234567", "2,6",
        "1e1", "２.６", "٢", "2.6\n", "100.000001", "101", "1000", "NaN", None, 2, 2.6, True,
        Fraction(1, 2), b"2.6",
    ],
)  # fmt: skip
def test_anything_else_is_no_percentage(seen):
    with pytest.raises(BadRate, match="is not a percentage") as refused:
        parse_percent(seen)
    assert refused.value.code == "BAD_RATE"


@pytest.mark.parametrize(
    ("rate", "places", "printed"),
    [
        (Fraction(13, 500), 2, "2.60"),
        (Fraction(101, 4000), 2, "2.53"),
        (Fraction(101, 4000), 3, "2.525"),
        (Fraction(1, 3), 2, "33.33"),
        (Fraction(2, 3), 0, "67"),
        (Fraction(-1, 200), 2, "-0.50"),
        (Fraction(-1, 10**6), 2, "0.00"),
        (Fraction(17, 16), 2, "106.25"),
        (1, 2, "100.00"),
    ],
)
def test_a_rate_is_printed_half_up(rate, places, printed):
    assert percent(rate, places) == printed


@pytest.mark.parametrize(
    ("rate", "printed"),
    [
        (Fraction(13, 500), "2.60"),
        (Fraction(101, 4000), "2.525"),
        (Fraction(1, 10**8), "0.000001"),
        (Fraction(0), "0.00"),
        (Fraction(1), "100.00"),
        (Fraction(1, 3), "33.333333"),
    ],
)
def test_a_table_prints_as_many_decimals_as_the_rate_needs(rate, printed):
    assert printed_percent(rate) == printed


@given(st.integers(0, 10**8))
def test_printing_and_reading_a_rate_gives_it_back(steps):
    rate = Fraction(steps, 10**8)
    assert is_printable_rate(rate)
    assert parse_percent(printed_percent(rate)) == rate


@pytest.mark.parametrize("rate", [Fraction(1, 3), Fraction(-1, 2), Fraction(101, 100)])
def test_a_rate_that_no_table_can_print_is_told(rate):
    assert not is_printable_rate(rate)
