"""Repaying a loan at the window, undoing it, and finance's page of debits."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from loans.models import DebitBatch, DebitLine, Repayment, RepaymentReversal
from loans.queries import get_course
from loans.services import Offset
from loans.services.agreed import agree_offset
from office.roles import Role
from tests.contributions.withdrawals import make_payer
from tests.counter.typing_in import hidden
from tests.loans.running import finance_of, make_loan
from tests.loans.test_repayment_service import DUE, OUT, due_fen

TOKEN = "6f1c1f0e-5a0e-4a54-9d0c-0e2f7f1f4a14"


@pytest.fixture
def window(db, sign_in, settings):
    """A clerk at the window on the day on which the first instalment is due."""
    settings.REGISTERS = "accounts.platform.LocalRegisters"
    stage, account = make_payer(day=OUT)
    loan = make_loan(stage, account)
    stage.on(DUE)
    return stage, loan, sign_in(stage.clerk)


def address(loan, name: str, step: str = "") -> str:
    return reverse(f"{name}{step}", args=[loan.member_account.number])


def typed(fen: int, **changes) -> dict[str, str]:
    facts = {
        "amount": f"{fen // 100}.{fen % 100:02d}",
        "use": "DUE",
        "channel": "COUNTER",
        "value_date": DUE.isoformat(),
        "bank_reference": "",
        "seen": "",
        "token": TOKEN,
    }
    return {**facts, **changes}


def test_the_page_offers_what_is_due_and_says_what_pays_the_loan_off(window):
    _stage, loan, clerk = window
    page = clerk.get(address(loan, "loan-repayment")).content.decode()
    assert "2841.76" in page
    settle = get_course(loan).settle_fen(DUE)
    assert f"{settle // 100:,}.{settle % 100:02d}" in page


def test_both_ways_of_prepaying_stand_side_by_side_for_the_sum_typed(window):
    _stage, loan, clerk = window
    data = typed(due_fen(loan, DUE) + 5_000_000)
    page = clerk.post(address(loan, "loan-repayment"), data).content.decode()
    assert "缩短期限" in page
    assert "减少月供" in page
    assert page.count("节省利息") == 2
    assert not Repayment.objects.exists()


def test_a_repayment_is_checked_booked_once_and_shown_with_its_shares(window):
    _stage, loan, clerk = window
    fen = due_fen(loan, DUE) + 700
    page = clerk.post(address(loan, "loan-repayment", "-check"), typed(fen)).content.decode()
    assert "7.00" in page
    assert not Repayment.objects.exists()
    submit = address(loan, "loan-repayment", "-submit")
    data = hidden(page, submit)
    answers = {clerk.post(submit, data)["Location"] for _ in range(3)}
    assert len(answers) == 1
    repayment = Repayment.objects.get()
    shown = clerk.get(answers.pop()).content.decode()
    assert repayment.number in shown
    assert "21901" in shown
    receipt = reverse("print", args=["loan-repayment-receipt", repayment.number])
    assert clerk.post(receipt).status_code in (200, 405)


def test_a_prepayment_inside_the_debit_window_is_refused_with_its_reason(window):
    _stage, loan, clerk = window
    data = typed(due_fen(loan, DUE) + 5_000_000, use="SHORTEN")
    page = clerk.post(address(loan, "loan-repayment", "-check"), data).content.decode()
    assert "正在扣款" in page
    assert not Repayment.objects.exists()


def test_a_value_date_to_come_goes_back_to_the_form(window):
    _stage, loan, clerk = window
    data = typed(1_000, value_date="2026-04-11")
    answer = clerk.post(address(loan, "loan-repayment", "-check"), data)
    assert answer.status_code == 400
    assert "error_value_date" in answer.content.decode()


def test_a_member_without_a_loan_is_not_offered_it(window):
    stage, _loan, clerk = window
    other = stage.open_account()
    page = clerk.get(reverse("member", args=[other.number])).content.decode()
    assert "没有正在还款的贷款" in page


def test_a_repayment_is_undone_by_a_supervisor(window, sign_in):
    stage, loan, clerk = window
    clerk.post(address(loan, "loan-repayment", "-submit"), typed(due_fen(loan, DUE)))
    paid = Repayment.objects.get()
    submit = address(loan, "loan-reversal", "-submit")
    data = {"repayment": paid.number, "reason": "入错贷款", "seen": "", "token": TOKEN}
    clerk.post(submit, data)
    reversal = RepaymentReversal.objects.get()
    supervisor = sign_in(stage.supervisor)
    item = reverse("item", args=["loan-reversal", reversal.number])
    page = supervisor.get(item).content.decode()
    assert paid.number in page
    approve = reverse("item-approve", args=["loan-reversal", reversal.number])
    supervisor.post(approve, hidden(page, approve))
    reversal.refresh_from_db()
    assert reversal.state == "APPROVED"
    assert "红字" in supervisor.get(item).content.decode() or reversal.entry is not None


def test_the_account_repays_principal_once_a_year_in_the_way_chosen(window):
    stage, loan, clerk = window
    member = reverse("member", args=[loan.member_account.number])
    assert "没有账户按协议每年冲抵" in clerk.get(member).content.decode()
    data = {"option": "REDUCE", "amount": "", "seen": "", "token": TOKEN}
    page = clerk.post(address(loan, "loan-yearly-offset", "-check"), data).content.decode()
    assert "没有账户按协议每年冲抵" in page
    assert not Repayment.objects.exists()
    agree_offset(loan, Offset("YEARLY"), signed_date=stage.day, document_no="冲1")
    assert "没有账户按协议每年冲抵" not in clerk.get(member).content.decode()
    clerk.post(address(loan, "loan-yearly-offset", "-submit"), data)
    done = Repayment.objects.get()
    assert (done.channel, done.option) == ("OFFSET", "REDUCE")
    again = clerk.post(address(loan, "loan-yearly-offset", "-check"), data)
    assert again.status_code == 400


def test_finance_makes_a_batch_sends_its_file_and_takes_in_the_answer(window, sign_in):
    stage, loan, _clerk = window
    finance = sign_in(finance_of(stage))
    assert finance.post(reverse("debits-build")).status_code == 302
    batch, line = DebitBatch.objects.get(), DebitLine.objects.get()
    page = finance.get(reverse("debits-export", args=[batch.number]))
    assert line.number in page.content.decode()
    amount = f"{line.amount_fen // 100}.{line.amount_fen % 100:02d}"
    text = (
        "number,amount,result,date,reference,reason\r\n"
        f"{line.number},{amount},PAID,{DUE},B-1,\r\n"
        f"TOTAL,{amount},1,,,\r\n"
    )
    file = SimpleUploadedFile("answer.csv", text.encode())
    assert finance.post(reverse("debits-take"), {"answer": file}).status_code == 200
    line.refresh_from_db()
    assert line.state == "PAID"
    assert due_fen(loan, DUE) == 0
    assert line.number in finance.get(reverse("debits")).content.decode()


def test_finance_sees_which_debits_the_bank_never_answered(window, sign_in):
    stage, _loan, _clerk = window
    finance = sign_in(finance_of(stage))
    finance.post(reverse("debits-build"))
    assert "等候至" not in finance.get(reverse("debits")).content.decode()
    stage.on(dt.date(2026, 4, 16))
    page = finance.get(reverse("debits")).content.decode()
    assert "等候至" in page
    assert "2026-04-15" in page
    assert page.count(DebitLine.objects.get().number) == 2


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a,b\r\n"])
def test_an_answer_that_is_none_books_nothing(window, sign_in, content):
    stage, _loan, _clerk = window
    finance = sign_in(finance_of(stage))
    finance.post(reverse("debits-build"))
    file = SimpleUploadedFile("answer.csv", content)
    assert finance.post(reverse("debits-take"), {"answer": file}).status_code == 409
    assert not Repayment.objects.exists()


@pytest.mark.parametrize("role", [Role.CLERK, Role.CHECKER, Role.AUDITOR])
def test_only_finance_debits(window, sign_in, role):
    stage, _loan, _clerk = window
    browser = sign_in(stage.colleague(f"a-{role}".lower(), role))
    assert browser.get(reverse("debits")).status_code == 403
    assert browser.post(reverse("debits-build")).status_code == 403
