"""Households at the counter: handed in, approved by a second person, seen at every window."""

import pytest
from django.urls import reverse

from accounts.models import HouseholdRecord, Marriage
from tests.accounts.households import marry, state_household, stranger
from tests.counter.typing_in import hidden

TOKEN = "6f1c1f0e-5a0e-4a54-9d0c-0e2f7f1f4b01"


def typed(**changes):
    form = {"kind": "MARRIED", "since": "2026-03-01", "evidence_no": "结婚证6531", "token": TOKEN}
    return {**form, **stranger(), **changes}


def address(account, step=""):
    return reverse(f"household{step}", args=[account.number])


def test_a_marriage_goes_from_the_window_to_the_second_person_and_onto_the_page(
    clerk, checker, account
):
    page = clerk.post(address(account, "-check"), typed()).content.decode()
    assert "赵丽" in page
    assert not HouseholdRecord.objects.exists()
    clerk.post(address(account, "-submit"), hidden(page, address(account, "-submit")))
    record = HouseholdRecord.objects.get()
    where = reverse("item", args=["household", record.number])
    assert where in checker.get(reverse("inbox")).content.decode()
    shown = checker.get(where).content.decode()
    assert record.masked_spouse in shown
    assert record.spouse_number not in shown
    approve = reverse("item-approve", args=["household", record.number])
    checker.post(approve, {"digest": record.digest})
    assert Marriage.objects.count() == 1
    member = clerk.get(reverse("member", args=[account.number])).content.decode()
    assert "2026-03-01起与赵丽结婚" in member


def test_before_anything_was_recorded_the_page_says_so(clerk, account):
    assert "未登记" in clerk.get(reverse("member", args=[account.number])).content.decode()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"evidence_no": ""}, "必填"),
        ({"since": "昨天"}, "不是日期"),
        ({"spouse_name": ""}, "请填写配偶"),
        ({"kind": "ENGAGED"}, "ENGAGED"),
    ],
)
def test_a_wrong_field_is_named(clerk, account, changes, says):
    answer = clerk.post(address(account, "-check"), typed(**changes))
    assert answer.status_code == 400
    assert says in answer.content.decode()


def test_a_second_marriage_is_refused_with_the_next_step(clerk, stage, account):
    marry(stage, account.member)
    page = clerk.post(address(account, "-check"), typed()).content.decode()
    assert "请先凭证明登记离婚或丧偶" in page
    assert Marriage.objects.count() == 1


def test_while_one_waits_the_member_page_offers_no_second_one(clerk, stage, account):
    waiting = state_household(stage, account.member, "UNMARRIED")
    page = clerk.get(reverse("member", args=[account.number])).content.decode()
    assert waiting.number in page
    assert address(account) not in page


def test_a_checker_does_not_hand_in(checker, account):
    assert checker.get(address(account)).status_code == 403
