"""The member page and the businesses beside it, and the desk that leads there."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import Agreement, MemberAccount
from accounts.services import seal
from office.models import AuditEvent
from office.roles import Role
from settlement.services import settle_year

TOKEN = "6f1c1f0e-5a0e-4a54-9d0c-0e2f7f1f4a13"


def page_of(client, account) -> str:
    return client.get(reverse("member", args=[account.number])).content.decode()


def test_the_page_answers_who_how_much_and_what_may_be_done(clerk, account, pay):
    pay(account)
    page = page_of(clerk, account)
    assert account.member.name in page
    assert "500.00" in page
    assert "2026-03" in page
    assert reverse("deposit", args=[account.number]) in page
    assert "账户未封存" in page


def test_no_page_shows_the_full_number_phone_or_card(clerk, account):
    page = page_of(clerk, account)
    for secret in (account.member.documents.get().number, "13900000001", "6217000010001234567"):
        assert secret not in page


def test_seeing_the_number_needs_a_reason_and_leaves_a_trace(clerk, account):
    number = account.member.documents.get().number
    address = reverse("reveal", args=[account.number])
    assert number not in clerk.post(address, {"reason": "x"}).content.decode()
    assert not AuditEvent.objects.filter(action="members.reveal").exists()
    assert number in clerk.post(address, {"reason": "核对证件原件"}).content.decode()
    look = AuditEvent.objects.get(action="members.reveal")
    assert (look.result, look.reason) == ("SEEN", "核对证件原件")
    assert "核对证件原件" in page_of(clerk, account)


def test_finance_may_not_see_the_number(stage, sign_in, account):
    client = sign_in(stage.colleague("fin", Role.FINANCE))
    answer = client.post(reverse("reveal", args=[account.number]), {"reason": "核对证件原件"})
    assert answer.status_code == 403


def test_a_sealed_account_says_why_nothing_can_be_paid_in(clerk, stage, account):
    seal(member_account=account, business_date=stage.day, document_no="S1", by=stage.clerk)
    page = page_of(clerk, account)
    assert "请先启封" in page
    assert reverse("deposit", args=[account.number]) not in page


def test_a_role_sees_why_a_business_is_not_theirs(checker, account):
    page = page_of(checker, account)
    assert "不属于您的岗位" in page
    assert reverse("deposit", args=[account.number]) not in page


@pytest.mark.parametrize("kind", ["number", "name", "initials", "account", "phone"])
def test_one_box_finds_a_member_by_whatever_is_known(clerk, stage, kind):
    account = stage.open_account(name="欧阳娜娜")
    known = {
        "number": account.member.documents.get().number,
        "name": "娜娜",
        "initials": "oynn",
        "account": account.number,
        "phone": "13900000001",
    }
    answer = clerk.post(reverse("search"), {"q": known[kind], "go": "1"})
    assert answer.status_code == 302
    assert answer["Location"] == reverse("member", args=[account.number])


@pytest.mark.parametrize("typed", ["王麻子", "653101199001010017", "zzzz", "<script>", "%", "\x00"])
def test_nobody_found_says_what_to_do(clerk, account, typed):
    page = clerk.post(reverse("search"), {"q": typed}).content.decode()
    assert "未找到" in page
    assert "<script>“" not in page


def test_a_document_number_never_stands_in_an_address(clerk, account):
    assert clerk.get(reverse("search"), {"q": "653101199001010017"}).status_code == 405


def test_a_changed_agreement_begins_next_month_and_is_signed_once(clerk, account):
    typed = {"mode": "MONTHLY", "monthly_amount": "800", "token": TOKEN}
    check = clerk.post(reverse("agreement-check", args=[account.number]), typed).content.decode()
    assert "2026-04" in check
    assert Agreement.objects.count() == 1
    for _ in range(2):
        clerk.post(reverse("agreement-submit", args=[account.number]), typed)
    assert list(account.agreements.values_list("version", "monthly_amount_fen")) == [
        (1, 50_000),
        (2, 80_000),
    ]


@pytest.mark.parametrize(("mode", "amount"), [("MONTHLY", "1.00"), ("MONTHLY", "999999")])
def test_terms_outside_the_limits_are_refused(clerk, account, mode, amount):
    typed = {"mode": mode, "monthly_amount": amount, "token": TOKEN}
    for step in ("agreement-check", "agreement-submit"):
        page = clerk.post(reverse(step, args=[account.number]), typed).content.decode()
        assert "不能办理" in page
    assert Agreement.objects.count() == 1


def test_sealing_and_unsealing_happen_once_each(clerk, account):
    for _ in range(2):
        clerk.post(reverse("seal-submit", args=[account.number]), {"token": TOKEN})
    account.refresh_from_db()
    assert account.state == MemberAccount.State.SEALED
    typed = {"token": TOKEN, "monthly_amount": "500"}
    clerk.post(reverse("unseal-submit", args=[account.number]), typed)
    account.refresh_from_db()
    assert account.state == MemberAccount.State.NORMAL


def test_an_account_that_is_not_sealed_cannot_be_unsealed(clerk, account):
    answer = clerk.post(
        reverse("unseal-submit", args=[account.number]), {"token": TOKEN, "monthly_amount": "500"}
    )
    assert answer.status_code == 409


def test_unsealing_below_the_limit_is_refused(clerk, stage, account):
    seal(member_account=account, business_date=stage.day, document_no="S1", by=stage.clerk)
    answer = clerk.post(
        reverse("unseal-submit", args=[account.number]), {"token": TOKEN, "monthly_amount": "1"}
    )
    assert answer.status_code == 409
    assert "不能办理" in answer.content.decode()


def test_a_settlement_can_be_followed_to_its_grounds(clerk, stage, account, pay):
    pay(account)
    stage.on(dt.date(2026, 6, 30))
    settle_year(centre=stage.centre, year=2026, approver=stage.supervisor)
    assert "怎么算的" in page_of(clerk, account)
    page = clerk.get(reverse("settled", args=[account.number, 2026])).content.decode()
    assert "按规则重算一致" in page
    assert "条例" in page
    totals = clerk.get(reverse("settlements")).content.decode()
    assert "三方核对" in totals


def test_a_year_that_was_not_settled_has_no_page(clerk, account):
    assert clerk.get(reverse("settled", args=[account.number, 2026])).status_code == 404


def test_the_desk_counts_my_drawer(clerk, account, pay):
    pay(account)
    page = clerk.get(reverse("desk")).content.decode()
    assert "<b>500.00</b>" in page
