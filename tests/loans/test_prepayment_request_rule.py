"""When a borrower may repay before it is due."""

import datetime as dt
from typing import Any

import pytest

from loans.repayment_facts import PrepaymentRequestFacts
from loans.rules import PrepaymentRequestResult, decide_prepayment_request
from policy.decisions import Decision, Outcome
from tests.loans.builders import book_with

ON = dt.date(2026, 5, 25)


def decide(law: dict[str, Any] | None = None, **facts: Any) -> Decision[PrepaymentRequestResult]:
    told: dict[str, Any] = {
        "asked_on": "2026-05-25",
        "prepaid": "10000.00",
        "settles": False,
        "option": "REDUCE",
        "earlier": 0,
        "due_on": "2026-05-10",
        "due_unpaid": False,
        **facts,
    }
    book = book_with("kashgar", ON, "prepayment", **(law or {}))
    return decide_prepayment_request(PrepaymentRequestFacts.from_wire(told), book)


def failed(decision: Decision[PrepaymentRequestResult]) -> set[str]:
    return {reason.code for reason in decision.reasons if reason.met is False}


def test_a_sum_of_the_least_size_may_be_prepaid_and_every_reason_is_cited() -> None:
    decision = decide()
    assert decision.outcome is Outcome.APPROVED
    assert decision.result.prepaid_fen == 1_000_000
    assert all(reason.citations for reason in decision.reasons)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"prepaid": "9999.99"}, "prepay_minimum"),
        ({"prepaid": "0.00"}, "prepay_after_due"),
        ({"earlier": 2}, "prepay_times"),
        ({"due_on": "2026-05-25", "due_unpaid": True}, "prepay_window"),
        ({"due_on": "2026-05-18", "due_unpaid": True}, "prepay_window"),
    ],
)
def test_what_the_centre_does_not_let_be_prepaid(facts: dict[str, Any], code: str) -> None:
    decision = decide(**facts)
    assert decision.outcome is Outcome.REFUSED
    assert code in failed(decision)


@pytest.mark.parametrize(
    "facts",
    [
        {"due_on": "2026-05-17", "due_unpaid": True},
        {"due_on": "2026-05-25", "due_unpaid": False},
        {"due_on": None},
        {"earlier": 1},
    ],
)
def test_what_it_lets_be_prepaid(facts: dict[str, Any]) -> None:
    assert decide(**facts).outcome is Outcome.APPROVED


def test_paying_off_knows_no_least_sum_and_no_number_of_times() -> None:
    assert decide(settles=True, prepaid="1.00", earlier=9).outcome is Outcome.APPROVED


def test_paying_off_waits_for_the_debit_that_is_under_way() -> None:
    decision = decide(settles=True, due_on="2026-05-24", due_unpaid=True)
    assert failed(decision) == {"prepay_window"}


def test_by_the_other_reading_the_window_binds_after_the_instalment_is_paid() -> None:
    law = {"debit_window": "ALWAYS"}
    assert failed(decide(law, due_on="2026-05-20")) == {"prepay_window"}
    assert decide(law, due_on="2026-05-17").outcome is Outcome.APPROVED


def test_a_way_that_the_centre_does_not_offer_is_refused() -> None:
    assert failed(decide({"options": ["SHORTEN"]})) == {"prepay_option"}


def test_a_value_that_is_unset_needs_a_person() -> None:
    decision = decide({"minimum": None})
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert decision.result.prepaid_fen is None
