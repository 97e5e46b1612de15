"""What of a year's contributions the income tax may count: by year, never by month."""

import pytest

from contributions.rules.tax import annual_limit_fen, lay_out_tax_year
from kernel.months import Month, month_span

YEAR = month_span(Month(2025, 1), Month(2025, 12))


def laid_out(credited: dict[int, int], *, capped: bool = True, limit_fen: int | None = 12_000):
    by_month = {Month(2025, month): fen for month, fen in credited.items()}
    return lay_out_tax_year(2025, by_month, capped=capped, limit_fen=limit_fen)


def test_a_yearly_payer_may_count_the_whole_payment_of_one_month():
    year = laid_out({6: 12_000})
    assert year.within_fen == year.credited_fen == 12_000


@pytest.mark.parametrize(
    ("credited", "within"),
    [
        ({1: 5_000, 2: 5_000, 3: 5_000}, [5_000, 5_000, 2_000]),
        ({1: 12_001}, [12_000]),
        ({1: 12_000, 12: 1}, [12_000] + [0] * 11),
        ({}, [0]),
    ],
)
def test_the_limit_is_used_up_from_january_on(credited, within):
    months = laid_out(credited).months
    assert [month.within_fen for month in months][: len(within)] == within


def test_a_year_has_twelve_months_whether_anything_was_paid_or_not():
    assert [str(month.month) for month in laid_out({}).months] == [str(month) for month in YEAR]


def test_a_limit_that_is_not_published_is_not_guessed():
    year = laid_out({1: 500}, limit_fen=None)
    assert year.credited_fen == 500
    assert year.within_fen is None
    assert {month.within_fen for month in year.months} == {None}


def test_where_no_limit_applies_everything_counts():
    year = laid_out({1: 99_999}, capped=False, limit_fen=None)
    assert year.within_fen == 99_999


def test_the_years_limit_adds_up_the_maxima_in_force_month_by_month():
    maxima = {month: 100 if month.month < 7 else 200 for month in YEAR}
    assert annual_limit_fen(maxima, 12) == 1_800


@pytest.mark.parametrize(("cap_months", "limit"), [(12, 1_200), (6, 600), (24, 2_400)])
def test_a_limit_of_other_than_twelve_maxima_is_a_part_of_them(cap_months, limit):
    assert annual_limit_fen(dict.fromkeys(YEAR, 100), cap_months) == limit


def test_one_month_without_a_maximum_leaves_the_limit_of_the_year_open():
    maxima = {month: None if month.month == 1 else 100 for month in YEAR}
    assert annual_limit_fen(maxima, 12) is None
