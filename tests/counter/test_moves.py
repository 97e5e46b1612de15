"""Conversion, merge and transfers at the counter: each once, by two persons, with its next step."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from contributions.models import (
    Conversion,
    Merge,
    PlatformMessage,
    TransferArrival,
    TransferIn,
    TransferOut,
)
from contributions.queries import get_holdings
from office.roles import Role
from tests.accounts.builders import make_stage, make_terms, number_of
from tests.counter.typing_in import hidden

TOKEN = "6f1c1f0e-5a0e-4a54-9d0c-0e2f7f1f4a12"
TO_UNIT = {"kind": "UNIT", "unit_name": "喀什运输有限公司", "proof": "劳动合同1"}
TO_FLEX = {
    "kind": "FLEX",
    "unit_name": "喀什运输有限公司",
    "proof": "离职证明1",
    "amount": "7000.00",
    "month_count": "12",
    "last_month": "2026-02-28",
}
LETTER = {"other_code": "yantai", "bank": "工商银行", "card": "653100000000001"}


def address(name, account, step=""):
    return reverse(f"{name}{step}", args=[account.number])


def hand_in(client, name, account, data):
    """Go through check and submit as a clerk does, each filling-in under a token of its own."""
    typed = {"seen": "", "token": str(uuid.uuid4()), **data}
    page = client.post(address(name, account, "-check"), typed).content.decode()
    to = address(name, account, "-submit")
    return client.post(to, hidden(page, to), follow=True).content.decode()


def approve(client, kind, item):
    url = reverse("item-approve", args=[kind, item.number])
    return client.post(url, {"digest": item.digest}, follow=True)


def test_the_check_of_a_conversion_says_which_months_count_and_keeps_nothing(clerk, account):
    typed = {"seen": "", "token": TOKEN, **TO_FLEX}
    page = clerk.post(address("convert", account, "-check"), typed).content.decode()
    assert "连续计算" in page
    assert "7,000.00" in page
    assert not Conversion.objects.exists()


def test_a_conversion_is_handed_in_and_carried_out_by_a_second_person(clerk, checker, account):
    receipt = hand_in(clerk, "convert", account, TO_FLEX)
    conversion = Conversion.objects.get()
    assert conversion.number in receipt
    approve(checker, "conversion", conversion)
    assert get_holdings(account).unit_fen == 700_000


def test_the_form_offers_the_other_identity(clerk, account):
    page = clerk.get(address("convert", account)).content.decode()
    assert '<option value="UNIT" selected>' in page


def test_an_employee_is_offered_no_deposit(clerk, checker, account):
    hand_in(clerk, "convert", account, TO_UNIT)
    approve(checker, "conversion", Conversion.objects.get())
    page = clerk.get(reverse("member", args=[account.number])).content.decode()
    assert reverse("deposit", args=[account.number]) not in page


def test_a_field_that_cannot_be_right_is_named_on_the_page(clerk, account):
    wrong = {**TO_FLEX, "first_month": "2026-01-01", "month_count": "5", "seen": "", "token": TOKEN}
    answer = clerk.post(address("convert", account, "-check"), wrong)
    assert "month_count" in answer.content.decode()
    assert not Conversion.objects.exists()


def twin(stage, account):
    member = account.member
    return stage.open_account(
        make_terms(),
        name=member.name,
        born=member.birth_date,
        number=number_of(member.birth_date, 77),
    )


def test_two_accounts_of_a_person_are_merged_by_the_other_paper(
    clerk, checker, stage, account, pay
):
    pay(account)
    kept = twin(stage, account)
    number = kept.member.documents.get().number
    receipt = hand_in(clerk, "merge", account, {"target": number, "proof": "户籍证明1"})
    assert number not in receipt
    approve(checker, "merge", Merge.objects.get())
    account.refresh_from_db()
    assert (account.state, get_holdings(kept).flex_fen) == ("CLOSED", 50_000)


def test_a_merge_into_nobody_is_refused_with_its_field(clerk, account):
    typed = {"seen": "", "token": TOKEN, "target": "999", "proof": "户籍证明1"}
    page = clerk.post(address("merge", account, "-check"), typed).content.decode()
    assert "999" in page
    assert not Merge.objects.exists()


@pytest.fixture
def road(stage, account, pay, sign_in, settings):
    """Our member's account is asked for by Yantai, where they have opened one."""
    settings.TRANSFER_TRANSPORT = "contributions.platform.LocalTransport"
    pay(account)
    yantai = make_stage("yantai", stage.day)
    yantai.counted = 300
    paper = account.member.documents.get().number
    applicant = yantai.applicant(
        name=account.member.name, born=account.member.birth_date, number=paper
    )
    yantai.ask(applicant, {"PLATFORM": "PASS"})
    new = yantai.approve(yantai.submit(applicant, make_terms("MONTHLY", 50_000)))
    clerk_there, checker_there = sign_in(yantai.clerk), sign_in(yantai.checker)
    return new, clerk_there, checker_there


