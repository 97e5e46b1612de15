"""Months and fund years."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.days import BadDate
from kernel.months import FundYear, Month, month_span, months_between

MONTHS = st.builds(Month, st.integers(1900, 2199), st.integers(1, 12))


@pytest.mark.parametrize(
    "seen",
    [
        "2026", "2026-1", "2026-00", "2026-13", "202601", "2026-01-01", "1899-12", "2200-01",
        " 2026-01", "2026-01\n", "２０２６-01", "", None, 202601, True, (2026, 1),
    ],
)  # fmt: skip
def test_anything_else_is_no_month(seen):
    with pytest.raises(BadDate, match="is not a month") as refused:
        Month.parse(seen)
    assert refused.value.code == "BAD_MONTH"


@pytest.mark.parametrize("month", [0, 13, -1])
def test_the_calendar_has_twelve_months(month):
    with pytest.raises(ValueError, match="not a month of the year"):
        Month(2026, month)


@given(MONTHS)
def test_printing_and_reading_a_month_gives_it_back(month):
    assert Month.parse(str(month)) == month
    assert Month.of(month.first_day) == Month.of(month.last_day) == month
    assert (month + 1).first_day - month.last_day == dt.timedelta(1)


@given(MONTHS, st.integers(-500, 500))
def test_steps_of_months_can_be_taken_back(month, steps):
    assert month + steps - steps == month
    assert months_between(month, month + steps) == steps
    assert (month + steps > month) == (steps > 0)


def test_months_step_over_the_year():
    assert Month(2025, 12) + 1 == Month(2026, 1)
    assert Month(2026, 1) - 1 == Month(2025, 12)
    assert str(Month(2025, 7) + 11) == "2026-06"
    assert isinstance(Month(2025, 7) + 1, Month)


@pytest.mark.parametrize("wrong", ["1", 1.0, None, (2026, 1)])
def test_a_month_moves_by_whole_numbers_only(wrong):
    with pytest.raises(TypeError):
        Month(2026, 1) + wrong
    with pytest.raises(TypeError):
        Month(2026, 1) - wrong


def test_a_span_has_both_its_ends():
    span = month_span(Month(2025, 11), Month(2026, 2))
    assert [str(month) for month in span] == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert month_span(Month(2026, 1), Month(2026, 1)) == (Month(2026, 1),)
    assert month_span(Month(2026, 2), Month(2026, 1)) == ()


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (dt.date(2025, 6, 30), 2025),
        (dt.date(2025, 7, 1), 2026),
        (dt.date(2025, 12, 31), 2026),
        (dt.date(2026, 1, 1), 2026),
        (dt.date(2026, 6, 30), 2026),
        (dt.date(2026, 7, 1), 2027),
    ],
)
def test_the_fund_year_turns_on_the_first_of_july(day, year):
    assert FundYear.of(day) == FundYear(year)


@given(st.dates(dt.date(1901, 1, 1), dt.date(2199, 1, 1)))
def test_every_day_lies_in_its_fund_year(day):
    year = FundYear.of(day)
    assert year.first_day <= day <= year.last_day
    assert year.previous_settlement + dt.timedelta(1) == year.first_day
    assert year.first_month.first_day == year.first_day
    assert year.last_month.last_day == year.last_day
    assert len(month_span(year.first_month, year.last_month)) == 12


def test_a_fund_year_prints_its_days():
    assert str(FundYear(2026)) == "2025-07-01…2026-06-30"
