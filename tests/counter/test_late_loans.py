"""Late loans at the counter: day-end, lists, collection, class, write-off, notice on paper."""

import pytest
from django.urls import reverse
from django.utils import timezone

from loans.models import (
    ClassDecision,
    CollectionAction,
    LegalRecord,
    LoanNotice,
    Recovery,
    WriteOff,
)
from loans.services import record_legal
from office.models import Job
from office.runner import run
from tests.contributions.withdrawals import add_payer
from tests.counter.test_prints import printed
from tests.counter.typing_in import hidden
from tests.loans.late import (
    OVERDUE,
    close,
    decide_class,
    fill_reserve,
    make_borrower,
    write_off_wholly,
)
from tests.loans.running import finance_of

TOKEN = "6f1c1f0e-5a0e-4a54-9d0c-0e2f7f1f4a77"


@pytest.fixture
def late(db):
    """Bazhong on the day on which its one loan has become overdue."""
    stage, loan = make_borrower("bazhong")
    close(stage, OVERDUE)
    loan.refresh_from_db()
    return stage, loan


@pytest.fixture
def clerk(late, sign_in):
    return sign_in(late[0].clerk)


@pytest.fixture
def supervisor(late, sign_in):
    return sign_in(late[0].supervisor)


@pytest.fixture
def finance(late, sign_in):
    return sign_in(finance_of(late[0]))


def address(business, loan, step=""):
    return reverse(f"{business}{step}", args=[loan.member_account.number])


def do(client, business, loan, **typed):
    """Fill in, check, submit: as somebody at the counter."""
    form = {"token": TOKEN, "seen": "", **typed}
    check = client.post(address(business, loan, "-check"), form)
    assert check.status_code == 200, check.content.decode()
    submit = address(business, loan, "-submit")
    return client.post(submit, hidden(check.content.decode(), submit), follow=True)


def text(answer):
    return answer.content.decode()


# The day-end


def test_a_supervisor_runs_the_day_end_and_sees_what_it_did(db, sign_in):
    stage, loan = make_borrower("bazhong")
    stage.on(OVERDUE)
    client = sign_in(stage.supervisor)
    before = text(client.get(reverse("day-end")))
    assert "有1笔贷款未办理日终" in before
    assert "尚未办理过贷款日终" in before

    client.post(reverse("day-end-run"))
    order = Job.objects.get(kind="loans.day_end")
    run(job_id=order.pk, clock=timezone.now)

    answer = client.get(reverse("day-end"))
    page = text(answer)
    assert "在还贷款均已办理日终" in page
    assert "尚未办理过贷款日终" not in page
    [(_job, told)] = answer.context["orders"]
    heads = ["利率调整", "利率未登记", "冲还贷", "转逾期", "转正常", "告知", "留待下次"]
    assert answer.context["heads"] == heads
    assert told == [0, 0, 0, 1, 0, 1, 0]
    assert all(f">{head}</th>" in page for head in heads)
    loan.refresh_from_db()
    assert loan.state == "OVERDUE"


def test_a_loan_that_failed_is_listed_with_its_reason(db, sign_in):
    stage, loan = make_borrower("bazhong")
    type(loan).objects.update(rate_percent="viel")
    stage.on(OVERDUE)
    client = sign_in(stage.supervisor)
    client.post(reverse("day-end-run"))
    run(job_id=Job.objects.get(kind="loans.day_end").pk, clock=timezone.now)
    page = text(client.get(reverse("day-end")))
    assert "办理失败的贷款" in page
    assert loan.number in page
    order = Job.objects.get(kind="loans.day_end")
    assert (order.state, order.result["failed"], order.result["left"]) == ("FAILED", 1, 0)


def test_a_clerk_sees_the_day_end_and_does_not_run_it(clerk):
    assert clerk.get(reverse("day-end")).status_code == 200
    assert clerk.post(reverse("day-end-run")).status_code == 403


# Lists and paper


