"""Loans at the same moment: the quota is used once, a loan is paid once, a contract signed once."""

import datetime as dt

import pytest

from ledger.chart import Code
from ledger.queries import get_balance_fen, get_ledger_account
from ledger.verify import prove
from loans.errors import AlreadyThere, LoansRefused, MustQueue
from loans.models import Disbursement, Loan, LoanEvent
from loans.services import approve_change, reprice_loans, submit_change
from loans.services.changes import ChangeRequest
from office.documents import AlreadyDecided
from office.roles import Role
from tests.contributions.withdrawals import add_payer, make_payer
from tests.loans.quota_law import change_law
from tests.loans.running import (
    approve_payment,
    finance_of,
    make_payment,
    make_secured_loan,
)
from tests.office.conftest import at_the_same_moment

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def of_kind(outcomes, kind):
    return [outcome for outcome in outcomes if isinstance(outcome, kind)]


def test_two_loans_at_once_do_not_use_one_quota_twice():
    stage, account = make_payer()
    change_law(stage, "loan.daily_quota", "300000.00")
    loans = [make_secured_loan(stage, account), make_secured_loan(stage, add_payer(stage))]
    people = [finance_of(stage), stage.colleague("money-2", Role.FINANCE)]
    outcomes = at_the_same_moment(2, lambda n: make_payment(stage, loans[n], by=people[n]))
    assert len(of_kind(outcomes, Disbursement)) == 1
    assert len(of_kind(outcomes, MustQueue)) == 1


def test_two_people_of_finance_make_one_payment_of_a_loan():
    stage, account = make_payer()
    loan = make_secured_loan(stage, account)
    people = [finance_of(stage), stage.colleague("money-2", Role.FINANCE)]
    outcomes = at_the_same_moment(2, lambda n: make_payment(stage, loan, by=people[n]))
    assert len(of_kind(outcomes, Disbursement)) == 1
    assert len(of_kind(outcomes, AlreadyThere)) == 1


def test_two_supervisors_pay_a_loan_once():
    stage, account = make_payer()
    payment = make_payment(stage, make_secured_loan(stage, account))
    people = [stage.supervisor, stage.colleague("head-2", Role.SUPERVISOR)]
    outcomes = at_the_same_moment(2, lambda n: approve_payment(stage, payment, people[n]))
    assert len(of_kind(outcomes, Loan)) == 1
    assert len(of_kind(outcomes, (AlreadyDecided, LoansRefused))) == 1
    assert get_balance_fen(get_ledger_account(stage.centre, Code.TRUST_LOANS)) == 30_000_000
    assert LoanEvent.objects.count() == 1
    assert all(proof.holds for proof in prove([stage.centre]))


def test_a_loan_is_not_given_up_while_it_is_paid():
    stage, account = make_payer()
    loan = make_secured_loan(stage, account)
    request = ChangeRequest(kind="CANCEL", reason="不买了")
    asked = submit_change(loan=loan, request=request, business_date=stage.day, by=stage.clerk)

    def one(n):
        if n:
            return make_payment(stage, loan)
        return approve_change(
            change=asked, digest=asked.digest, business_date=stage.day, by=stage.checker
        )

    outcomes = at_the_same_moment(2, one)
    assert len(of_kind(outcomes, LoansRefused)) == 1
    loan.refresh_from_db()
    assert (loan.state == "CANCELLED") is not Disbursement.objects.exists()


def test_repricing_that_runs_twice_at_once_writes_one_event():
    stage, account = make_payer("kashgar", day=dt.date(2025, 5, 7))
    loan = make_secured_loan(stage, account, rate_percent="2.85")
    approve_payment(stage, make_payment(stage, loan))
    stage.on(dt.date(2026, 1, 1))
    told = {"centre": stage.centre, "business_date": stage.day, "by": stage.system}
    outcomes = at_the_same_moment(2, lambda n: reprice_loans(**told))
    assert sorted(outcome["repriced"] for outcome in outcomes) == [0, 1]
    assert LoanEvent.objects.filter(kind="REPRICED").count() == 1
