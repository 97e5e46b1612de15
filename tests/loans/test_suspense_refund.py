"""What was brought too much for a loan goes back, once, by two persons and the bank."""

import datetime as dt

import pytest

from accounts.errors import BadField, BusinessWaits
from contributions.models import Payout, SuspenseRefund
from contributions.queries import list_bounced, list_correctable
from contributions.services import (
    approve_reissue,
    bounce_payout,
    confirm_payout,
    return_refund,
    submit_reissue,
)
from ledger.chart import Code
from ledger.models import Entry
from ledger.queries import get_balance_fen, get_ledger_account
from ledger.verify import prove
from loans.facts import Channel, PrepaymentOption
from loans.models import Loan
from loans.queries import get_course
from loans.repaying import get_suspense_fen
from loans.repayment_errors import NotRefundable, SuspenseShort
from loans.services import (
    approve_suspense_refund,
    submit_reversal,
    submit_suspense_refund,
)
from loans.verify import suspense_is_what_repayments_left
from office.documents import AlreadyDecided, SamePerson
from office.services import DayNotOpen, NotAllowed
from settlement.services import reverse_settled, submit_correction, take_back_settled
from tests.accounts.builders import CARD, Stage
from tests.contributions.withdrawals import make_payer
from tests.loans.running import finance_of, make_loan
from tests.loans.test_repayment_service import DUE, OUT, due_fen, lines, pay

TOO_MUCH = 100_000


@pytest.fixture
def overpaid(db: None) -> tuple[Stage, Loan]:
    """The first instalment is paid, and 1,000 yuan too much with it."""
    stage, account = make_payer(day=OUT)
    loan = make_loan(stage, account)
    stage.on(DUE)
    pay(stage, loan, due_fen(loan, DUE) + TOO_MUCH)
    return stage, loan


def ask(stage: Stage, loan: Loan, fen: int = TOO_MUCH, by=None, reason: str = "多缴"):
    return submit_suspense_refund(
        loan=loan, amount_fen=fen, reason=reason, business_date=stage.day, by=by or stage.clerk
    )


def approve(stage: Stage, refund: SuspenseRefund, by=None) -> Payout:
    return approve_suspense_refund(
        refund=refund, digest=refund.digest, business_date=stage.day, by=by or stage.checker
    )


def refund_of(stage: Stage, loan: Loan, fen: int = TOO_MUCH) -> Payout:
    return approve(stage, ask(stage, loan, fen))


def confirm(stage: Stage, payout: Payout) -> Payout:
    return confirm_payout(
        payout=payout, bank_reference="付1", business_date=stage.day, by=finance_of(stage)
    )


def owed(stage: Stage, code: Code = Code.REFUND_PAYABLE) -> int:
    return get_balance_fen(get_ledger_account(stage.centre, code))


def is_sound(stage: Stage) -> bool:
    return all(proof.holds for proof in prove([stage.centre]))


def test_it_leaves_suspense_with_the_second_person_and_the_bank_with_finance(overpaid) -> None:
    stage, loan = overpaid
    refund = ask(stage, loan)
    assert get_suspense_fen(loan) == TOO_MUCH, "nothing is booked before the second person"
    payout = approve(stage, refund)
    refund.refresh_from_db()
    assert refund.entry is not None
    assert (refund.entry.kind, lines(refund.entry)) == (
        Entry.Kind.REFUND,
        {"21901": -TOO_MUCH, "21903": TOO_MUCH},
    )
    assert (get_suspense_fen(loan), owed(stage)) == (0, TOO_MUCH)
    assert (payout.amount_fen, payout.payee, payout.card_last4) == (
        TOO_MUCH,
        loan.member_account.member.name,
        CARD[-4:],
    )
    assert is_sound(stage)
    paid = confirm(stage, payout)
    assert paid.entry is not None
    assert lines(paid.entry) == {"21903": -TOO_MUCH, "10101": TOO_MUCH}
    assert owed(stage) == 0
    assert is_sound(stage)


def test_a_part_goes_back_and_the_rest_waits_for_the_next_instalment(overpaid) -> None:
    stage, loan = overpaid
    refund_of(stage, loan, 40_000)
    assert get_suspense_fen(loan) == 60_000
    stage.on(dt.date(2026, 5, 10))
    used = pay(stage, loan, 60_000, "LR-2", channel=Channel.SUSPENSE)
    assert used.suspense_fen == 0
    assert get_suspense_fen(loan) == 0
    assert is_sound(stage)


def test_no_more_goes_back_than_is_kept(overpaid, english) -> None:
    stage, loan = overpaid
    with pytest.raises(SuspenseShort, match=r"1,000\.01 yuan asked, 1,000\.00 yuan are kept"):
        ask(stage, loan, TOO_MUCH + 1)
    refund_of(stage, loan)
    with pytest.raises(SuspenseShort):
        ask(stage, loan, 1)


def test_a_late_instalment_is_served_first(overpaid, english) -> None:
    stage, loan = overpaid
    waiting = ask(stage, loan)
    stage.on(dt.date(2026, 5, 11))
    with pytest.raises(NotRefundable, match=r"Instalment 2 of 2026-05-10 is late.*from suspense"):
        approve(stage, waiting)
    return_refund(refund=waiting, reason="先还逾期", by=stage.checker)
    with pytest.raises(NotRefundable):
        ask(stage, loan)
    pay(stage, loan, TOO_MUCH, "LR-2", channel=Channel.SUSPENSE)
    pay(stage, loan, due_fen(loan, stage.day) + 500, "LR-3")
    assert refund_of(stage, loan, 500).amount_fen == 500
    assert is_sound(stage)


