"""Dates, day counts and steps of the calendar."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.days import (
    BadDate,
    DayCount,
    add_months,
    add_years,
    days_between,
    days_in_month,
    is_month_end,
    parse_date,
    year_days,
    year_fraction,
)
from kernel.money import parse_yuan, round_half_up, yuan

DATES = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))
D = dt.date


def test_a_date_is_read():
    assert parse_date("2024-02-29") == D(2024, 2, 29)
    assert parse_date("1900-01-01") == D(1900, 1, 1)
    assert parse_date("2199-12-31") == D(2199, 12, 31)


@pytest.mark.parametrize(
    "seen",
    [
        "2023-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-01", "2026-01-00",
        "1899-12-31", "2200-01-01", "0000-01-01", "2026-1-31", "20260131", "2026/01/31",
        "2026-01-31T00:00:00", "2026-W05-6", "2026-031", " 2026-01-31", "2026-01-31\n", "31.1.2026",
        "２０２６-01-31", "٢٠٢٦-01-31", "2026−01−31", "", None, 20260131, 1.5, True, D(2026, 1, 31),
    ],
)  # fmt: skip
def test_anything_else_is_no_date(seen):
    with pytest.raises(BadDate, match="is not a date") as refused:
        parse_date(seen)
    assert refused.value.code == "BAD_DATE"


@given(DATES)
def test_printing_and_reading_a_date_gives_it_back(day):
    assert parse_date(day.isoformat()) == day
    assert is_month_end(day) == ((day + dt.timedelta(1)).day == 1)


@pytest.mark.parametrize(
    ("story", "start", "end", "d30_360", "actual"),
    [
        ("the same day", D(2026, 6, 30), D(2026, 6, 30), 0, 0),
        ("the start counts, the end does not", D(2026, 6, 29), D(2026, 6, 30), 1, 1),
        ("a fund year", D(2025, 6, 30), D(2026, 6, 30), 360, 365),
        ("a fund year with a leap day", D(2023, 6, 30), D(2024, 6, 30), 360, 366),
        ("from 1 July", D(2025, 7, 1), D(2026, 6, 30), 359, 364),
        ("30 to 31 of a month", D(2026, 1, 30), D(2026, 1, 31), 0, 1),
        ("the last of January to the last of February", D(2026, 1, 31), D(2026, 2, 28), 30, 28),
        ("28 February in a leap year is day 28", D(2024, 2, 28), D(2024, 3, 1), 3, 2),
        ("29 February is day 30", D(2024, 2, 29), D(2024, 3, 1), 1, 1),
        ("28 February in a common year is day 30", D(2026, 2, 28), D(2026, 3, 1), 1, 1),
        ("28 February to 28 March", D(2026, 2, 28), D(2026, 3, 28), 28, 28),
        ("a month from the 15th", D(2026, 2, 15), D(2026, 3, 15), 30, 28),
    ],
)
def test_days_are_counted_from_the_start_to_before_the_end(story, start, end, d30_360, actual):
    assert days_between(start, end, DayCount.D30_360) == d30_360, story
    assert days_between(start, end, DayCount.ACT_360) == actual, story
    assert days_between(start, end, DayCount.ACT_365) == actual, story


@given(st.lists(DATES, min_size=3, max_size=3).map(sorted), st.sampled_from(DayCount))
def test_a_period_can_be_cut_at_any_day(days, day_count):
    first, cut, last = days
    assert days_between(first, cut, day_count) + days_between(cut, last, day_count) == days_between(
        first, last, day_count
    )


@given(DATES, st.integers(0, 400))
def test_whole_months_have_thirty_days_in_30_360(day, months):
    later = add_months(day, months)
    expected = 30 * months
    # A day that the later month does not have, and a last day that is none there, shift by
    # what separates them from day 30.
    if is_month_end(day) == is_month_end(later):
        assert days_between(day, later, DayCount.D30_360) == expected


@pytest.mark.parametrize("day_count", DayCount)
def test_a_period_that_ends_before_it_starts_is_refused(day_count):
    with pytest.raises(ValueError, match="before it starts"):
        days_between(D(2026, 1, 2), D(2026, 1, 1), day_count)


@pytest.mark.parametrize("day_count", ["ACT/ACT", "30E/360", "", None])
def test_an_unknown_day_count_is_refused(day_count):
    with pytest.raises(ValueError, match="is no day count"):
        days_between(D(2026, 1, 1), D(2026, 1, 2), day_count)


def test_a_day_count_works_by_its_printed_name_too():
    assert days_between(D(2026, 1, 1), D(2026, 7, 1), "30/360") == 180


@pytest.mark.parametrize(
    ("day_count", "interest"),
    [("30/360", "1068.03"), ("ACT/365", "1068.07"), ("ACT/360", "1082.90")],
)
def test_the_lump_sum_of_kashgar_earns_the_worked_interest(day_count, interest):
    part = year_fraction(D(2025, 7, 1), D(2026, 6, 30), DayCount(day_count))
    fen = round_half_up(parse_yuan("71400.00") * Fraction(3, 200) * part)
    assert yuan(fen) == interest


def test_the_published_statement_of_beijing_comes_out_to_the_fen():
    """Carried 85,514.18 and twelve deposits of 4,656 in 2016-07 to 2017-06: 1,666.83."""
    settled, rate = D(2017, 6, 30), Fraction(3, 200)
    carried = parse_yuan("85514.18") * year_fraction(D(2016, 6, 30), settled, DayCount.D30_360)
    deposits = sum(
        parse_yuan("4656.00")
        * year_fraction(min(add_months(D(2016, 7, 31), at), settled), settled, DayCount.D30_360)
        for at in range(12)
    )
    assert yuan(round_half_up((carried + deposits) * rate)) == "1666.83"


@pytest.mark.parametrize(
    ("day_count", "interest"),
    [("30/360", "240.00"), ("ACT/365", "239.75"), ("ACT/360", "243.08")],
)
def test_deposits_on_the_fifteenth_earn_the_worked_interest(day_count, interest):
    settled, convention = D(2026, 6, 30), DayCount(day_count)
    weighted = 1_000_000 * year_fraction(D(2025, 6, 30), settled, convention)
    for at in range(12):
        paid = add_months(D(2025, 7, 15), at)
        weighted += 100_000 * year_fraction(paid, settled, convention)
    assert yuan(round_half_up(weighted * Fraction(3, 200))) == interest


@pytest.mark.parametrize(
    ("day", "months", "moved"),
    [
        (D(2026, 1, 31), 1, D(2026, 2, 28)),
        (D(2024, 1, 31), 1, D(2024, 2, 29)),
        (D(2026, 1, 31), 2, D(2026, 3, 31)),
        (D(2026, 3, 31), -1, D(2026, 2, 28)),
        (D(2026, 12, 15), 1, D(2027, 1, 15)),
        (D(2026, 1, 15), -1, D(2025, 12, 15)),
        (D(2026, 5, 5), 0, D(2026, 5, 5)),
        (D(2026, 8, 31), 300, D(2051, 8, 31)),
    ],
)
def test_months_are_added_by_the_calendar(day, months, moved):
    assert add_months(day, months) == moved


def test_a_year_after_a_leap_day_is_the_last_of_february():
    assert add_years(D(2024, 2, 29), 1) == D(2025, 2, 28)
    assert add_years(D(2024, 2, 29), 4) == D(2028, 2, 29)
    assert add_years(D(2026, 6, 30), -1) == D(2025, 6, 30)


def test_the_calendar_knows_its_leap_years():
    assert [days_in_month(year, 2) for year in (1900, 2000, 2023, 2024, 2100)] == [
        28, 29, 28, 29, 28,
    ]  # fmt: skip
    assert (year_days(DayCount.D30_360), year_days(DayCount.ACT_365)) == (360, 365)
