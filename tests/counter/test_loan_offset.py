"""Ending an offset agreement at the window."""

import pytest
from django.urls import reverse

from loans.models import LoanChange
from loans.queries import find_offset_agreement
from tests.contributions.withdrawals import add_payer, make_payer
from tests.counter.test_loan_contract import decide, do
from tests.loans.running import make_loan
from tests.loans.test_offset_service import agree, bind_spouse
from tests.loans.test_repayment_service import OUT


@pytest.fixture
def window(db, sign_in):
    """A clerk of Lianyungang; both spouses' accounts serve the loan."""
    stage, account = make_payer("lianyungang", day=OUT)
    spouse = add_payer(stage)
    loan = make_loan(stage, account)
    bind_spouse(stage, loan, spouse)
    agree(stage, loan, sources="BORROWER SPOUSE")
    return stage, loan, spouse, sign_in(stage.clerk)


def test_the_borrower_ends_it_and_a_second_person_approves(window, sign_in):
    stage, loan, _spouse, clerk = window
    account = loan.member_account
    page = clerk.get(reverse("loan-offset-end", args=[account.number])).content.decode()
    assert "月对冲" in page
    assert "其后继续" in page
    receipt = do(clerk, "loan-offset-end", account, {"reason": "账户另有用途"})
    change = LoanChange.objects.get()
    assert change.number in receipt
    shown = decide(sign_in(stage.checker), "loan-change", change)
    assert "终止" in shown
    assert "账户另有用途" in shown
    assert find_offset_agreement(loan) is None


def test_a_spouse_ends_the_own_part_on_the_own_page(window, sign_in):
    stage, loan, spouse, clerk = window
    do(clerk, "loan-offset-end", spouse, {"reason": "自己要用"})
    decide(sign_in(stage.checker), "loan-change", LoanChange.objects.get())
    assert find_offset_agreement(loan).source_order == "BORROWER"


def test_whose_account_serves_no_loan_is_not_offered_it(window):
    stage, _loan, _spouse, clerk = window
    other = add_payer(stage)
    assert "没有按冲还贷协议" in clerk.get(reverse("member", args=[other.number])).content.decode()
    page = do(clerk, "loan-offset-end", other, {"reason": "试"})
    assert "没有按冲还贷协议" in page
    assert not LoanChange.objects.exists()


def test_where_the_law_wants_the_agreement_the_check_page_says_so(db, sign_in):
    stage, account = make_payer(day=OUT)
    agree(stage, make_loan(stage, account))
    page = do(sign_in(stage.clerk), "loan-offset-end", account, {"reason": "试"})
    assert "对冲" in page
    assert not LoanChange.objects.exists()
