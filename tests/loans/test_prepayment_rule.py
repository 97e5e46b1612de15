import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.wire import BadFacts
from loans.facts import LoanScheduleFacts, PrepaymentFacts
from loans.rules import (
    PrepaymentResult,
    decide_loan_schedule,
    decide_prepayment,
)
from policy.decisions import Decision, Outcome
from policy.loader import book_from_packs

BOOK = book_from_packs("kashgar", dt.date(2026, 1, 31))


def loan(**changed: Any) -> dict[str, Any]:
    return {
        "principal": "270000.00",
        "term_months": 300,
        "method": "LEVEL_PAYMENT",
        "disbursed_on": "2026-02-10",
        "annual_rate": "2.60",
        **changed,
    }


def prepaid(**changed: Any) -> dict[str, Any]:
    return {
        **loan(),
        "paid_instalments": 12,
        "amount": "50000.00",
        "paid_on": "2027-02-25",
        "option": "REDUCE",
        **changed,
    }


def decide(**changed: Any) -> Decision[PrepaymentResult]:
    return decide_prepayment(PrepaymentFacts.from_wire(prepaid(**changed)), BOOK)


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def owed_after(number: int) -> int:
    rows = decide_loan_schedule(LoanScheduleFacts.from_wire(loan()), BOOK).result.rows
    assert rows is not None
    return rows[number - 1].balance_fen


@pytest.mark.parametrize(
    ("paid_on", "principal", "interest"),
    [
        ("2027-02-10", 5_000_000, 0),
        ("2027-02-25", 4_994_589, 5_411),
        ("2027-03-10", 4_989_190, 10_810),
    ],
)
def test_the_cash_brings_the_interest_of_the_principal_it_repays(
    paid_on: str, principal: int, interest: int
) -> None:
    result = decide(paid_on=paid_on).result
    assert (result.principal_fen, result.interest_fen) == (principal, interest)
    assert result.balance_fen == owed_after(12) - principal


def test_reducing_keeps_the_number_and_equals_a_fresh_schedule_on_the_balance() -> None:
    result = decide().result
    assert result.balance_fen is not None
    fresh = decide_loan_schedule(
        LoanScheduleFacts.from_wire(
            loan(principal=yuan(result.balance_fen), term_months=288, disbursed_on="2027-02-10")
        ),
        BOOK,
    ).result
    assert fresh.rows is not None
    assert result.remaining_instalments == 288
    assert result.payment_fen == fresh.payment_fen
    assert result.last_payment_fen == fresh.rows[-1].payment_fen


def test_shortening_keeps_the_payment_and_lowers_the_number() -> None:
    result = decide(option="SHORTEN").result
    assert result.payment_fen == 122491
    assert result.remaining_instalments is not None
    assert result.last_payment_fen is not None
    assert result.remaining_instalments < 288
    assert 0 < result.last_payment_fen <= 122491
    assert (result.interest_saved_fen or 0) > (decide().result.interest_saved_fen or 0) > 0


def test_shortening_level_principal_keeps_the_part_of_principal() -> None:
    result = decide(option="SHORTEN", method="LEVEL_PRINCIPAL", paid_on="2027-02-10").result
    assert result.balance_fen == 27_000_000 - 12 * 90_000 - 5_000_000
    assert result.remaining_instalments == 233
    assert result.payment_fen == 90_000 + 45_327
    assert result.last_payment_fen == 40_000 + 87


def test_the_whole_debt_with_its_interest_ends_the_loan() -> None:
    owed = owed_after(12)
    for day, days in (("2027-02-10", 0), ("2027-02-25", 15), ("2027-03-10", 30)):
        whole = (owed * (360_000 + 26 * days) * 2 + 360_000) // 720_000
        decision = decide(amount=yuan(whole), paid_on=day)
        result = decision.result
        assert decision.approved
        assert (result.principal_fen, result.balance_fen) == (owed, 0)
        assert (result.payment_fen, result.remaining_instalments) == (0, 0)
        assert result.last_payment_fen == 0
        assert decide(amount=yuan(whole + 1), paid_on=day).outcome is Outcome.REFUSED
        assert decide(amount=yuan(whole - 1), paid_on=day).approved


