"""The year's value-added income: what it was, and what the law lets a committee do with it."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from policy.decisions import Outcome
from policy.loader import book_from_packs
from settlement.facts import SurplusFacts
from settlement.surplus import decide_surplus

DAY = dt.date(2026, 12, 31)


def facts(**changes: Any) -> SurplusFacts:
    """A year with 112,028.30 yuan of income, 59,013.10 of expense, half of it flexible."""
    fen = {
        "deposit_income": 7_202_830,
        "deposit_expense": 5_401_310,
        "loan_income": 4_000_000,
        "loan_expense": 0,
        "flexible_expense": 500_000,
        "average_contributions": 1_000_000_000,
        "average_flexible_contributions": 500_000_000,
        "average_loans": 200_000_000,
        "average_flexible_loans": 200_000_000,
        "loan_balance": 300_000_000,
        "reserve_balance": 1_000_000,
        "management_fee": 1_000_000,
        **changes,
    }
    return SurplusFacts(year=2026, **fen)


def decide(centre: str = "kashgar", **changes: Any):
    return decide_surplus(facts(**changes), book_from_packs(centre, DAY))


def test_reserve_fee_and_housing_add_up_to_the_years_value_added_income():
    result = decide().result
    assert result.surplus_fen == 7_202_830 + 4_000_000 - 5_401_310 - 500_000 == 5_301_520
    assert result.reserve_fen == 3_180_912  # 60 %: 3,180,912.0
    assert result.fee_fen == 1_000_000
    assert result.housing_fen == 5_301_520 - 3_180_912 - 1_000_000


def test_no_less_than_a_share_is_rounded_up_to_the_next_fen():
    assert decide(deposit_income=7_202_831).result.reserve_fen == 3_180_913  # 3,180,912.6


def test_the_flexible_pool_has_its_share_of_deposits_and_loans_and_all_subsidies():
    decided = decide()
    assert decided.result.flexible_surplus_fen == (7_202_830 - 5_401_310) // 2 + 4_000_000 - 500_000
    (reason,) = [one for one in decided.reasons if one.code == "surplus_flexible_pool"]
    assert (reason.params["deposits"], reason.params["loans"]) == ("50.00", "100.00")


def test_a_year_without_surplus_distributes_nothing_and_is_no_fault():
    for expense in (7_202_830 + 3_500_000, 20_000_000):
        decided = decide(deposit_expense=expense)
        assert decided.outcome is Outcome.APPROVED
        assert decided.result.surplus_fen <= 0
        assert (decided.result.reserve_fen, decided.result.housing_fen) == (0, 0)


@pytest.mark.parametrize(("fee", "fits"), [(2_120_608, True), (2_120_609, False)])
def test_the_management_fee_fits_into_what_the_reserve_leaves(fee, fits):
    decided = decide(management_fee=fee)
    assert decided.approved is fits
    assert decided.result.housing_fen == (0 if fits else None)
    if not fits:
        assert [one.code for one in decided.refusals] == ["surplus_fee_fits"]


@pytest.mark.parametrize(
    ("centre", "asked", "outcome"),
    [
        ("bazhong", 1_000, Outcome.APPROVED),
        ("bazhong", 100_000_000, Outcome.REFUSED),
        ("kashgar", 1_000, Outcome.NEEDS_REVIEW),
        ("yantai", 1_000, Outcome.NEEDS_REVIEW),
    ],
)
def test_only_a_text_that_says_so_lets_the_flexible_income_go_wholly_to_the_reserve(
    centre, asked, outcome
):
    decided = decide(centre, flexible_reserve=asked)
    assert decided.outcome is outcome
    if outcome is Outcome.APPROVED:
        plain = decide(centre).result
        assert decided.result.reserve_fen == plain.reserve_fen + asked
        cited = {(c.source, c.clause) for one in decided.reasons for c in one.citations}
        assert ("bazhong-draft", "二(三)2") in cited


def test_the_whole_of_the_flexible_income_may_be_set_aside_and_not_one_fen_more():
    plain = decide("bazhong").result
    most = plain.flexible_surplus_fen - plain.flexible_reserve_fen
    result = decide("bazhong", flexible_reserve=most, management_fee=0).result
    assert result.flexible_reserve_fen == plain.flexible_surplus_fen
    assert not decide("bazhong", flexible_reserve=most + 1, management_fee=0).approved


def test_a_part_cannot_be_more_than_the_whole():
    with pytest.raises(ValidationError, match="average_flexible_loans"):
        facts(average_flexible_loans=200_000_001)


@given(
    income=st.integers(-10_000_000, 10_000_000),
    expense=st.integers(-10_000_000, 10_000_000),
    loan_income=st.integers(-10_000_000, 10_000_000),
    flexible=st.integers(0, 1_000_000_000),
)
def test_whatever_the_books_say_the_parts_add_up(income, expense, loan_income, flexible):
    result = decide(
        deposit_income=income,
        deposit_expense=expense,
        loan_income=loan_income,
        average_flexible_contributions=flexible,
        management_fee=0,
    ).result
    parts = result.reserve_fen + result.fee_fen + result.housing_fen
    assert parts == max(result.surplus_fen, 0)
    assert 0 <= result.flexible_reserve_fen <= result.reserve_fen
