"""Each proof about loans finds what it is there to find."""

import pytest

from ledger.verify import prove
from loans.models import Instalment, Loan, LoanEvent, Repayment
from tests.accounts.builders import Stage
from tests.contributions.withdrawals import make_payer
from tests.loans.running import make_loan
from tests.loans.test_repayment_service import DUE, OUT, due_fen, pay


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
