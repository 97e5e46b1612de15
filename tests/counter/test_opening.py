"""Opening an account at the counter: fill in, check, hand in, decide."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import MemberAccount, Opening, OutsideCheck
from office.services import close_day
from policy.models import StoredDecision
from tests.accounts.builders import number_of
from tests.counter.typing_in import hidden, opening_form


def test_the_check_page_shows_the_decision_and_keeps_nothing(clerk, stage):
    page = clerk.post(reverse("opening-check"), opening_form()).content.decode()
    assert "可以开户" in page
    assert "人民币伍佰元整" in page
    assert "喀什解读" in page
    assert not Opening.objects.exists()
    assert not StoredDecision.objects.exists()


def test_two_persons_open_an_account(clerk, checker, stage):
    page = clerk.post(reverse("opening-check"), opening_form()).content.decode()
    typed = hidden(page, reverse("opening-submit"))
    shown = clerk.post(reverse("opening-submit"), typed, follow=True)
    assert "等待复核" in shown.content.decode()
    opening = Opening.objects.get()
    assert "待我复核 <b>1</b>" in checker.get(reverse("desk")).content.decode()
    address = reverse("item", args=["opening", opening.number])
    assert "批准" in checker.get(address).content.decode()
    answer = checker.post(
        reverse("item-approve", args=["opening", opening.number]),
        {"digest": opening.digest},
        follow=True,
    )
    account = MemberAccount.objects.get()
    assert account.number in answer.content.decode()
    assert account.member.name == "艾力·买买提"


def test_handing_in_twice_makes_one_opening(clerk, stage):
    page = clerk.post(reverse("opening-check"), opening_form()).content.decode()
    typed = hidden(page, reverse("opening-submit"))
    first = clerk.post(reverse("opening-submit"), typed)
    second = clerk.post(reverse("opening-submit"), typed)
    assert first["Location"] == second["Location"]
    assert Opening.objects.count() == 1


def test_the_same_person_typed_in_again_is_told_that_one_waits(clerk, stage):
    form = opening_form()
    clerk.post(reverse("opening-check"), form)
    clerk.post(reverse("opening-submit"), form)
    again = opening_form(token="00000000-0000-4000-8000-000000000001")
    answer = clerk.post(reverse("opening-submit"), again)
    assert answer.status_code == 409
    assert Opening.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("number", "653101199105040010", "证件号码"),
        ("number", "123", "证件号码"),
        ("name", "", "必填"),
        ("name", "<b>", "不是姓名"),
        ("phone", "1380000", "手机号码应为 11 位数字"),
        ("phone", "10800001111", "手机号码应为 11 位数字"),
        ("card", "6217", "卡号应为 12 至 19 位数字"),
        ("debit_day", "29", "28"),
        ("debit_day", "x", "整数"),
        ("monthly_amount", "５００", "不是金额"),
        ("monthly_amount", "500.001", "不是金额"),
        ("birth_date", "1991/5/4", "不是日期"),
        ("left_school_date", "2025-07-01", "仅高校毕业生填写"),
        ("mode", "WEEKLY", "WEEKLY"),
    ],
)
def test_a_wrong_field_is_named_and_what_was_typed_stays(clerk, stage, field, value, says):
    answer = clerk.post(reverse("opening-check"), opening_form(**{field: value}))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert says in page
    assert 'aria-invalid="true"' in page
    assert "6217" in page
    assert not OutsideCheck.objects.exists()


@pytest.mark.parametrize(
    ("born", "says"),
    [
        (dt.date(2012, 5, 4), "2028-05-04 起可以办理"),
        (dt.date(1950, 5, 4), "不能开户"),
    ],
)
def test_a_refusal_opens_with_the_reason_and_is_kept_once(clerk, stage, born, says):
    form = opening_form(number=number_of(born, 7))
    for _ in range(2):
        page = clerk.post(reverse("opening-check"), form).content.decode()
    assert says in page
    assert "打印告知书" in page
    assert "提交复核" not in page
    assert StoredDecision.objects.get().outcome == "REFUSED"


def test_an_unknown_fact_waits_for_an_answer(clerk, stage):
    form = opening_form(full_capacity="")
    page = clerk.post(reverse("opening-check"), form).content.decode()
    assert "暂不能开户" in page
    assert "提交复核" not in page


def test_a_person_with_an_account_is_led_to_it(clerk, stage, account):
    number = account.member.documents.get().number
    page = clerk.post(reverse("opening-check"), opening_form(number=number)).content.decode()
    assert "不能开户" in page
    assert reverse("member", args=[account.number]) in page


def test_a_silent_register_opens_nothing(clerk, stage, settings):
    settings.SIMULATED_PERSONS = {opening_form()["number"]: {"PLATFORM": None}}
    page = clerk.post(reverse("opening-check"), opening_form()).content.decode()
    assert "提交复核" not in page
    assert not Opening.objects.exists()


def test_nobody_opens_without_a_business_day(clerk, stage):
    close_day(centre=stage.centre, by=stage.supervisor)
    answer = clerk.get(reverse("opening"))
    assert answer.status_code == 403
    assert "营业日" in answer.content.decode()


def _handed_in(stage) -> Opening:
    applicant = stage.applicant()
    stage.ask(applicant)
    return stage.submit(applicant)


def test_the_maker_sees_no_button_and_cannot_approve(clerk, stage):
    opening = _handed_in(stage)
    page = clerk.get(reverse("item", args=["opening", opening.number])).content.decode()
    assert "经办与复核不得为同一人" in page
    address = reverse("item-approve", args=["opening", opening.number])
    assert clerk.post(address, {"digest": opening.digest}).status_code == 403


def test_a_stale_page_approves_nothing(checker, stage):
    opening = _handed_in(stage)
    answer = checker.post(
        reverse("item-approve", args=["opening", opening.number]), {"digest": "0" * 64}
    )
    assert answer.status_code == 409
    assert not MemberAccount.objects.exists()


def test_a_return_needs_its_reason_and_reaches_the_maker(clerk, checker, stage):
    opening = _handed_in(stage)
    address = reverse("item-return", args=["opening", opening.number])
    assert checker.post(address, {"reason": "  "}).status_code == 409
    checker.post(address, {"reason": "照片不清"})
    assert "照片不清" in clerk.get(reverse("desk")).content.decode()


def test_only_the_maker_withdraws(clerk, stage, sign_in):
    opening = _handed_in(stage)
    address = reverse("item-cancel", args=["opening", opening.number])
    assert sign_in(stage.colleague("another")).post(address).status_code == 409
    clerk.post(address)
    opening.refresh_from_db()
    assert opening.state == "CANCELLED"


def test_coming_back_from_the_check_page_keeps_what_was_typed(clerk, stage):
    page = clerk.post(reverse("opening"), opening_form()).content.decode()
    assert "艾力·买买提" in page
