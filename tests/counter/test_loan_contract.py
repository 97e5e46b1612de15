"""Loans at the counter: contract, security, payment by finance, change, and their papers."""

import datetime as dt

import pytest
from django.urls import reverse

from loans.models import Disbursement, Loan, LoanChange, LoanContract, LoanSecurity
from loans.queries import find_offset_agreement
from loans.services import reprice_loans
from office.roles import Role
from tests.accounts.builders import CARD
from tests.contributions.withdrawals import add_payer, make_payer
from tests.counter.typing_in import hidden
from tests.loans.quota_law import change_law
from tests.loans.running import (
    ask_platform_again,
    finance_of,
    make_granted,
    make_loan,
    make_secured_loan,
    pay_out,
)


@pytest.fixture
def payer(db):
    """A member of Kashgar."""
    return make_payer()


@pytest.fixture
def clerk(payer, sign_in):
    return sign_in(payer[0].clerk)


@pytest.fixture
def checker(payer, sign_in):
    return sign_in(payer[0].checker)


@pytest.fixture
def finance(payer, sign_in):
    return sign_in(finance_of(payer[0]))


@pytest.fixture
def supervisor(payer, sign_in):
    return sign_in(payer[0].supervisor)


CONTRACT = {
    "contract_no": "借2026-1",
    "due_day": "15",
    "annual_rate": "",
    "bank": "中国建设银行",
    "card": CARD,
    "check_no": "",
    "offset_mode": "MONTHLY",
    "offset_sources": "BORROWER",
    "retained": "",
}


def do(client, name, account, typed):
    """Check and hand in; returns the page of the document, or the check page with the refusal."""
    check = client.post(reverse(f"{name}-check", args=[account.number]), {"seen": "", **typed})
    where = reverse(f"{name}-submit", args=[account.number])
    page = check.content.decode()
    if f'action="{where}"' not in page:
        return page
    return client.post(where, hidden(page, where), follow=True).content.decode()


def decide(client, kind, item):
    return client.post(
        reverse("item-approve", args=[kind, item.number]), {"digest": item.digest}, follow=True
    ).content.decode()


def test_from_the_granted_application_to_the_money(payer, clerk, checker, finance, supervisor):
    stage, account = payer
    application = make_granted(stage, account)
    ask_platform_again(stage, application)
    page = clerk.get(reverse("loan-contract", args=[account.number])).content.decode()
    assert application.number in page
    assert "300,000.00" in page

    assert "借2026-1" in do(clerk, "loan-contract", account, CONTRACT)
    assert "批准" in decide(checker, "loan-contract", LoanContract.objects.get())
    loan = Loan.objects.get()
    assert find_offset_agreement(loan).mode == "MONTHLY"

    security = {
        "kind": "MORTGAGE",
        "thing": "人民路1号",
        "register_no": "证1",
        "registered_date": stage.day.isoformat(),
        "value": "600000.00",
    }
    assert "证1" in do(clerk, "loan-security", account, security)
    decide(checker, "loan-security", LoanSecurity.objects.get())

    assert loan.number in finance.get(reverse("loan-payments")).content.decode()
    payee = {"kind": "BUILDER", "name": "某某置业", "bank": "农行", "account_no": "3001 0101 0400"}
    finance.post(reverse("loan-payment-make", args=[loan.number]), payee)
    payment = Disbursement.objects.get()
    assert payment.account_last4 == "0400"
    receipt = decide(supervisor, "loan-payment", payment)
    assert "委托贷款" in receipt
    loan.refresh_from_db()
    assert loan.state == "RUNNING"


def test_what_the_law_refuses_stands_on_the_check_page(payer, clerk):
    stage, account = payer
    make_granted(stage, account)
    page = do(clerk, "loan-contract", account, {**CONTRACT, "offset_mode": ""})
    assert "对冲" in page
    assert not LoanContract.objects.exists()


def test_without_a_granted_application_nothing_is_offered(payer, clerk):
    page = clerk.get(reverse("member", args=[payer[1].number])).content.decode()
    assert reverse("loan-contract", args=[payer[1].number]) not in page


@pytest.mark.parametrize("role", ["clerk", "checker", "supervisor"])
def test_only_finance_sees_the_list_of_payments(payer, role, request):
    answer = request.getfixturevalue(role).get(reverse("loan-payments"))
    assert answer.status_code == 403


def test_a_loan_without_room_is_put_into_the_queue_by_one_button(payer, finance):
    stage, _account = payer
    change_law(stage, "loan.daily_quota", "1.00")
    loan = make_secured_loan(stage, add_payer(stage))
    where = reverse("loan-payment-make", args=[loan.number])
    payee = {"kind": "SELLER", "name": "某某", "bank": "农行", "account_no": "300101010400"}
    answer = finance.post(where, payee)
    assert answer.status_code == 409
    assert 'value="QUEUE"' in answer.content.decode()
    finance.post(where, {"step": "QUEUE"})
    loan.refresh_from_db()
    assert loan.state == "QUEUED"


def test_a_payee_left_out_is_named(payer, finance):
    stage, account = payer
    loan = make_secured_loan(stage, account)
    answer = finance.post(reverse("loan-payment-make", args=[loan.number]), {"kind": "SELLER"})
    assert answer.status_code == 409
    assert "收款户名" in answer.content.decode()