def test_more_than_is_owed_is_refused_with_the_sum_that_would_do() -> None:
    decision = decide(amount="300000.00")
    assert decision.outcome is Outcome.REFUSED
    (reason,) = decision.refusals
    assert reason.code == "prepayment_within_debt"
    assert decision.result == PrepaymentResult()


def test_interest_saved_is_old_rows_less_new_rows_less_interest_paid_now() -> None:
    result = decide(paid_on="2027-02-10", amount="50000.00").result
    old = decide_loan_schedule(LoanScheduleFacts.from_wire(loan()), BOOK).result.rows or ()
    fresh = decide_loan_schedule(
        LoanScheduleFacts.from_wire(
            loan(principal=yuan(owed_after(12) - 5_000_000), term_months=288)
        ),
        BOOK,
    ).result
    left = sum(row.interest_fen for row in old[12:])
    assert result.interest_saved_fen == left - (fresh.total_interest_fen or 0)


def test_a_prepayment_in_a_broken_first_period_owes_its_own_days() -> None:
    result = decide(paid_instalments=0, due_day=20, paid_on="2026-03-15").result
    assert (result.principal_fen, result.interest_fen) == (4_987_393, 12_607)


def test_a_prepayment_after_a_repricing_uses_the_new_rate_and_payment() -> None:
    repricings = [{"from": "2027-01-01", "annual_rate": "2.35"}]
    result = decide(repricings=repricings, option="SHORTEN").result
    rows = (
        decide_loan_schedule(
            LoanScheduleFacts.from_wire(loan(repricings=repricings)), BOOK
        ).result.rows
        or ()
    )
    assert result.payment_fen == rows[12].payment_fen
    assert result.interest_fen == 4_891


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"paid_on": "2027-02-09"}, "paid_on"),
        ({"paid_on": "2027-03-11"}, "paid_on"),
        ({"paid_instalments": 300}, "paid_instalments"),
        ({"paid_instalments": -1}, "paid_instalments"),
        ({"amount": "0.00"}, "amount"),
        ({"option": "BOTH"}, "option"),
        ({"amount": None}, "amount"),
    ],
)
def test_bad_requests_name_the_fact(changed: dict[str, Any], named: str) -> None:
    with pytest.raises(BadFacts, match=named):
        PrepaymentFacts.from_wire(prepaid(**changed))


@given(
    principal=st.integers(100_000, 9_999_999_900),
    months=st.integers(2, 360),
    rate=st.integers(1, 1000),
    paid=st.integers(0, 359),
    share=st.integers(1, 100),
    days=st.integers(0, 27),
    method=st.sampled_from(["LEVEL_PAYMENT", "LEVEL_PRINCIPAL"]),
    option=st.sampled_from(["SHORTEN", "REDUCE"]),
)
@settings(max_examples=60, deadline=None)
def test_cash_is_split_whole_and_never_more_rows_are_left(
    principal: int, months: int, rate: int, paid: int, share: int, days: int, method: str,
    option: str,
) -> None:  # fmt: skip
    base = loan(
        principal=yuan(principal), term_months=months, method=method, annual_rate=yuan(rate)
    )
    paid %= months
    start = LoanScheduleFacts.from_wire(base).due_on(paid)
    rows = decide_loan_schedule(LoanScheduleFacts.from_wire(base), BOOK).result.rows or ()
    owed = rows[paid - 1].balance_fen if paid else principal
    amount = max(owed * share // 100, 1)
    facts = PrepaymentFacts.from_wire(
        {
            **base,
            "paid_instalments": paid,
            "amount": yuan(amount),
            "paid_on": (start + dt.timedelta(days=days)).isoformat(),
            "option": option,
        }
    )
    decision = decide_prepayment(facts, BOOK)
    result = decision.result
    assert decision.approved
    assert (result.principal_fen or 0) + (result.interest_fen or 0) == amount
    assert result.balance_fen == owed - (result.principal_fen or 0) >= 0
    assert 0 <= (result.remaining_instalments or 0) <= months - paid
    if option == "REDUCE" and result.balance_fen:
        assert result.remaining_instalments == months - paid
    assert (result.interest_saved_fen or 0) >= -(months - paid)
