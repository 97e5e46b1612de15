"""Changes and holds at the counter: each is one form, one receipt, and waits where it must."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import Ban, ChangeRecord, DebitMandate, Freeze, FreezeLift, PersonChange
from accounts.services import approve_freeze, seal, submit_freeze
from tests.counter.typing_in import hidden

TOKEN = "6f1c1f0e-5a0e-4a54-9d0c-0e2f7f1f4b02"
CARD = {"bank": "中国银行", "card": "6217 0000 1000 7654 321", "debit_day": "5", "check_no": "核1"}
PAPER = {"kind": "PAPER", "document_type": "RESIDENT_ID", "evidence_no": "1"}
ORDER = {"kind": "whole", "court": "喀什市人民法院", "order_no": "(2026)新31执1号"}
ORDER |= {"from_date": "2026-03-10", "until_date": "2027-03-09"}


@pytest.fixture
def supervisor(stage, sign_in):
    return sign_in(stage.supervisor)


def do(client, account, name, step="-submit", **typed):
    where = reverse(f"{name}{step}", args=[account.number])
    return client.post(where, {"token": TOKEN, **typed}, follow=True)


def member_page(client, account):
    return client.get(reverse("member", args=[account.number])).content.decode()


def decide(client, kind, document):
    where = reverse("item-approve", args=[kind, document.number])
    return client.post(where, {"digest": document.digest}, follow=True)


def freeze(stage, account):
    entered = submit_freeze(
        member_account=account,
        amount_fen=100_000,
        court="喀什市人民法院",
        order_no="1",
        from_date=stage.day,
        until_date=stage.day + dt.timedelta(days=300),
        business_date=stage.day,
        by=stage.supervisor,
    )
    return approve_freeze(freeze=entered, digest=entered.digest, by=stage.checker)


def test_a_new_card_has_a_receipt_without_its_number(clerk, account):
    check = do(clerk, account, "mandate", "-check", **CARD).content.decode()
    assert "2026-04-01" in check
    assert "**** 4321" in check
    typed = hidden(check, reverse("mandate-submit", args=[account.number]))
    receipt = clerk.post(
        reverse("mandate-submit", args=[account.number]), typed, follow=True
    ).content.decode()
    assert "已办结" in receipt or "变更" in receipt
    assert "6217000010007654321" not in receipt
    assert DebitMandate.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("mandate", {**CARD, "card": "12"}, "12"),
        ("mandate", {**CARD, "check_no": ""}, "必填"),
        ("mandate", {**CARD, "debit_day": "31"}, "28"),
        ("contact", {"phone": "12345", "address": ""}, "11"),
        ("contact", {"phone": "13900000001", "address": ""}, "没有变化"),
        ("person", {"kind": "NAME", "new_name": "", "evidence_no": "1"}, "必须填写"),
        ("person", {**PAPER, "document_number": "1"}, "18"),
    ],
)
def test_what_cannot_be_right_is_said_and_nothing_is_changed(clerk, account, name, typed, says):
    answer = do(clerk, account, name, **typed)
    assert answer.status_code in (400, 409)
    assert says in answer.content.decode()
    assert not ChangeRecord.objects.exists()
    assert not PersonChange.objects.exists()


def test_a_phone_is_changed_once_and_masked_on_the_receipt(clerk, account):
    typed = {"phone": "13900000002", "address": "解放路1号"}
    for _ in range(2):
        receipt = do(clerk, account, "contact", **typed).content.decode()
    assert "139****0001 → 139****0002" in receipt
    assert "13900000002" not in receipt
    assert ChangeRecord.objects.count() == 1


def test_another_name_waits_for_a_second_person(clerk, checker, account):
    do(clerk, account, "person", kind="NAME", new_name="热娜·买买提", evidence_no="公安证明1")
    assert "热娜·买买提" not in member_page(clerk, account).split("<title>")[1][:40]
    change = PersonChange.objects.get()
    assert reverse("person", args=[account.number]) not in member_page(clerk, account)
    decide(checker, "person", change)
    assert "热娜·买买提" in member_page(clerk, account).split("<title>")[1][:40]


def test_a_courts_order_is_entered_approved_shown_and_lifted(
    clerk, checker, supervisor, stage, account
):
    do(supervisor, account, "freeze", **ORDER)
    order = Freeze.objects.get()
    assert ORDER["order_no"] not in member_page(clerk, account)
    decide(checker, "freeze", order)
    assert ORDER["order_no"] in member_page(clerk, account)
    lift = "6f1c1f0e-5a0e-4a54-9d0c-0e2f7f1f4b03"
    do(supervisor, account, "lift", token=lift, freeze=str(order.pk), order_no="解1")
    assert ORDER["order_no"] in member_page(clerk, account)
    decide(checker, "lift", FreezeLift.objects.get())
    assert ORDER["order_no"] not in member_page(clerk, account)


@pytest.mark.parametrize(
    "changes",
    [
        {"court": ""},
        {"kind": "sum"},
        {"kind": "sum", "amount": "0"},
        {"until_date": "2026-03-09"},
        {"from_date": "明天"},
    ],
)
def test_an_impossible_order_is_refused(supervisor, account, changes):
    answer = do(supervisor, account, "freeze", **{**ORDER, **changes})
    assert answer.status_code in (400, 409)
    assert not Freeze.objects.exists()


def test_a_freeze_of_another_account_is_not_lifted_here(supervisor, stage, account):
    other = freeze(stage, stage.open_account())
    freeze(stage, account)
    answer = do(supervisor, account, "lift", freeze=str(other.pk), order_no="解1")
    assert answer.status_code == 400
    assert not FreezeLift.objects.exists()


@pytest.mark.parametrize("name", ["freeze", "lift", "ban"])
def test_only_a_supervisor_enters_orders_and_clerks_do_not_see_them_offered(clerk, account, name):
    assert clerk.get(reverse(name, args=[account.number])).status_code == 403
    assert reverse(name, args=[account.number]) not in member_page(clerk, account)


def test_a_ban_is_refused_where_the_law_of_the_day_knows_none(supervisor, account):
    typed = {"kind": "FRAUDULENT_LOAN", "decided_date": "2026-03-10", "document_no": "决1"}
    answer = do(supervisor, account, "ban", **typed)
    assert answer.status_code == 409
    assert not Ban.objects.exists()


def test_a_ban_shows_on_the_page_until_its_last_day(clerk, checker, supervisor, stage, account):
    stage.on(dt.date(2026, 10, 14))
    typed = {"kind": "FRAUDULENT_LOAN", "decided_date": "2026-10-13", "document_no": "决1"}
    do(supervisor, account, "ban", **typed)
    decide(checker, "ban", Ban.objects.get())
    assert "2031-10-13" in member_page(clerk, account)


def test_a_sealed_account_offers_unsealing_and_says_why_it_offers_nothing_else(
    clerk, stage, account
):
    seal(member_account=account, business_date=stage.day, document_no="S1", by=stage.clerk)
    page = member_page(clerk, account)
    assert reverse("unseal", args=[account.number]) in page
    for name in ("seal", "agreement", "deposit"):
        assert f'href="{reverse(name, args=[account.number])}"' not in page


def test_the_form_of_sealing_says_what_it_means(clerk, account):
    page = clerk.get(reverse("seal", args=[account.number])).content.decode()
    assert "继续计息" in page