def test_what_was_typed_for_a_payment_stays_when_it_is_refused(payer, finance):
    stage, account = payer
    loan = make_secured_loan(stage, account)
    payee = {"kind": "BORROWER", "name": "王芳", "bank": "农行", "account_no": "300101010400"}
    answer = finance.post(reverse("loan-payment-make", args=[loan.number]), payee)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="300101010400"' in page
    assert 'value="BORROWER" selected' in page


def test_the_card_of_the_mandate_is_taken_without_being_shown(payer, clerk):
    stage, account = payer
    make_granted(stage, account)
    page = clerk.get(reverse("loan-contract", args=[account.number])).content.decode()
    assert CARD not in page
    assert f"****{CARD[-4:]}" in page
    do(clerk, "loan-contract", account, {**CONTRACT, "bank": "", "card": ""})
    assert LoanContract.objects.get().card == CARD


def test_a_payment_is_taken_back_by_two_persons(payer, finance, supervisor):
    stage, account = payer
    loan = make_loan(stage, account)
    payment = Disbursement.objects.get()
    finance.post(reverse("loan-payment-undo", args=[payment.number]), {"reason": "银行退回"})
    decide(supervisor, "loan-payment-undo", payment.undos.get())
    loan.refresh_from_db()
    assert loan.state == "SECURED"


def test_a_change_shows_the_schedule_before_and_after(payer, clerk, checker):
    stage, account = payer
    loan = make_loan(stage, account)
    empty = ("method", "bank", "card", "check_no", "offset_mode", "offset_sources", "retained")
    typed = {"kind": "TERM", "reason": "收入增加", "term_months": "60", **dict.fromkeys(empty, "")}
    page = do(clerk, "loan-change", account, typed)
    assert "120 → 60" in page
    decide(checker, "loan-change", LoanChange.objects.get())
    assert loan.instalments.count() == 60


def test_the_papers_of_a_loan_are_printed_from_the_members_page(payer, clerk):
    stage, account = payer
    loan = make_loan(stage, account)
    page = clerk.get(reverse("certificates", args=[account.number])).content.decode()
    schedule = reverse("print", args=["loan-schedule", loan.number])
    assert schedule in page
    assert clerk.post(schedule).content.startswith(b"%PDF")
    settled = reverse("print", args=["settlement-certificate", loan.number])
    assert settled not in page
    assert clerk.post(settled).status_code == 409, "it is not paid off"
    Loan.objects.filter(pk=loan.pk).update(state="SETTLED", ended_date=stage.day)
    assert clerk.post(settled).content.startswith(b"%PDF")


def test_the_contract_is_printed_as_it_was_signed(payer, clerk):
    stage, account = payer
    make_granted(stage, account)
    do(clerk, "loan-contract", account, CONTRACT)
    where = reverse("print", args=["loan-contract", LoanContract.objects.get().number])
    assert clerk.post(where).content.startswith(b"%PDF")


def test_the_notice_of_a_new_rate_is_printed(db, sign_in):

    stage, account = make_payer("lianyungang", day=dt.date(2024, 3, 12))
    loan = make_loan(stage, account, rate_percent="3.10")
    stage.on(dt.date(2025, 1, 1))
    reprice_loans(centre=stage.centre, business_date=stage.day, by=stage.system)
    clerk = sign_in(stage.colleague("window", Role.CLERK))
    event = loan.loan_events.get(kind="REPRICED")
    assert clerk.post(reverse("print", args=["rate-notice", event.pk])).content.startswith(b"%PDF")


def test_the_platform_is_asked_again_on_the_page_of_the_loan(payer, clerk, settings):
    settings.DEMO = True
    stage, account = payer
    loan = make_secured_loan(stage, account)
    stage.on(stage.day + dt.timedelta(days=20))
    where = reverse("loan", args=[loan.number])
    old = clerk.get(where).content.decode()
    assert "放款前全国平台核查" in old
    assert "需再次核查" in old
    answer = clerk.post(reverse("loan-ask", args=[loan.number]), follow=True)
    assert "需再次核查" not in answer.content.decode()


def test_of_a_loan_that_is_out_the_platform_is_not_asked(payer, clerk):
    stage, account = payer
    loan = pay_out(stage, make_secured_loan(stage, account))
    page = clerk.get(reverse("loan", args=[loan.number])).content.decode()
    assert "放款前全国平台核查" not in page
    assert clerk.post(reverse("loan-ask", args=[loan.number])).status_code == 409


def test_a_payment_refused_for_an_old_answer_shows_person_age_limit_and_source(payer, finance):
    stage, account = payer
    loan = make_secured_loan(stage, account)
    stage.on(stage.day + dt.timedelta(days=12))
    payee = {"kind": "SELLER", "name": "某某", "bank": "农行", "account_no": "300101010400"}
    answer = finance.post(reverse("loan-payment-make", args=[loan.number]), payee)
    page = answer.content.decode()
    assert answer.status_code == 409
    for said in ("借款人", "已12天", "最长允许10天", "贷款页面", "放款时平台核查结果的有效天数"):
        assert said in page
    assert not Disbursement.objects.exists()
