"""Whom a loan's credit events reach: the borrower and who borrows with them, not who stands surety.

Source: risk.credit_reaches; Yantai 21 and Kashgar 六(6) name the member who borrows.
"""

import datetime as dt

import pytest

from accounts.errors import OwnAccount
from loans.applying import credit_of
from loans.facts import PrepaymentOption
from loans.models import CreditEvent
from loans.queries import list_credit_events, list_twins
from loans.services import accept_contest, approve_contest, hand_in_contest_answer
from policy.queries import open_book
from tests.contributions.limits import publish
from tests.contributions.withdrawals import add_payer
from tests.loans.late import OVERDUE, PAID_OUT, close, make_borrower, pay, write_off_wholly
from tests.loans.test_disbursement_service import stand_surety
from tests.loans.test_repayment_service import due_fen
from tests.loans.test_repayment_service import pay as repay

pytestmark = pytest.mark.django_db


def make_couple(role="CO_BORROWER"):
    """Lend to a member; another one belongs to the loan in a role."""
    stage, loan = make_borrower("bazhong")
    other = add_payer(stage)
    party = stand_surety(loan, other.member, role)
    return stage, loan, other, party


def record_of(account):
    return [event.kind for event in list_credit_events(account)]


def test_an_overdue_instalment_and_its_cure_reach_who_borrows_too():
    stage, loan, other, party = make_couple()
    close(stage, OVERDUE)
    assert record_of(loan.member_account) == record_of(other) == ["OVERDUE"]
    mine, theirs = list_credit_events(loan.member_account) + list_credit_events(other)
    assert (mine.document_no, mine.amount_fen) == (theirs.document_no, theirs.amount_fen)
    assert (theirs.in_a_row, theirs.member_account, theirs.loan) == (1, other, loan)
    # It counts when they apply for a loan of their own.
    assert credit_of(party, open_book("kashgar", stage.day)) == (1, 1)

    pay(stage, loan, 500_000)
    close(stage, stage.day + dt.timedelta(days=1))
    assert record_of(loan.member_account) == record_of(other) == ["CURED", "OVERDUE"]


def test_the_end_of_the_loan_reaches_them_too():
    stage, loan, other, _party = make_couple()
    stage.on(PAID_OUT + dt.timedelta(days=400))
    repay(stage, loan, due_fen(loan, stage.day))
    repay(stage, loan, 31_000_000, "LR-2", option=PrepaymentOption.SHORTEN)
    loan.refresh_from_db()
    assert loan.state == "SETTLED"
    assert record_of(loan.member_account) == record_of(other) == ["SETTLED"]


def test_a_write_off_reaches_them_too():
    stage, loan, other, _party = make_couple()
    close(stage, OVERDUE)
    loan.refresh_from_db()
    write_off_wholly(stage, loan)
    assert "WRITTEN_OFF" in record_of(other)


@pytest.mark.parametrize("role", ["GUARANTOR", "SPOUSE"])
def test_neither_a_guarantor_nor_a_spouse_who_does_not_borrow_is_reached(role):
    stage, loan, other, _party = make_couple(role)
    close(stage, OVERDUE)
    assert record_of(loan.member_account) == ["OVERDUE"]
    assert record_of(other) == []


@pytest.mark.parametrize(
    ("reaches", "role", "reached"),
    [
        (["CO_BORROWER", "GUARANTOR"], "GUARANTOR", True),
        ([], "CO_BORROWER", False),
        (["GUARANTOR"], "CO_BORROWER", False),
    ],
)
def test_a_centre_says_whom_it_reaches(reaches, role, reached):
    stage, loan, other, _party = make_couple(role)
    publish(stage, "risk.credit_reaches", reaches, dt.date(2026, 4, 1))
    close(stage, OVERDUE)
    assert bool(record_of(other)) is reached
    assert record_of(loan.member_account) == ["OVERDUE"]


def test_they_contest_their_own_record_and_the_borrowers_stays():
    stage, loan, other, _party = make_couple()
    close(stage, OVERDUE)
    [theirs] = list_credit_events(other)
    assert [twin.member for twin in list_twins(theirs)] == [loan.member_account.member]
    contest = accept_contest(
        event=theirs, claim="未签共同借款", business_date=stage.day, clerk=stage.clerk
    )
    assert contest.member_account == other
    answered = hand_in_contest_answer(
        contest=contest, outcome="CORRECTED", answer="经核实未签", by=stage.clerk
    )
    approve_contest(
        contest=answered, digest=answered.digest, business_date=stage.day, by=stage.checker
    )
    standing = CreditEvent.objects.filter(corrected_date__isnull=True)
    assert [event.member for event in standing] == [loan.member_account.member]


def test_nobody_takes_in_a_contest_of_their_own_record_as_a_co_borrower():
    stage, _loan, other, _party = make_couple()
    close(stage, OVERDUE)
    [theirs] = list_credit_events(other)
    stage.clerk.person_index = other.member.documents.get(is_current=True).number_index
    with pytest.raises(OwnAccount):
        accept_contest(event=theirs, claim="有误", business_date=stage.day, clerk=stage.clerk)
