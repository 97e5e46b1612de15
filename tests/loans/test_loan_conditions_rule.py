"""Who may borrow for a home, and for how long."""

from typing import Any

import pytest

from policy.decisions import Outcome
from tests.loans.builders import applicant, application, contribution, monthly
from tests.loans.quotas import SEED, decide, invented, refusals


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"overdue_in_a_row": 3}, "loan_overdue_in_a_row"),
        ({"overdue_total": 6}, "loan_overdue_total"),
        ({"dishonest_person": True}, "loan_not_dishonest"),
        ({"open_loan": True}, "no_open_loan"),
        ({"banned_until": "2026-01-31"}, "loan_not_banned"),
    ],
)
@pytest.mark.parametrize("who", ["borrower", "spouse"])
def test_the_record_of_either_spouse_refuses(changed: dict[str, Any], code: str, who: str) -> None:
    spouse = applicant(sex="F")
    pair = (SEED | changed, spouse) if who == "borrower" else (SEED, spouse | changed)
    assert refusals(decide(application(*pair))) == [code]


@pytest.mark.parametrize(
    "changed",
    [{"overdue_in_a_row": 2}, {"overdue_total": 5}, {"banned_until": "2026-01-30"}],
)
def test_a_record_just_inside_the_limits_passes(changed: dict[str, Any]) -> None:
    assert decide(application(SEED | changed)).approved


@pytest.mark.parametrize(
    ("opened", "first", "months", "codes"),
    [
        ("2025-01-31", "2025-02", 12, []),
        ("2025-02-01", "2025-02", 12, ["loan_span_months"]),
        ("2025-01-31", "2025-03", 11, ["loan_covered_months"]),
        ("2025-08-01", "2025-08", 6, ["loan_span_months", "loan_covered_months"]),
    ],
)
def test_kashgar_waits_twelve_months_in_time_and_twelve_in_cover(
    opened: str, first: str, months: int, codes: list[str]
) -> None:
    saver = applicant(opened_on=opened, contributions=monthly(first, "500.00", months))
    assert refusals(decide(application(saver))) == codes


def test_months_paid_ahead_count_in_the_average_and_not_as_waiting() -> None:
    ahead = contribution("2025-07-05", "12000.00", [f"2025-{m:02d}" for m in range(7, 13)]
                         + [f"2026-{m:02d}" for m in range(1, 7)])  # fmt: skip
    decision = decide(application(applicant(contributions=[ahead])))
    assert decision.result.average_monthly_fen == 100_000
    assert refusals(decision) == ["loan_covered_months"]


def test_an_unknown_opening_day_needs_a_person() -> None:
    decision = decide(application({**SEED, "opened_on": None}))
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert decision.result.quota_fen == 27_000_000


def test_waiting_months_bind_the_borrower_alone() -> None:
    spouse = applicant(
        sex="F", opened_on="2026-01-05", contributions=monthly("2026-01", "500.00", 1)
    )
    decision = decide(application(SEED, spouse))
    assert decision.approved
    assert decision.result.multiplier == 15
    assert decision.result.formula_fen == 27_750_000


@pytest.mark.parametrize(
    ("purchased", "approved"),
    [("2025-01-30", False), ("2025-01-31", True), ("2026-01-31", True), ("2026-02-01", False)],
)
def test_the_home_was_bought_within_the_year_before(purchased: str, approved: bool) -> None:
    decision = decide(application(SEED, house={"purchased_on": purchased}))
    assert decision.approved is approved
    assert refusals(decision) == ([] if approved else ["purchase_recent"])


@pytest.mark.parametrize(("term", "approved"), [(299, True), (300, True), (301, False)])
def test_a_man_of_forty_borrows_for_25_years_and_no_longer(term: int, approved: bool) -> None:
    decision = decide(application(SEED, term_months=term))
    assert decision.result.max_term_months == 300
    assert decision.approved is approved
    assert refusals(decision) == ([] if approved else ["loan_term"])


@pytest.mark.parametrize(
    ("birth", "sex", "longest"),
    [
        ("2000-01-01", "M", 360),
        ("1986-01-30", "M", 299),
        ("1986-01-31", "F", 240),
        ("1960-12-31", "M", 0),
    ],
)
def test_the_term_ends_at_retirement_and_five_years(birth: str, sex: str, longest: int) -> None:
    saver = SEED | {"birth_date": birth, "sex": sex}
    assert decide(application(saver)).result.max_term_months == longest


def test_the_delayed_age_gives_the_man_of_forty_28_years() -> None:
    assert invented(application(SEED), term_age_basis="DELAYED").result.max_term_months == 336
    (reason,) = [
        item for item in decide(application(SEED)).reasons if item.code == "loan_term_delayed_age"
    ]
    assert reason.params["longest"] == 336
