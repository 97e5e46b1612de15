"""Before the first booking of a new year: what is shown is what would be booked."""

import datetime as dt

import pytest
from django.urls import reverse

from kernel.rates import parse_percent
from loans.facts import EventKind, PrepaymentOption
from loans.lines import total_owed_fen
from loans.models import LoanEvent
from loans.queries import foresee_course, get_course, list_awaited_rates
from loans.repaying import preview
from loans.services import offset_principal, record_loan_event
from tests.loans.test_offset_service import agree
from tests.loans.test_repayment_service import due_fen
from tests.loans.test_repayment_service import pay as repay
from tests.loans.test_repricing_service import events, make_old_loan, reprice

pytestmark = pytest.mark.django_db


NEW_YEAR = dt.date(2025, 1, 2)
DUE = dt.date(2025, 1, 12)
# The rate cuts no period here: the instalment after the next one is the first that is cheaper.
SECOND_DUE = dt.date(2025, 2, 12)


def stand_on(day):
    """Lend at the old rate, pay what fell due until December, and open a day of the new year."""
    stage, loan = make_old_loan()
    stage.on(dt.date(2024, 12, 12))
    repay(stage, loan, due_fen(loan, stage.day))
    stage.on(day)
    return stage, loan


def test_what_is_shown_in_the_new_year_is_what_is_booked():
    stage, loan = stand_on(SECOND_DUE)
    before = LoanEvent.objects.count()
    shown = foresee_course(loan, stage.day)
    seen = total_owed_fen(shown.owed_on(stage.day))
    assert seen != total_owed_fen(get_course(loan).owed_on(stage.day)), "the rate has moved"
    assert LoanEvent.objects.count() == before, "looking writes nothing"
    assert list_awaited_rates(loan, stage.day) == [(dt.date(2025, 1, 1), parse_percent("2.85"))]

    paid = repay(stage, loan, seen, "LR-2")
    assert paid.suspense_fen == 0
    assert total_owed_fen(get_course(loan).owed_on(stage.day)) == 0
    assert list_awaited_rates(loan, stage.day) == []


@pytest.mark.parametrize("day", [NEW_YEAR, DUE, dt.date(2026, 3, 12)])
def test_after_the_day_end_it_is_what_was_foreseen(day):
    stage, loan = stand_on(day)
    foreseen = foresee_course(loan, day)
    reprice(stage)
    assert get_course(loan) == foreseen == foresee_course(loan, day)


def test_before_the_new_year_nothing_is_foreseen():
    stage, loan = stand_on(dt.date(2024, 12, 31))
    assert foresee_course(loan, stage.day) == get_course(loan)


def test_behind_something_that_has_happened_no_rate_is_foreseen():
    stage, loan = stand_on(DUE)
    record_loan_event(
        loan=loan,
        kind=EventKind.METHOD_CHANGED,
        value_date=DUE,
        business_date=DUE,
        document_no="C-1",
        facts={"method": "LEVEL_PRINCIPAL"},
        by=stage.clerk,
    )
    assert list_awaited_rates(loan, DUE) == []
    assert foresee_course(loan, DUE) == get_course(loan)


def test_a_prepayment_is_looked_at_with_the_new_rate():
    stage, loan = stand_on(NEW_YEAR)
    seen = preview(loan, 5_000_000, NEW_YEAR, PrepaymentOption.SHORTEN)
    reprice(stage)
    assert preview(loan, 5_000_000, NEW_YEAR, PrepaymentOption.SHORTEN) == seen


def test_the_yearly_offset_of_the_first_morning_takes_the_new_rate_too():
    stage, loan = stand_on(NEW_YEAR)
    settles_fen = foresee_course(loan, NEW_YEAR).settle_fen(NEW_YEAR)
    agree(stage, loan, "YEARLY")
    paid = offset_principal(
        loan=loan, business_date=NEW_YEAR, by=stage.clerk, option=PrepaymentOption.SHORTEN
    )
    assert paid is not None
    assert events(loan) == [("2025-01-01", "2.85")]
    left_fen = foresee_course(loan, NEW_YEAR).settle_fen(NEW_YEAR)
    assert abs(settles_fen - paid.amount_fen - left_fen) <= 1, "but for the rounding of interest"


@pytest.mark.parametrize("page", ["loan", "loan-repayment"])
def test_the_pages_show_what_would_be_booked_and_say_since_when(sign_in, page):
    stage, loan = stand_on(SECOND_DUE)
    due = total_owed_fen(foresee_course(loan, SECOND_DUE).owed_on(SECOND_DUE))
    number = loan.number if page == "loan" else loan.member_account.number
    answer = sign_in(stage.clerk).get(reverse(page, args=[number])).content.decode()
    assert f"{due // 100:,}.{due % 100:02d}" in answer
    assert "2025-01-01起" in answer
    assert "2.85%" in answer
    assert events(loan) == [], "looking writes nothing"
