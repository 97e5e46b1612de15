import datetime as dt
from fractions import Fraction
from typing import Any

import pytest

from kernel.wire import BadFacts
from loans.facts import FundIndicatorsFacts
from loans.rules import FundIndicatorsResult, decide_fund_indicators
from policy.decisions import Decision, Outcome
from policy.loader import book_from_packs

BOOK = book_from_packs("yantai", dt.date(2026, 1, 31))


def decide(**changed: Any) -> Decision[FundIndicatorsResult]:
    facts = {
        "loan_balance": "800.00",
        "contribution_balance": "1000.00",
        "flexible_loan_balance": "10.00",
        "flexible_contribution_balance": "100.00",
        "overdue_amount": "1.00",
        **changed,
    }
    return decide_fund_indicators(FundIndicatorsFacts.from_wire(facts), BOOK)


def test_ratios_are_percent_with_two_decimals_rounded_half_up() -> None:
    result = decide(loan_balance="666.67").result
    assert result.loan_to_deposit == Fraction(6667, 10_000)
    assert result.flexible_loan_to_deposit == Fraction(1, 10)
    assert result.overdue_rate == Fraction(15, 10_000)


@pytest.mark.parametrize(
    ("loans", "level"),
    [
        ("0.00", "GREEN"), ("849.99", "GREEN"), ("850.00", "WATCH"), ("899.99", "WATCH"),
        ("900.00", "WARN"), ("949.99", "WARN"), ("950.00", "STOP"), ("1200.00", "STOP"),
    ],
)  # fmt: skip
def test_each_line_belongs_to_the_level_above_it(loans: str, level: str) -> None:
    decision = decide(loan_balance=loans)
    assert decision.outcome is Outcome.APPROVED
    assert decision.result.level == level
    flexible = decide(
        flexible_loan_balance=loans, flexible_contribution_balance="1000.00", loan_balance="0.00"
    )
    assert flexible.result.level == level


def test_the_level_is_that_of_the_unrounded_ratio() -> None:
    decision = decide(loan_balance="849999.99", contribution_balance="1000000.00")
    assert decision.result.loan_to_deposit == Fraction(85, 100)
    assert decision.result.level == "GREEN"


def test_without_flexible_contributions_their_ratio_is_unknown() -> None:
    decision = decide(flexible_contribution_balance="0.00")
    assert decision.outcome is Outcome.APPROVED
    assert decision.result.flexible_loan_to_deposit is None


def test_without_loans_the_overdue_rate_is_unknown() -> None:
    assert decide(loan_balance="0.00", overdue_amount="0.00").result.overdue_rate is None


def test_without_any_contributions_a_person_has_to_look() -> None:
    decision = decide(contribution_balance="0.00", flexible_contribution_balance="0.00")
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert decision.result.loan_to_deposit is None
    assert decision.result.level is None


@pytest.mark.parametrize("wrong", ["-1.00", "1.001", "NaN", "１.00", 1, None])
def test_amounts_are_strict(wrong: object) -> None:
    with pytest.raises(BadFacts) as refused:
        decide(overdue_amount=wrong)
    assert refused.value.path == "overdue_amount"
