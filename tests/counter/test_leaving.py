"""Leaving at the counter: forecast, hand in, approve, refusal with its clause."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from contributions.models import Exit
from ledger.models import Entry
from policy.models import StoredDecision
from tests.contributions.exits import approve, happen, leave
from tests.contributions.withdrawals import make_payer
from tests.counter.typing_in import hidden

TOKEN = "6f1c1f0e-5a0e-4a54-9d0c-0e2f7f1f4a33"
TYPED = {"guarantee": "no", "bank": "", "card": "", "seen": "", "token": TOKEN}


def sit_down(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk(db):
    stage, account = make_payer("kashgar", unit_fen=300_000)
    stage.on(dt.date(2027, 3, 20))
    return stage, account, sit_down(stage.clerk)


def address(name: str, account) -> str:
    return reverse(name, args=[account.number])


def test_the_check_page_forecasts_what_is_paid_now_and_what_waits(desk):
    _stage, account, clerk = desk
    page = clerk.post(address("exit-check", account), TYPED).content.decode()
    assert "5,032.50" in page
    assert "伍仟零叁拾贰元伍角" in page
    assert "灵活缴存利息 32.50" in page
    assert "自2027-09-20起可支取" in page
    assert not Exit.objects.exists()


def test_an_exit_is_handed_in_once_and_approved_on_its_page(desk):
    stage, account, clerk = desk
    submit = address("exit-submit", account)
    page = clerk.post(address("exit-check", account), TYPED).content.decode()
    answers = {clerk.post(submit, hidden(page, submit))["Location"] for _ in range(2)}
    left = Exit.objects.get()
    assert answers == {reverse("item", args=["exit", left.number])}
    checker = sit_down(stage.checker)
    shown = checker.get(answers.pop()).content.decode()
    assert left.digest in shown
    done = checker.post(
        reverse("item-approve", args=["exit", left.number]), {"digest": left.digest}, follow=True
    ).content.decode()
    assert "封存待付" in done
    left.refresh_from_db()
    assert left.state == "APPROVED"
    assert {"INTEREST", "EXIT"} <= set(Entry.objects.values_list("kind", flat=True))


def test_a_refusal_names_its_clause_and_is_kept(desk):
    stage, account, clerk = desk
    happen(stage, account, "LOAN_DISBURSED")
    page = clerk.post(address("exit-check", account), TYPED).content.decode()
    assert "三" in page
    kept = StoredDecision.objects.filter(subject_type="contributions.exit", outcome="REFUSED")
    assert kept.count() == 1
    assert not Exit.objects.exists()


def test_the_member_page_says_until_when_the_unit_part_waits(desk):
    stage, account, clerk = desk
    before = clerk.get(address("member", account)).content.decode()
    assert "没有待支取的单位缴存部分" in before
    approve(stage, leave(stage, account))
    after = clerk.get(address("member", account)).content.decode()
    assert "封存至2027-09-20" in after
    assert "自2027-09-20起可支取" in after
    assert address("unit-part", account) not in after


def test_a_checker_on_another_day_is_told_to_return_it(desk):
    stage, account, _clerk = desk
    left = leave(stage, account)
    stage.on(dt.date(2027, 3, 22))
    shown = sit_down(stage.checker).get(reverse("item", args=["exit", left.number]))
    assert "利息计至2027-03-20" in shown.content.decode()