def test_an_account_travels_through_the_pages_of_two_centres(
    clerk, checker, stage, account, road, sign_in
):
    new, clerk_there, checker_there = road
    letter = {"other_code": "kashgar", "bank": "工商银行", "card": "370600000000001"}
    hand_in(clerk_there, "transfer-in", new, letter)
    approve(checker_there, "transfer-in", TransferIn.objects.get())
    clerk_there.post(reverse("transfers-exchange"))

    page = clerk.get(reverse("transfers")).content.decode()
    assert address("transfer-out", account) in page
    form = clerk.get(address("transfer-out", account)).content.decode()
    told = PlatformMessage.objects.get(kind="LETTER", is_sent=False)
    assert f'value="{told.letter_no}"' in form, "the letter is filled in"
    letter = {
        "letter_no": told.letter_no,
        "other_code": "yantai",
        "other_name": told.body["to_name"],
        "payee": told.body["to_name"],
        "bank": told.body["bank"],
        "card": told.body["card"],
    }
    hand_in(clerk, "transfer-out", account, letter)
    out = TransferOut.objects.get()
    approve(checker, "transfer-out", out)
    finance = sign_in(stage.colleague("finance", Role.FINANCE))
    assert "待财务付款" in finance.get(reverse("transfers")).content.decode()
    finance.post(reverse("transfer-pay", args=[out.number]), {"bank_reference": "工行1"})
    clerk.post(reverse("transfers-exchange"))
    clerk_there.post(reverse("transfers-exchange"))

    page = clerk_there.get(reverse("transfers")).content.decode()
    assert "账户信息复核通过" in page
    form = clerk_there.get(address("transfer-arrival", new)).content.decode()
    assert 'value="500.00"' in form
    sums = {"flex": "500.00", "unit": "0.00", "bank_reference": "收1"}
    hand_in(clerk_there, "transfer-arrival", new, sums)
    approve(checker_there, "transfer-arrival", TransferArrival.objects.get())
    assert get_holdings(new).flex_fen == 50_000
    account.refresh_from_db()
    assert account.close_reason == "TRANSFER_OUT"
    assert TransferIn.objects.get().letter_state == "00"


def test_a_letter_is_withdrawn_with_a_reason_on_the_page(clerk, checker, account):
    hand_in(clerk, "transfer-in", account, {**LETTER, "other_name": "烟台中心"})
    letter = TransferIn.objects.get()
    approve(checker, "transfer-in", letter)
    url = reverse("transfer-end", args=[letter.number])
    assert clerk.post(url, {"to": "05", "reason": " "}).status_code == 409
    clerk.post(url, {"to": "05", "reason": "本人撤回"})
    letter.refresh_from_db()
    assert letter.letter_state == "05"


def test_who_may_not_move_accounts_sees_no_buttons(clerk, checker, account, stage, sign_in):
    hand_in(clerk, "transfer-in", account, {**LETTER, "other_name": "烟台中心"})
    letter = TransferIn.objects.get()
    approve(checker, "transfer-in", letter)
    url = reverse("transfer-end", args=[letter.number])
    page = checker.get(reverse("transfers")).content.decode()
    assert letter.number in page
    assert url not in page
    assert checker.post(url, {"to": "05", "reason": "x"}).status_code == 403


def test_the_arrival_is_not_offered_before_the_information_has_come(clerk, account):
    page = clerk.get(reverse("member", args=[account.number])).content.decode()
    assert address("transfer-arrival", account) not in page
    assert "没有在途转入" in page


def test_an_empty_page_says_so(clerk, stage):
    page = clerk.get(reverse("transfers")).content.decode()
    assert page.count("暂无") == 2
    assert not PlatformMessage.objects.exists()
    assert stage.day > dt.date(2026, 1, 1)