def test_on_the_due_day_itself_nothing_is_late(overpaid) -> None:
    stage, loan = overpaid
    stage.on(dt.date(2026, 5, 10))
    assert refund_of(stage, loan).amount_fen == TOO_MUCH


def test_what_a_loan_left_that_is_paid_off_goes_back(overpaid) -> None:
    stage, loan = overpaid
    stage.on(dt.date(2026, 4, 20))
    pay(
        stage,
        loan,
        get_course(loan).settle_fen(stage.day),
        "LR-2",
        option=PrepaymentOption.SHORTEN,
    )
    loan.refresh_from_db()
    assert loan.state == "SETTLED"
    confirm(stage, refund_of(stage, loan))
    assert is_sound(stage)


def test_of_a_loan_that_is_written_off_nothing_goes_back(overpaid, english) -> None:
    stage, loan = overpaid
    Loan.objects.filter(pk=loan.pk).update(state="WRITTEN_OFF", ended_date=stage.day)
    with pytest.raises(NotRefundable, match="written off"):
        ask(stage, loan)


def test_above_the_limit_a_supervisor_signs(db) -> None:
    stage, account = make_payer(day=OUT)
    loan = make_loan(stage, account)
    stage.on(DUE)
    pay(stage, loan, due_fen(loan, DUE) + 5_000_001)
    refund = ask(stage, loan, 5_000_001)
    assert refund.approver_role == "SUPERVISOR"
    with pytest.raises(NotAllowed):
        approve(stage, refund)
    assert approve(stage, refund, stage.supervisor).amount_fen == 5_000_001


def test_who_may_not(overpaid) -> None:
    stage, loan = overpaid
    with pytest.raises(NotAllowed):
        ask(stage, loan, by=stage.checker)
    with pytest.raises(BadField):
        ask(stage, loan, 0)
    with pytest.raises(BadField):
        ask(stage, loan, reason=" ")
    refund = ask(stage, loan)
    with pytest.raises(BusinessWaits):
        ask(stage, loan)
    with pytest.raises(SamePerson):
        approve(stage, refund, stage.clerk)
    with pytest.raises(DayNotOpen):
        approve_suspense_refund(
            refund=refund,
            digest=refund.digest,
            business_date=stage.day + dt.timedelta(days=1),
            by=stage.checker,
        )


def test_it_is_approved_once(overpaid) -> None:
    stage, loan = overpaid
    refund = ask(stage, loan)
    approve(stage, refund)
    with pytest.raises(AlreadyDecided):
        approve(stage, refund, stage.supervisor)
    assert Payout.objects.count() == 1
    assert get_suspense_fen(loan) == 0


def test_a_repayment_whose_surplus_went_back_is_not_undone(overpaid) -> None:
    stage, loan = overpaid
    refund_of(stage, loan)
    with pytest.raises(SuspenseShort):
        submit_reversal(
            repayment=loan.repayments.get(),
            reason="入错贷款",
            business_date=stage.day,
            by=stage.clerk,
        )


# Taking it back


def test_before_it_is_paid_it_is_corrected_on_its_own_day_by_two_persons(overpaid) -> None:
    stage, loan = overpaid
    payout = refund_of(stage, loan)
    ((entry, fen),) = [
        pair for pair in list_correctable(loan.member_account) if pair[0].kind == Entry.Kind.REFUND
    ]
    assert fen == TOO_MUCH
    correction = submit_correction(
        entry=entry, reason="退错贷款", business_date=stage.day, by=stage.clerk
    )
    assert (correction.amount_fen, correction.is_later) == (TOO_MUCH, False)
    second = stage.colleague("second-checker", stage.checker.role)
    reverse_settled(
        correction=correction, digest=correction.digest, business_date=stage.day, by=second
    )
    payout.refresh_from_db()
    assert payout.state == "FAILED"
    assert (get_suspense_fen(loan), owed(stage)) == (TOO_MUCH, 0)
    assert suspense_is_what_repayments_left(stage.centre) == []
    assert is_sound(stage)
    refund_of(stage, loan)
    assert is_sound(stage)


def test_what_the_bank_has_paid_is_not_corrected(overpaid) -> None:
    stage, loan = overpaid
    confirm(stage, refund_of(stage, loan))
    kinds = {entry.kind for entry, _fen in list_correctable(loan.member_account)}
    assert Entry.Kind.REFUND not in kinds


def test_what_the_bank_sends_back_is_paid_again_or_goes_back_into_suspense(overpaid) -> None:
    stage, loan = overpaid
    payout = refund_of(stage, loan)
    bounce_payout(payout=payout, failure="户名不符", business_date=stage.day, by=finance_of(stage))
    assert list_bounced(loan.member_account) == [payout]
    again = submit_reissue(
        payout=payout,
        bank="农行",
        card="6228480000000001234",
        check_no="核1",
        business_date=stage.day,
        clerk=stage.clerk,
    )
    assert again.approver_role == "CHECKER"
    second = approve_reissue(
        reissue=again, digest=again.digest, business_date=stage.day, by=stage.checker
    )
    assert second.payee == loan.member_account.member.name
    bounce_payout(payout=second, failure="户名不符", business_date=stage.day, by=finance_of(stage))
    take_back_settled(payout=second, business_date=stage.day, by=finance_of(stage))
    assert get_suspense_fen(loan) == TOO_MUCH
    assert is_sound(stage)
