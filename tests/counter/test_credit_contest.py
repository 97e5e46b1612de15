"""The credit record at the counter: shown, contested, answered by two persons."""

import datetime as dt

import pytest
from django.urls import reverse

from loans.models import CreditContest
from loans.services import record_credit_event
from tests.contributions.withdrawals import make_payer
from tests.loans.late import OVERDUE, close
from tests.loans.test_credit_reach_service import make_couple

DAY = dt.date(2026, 10, 14)
TOKEN = "6f1c1f0e-5a0e-4a54-9d0c-0e2f7f1f4c0"


@pytest.fixture
def place(db):
    stage, account = make_payer(day=DAY)
    event = record_credit_event(
        member_account=account,
        kind="OVERDUE",
        date=DAY,
        document_no="逾2026-7",
        business_date=DAY,
        by=stage.clerk,
        in_a_row=1,
    )
    return stage, account, event


def post(client, name, account, **typed):
    step = reverse(f"{name}-submit", args=[account.number])
    return client.post(
        step, {"token": f"{TOKEN}{len(name) % 10}", "seen": "", **typed}, follow=True
    )


def test_the_member_sees_the_record_contests_it_and_gets_a_signed_answer(place, sign_in):
    stage, account, event = place
    clerk = sign_in(stage.clerk)
    assert "逾2026-7" in clerk.get(reverse("member", args=[account.number])).content.decode()
    post(clerk, "credit-contest", account, event=event.number, claim="已按时还款")
    contest = CreditContest.objects.get()
    assert contest.state == "DRAFT"
    post(clerk, "credit-answer", account, outcome="CORRECTED", answer="银行漏记")
    contest.refresh_from_db()
    assert contest.state == "SUBMITTED"
    approve = reverse("item-approve", args=["credit-contest", contest.number])
    sign_in(stage.checker).post(approve, {"digest": contest.digest})
    page = clerk.get(reverse("member", args=[account.number])).content.decode()
    assert "2026-10-14起不再计入" in page


def test_a_contest_without_words_takes_nothing_in(place, sign_in):
    stage, account, event = place
    answer = post(sign_in(stage.clerk), "credit-contest", account, event=event.number, claim="")
    assert answer.status_code == 400
    assert not CreditContest.objects.exists()


def test_who_borrows_too_sees_the_record_and_contests_it(db, sign_in):
    stage, loan, other, _party = make_couple()
    close(stage, OVERDUE)
    clerk = sign_in(stage.clerk)
    assert f"{loan.number}-1" in clerk.get(reverse("member", args=[other.number])).content.decode()
    [event] = other.credit_events.all()
    page = post(clerk, "credit-contest", other, event=event.number, claim="未签共同借款")
    said = page.content.decode()
    assert "同一事由的其他记录" in said
    assert loan.member_account.member.name in said