def test_the_list_of_overdue_loans_says_who_owes_what_since_when(clerk, late):
    stage, loan = late
    record_legal(
        loan=loan,
        stage="LAWSUIT",
        since_date=stage.day,
        document_no="案1",
        business_date=stage.day,
        by=stage.clerk,
    )
    page = text(clerk.get(reverse("list", args=["overdue-loans"])))
    row = loan.instalments.get(number=1)
    assert "共1条" in page
    for said in (loan.number, "2026-04-10", "关注", "已起诉", f"{row.principal_fen / 100:,.2f}"):
        assert said in page
    assert reverse("print", args=["overdue-notice", loan.number]) in page


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"risk_class": "ATTENTION"}, 1),
        ({"risk_class": "NORMAL"}, 0),
        ({"legal": "DEATH"}, 0),
        ({"amount_from": "1.00"}, 1),
        ({"date_from": "2026-04-11"}, 0),
        ({"sort": "-principal"}, 1),
    ],
)
def test_filters_narrow_the_list_of_overdue_loans(clerk, query, count):
    page = text(clerk.get(reverse("list", args=["overdue-loans"]), query))
    assert f"共{count}条" in page


def test_bad_loans_stand_apart_where_the_text_wants_it(db, sign_in):
    stage, loan = make_borrower("yantai")
    type(loan).objects.update(risk_class="DOUBTFUL")
    page = text(sign_in(stage.clerk).get(reverse("list", args=["bad-loans"])))
    assert "共1条" in page
    assert "不良贷款单独管理，从本表办理" in page


def test_what_borrowers_are_to_be_told_is_listed(clerk, late):
    assert LoanNotice.objects.count() == 1
    page = text(clerk.get(reverse("list", args=["loan-notices"])))
    assert late[1].number in page
    assert "还款逾期" in page


def test_the_notice_on_paper_lists_instalments_with_penalty_and_sum(clerk, late):
    paper = printed(clerk, "overdue-notice", late[1].number)
    row = late[1].instalments.get(number=1)
    assert "逾期贷款催收通知书" in paper
    assert f"{row.principal_fen / 100:,.2f}" in paper
    assert "2026-04-10" in paper


def test_nothing_is_printed_of_a_loan_that_is_not_late(db, sign_in):
    stage, loan = make_borrower("bazhong")
    answer = sign_in(stage.clerk).get(reverse("print", args=["overdue-notice", loan.number]))
    assert answer.status_code == 409


# Businesses


def test_a_promise_is_written_down_and_shown_the_next_time(clerk, late):
    page = do(
        clerk,
        "loan-collection",
        late[1],
        way="CALL",
        acted_date="2026-04-14",
        outcome="PROMISED",
        promised_date="2026-04-20",
        promised="3000.00",
        note="月底发工资",
    )
    assert "承诺还款" in text(page)
    assert CollectionAction.objects.get().promised_fen == 300_000
    assert "承诺还款" in text(clerk.get(address("loan-collection", late[1])))


def test_half_a_promise_is_marked_in_the_form(clerk, late):
    form = {"token": TOKEN, "way": "CALL", "acted_date": "2026-04-14", "outcome": "PROMISED"}
    answer = clerk.post(address("loan-collection", late[1], "-check"), form)
    assert answer.status_code == 400
    assert 'aria-describedby="error_promised_date"' in text(answer)
    assert not CollectionAction.objects.exists()


def test_an_account_without_a_loan_is_refused_in_words(clerk, late):
    account = add_payer(late[0])
    form = {"token": TOKEN, "way": "CALL", "acted_date": "2026-04-14", "outcome": "REACHED"}
    answer = clerk.post(reverse("loan-collection-submit", args=[account.number]), form)
    assert answer.status_code == 409
    assert "没有未清偿的贷款" in text(answer)


def test_a_death_is_put_on_record(clerk, late):
    page = do(
        clerk, "loan-legal", late[1], stage="DEATH", since_date="2026-04-12", document_no="亡1"
    )
    assert "借款人死亡" in text(page)
    assert LegalRecord.objects.get().stage == "DEATH"


def test_a_class_is_proposed_and_decided_by_two_persons(supervisor, late, sign_in):
    typed = {"risk_class": "LOSS", "reason": "下落不明", "document_no": "认1"}
    do(supervisor, "loan-class", late[1], **typed)
    decision = ClassDecision.objects.get()
    checker = sign_in(late[0].checker)
    where = reverse("item", args=["loan-class", decision.number])
    assert where in text(checker.get(reverse("inbox")))
    approve = reverse("item-approve", args=["loan-class", decision.number])
    checker.post(approve, {"digest": decision.digest})
    late[1].refresh_from_db()
    assert late[1].risk_class == "LOSS"


