"""Month-end accrual: booked once a month, made up for, taken back from loans that are late."""

import datetime as dt

import pytest
from django.db import connection

from ledger.chart import Code
from ledger.models import Entry
from ledger.queries import get_balance_fen, get_ledger_account
from ledger.verify import prove
from loans.models import AccruedInterest, InterestAccrual, Loan
from loans.services import dayend
from loans.services.accruals import accrue_months
from loans.tasks import enqueue_day_end
from office.hindrances import DayHindered
from office.models import Job
from office.services import DayNotOpen, close_day
from tests.append_only import triggers_asleep
from tests.contributions.withdrawals import make_payer
from tests.loans.late import PAID_OUT, add_borrower, close, make_borrower
from tests.loans.running import make_secured_loan
from tests.loans.test_repayment_service import pay
from tests.office.conftest import at_the_same_moment

MARCH, APRIL = dt.date(2026, 3, 31), dt.date(2026, 4, 30)
# 300,000.00 at 2.60 % from 10 March to 1 April: 21 days of 360.
MARCH_FEN = 45_500


def held(stage, code):
    return get_balance_fen(get_ledger_account(stage.centre, code))


def receivable(stage):
    return held(stage, Code.INTEREST_RECEIVABLE)


def broken(stage):
    return [proof.invariant.code for proof in prove([stage.centre]) if not proof.holds]


def test_the_first_day_end_of_a_month_books_what_the_month_before_has_earned(db):
    stage, loan = make_borrower()
    told = close(stage, dt.date(2026, 4, 1))
    accrual = InterestAccrual.objects.get()
    assert told["accrued_months"] == 1
    assert (accrual.month_end, accrual.loans, accrual.stopped) == (MARCH, 1, 0)
    assert receivable(stage) == held(stage, Code.LOAN_INTEREST_INCOME) == MARCH_FEN
    assert {posting.value_date for posting in accrual.entry.postings.all()} == {MARCH}
    assert AccruedInterest.objects.get().loan == loan
    assert broken(stage) == []


def test_the_last_day_of_a_month_books_nothing_yet(db):
    stage, _loan = make_borrower()
    assert close(stage, MARCH)["accrued_months"] == 0
    assert not InterestAccrual.objects.exists()


def test_running_again_books_nothing_more(db):
    stage, _loan = make_borrower()
    close(stage, dt.date(2026, 4, 1))
    assert close(stage)["accrued_months"] == 0
    assert close(stage, dt.date(2026, 4, 2))["accrued_months"] == 0
    assert receivable(stage) == MARCH_FEN


def test_what_was_paid_is_income_once(db):
    stage, loan = make_borrower()
    close(stage, dt.date(2026, 4, 1))
    stage.on(dt.date(2026, 4, 10))
    first = loan.instalments.get(number=1)
    pay(stage, loan, first.principal_fen + first.interest_fen)
    close(stage, dt.date(2026, 5, 4))
    accrual = InterestAccrual.objects.get(month_end=APRIL)
    assert receivable(stage) == accrual.accrued_fen
    assert held(stage, Code.LOAN_INTEREST_INCOME) == first.interest_fen + accrual.accrued_fen
    assert broken(stage) == []


def test_months_that_were_missed_are_made_up_for_one_by_one(db):
    stage, _loan = make_borrower()
    close(stage, dt.date(2026, 4, 1))
    close(stage, dt.date(2026, 7, 1))
    made = InterestAccrual.objects.order_by("month_end")
    assert [row.month_end.month for row in made] == [3, 4, 5, 6]
    assert {row.business_date for row in made[1:]} == {dt.date(2026, 7, 1)}
    assert [row.before_fen for row in made[1:]] == [row.accrued_fen for row in made[:3]]
    assert broken(stage) == []


def test_where_nothing_was_accrued_before_months_long_past_are_left_alone(db):
    stage, _loan = make_borrower()
    close(stage, dt.date(2026, 7, 1))
    assert InterestAccrual.objects.get().month_end == dt.date(2026, 6, 30)


