"""Each proof about loans finds what it is there to find."""

import pytest

from contributions.models import SuspenseRefund
from contributions.services import approve_refund, submit_refund
from ledger.services import reverse
from ledger.verify import prove
from loans.models import Instalment, Loan, LoanEvent, Repayment
from loans.services.repayments import open_suspense
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