def test_a_loan_that_is_not_overdue_is_not_offered_for_a_write_off(db, sign_in):
    stage, loan = make_borrower("bazhong")
    page = text(sign_in(stage.clerk).get(reverse("member", args=[loan.member_account.number])))
    assert "该账户没有逾期贷款" in page


def test_a_write_off_goes_from_clerk_to_finance_to_clerk_to_supervisor(
    clerk, finance, supervisor, late
):
    stage, loan = late
    fill_reserve(stage, loan.principal_fen)
    offered = text(clerk.get(reverse("member", args=[loan.member_account.number])))
    assert "risk.write_off_class" in offered
    decide_class(stage, loan)
    do(clerk, "loan-write-off", loan, reason="无财产可供执行", document_no="执1")
    number = WriteOff.objects.get().number
    step = reverse("write-off-step", args=[number])
    record = {"document_no": "文1", "day": "2026-04-14", "amount": "300000.00"}

    assert clerk.post(step, record).status_code == 403
    assert number in text(finance.get(reverse("write-offs")))
    wrong = finance.post(step, {**record, "amount": "299999.99"})
    assert wrong.status_code == 409
    assert finance.post(step, record).status_code == 302
    assert clerk.post(step, {**record, "document_no": "委1"}).status_code == 302
    one = WriteOff.objects.get()
    assert one.state == "SUBMITTED"
    approve = reverse("item-approve", args=["write-off", number])
    receipt = supervisor.post(approve, {"digest": one.digest}, follow=True)
    assert "301" in text(receipt)
    loan.refresh_from_db()
    assert loan.state == "WRITTEN_OFF"


def test_recovered_money_is_booked_at_the_counter(finance, late):
    stage, loan = late
    write_off_wholly(stage, loan)
    page = do(finance, "loan-recovery", loan, amount="1000.00", bank_reference="B-7")
    assert "收回已核销贷款1,000.00元" in text(page)
    assert Recovery.objects.get().amount_fen == 100_000


def test_more_than_was_given_up_is_refused_with_what_is_left(finance, late):
    stage, loan = late
    write_off_wholly(stage, loan)
    form = {"token": TOKEN, "amount": "300000.01", "bank_reference": "B-7"}
    answer = finance.post(address("loan-recovery", loan, "-check"), form)
    assert "300,000.00" in text(answer)
    assert not Recovery.objects.exists()


def test_the_loan_page_says_what_was_given_up_and_what_came_in_since(finance, clerk, late):
    stage, loan = late
    page = text(clerk.get(reverse("loan", args=[loan.number])))
    assert "正常 → 关注" in page
    write_off_wholly(stage, loan)
    assert "尚未收回" in text(clerk.get(reverse("loan", args=[loan.number])))
    do(finance, "loan-recovery", loan, amount="1000.00", bank_reference="B-7")
    page = text(clerk.get(reverse("loan", args=[loan.number])))
    assert "核销后已收回 1,000.00 元，尚欠本金 299,000.00 元" in page
    assert "B-7" in page


def test_a_recovery_booked_wrongly_is_undone_by_two_persons(finance, supervisor, late):
    stage, loan = late
    write_off_wholly(stage, loan)
    do(finance, "loan-recovery", loan, amount="1000.00", bank_reference="B-7")
    recovery = Recovery.objects.get()
    typed = {"recovery": recovery.number, "reason": "款项属于他人", "token": TOKEN[:-1] + "8"}
    page = do(finance, "loan-recovery-reversal", loan, **typed)
    assert "冲正核销后收回1,000.00元" in text(page)
    reversal = recovery.reversals.get()
    approve = reverse("item-approve", args=["recovery-reversal", reversal.number])
    receipt = supervisor.post(approve, {"digest": reversal.digest}, follow=True)
    assert "301" in text(receipt)
    assert WriteOff.objects.get().recovered_fen == 0


def test_where_nothing_came_in_nothing_is_undone(finance, late):
    stage, loan = late
    write_off_wholly(stage, loan)
    page = text(finance.get(reverse("member", args=[loan.member_account.number])))
    assert "该账户的贷款没有核销后收回记录" in page
