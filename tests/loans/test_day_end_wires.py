"""What the day-end does beyond falling late: rates, offsets, the credit record."""

import datetime as dt

import pytest

from contributions.queries import get_holdings
from loans.facts import Channel, PrepaymentOption
from loans.models import CreditEvent, DebitLine, LoanEvent, Repayment
from loans.queries import get_course
from loans.services import Offset, approve_reversal, receive_repayment, submit_reversal
from loans.services.agreed import agree_offset
from loans.services.debits import build_debits
from tests.contributions.withdrawals import make_payer
from tests.loans.late import FIRST_DUE, OVERDUE, close, make_borrower
from tests.loans.running import make_loan
from tests.loans.test_write_off_service import make_bad, write_off

BEFORE = dt.date(2024, 3, 12)
NEW_YEAR = dt.date(2025, 1, 1)


def rates(loan):
    rows = LoanEvent.objects.filter(loan=loan, kind="REPRICED").order_by("value_date")
    return [(row.value_date, row.facts["annual_rate"]) for row in rows]


def told(loan, kind):
    rows = CreditEvent.objects.filter(loan=loan, kind=kind).order_by("pk")
    return [(row.document_no, row.date, row.in_a_row) for row in rows]


def pay_off(stage, loan):
    return receive_repayment(
        loan=loan,
        amount_fen=get_course(loan).settle_fen(stage.day),
        business_date=stage.day,
        value_date=stage.day,
        channel=Channel.COUNTER,
        document_no=f"LR-{stage.day}",
        by=stage.clerk,
        option=PrepaymentOption.SHORTEN,
    )


@pytest.fixture
def old_loan(db):
    stage, account = make_payer("lianyungang", day=BEFORE)
    return stage, make_loan(stage, account, rate_percent="3.10")


# Rates


def test_the_day_end_reprices_once_on_the_first_of_january_it_goes_through(old_loan):
    stage, loan = old_loan
    close(stage, dt.date(2024, 12, 31))
    assert rates(loan) == []
    assert close(stage, dt.date(2025, 1, 5))["repriced"] == 1
    assert close(stage, dt.date(2025, 1, 6))["repriced"] == 0
    assert rates(loan) == [(NEW_YEAR, "2.85")]


def test_what_is_paid_before_the_first_day_end_of_the_year_counts_at_the_new_rate(old_loan):
    stage, loan = old_loan
    close(stage, dt.date(2024, 12, 31))
    stage.on(dt.date(2025, 1, 5))
    receive_repayment(
        loan=loan,
        amount_fen=1_000,
        business_date=stage.day,
        value_date=stage.day,
        channel=Channel.COUNTER,
        document_no="LR-1",
        by=stage.clerk,
    )
    assert rates(loan) == [(NEW_YEAR, "2.85")]
    result = close(stage)
    assert (result["repriced"], result["out_of_order"], result["failed"]) == (0, 0, 0)


# Offsets


def test_the_day_end_lets_the_account_pay_what_is_due_on_the_open_day(db):
    stage, loan = make_borrower()
    agree_offset(loan, Offset("MONTHLY"), signed_date=stage.day, document_no="冲1")
    due_fen = sum(one.total_fen for one in get_course(loan).owed_on(FIRST_DUE))
    held_fen = get_holdings(loan.member_account).total_fen
    assert close(stage, FIRST_DUE)["offset"] == 1
    assert Repayment.objects.get().amount_fen == due_fen
    assert get_holdings(loan.member_account).total_fen == held_fen - due_fen
    assert close(stage, OVERDUE)["fell_late"] == 0


def test_while_the_bank_has_not_answered_a_debit_the_account_pays_nothing(db):
    stage, loan = make_borrower()
    agree_offset(loan, Offset("MONTHLY"), signed_date=stage.day, document_no="冲1")
    stage.on(FIRST_DUE)
    build_debits(centre=stage.centre, business_date=stage.day, by=stage.system)
    assert DebitLine.objects.get().loan == loan
    assert close(stage)["offset"] == 0


# The credit record


def test_an_overdue_instalment_and_its_cure_are_on_the_record_once(db):
    stage, loan = make_borrower()
    close(stage, OVERDUE)
    close(stage, OVERDUE + dt.timedelta(days=1))
    may = dt.date(2026, 5, 14)
    close(stage, may)
    assert told(loan, "OVERDUE") == [
        (f"{loan.number}-1", OVERDUE, 1),
        (f"{loan.number}-2", may, 2),
    ]
    assert told(loan, "CURED") == []
    receive_repayment(
        loan=loan,
        amount_fen=sum(one.total_fen for one in get_course(loan).owed_on(may)),
        business_date=may,
        value_date=may,
        channel=Channel.COUNTER,
        document_no="LR-1",
        by=stage.clerk,
    )
    next_day = may + dt.timedelta(days=1)
    close(stage, next_day)
    assert told(loan, "CURED") == [(f"{loan.number}-{next_day:%Y%m%d}", next_day, 0)]


def test_a_write_off_is_on_the_record(db):
    stage, loan = make_bad()
    done = write_off(stage, loan)
    assert told(loan, "WRITTEN_OFF") == [(done.number, stage.day, 0)]


def test_a_loan_paid_off_is_on_the_record_until_its_last_payment_is_undone(db):
    stage, loan = make_borrower(principal_fen=100_000, term_months=12)
    stage.on(dt.date(2026, 3, 25))
    paid = pay_off(stage, loan)
    assert told(loan, "SETTLED") == [(loan.number, stage.day, 0)]
    reversal = submit_reversal(
        repayment=paid, reason="入错贷款", business_date=stage.day, by=stage.clerk
    )
    approve_reversal(
        reversal=reversal,
        digest=reversal.digest,
        business_date=stage.day,
        by=stage.supervisor,
    )
    assert CreditEvent.objects.get(loan=loan).corrected_date == stage.day
    stage.on(dt.date(2026, 3, 26))
    pay_off(stage, loan)
    assert [number for number, _day, _row in told(loan, "SETTLED")] == [
        loan.number,
        f"{loan.number}/2",
    ]
