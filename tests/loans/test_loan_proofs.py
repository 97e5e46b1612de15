"""Each proof about loans finds what it is there to find."""

import datetime as dt

import pytest

from contributions.models import SuspenseRefund
from contributions.services import approve_refund, submit_refund
from ledger.chart import Code
from ledger.models import Entry
from ledger.postings import Move
from ledger.queries import get_ledger_account
from ledger.services import post, reverse
from ledger.verify import prove
from loans.models import Instalment, Loan, LoanEvent, Recovery, Repayment, WriteOff
from loans.services.repayments import open_suspense
from tests.accounts.builders import Stage
from tests.contributions.withdrawals import make_payer
from tests.loans.late import OVERDUE, close, held, make_borrower, write_off_wholly
from tests.loans.running import make_loan
from tests.loans.test_recovery_reversal_service import undo
from tests.loans.test_repayment_service import DUE, OUT, due_fen, pay
from tests.loans.test_reversal_service import undo as undo_payment
from tests.loans.test_write_off_service import bring


@pytest.fixture
def paid(db: None) -> tuple[Stage, Loan, Repayment]:
    stage, account = make_payer(day=OUT)
    loan = make_loan(stage, account)
    stage.on(DUE)
    return stage, loan, pay(stage, loan, due_fen(loan, DUE) + 5_000)


def broken(stage: Stage) -> set[str]:
    return {proof.invariant.code for proof in prove([stage.centre]) if not proof.holds}


def test_sound_books_break_no_proof(paid) -> None:
    assert broken(paid[0]) == set()


def test_an_instalment_changed_by_hand_is_found(paid) -> None:
    stage, loan, _repayment = paid
    Instalment.objects.filter(loan=loan, number=7).update(interest_fen=1)
    assert broken(stage) == {"V3"}


def test_a_repayment_shared_out_otherwise_is_found(paid) -> None:
    stage, _loan, repayment = paid
    moved = repayment.interest_fen - 1
    Repayment.objects.filter(pk=repayment.pk).update(
        interest_fen=moved, principal_fen=repayment.principal_fen + 1
    )
    assert broken(stage) == {"V4", "V5"}


def test_an_event_undone_without_its_voucher_is_found(paid) -> None:
    stage, _loan, repayment = paid
    LoanEvent.objects.filter(pk=repayment.event_id).update(undone_date=DUE)
    assert broken(stage) >= {"V2", "V3", "V5", "V6"}


def test_suspense_nobody_left_is_found(paid) -> None:
    stage, _loan, repayment = paid
    Repayment.objects.filter(pk=repayment.pk).update(
        suspense_fen=0, principal_fen=repayment.principal_fen + 5_000
    )
    assert "V6" in broken(stage)


# What went back from suspense


def go_back(stage: Stage, loan: Loan, kept_for: str) -> SuspenseRefund:
    """Pay back past the service of loans, which says for which loan the money is kept."""
    refund = submit_refund(
        member_account=loan.member_account,
        line=open_suspense(loan),
        kept_for=kept_for,
        amount_fen=5_000,
        reason="多缴",
        bank=loan.bank,
        card=loan.card,
        business_date=stage.day,
        clerk=stage.clerk,
    )
    approve_refund(refund=refund, digest=refund.digest, business_date=stage.day, by=stage.checker)
    refund.refresh_from_db()
    return refund


def test_a_refund_told_of_the_right_loan_is_sound(paid) -> None:
    stage, loan, _repayment = paid
    go_back(stage, loan, loan.number)
    assert broken(stage) == set()


def test_a_refund_told_of_another_loan_is_found(paid) -> None:
    stage, loan, _repayment = paid
    go_back(stage, loan, "LN-0")
    assert broken(stage) == {"V6"}


def test_a_refund_undone_in_the_books_alone_is_found(paid) -> None:
    stage, loan, _repayment = paid
    refund = go_back(stage, loan, loan.number)
    assert refund.entry is not None
    reverse(
        entry=refund.entry,
        key="by-hand",
        business_date=stage.day,
        maker=stage.clerk,
        document_no="手1",
        memo="手工",
    )
    assert {one.partition(".")[0] for one in broken(stage)} == {"M11", "M12"}


# Late loans


@pytest.fixture
def late(db: None) -> tuple[Stage, Loan]:
    stage, loan = make_borrower("bazhong")
    close(stage, OVERDUE)
    loan.refresh_from_db()
    return stage, loan


