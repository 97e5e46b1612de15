"""Late loans at the same moment: two day-ends, two write-offs, two recoveries."""

import datetime as dt
import threading

import pytest
from django.db import transaction

from accounts.queries import lock_member_account
from ledger.chart import Code
from ledger.models import Entry
from ledger.verify import prove
from loans.late_errors import NoWriteOff, ReserveTooSmall
from loans.models import ClassChange, Loan, LoanNotice, Recovery
from loans.services import approve_write_off, hand_in_write_off, propose_write_off, recover
from tests.loans.late import (
    OVERDUE,
    add_borrower,
    balance,
    close,
    decide_class,
    fill_reserve,
    make_borrower,
    write_off_wholly,
)
from tests.loans.running import finance_of
from tests.office.conftest import at_the_same_moment

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

UNDER_THE_NEW_LAW = dt.date(2026, 9, 21)


def of_kind(outcomes, kind):
    return [outcome for outcome in outcomes if isinstance(outcome, kind)]


def test_two_day_ends_at_once_do_everything_once():
    stage, _loan = make_borrower()
    for _ in range(3):
        add_borrower(stage)
    stage.on(OVERDUE)
    outcomes = at_the_same_moment(2, lambda n: close(stage))
    # The second one either finds all done, or leaves to the first what it cannot lock.
    assert len(of_kind(outcomes, dict)) == 2
    assert set(Loan.objects.values_list("state", "closed_date")) == {("OVERDUE", OVERDUE)}
    assert Entry.objects.filter(kind=Entry.Kind.OVERDUE).count() == 4
    assert ClassChange.objects.count() == 4
    assert LoanNotice.objects.count() == 4


def test_two_write_offs_at_once_do_not_spend_one_reserve():
    stage, first = make_borrower()
    second = add_borrower(stage)
    close(stage, UNDER_THE_NEW_LAW)
    fill_reserve(stage, first.principal_fen)
    documents = []
    for loan in (first, second):
        decide_class(stage, loan)
        proposed = propose_write_off(
            loan=loan, reason="终结执行", document_no="执1", business_date=stage.day, by=stage.clerk
        )
        documents.append(
            hand_in_write_off(
                write_off=proposed,
                document_no="委1",
                resolved_date=stage.day,
                amount_fen=loan.principal_fen,
                business_date=stage.day,
                by=stage.clerk,
            )
        )

    def book(n):
        return approve_write_off(
            document=documents[n],
            digest=documents[n].digest,
            business_date=stage.day,
            by=stage.supervisor,
        )

    outcomes = at_the_same_moment(2, book)
    assert len(of_kind(outcomes, ReserveTooSmall)) == 1
    assert balance(stage, Code.LOAN_RISK_RESERVE) == 0
    assert Loan.objects.filter(state="WRITTEN_OFF").count() == 1
    assert all(one.holds for one in prove([stage.centre]))


def test_recoveries_at_once_never_pass_what_was_given_up():
    stage, loan = make_borrower()
    close(stage, UNDER_THE_NEW_LAW)
    loan.refresh_from_db()
    write_off_wholly(stage, loan)
    part_fen = loan.principal_fen // 2

    def bring(n):
        return recover(
            member_account=loan.member_account,
            amount_fen=part_fen,
            bank_reference=f"B-{n}",
            business_date=stage.day,
            by=finance_of(stage),
        )

    outcomes = at_the_same_moment(3, bring)
    assert len(of_kind(outcomes, Recovery)) == 2
    refused = of_kind(outcomes, NoWriteOff)
    assert len(refused) == 1
    assert balance(stage, Code.LOAN_RISK_RESERVE) == 2 * part_fen


def test_a_loan_whose_account_somebody_holds_is_left_to_the_next_run():
    stage, loan = make_borrower()
    stage.on(OVERDUE)
    held, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            lock_member_account(loan.member_account_id)
            held.set()
            done.wait(60)

    def run():
        held.wait(60)
        try:
            return close(stage)
        finally:
            done.set()

    _nothing, told = at_the_same_moment(2, lambda n: (hold, run)[n]())
    assert (told["failed"], told["left"], told["replayed"]) == (1, 1, 0)
    told = close(stage)
    assert (told["failed"], told["left"], told["replayed"]) == (0, 0, 1)
