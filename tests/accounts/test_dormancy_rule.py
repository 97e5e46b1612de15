"""When an idle account is sealed or closed (Liaoning (十四), Yantai 3)."""

import datetime as dt

import pytest

from accounts.facts import DormancyFacts
from accounts.rules import decide_dormancy
from accounts.wording import REASONS, WARNINGS
from kernel.wire import BadFacts
from policy.decisions import Outcome
from policy.loader import book_from_packs

IDLE = {
    "opened_on": "2025-03-10",
    "mode": "MONTHLY",
    "last_covered_month": "2026-01",
    "balance": "0.00",
    "open_loan": False,
    "pending_business": False,
}
IN_FUNDS = {"balance": "0.01"}


def dormancy(centre, on="2026-08-01", **changes):
    facts = DormancyFacts.from_wire({**IDLE, **changes})
    decision = decide_dormancy(facts, book_from_packs(centre, dt.date.fromisoformat(on)))
    for reason in decision.reasons:
        assert reason.citations
        assert reason.code == "no_policy_in_force" or REASONS[reason.code] % reason.params
    assert {warning.code for warning in decision.warnings} <= set(WARNINGS)
    return decision


def action(decision):
    assert decision.outcome is Outcome.APPROVED
    return decision.result.action.value


@pytest.mark.parametrize("centre", ["liaoning", "yantai"])
@pytest.mark.parametrize(
    ("on", "months", "expected"),
    [
        ("2026-02-28", 0, "KEEP"),
        ("2026-03-01", 1, "KEEP"),
        ("2026-07-01", 5, "KEEP"),
        ("2026-07-31", 5, "KEEP"),
        ("2026-08-01", 6, "CLOSE"),
        ("2026-08-31", 6, "CLOSE"),
        ("2026-09-01", 7, "CLOSE"),
    ],
)
def test_an_empty_account_is_closed_when_six_months_have_ended_without_cover(
    centre, on, months, expected
):
    decision = dormancy(centre, on)

    assert decision.result.months_uncovered == months
    assert action(decision) == expected


@pytest.mark.parametrize(
    ("opened_on", "on", "months", "expected"),
    [
        ("2026-01-01", "2026-07-31", 5, "KEEP"),
        ("2026-01-31", "2026-08-01", 6, "CLOSE"),
        ("2026-08-01", "2026-08-01", 0, "KEEP"),
    ],
)
def test_an_account_never_used_counts_from_the_month_of_opening(opened_on, on, months, expected):
    decision = dormancy("yantai", on, opened_on=opened_on, last_covered_month=None)

    assert decision.result.months_uncovered == months
    assert action(decision) == expected


def test_an_account_opened_again_counts_from_its_opening():
    decision = dormancy("yantai", opened_on="2026-06-15", last_covered_month="2025-01")

    assert decision.result.months_uncovered == 1


@pytest.mark.parametrize(
    ("last_covered_month", "months"), [("2026-07", 0), ("2026-08", 0), ("2027-06", 0)]
)
def test_who_has_paid_ahead_is_not_idle(last_covered_month, months):
    decision = dormancy("yantai", last_covered_month=last_covered_month, **IN_FUNDS)

    assert decision.result.months_uncovered == months
    assert action(decision) == "KEEP"


@pytest.mark.parametrize("mode", ["MONTHLY", "QUARTERLY"])
def test_yantai_seals_an_account_with_money_in_it(mode):
    assert action(dormancy("yantai", "2026-07-31", mode=mode, **IN_FUNDS)) == "KEEP"
    assert action(dormancy("yantai", "2026-08-01", mode=mode, **IN_FUNDS)) == "SEAL"


def test_free_mode_knows_no_arrears_and_is_not_sealed():
    assert action(dormancy("yantai", mode="FREE", **IN_FUNDS)) == "KEEP"
    assert action(dormancy("yantai", mode="FREE")) == "CLOSE"


def test_liaoning_closes_but_never_seals():
    assert action(dormancy("liaoning", "2030-01-01", **IN_FUNDS)) == "KEEP"


@pytest.mark.parametrize("centre", ["bazhong", "lianyungang", "kashgar"])
@pytest.mark.parametrize("changes", [{}, IN_FUNDS, {"open_loan": True}])
def test_centres_whose_text_is_silent_keep_every_account(centre, changes):
    decision = dormancy(centre, "2030-01-01", **changes)

    assert action(decision) == "KEEP"
    assert decision.result.months_uncovered == 47


@pytest.mark.parametrize("centre", ["liaoning", "yantai"])
@pytest.mark.parametrize("busy", [{"open_loan": True}, {"pending_business": True}])
def test_an_empty_account_with_a_loan_or_business_raises_an_alert_and_stays(centre, busy):
    assert action(dormancy(centre, **busy)) == "ALERT"
    assert action(dormancy(centre, "2026-07-31", **busy)) == "KEEP"


def test_sealing_goes_on_beside_a_loan_but_is_warned_of():
    decision = dormancy("yantai", open_loan=True, **IN_FUNDS)

    assert action(decision) == "SEAL"
    assert [warning.code for warning in decision.warnings] == ["sealed_while_busy"]


def test_before_the_text_is_in_force_the_months_are_counted_and_nothing_is_due():
    decision = dormancy("yantai", "2025-01-21", opened_on="2024-01-01", last_covered_month=None)

    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert decision.result.action is None
    assert decision.result.months_uncovered == 11


@pytest.mark.parametrize(
    "changes",
    [
        {"mode": "WEEKLY"},
        {"balance": "-0.01"},
        {"balance": 0},
        {"balance": None},
        {"open_loan": None},
        {"last_covered_month": "2026-01-01"},
        {"opened_on": None},
    ],
)
def test_unclear_facts_are_bad_requests(changes):
    with pytest.raises(BadFacts):
        DormancyFacts.from_wire({**IDLE, **changes})
