"""Two loans at the counter: one from its application to its end, one that is given up."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import MemberAccount
from ledger.verify import prove
from loans.models import Loan, LoanApplication, WriteOff
from loans.queries import get_course
from office.models import Job
from office.runner import run_now
from tests.accounts.builders import Stage
from tests.browser.keyboard import go
from tests.browser.window import Window
from tests.counter.test_loan_application import typed
from tests.counter.test_loan_contract import CONTRACT
from tests.loans.applications import make_saver, reviewers
from tests.loans.late import OVERDUE, fill_reserve, make_borrower
from tests.loans.running import finance_of

pytestmark = pytest.mark.browser

NOT_TYPED = ("token", "seen")
APPLICATION = {
    name: value for name, value in typed(term_months="240").items() if name not in NOT_TYPED
}
CONTRACT_TYPED = {name: value for name, value in CONTRACT.items() if value}
SECURITY = {
    "kind": "MORTGAGE",
    "thing": "人民路1号2幢301",
    "register_no": "不动产证明2026-1",
    "value": "900000.00",
}
PAYEE = {
    "kind": "BUILDER",
    "name": "喀什某某置业公司",
    "bank": "中国农业银行",
    "account_no": "30010101040001234",
}
FIRST_DUE = dt.date(2026, 2, 15)
PREPAID, DEBITED, SETTLED = dt.date(2026, 3, 3), dt.date(2026, 3, 16), dt.date(2026, 4, 8)


def broken(stage: Stage) -> list:
    return [proof for proof in prove([stage.centre]) if not proof.holds]


def test_a_loan_from_its_application_to_its_last_fen(desk: Page, transactional_db, settings):
    settings.REGISTERS = "accounts.platform.LocalRegisters"
    stage, account = make_saver()
    window = Window(desk, "loan")

    apply(window, stage, account)
    sign(window, stage, account)
    secure(window, stage, account)
    loan = pay_out(window, stage)
    assert loan.state == "RUNNING"
    assert broken(stage) == []

    stage.on(FIRST_DUE)
    run_day_end(window, stage)
    look_at(window, loan, "day-end")
    assert get_course(loan).owed_on(FIRST_DUE) == (), "the account has paid it by agreement"

    stage.on(PREPAID)
    prepay(window, stage, account, loan)
    stage.on(DEBITED)
    meet_the_debit(window, stage, account)
    stage.on(SETTLED)
    settle(window, stage, account, loan)
    release(window, stage, account)
    loan.refresh_from_db()
    assert (loan.state, get_course(loan).principal_left_fen) == ("SETTLED", 0)
    look_at(window, loan, "settled")
    assert broken(stage) == []


def apply(window: Window, stage: Stage, account: MemberAccount) -> None:
    """Hand the application in; everybody of the chain looks at it."""
    window.sit_down(stage.clerk.username)
    window.open("loan-application", account.number)
    window.type(**APPLICATION)
    window.hand_in("quota")
    number = window.number
    for person in reviewers(stage)[:3]:
        said = window.approve(person.username, "loan-application", number)
    window.picture("granted")
    assert "已批准" in said
    assert LoanApplication.objects.get().state == "APPROVED"


def sign(window: Window, stage: Stage, account: MemberAccount) -> None:
    window.sit_down(stage.clerk.username)
    window.open("loan-contract", account.number)
    window.type(**CONTRACT_TYPED)
    window.hand_in("contract")
    window.approve(stage.checker.username, "loan-contract", window.number)


def secure(window: Window, stage: Stage, account: MemberAccount) -> None:
    window.sit_down(stage.clerk.username)
    window.open("loan-security", account.number)
    window.type(**SECURITY, registered_date=stage.day.isoformat())
    window.hand_in()
    window.approve(stage.checker.username, "loan-security", window.number)


def pay_out(window: Window, stage: Stage) -> Loan:
    """Finance makes the payment ready, a supervisor approves it."""
    window.sit_down(finance_of(stage).username)
    window.open("loan-payments")
    window.page.locator("main details summary").first.click()
    window.type(**PAYEE)
    window.picture("payment")
    with window.page.expect_navigation():
        window.page.get_by_role("button", name="提交主管").click()
    loan = Loan.objects.get()
    payment = loan.disbursements.get()
    window.approve(stage.supervisor.username, "loan-payment", payment.number)
    window.picture("paid-out")
    loan.refresh_from_db()
    return loan


def run_day_end(window: Window, stage: Stage) -> None:
    """A supervisor starts the day-end; the worker of this test is the test itself."""
    window.sit_down(stage.supervisor.username)
    window.open("day-end")
    with window.page.expect_navigation():
        window.page.locator("form[action$='day-end/run/'] button").click()
    run_now(job=Job.objects.filter(kind="loans.day_end").latest("pk"), clock=timezone.now)
    window.open("day-end")


def look_at(window: Window, loan: Loan, picture: str) -> str:
    window.open("loan", loan.number)
    window.picture(picture)
    return window.page.locator("main").inner_text()


def prepay(window: Window, stage: Stage, account: MemberAccount, loan: Loan) -> None:
    """Prepay a part: both ways stand side by side, the shorter term is chosen."""
    months = len(get_course(loan).lines)
    window.sit_down(stage.clerk.username)
    window.open("loan-repayment", account.number)
    window.type(amount="50000.00", use="SHORTEN", channel="COUNTER")
    window.hand_in("prepayment")
    assert len(get_course(loan).lines) < months - 50


def meet_the_debit(window: Window, stage: Stage, account: MemberAccount) -> None:
    """While the bank debits an instalment that is not paid, nothing can be prepaid."""
    window.sit_down(stage.clerk.username)
    window.open("loan-repayment", account.number)
    window.type(amount="50000.00", use="SHORTEN", channel="COUNTER")
    go(window.page, "Control+Enter")
    window.picture("refused")
    assert "2026-03-15这一期正在扣款" in window.page.locator("h1").inner_text()


def settle(window: Window, stage: Stage, account: MemberAccount, loan: Loan) -> None:
    fen = get_course(loan).settle_fen(stage.day)
    window.sit_down(stage.clerk.username)
    window.open("loan-repayment", account.number)
    window.type(amount=f"{fen // 100}.{fen % 100:02d}", use="SHORTEN", channel="COUNTER")
    window.hand_in("settlement")


def release(window: Window, stage: Stage, account: MemberAccount) -> None:
    window.open("loan-release", account.number)
    window.type(certificate_no="结清2026-1", receiver="买买提·艾力")
    window.hand_in("release")
    window.approve(stage.checker.username, "loan-release", window.number)


def test_a_loan_that_is_given_up_and_partly_recovered(desk: Page, transactional_db):
    stage, loan = make_borrower("bazhong")
    account = loan.member_account
    window = Window(desk, "late")
    stage.on(OVERDUE)
    run_day_end(window, stage)
    loan.refresh_from_db()
    assert loan.state == "OVERDUE"
    window.open("list", "overdue-loans")
    window.picture("overdue")
    remind(window, stage, account)
    fill_reserve(stage, loan.principal_fen)
    put_into_loss(window, stage, account)
    give_up(window, stage, account)
    loan.refresh_from_db()
    assert loan.state == "WRITTEN_OFF"
    recover(window, stage, account)
    assert WriteOff.objects.get().recovered_fen == 1_234_500
    assert "12,345.00" in look_at(window, loan, "recovered")
    assert broken(stage) == []


def remind(window: Window, stage: Stage, account: MemberAccount) -> None:
    window.sit_down(stage.clerk.username)
    window.open("loan-collection", account.number)
    window.type(
        way="CALL",
        acted_date=stage.day.isoformat(),
        outcome="PROMISED",
        promised_date="2026-04-20",
        promised="3000.00",
        note="月底发工资",
    )
    window.hand_in("collection")


def put_into_loss(window: Window, stage: Stage, account: MemberAccount) -> None:
    """A supervisor proposes the class of loss, a checker decides: only then is it given up."""
    window.sit_down(stage.supervisor.username)
    window.open("loan-class", account.number)
    window.type(risk_class="LOSS", reason="下落不明", document_no="认2026-1")
    window.hand_in("class")
    window.approve(stage.checker.username, "loan-class", window.number)


def give_up(window: Window, stage: Stage, account: MemberAccount) -> None:
    """The clerk proposes, finance reviews, the clerk enters the resolution, a supervisor books."""
    window.sit_down(stage.clerk.username)
    window.open("loan-write-off", account.number)
    window.type(reason="无财产可供执行", document_no="执2026-1")
    window.hand_in("write-off")
    number = WriteOff.objects.get().number
    record(window, finance_of(stage).username, number, "财审2026-1")
    record(window, stage.clerk.username, number, "管委会〔2026〕7号")
    window.approve(stage.supervisor.username, "write-off", number)
    window.picture("written-off")


def record(window: Window, name: str, number: str, document_no: str) -> None:
    window.sit_down(name)
    window.open("write-off-step", number)
    window.type(document_no=document_no, day=OVERDUE.isoformat(), amount="300000.00")
    go(window.page, "Control+Enter")


def recover(window: Window, stage: Stage, account: MemberAccount) -> None:
    window.sit_down(finance_of(stage).username)
    window.open("loan-recovery", account.number)
    window.type(amount="12345.00", bank_reference="B-7")
    window.hand_in("recovery")