def test_a_loan_late_for_more_than_ninety_days_gives_back_what_it_had_earned(db):
    stage, loan = make_borrower()
    other = add_borrower(stage)
    close(stage, dt.date(2026, 7, 1))
    assert InterestAccrual.objects.get().stopped == 0
    # Its instalment of 10 April is 112 days late by the end of July; the other's was paid.
    first = other.instalments.get(number=1)
    pay(stage, other, first.principal_fen + first.interest_fen + 100_000)
    close(stage, dt.date(2026, 8, 3))
    july = InterestAccrual.objects.get(month_end=dt.date(2026, 7, 31))
    assert (july.loans, july.stopped) == (1, 1)
    assert not july.items.filter(loan=loan).exists()
    assert receivable(stage) == july.items.get(loan=other).interest_fen
    assert broken(stage) == []


def test_a_loan_paid_off_leaves_no_receivable_interest(db):
    stage, loan = make_borrower()
    close(stage, dt.date(2026, 4, 1))
    Loan.objects.filter(pk=loan.pk).update(state="SETTLED", ended_date=dt.date(2026, 4, 20))
    stage.on(dt.date(2026, 5, 4))
    (april,) = accrue_months(centre=stage.centre, business_date=stage.day, by=stage.system)
    assert (april.loans, april.accrued_fen) == (0, 0)
    assert receivable(stage) == held(stage, Code.LOAN_INTEREST_INCOME) == 0


def test_a_month_in_which_nothing_changed_has_no_voucher(db):
    stage, loan = make_borrower()
    close(stage, dt.date(2026, 4, 1))
    Loan.objects.filter(pk=loan.pk).update(state="SETTLED", ended_date=dt.date(2026, 4, 20))
    stage.on(dt.date(2026, 6, 1))
    _april, may = accrue_months(centre=stage.centre, business_date=stage.day, by=stage.system)
    assert (may.entry, may.accrued_fen) == (None, 0)


def test_a_loan_that_fails_in_the_day_end_keeps_the_month_waiting(db, monkeypatch):
    stage, _loan = make_borrower()

    def break_down(one):
        raise RuntimeError("disk full")

    broken_step = dayend.Step("broken", break_down, lambda days, on: dayend.Q())
    with monkeypatch.context() as patched:
        patched.setattr(dayend, "STEPS", (broken_step,))
        assert close(stage, dt.date(2026, 4, 1))["accrued_months"] == 0
    assert close(stage)["accrued_months"] == 1


def test_a_centre_whose_loans_are_not_paid_out_accrues_nothing(db):
    stage, account = make_payer(day=PAID_OUT)
    make_secured_loan(stage, account)
    assert close(stage, dt.date(2026, 4, 1))["accrued_months"] == 0


def test_a_day_that_is_not_open_is_refused_and_nothing_is_written(db):
    stage, _loan = make_borrower()
    with pytest.raises(DayNotOpen):
        accrue_months(centre=stage.centre, business_date=dt.date(2026, 4, 1), by=stage.system)
    assert not InterestAccrual.objects.exists()


def test_a_day_does_not_close_before_the_month_is_accrued(db):
    stage, loan = make_borrower()
    stage.on(dt.date(2026, 4, 1))
    Loan.objects.filter(pk=loan.pk).update(closed_date=stage.day)
    with pytest.raises(DayHindered, match="2026-03"):
        close_day(centre=stage.centre, by=stage.supervisor)
    assert enqueue_day_end(stage.centre, stage.day).state == Job.State.QUEUED
    close(stage)
    close_day(centre=stage.centre, by=stage.supervisor)


def test_an_accrual_changed_by_hand_is_found(db):
    stage, _loan = make_borrower()
    close(stage, dt.date(2026, 4, 1))
    with triggers_asleep(connection):
        AccruedInterest.objects.update(interest_fen=MARCH_FEN - 1)
    assert broken(stage) == ["V10"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_book_the_month_once():
    stage, _loan = make_borrower()
    stage.on(dt.date(2026, 4, 1))
    outcomes = at_the_same_moment(
        2,
        lambda n: accrue_months(centre=stage.centre, business_date=stage.day, by=stage.system),
    )
    assert sorted(len(made) for made in outcomes) == [0, 1]
    assert Entry.objects.filter(kind="ACCRUAL").count() == 1
    assert receivable(stage) == MARCH_FEN
