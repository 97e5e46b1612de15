"""Corrections and disputes at the window: picked, shown with their effect, decided by others."""

import datetime as dt

import pytest
from django.urls import reverse

from contributions.models import Correction, Deposit, Dispute
from contributions.queries import get_holdings
from tests.counter.typing_in import hidden

TOKEN = "6f1c1f0e-5a0e-4a54-9d0c-0e2f7f1f4a13"


def address(name: str, account, step: str = "") -> str:
    return reverse(f"{name}{step}", args=[account.number])


def wrong(account, **changes) -> dict[str, str]:
    voucher = Deposit.objects.filter(member_account=account).latest("pk").entry_id
    facts = {"voucher": str(voucher), "reason": "金额录错", "right_amount_fen": ""}
    return {**facts, "right_account": "", "seen": "", "token": TOKEN, **changes}


def hand_in(clerk, account, **changes) -> Correction:
    clerk.post(address("correction", account, "-submit"), wrong(account, **changes))
    return Correction.objects.get()


def test_a_correction_is_checked_handed_in_and_approved_by_another(clerk, checker, account, pay):
    pay(account)
    page = clerk.post(address("correction", account, "-check"), wrong(account)).content.decode()
    assert "当日抹账" in page
    assert not Correction.objects.exists()
    submit = address("correction", account, "-submit")
    clerk.post(submit, hidden(page, submit))
    correction = Correction.objects.get()
    item = reverse("item", args=["correction", correction.number])
    assert correction.number in checker.get(reverse("inbox")).content.decode()
    shown = checker.get(item).content.decode()
    approve = reverse("item-approve", args=["correction", correction.number])
    checker.post(approve, hidden(shown, approve))
    assert get_holdings(account).total_fen == 0
    assert "20102" in checker.get(item).content.decode(), "what was booked stands on its page"


def test_a_double_click_hands_in_once(clerk, account, pay):
    pay(account)
    submit = address("correction", account, "-submit")
    answers = {clerk.post(submit, wrong(account))["Location"] for _ in range(3)}
    assert len(answers) == 1
    assert Correction.objects.count() == 1


def test_a_later_reversal_waits_first_for_a_review_and_then_for_a_supervisor(
    clerk, checker, account, pay, stage, sign_in
):
    pay(account)
    stage.on(stage.day + dt.timedelta(days=1))
    correction = hand_in(clerk, account)
    supervisor = sign_in(stage.supervisor)
    approve = reverse("item-approve", args=["correction", correction.number])
    checker.post(approve, {"digest": correction.digest})
    correction.refresh_from_db()
    assert correction.reviewed_by == stage.checker
    assert correction.number not in checker.get(reverse("inbox")).content.decode()
    assert correction.number in supervisor.get(reverse("inbox")).content.decode()
    assert checker.post(approve, {"digest": correction.digest}).status_code in (403, 409)
    supervisor.post(approve, {"digest": correction.digest})
    assert get_holdings(account).total_fen == 0


def test_without_anything_to_undo_the_member_page_says_why(clerk, account):
    page = clerk.get(reverse("member", args=[account.number])).content.decode()
    assert "没有可以冲正的" in page


def test_an_unknown_right_account_is_named_beside_its_field(clerk, account, pay):
    pay(account)
    answer = clerk.post(
        address("correction", account, "-check"), wrong(account, right_account="999")
    )
    assert "999" in answer.content.decode()
    assert not Correction.objects.exists()


def test_a_voucher_of_somebody_else_cannot_be_picked(clerk, account, pay, stage):
    other = stage.open_account()
    pay(account)
    theirs = Deposit.objects.get().entry_id
    pay(other)
    answer = clerk.post(address("correction", other, "-check"), wrong(other, voucher=str(theirs)))
    assert answer.status_code == 400


@pytest.mark.parametrize("role", ["checker"])
def test_only_clerks_see_the_form(request, role, account, pay):
    pay(account)
    assert request.getfixturevalue(role).get(address("correction", account)).status_code == 403


def complain(clerk, account) -> Dispute:
    facts = {"claim": "少记一笔", "claimed_fen": "1000.00", "seen": "", "token": TOKEN}
    clerk.post(address("dispute", account, "-submit"), facts)
    return Dispute.objects.get()


def test_a_dispute_goes_through_bank_answer_and_second_person(clerk, checker, account, pay, stage):
    pay(account)
    dispute = complain(clerk, account)
    assert dispute.state == "DRAFT"
    assert dispute.due_date > stage.day
    step = reverse("dispute-step", args=[dispute.number])
    early = {"outcome": "RIGHT", "answer": "余额无误", "correction": ""}
    clerk.post(step, early)
    dispute.refresh_from_db()
    assert dispute.outcome == "", "the bank comes first"
    bank = {"finding": "流水相符", "document_no": "行复1", "reviewed_date": str(stage.day)}
    clerk.post(step, bank)
    clerk.post(step, early)
    dispute.refresh_from_db()
    assert dispute.state == "SUBMITTED"
    approve = reverse("item-approve", args=["dispute", dispute.number])
    checker.post(approve, {"digest": dispute.digest})
    dispute.refresh_from_db()
    assert (dispute.state, dispute.answered_date) == ("APPROVED", stage.day)


def test_an_overdue_dispute_is_marked_on_the_list(clerk, account, pay, stage):
    pay(account)
    dispute = complain(clerk, account)
    page = clerk.get(reverse("disputes")).content.decode()
    assert dispute.number in page
    assert "已逾期" not in page
    stage.on(dispute.due_date + dt.timedelta(days=1))
    assert "已逾期" in clerk.get(reverse("disputes")).content.decode()


def test_a_second_dispute_waits_for_the_first(clerk, account, pay):
    pay(account)
    dispute = complain(clerk, account)
    page = clerk.get(reverse("member", args=[account.number])).content.decode()
    assert dispute.number in page
