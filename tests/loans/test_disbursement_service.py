"""Paying a loan out: what is booked, what begins to run, and who may not."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.holds import has_loan_application, has_open_loan
from accounts.services import record_event
from ledger.chart import Code
from ledger.queries import get_balance_fen, get_ledger_account
from loans.errors import WrongLoanState
from loans.models import Instalment, LoanEvent
from loans.queries import get_course
from loans.services import disburse_loan, move_loan
from loans.states import Move
from office.services import NotAllowed
from tests.contributions.withdrawals import add_payer, make_payer
from tests.loans.running import finance_of, make_granted, make_loan, make_secured_loan


def test_a_loan_paid_out_stands_in_the_books_and_has_its_instalments(db):
    stage, account = make_payer(day=dt.date(2026, 3, 10))
    loan = make_loan(stage, account)
    assert loan.state == "RUNNING"
    assert loan.principal_line.balance_fen == 30_000_000
    assert get_balance_fen(get_ledger_account(stage.centre, Code.TRUST_LOANS)) == 30_000_000
    first, last = loan.instalments.first(), loan.instalments.last()
    assert (first.due_date, last.due_date) == (dt.date(2026, 4, 10), dt.date(2036, 3, 10))
    assert loan.instalments.count() == 120
    assert last.balance_fen == 0
    assert get_course(loan).principal_left_fen == 30_000_000


def test_from_that_day_the_borrowers_account_carries_a_loan_until_it_is_paid_off(db):
    stage, account = make_payer(day=dt.date(2026, 3, 10))
    assert not has_open_loan(account.member)
    loan = make_loan(stage, account)
    assert has_open_loan(account.member)
    record_event(
        member_account=account,
        kind="LOAN_SETTLED",
        date=stage.day,
        document_no=loan.application.number,
        by=stage.clerk,
    )
    assert not has_open_loan(account.member)


def test_an_application_that_came_to_nothing_binds_no_longer(db):
    stage, account = make_payer()
    for kind, bound in (("LOAN_APPLIED", True), ("LOAN_APPLIED_UNDONE", False)):
        record_event(
            member_account=account, kind=kind, date=stage.day, document_no="LA-1", by=stage.clerk
        )
        assert has_loan_application(account.member) is bound


def test_paying_out_twice_pays_out_once(db):
    stage, account = make_payer()
    loan = make_loan(stage, account)
    again = disburse_loan(loan=loan, business_date=stage.day, by=finance_of(stage))
    assert again.pk == loan.pk
    assert LoanEvent.objects.filter(kind="DISBURSED").count() == 1
    assert loan.principal_line.balance_fen == 30_000_000


def test_a_clerk_pays_nothing_out(db):
    stage, account = make_payer()
    loan = make_secured_loan(stage, account)
    with pytest.raises(NotAllowed):
        disburse_loan(loan=loan, business_date=stage.day, by=stage.clerk)
    assert not Instalment.objects.exists()


@pytest.mark.parametrize("state", ["SIGNED", "CANCELLED", "SETTLED", "WRITTEN_OFF"])
def test_no_state_is_skipped(db, state):
    stage, account = make_payer()
    loan = make_loan(stage, account) if state in ("SETTLED", "WRITTEN_OFF") else None
    if loan is None:
        loan = make_secured_loan(stage, account)
        ended = stage.day if state == "CANCELLED" else None
        type(loan).objects.filter(pk=loan.pk).update(state=state, ended_date=ended)
    else:
        type(loan).objects.filter(pk=loan.pk).update(state=state, ended_date=stage.day)
    with pytest.raises(WrongLoanState):
        disburse_loan(loan=loan, business_date=stage.day, by=finance_of(stage))
    with pytest.raises(WrongLoanState):
        move_loan(loan=loan, move=Move.DISBURSE, by=stage.clerk)


def test_one_person_carries_one_loan(db):
    stage, account = make_payer()
    make_granted(stage, account)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_granted(stage, account)


def test_one_account_has_one_loan(db):
    stage, account = make_payer()
    loan = make_loan(stage, account)
    other = add_payer(stage)
    second = make_secured_loan(stage, other)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(second).objects.filter(pk=second.pk).update(member_account=loan.member_account)
