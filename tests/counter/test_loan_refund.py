"""Paying back at the window what was brought too much for a loan."""

import pytest
from django.urls import reverse

from contributions.models import Payout, SuspenseRefund
from loans.repaying import get_suspense_fen
from tests.contributions.withdrawals import make_payer
from tests.counter.test_loan_contract import decide, do
from tests.loans.running import finance_of, make_loan
from tests.loans.test_repayment_service import DUE, OUT, due_fen, pay


@pytest.fixture
def window(db, sign_in):
    """A clerk before a borrower who has paid 1,000 yuan too much."""
    stage, account = make_payer(day=OUT)
    loan = make_loan(stage, account)
    stage.on(DUE)
    pay(stage, loan, due_fen(loan, DUE) + 100_000)
    return stage, loan, sign_in(stage.clerk)


def typed(loan, **changes):
    return {"loan": loan.number, "amount": "1000.00", "reason": "多缴退回", **changes}


def test_from_the_window_to_the_bank(window, sign_in):
    stage, loan, clerk = window
    account = loan.member_account
    page = clerk.get(reverse("loan-suspense-refund", args=[account.number])).content.decode()
    assert 'value="1000.00"' in page
    assert "暂存款转还" in page
    assert "1,000.00" in do(clerk, "loan-suspense-refund", account, typed(loan))
    refund = SuspenseRefund.objects.get()
    receipt = decide(sign_in(stage.checker), "suspense-refund", refund)
    assert "待退款" in receipt
    assert get_suspense_fen(loan) == 0
    payout = Payout.objects.get()
    finance = sign_in(finance_of(stage))
    assert payout.number in finance.get(reverse("payouts")).content.decode()
    finance.post(reverse("payout-end", args=[payout.number]), {"step": "PAID", "text": "付1"})
    payout.refresh_from_db()
    assert payout.state == "CONFIRMED"


def test_more_than_is_kept_is_refused_on_the_check_page(window):
    _stage, loan, clerk = window
    page = do(clerk, "loan-suspense-refund", loan.member_account, typed(loan, amount="1000.01"))
    assert "1,000.00" in page
    assert not SuspenseRefund.objects.exists()


def test_where_nothing_is_kept_it_is_not_offered(window):
    stage, _loan, clerk = window
    other = stage.open_account()
    page = clerk.get(reverse("member", args=[other.number])).content.decode()
    assert reverse("loan-suspense-refund", args=[other.number]) not in page