@pytest.fixture
def lost(late) -> tuple[Stage, Loan, Recovery]:
    stage, loan = late
    write_off_wholly(stage, loan)
    return stage, loan, bring(stage, loan, 100_000)


def book(stage: Stage, debit, credit, fen: int, kind: str = Entry.Kind.OVERDUE) -> Entry:
    return post(
        centre=stage.centre,
        key=f"by-hand:{kind}",
        kind=kind,
        business_date=stage.day,
        document_no="手1",
        maker=stage.system,
        moves=[Move(debit, credit, fen, stage.day)],
    )


def test_late_loans_paid_in_part_undone_and_cured_break_no_proof(late) -> None:
    stage, loan = late
    first = pay(stage, loan, 100_000)
    assert broken(stage) == set(), "since the day-end, overdue principal was repaid first"
    undo_payment(stage, first)
    assert broken(stage) == set(), "what was undone waits for the next day-end"
    close(stage, stage.day + dt.timedelta(days=1))
    assert broken(stage) == set()
    stage.on(stage.day + dt.timedelta(days=40))
    pay(stage, loan, due_fen(loan, stage.day), "LR-2")
    close(stage)
    assert held(loan)[1] == 0
    assert Repayment.objects.get(number="LR-2").penalty_fen > 0
    assert broken(stage) == set()


@pytest.mark.parametrize("back", [True, False])
def test_principal_moved_between_the_lines_by_hand_is_found(late, back) -> None:
    stage, loan = late
    lines = (loan.principal_line, loan.overdue_line)
    book(stage, *(lines if back else lines[::-1]), 5)
    assert broken(stage) == {"V7"}


def test_a_loan_whose_overdue_principal_nobody_transferred_is_found(db) -> None:
    stage, loan = make_borrower("bazhong")
    stage.on(OVERDUE)
    Loan.objects.filter(pk=loan.pk).update(closed_date=OVERDUE)
    assert broken(stage) == {"V7"}


def test_a_written_off_loan_recovered_in_part_breaks_no_proof(lost) -> None:
    stage, _loan, recovery = lost
    assert broken(stage) == set()
    undo(stage, recovery)
    assert broken(stage) == set()


def test_a_written_off_loan_that_still_stands_in_the_books_is_found(lost) -> None:
    stage, loan, _recovery = lost
    book(stage, loan.overdue_line, get_ledger_account(stage.centre, Code.BANK), 7)
    assert broken(stage) == {"V8"}


def test_more_recovered_than_came_in_is_found(lost) -> None:
    stage, _loan, _recovery = lost
    WriteOff.objects.update(recovered_fen=100_001)
    assert broken(stage) == {"V8"}


def test_a_recovery_undone_in_the_row_alone_is_found(lost) -> None:
    stage, _loan, recovery = lost
    Recovery.objects.filter(pk=recovery.pk).update(undone_date=stage.day)
    assert broken(stage) == {"V8"}


def test_a_recovery_undone_in_the_books_alone_is_found(lost) -> None:
    stage, _loan, recovery = lost
    reverse(
        entry=recovery.entry,
        key="by-hand",
        business_date=stage.day,
        maker=stage.system,
        document_no="手1",
    )
    assert broken(stage) == {"V8"}


def test_a_voucher_of_a_recovery_that_nobody_entered_is_found(lost) -> None:
    stage, _loan, _recovery = lost
    lines = [get_ledger_account(stage.centre, one) for one in (Code.BANK, Code.LOAN_RISK_RESERVE)]
    book(stage, *lines, 100, Entry.Kind.RECOVERY)
    assert "V8" in broken(stage)


def test_penalty_interest_changed_in_the_rows_is_found(late) -> None:
    stage, loan = late
    stage.on(stage.day + dt.timedelta(days=20))
    pay(stage, loan, due_fen(loan, stage.day))
    close(stage)
    assert broken(stage) == set()
    Instalment.objects.filter(loan=loan, number=1).update(paid_penalty_fen=1)
    assert broken(stage) == {"V3", "V9"}


def test_penalty_interest_shared_out_otherwise_is_found(late) -> None:
    stage, loan = late
    stage.on(stage.day + dt.timedelta(days=20))
    paid = pay(stage, loan, due_fen(loan, stage.day))
    close(stage)
    Repayment.objects.filter(pk=paid.pk).update(
        penalty_fen=paid.penalty_fen - 1, interest_fen=paid.interest_fen + 1
    )
    assert broken(stage) == {"V4", "V5"}, "the instalments still agree with the books"
