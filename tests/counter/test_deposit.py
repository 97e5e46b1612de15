"""Taking in a contribution at the counter: once, within the limits, with a receipt."""

import pytest
from django.urls import reverse

from accounts.services import seal
from contributions.models import Deposit, LargeDeposit
from ledger.models import Entry
from office.models import AuditEvent
from office.roles import Role
from policy.models import StoredDecision
from tests.accounts.builders import make_staff, make_stage
from tests.counter.typing_in import hidden

TOKEN = "6f1c1f0e-5a0e-4a54-9d0c-0e2f7f1f4a12"


def typed(amount: str = "500.00", **changes: str) -> dict[str, str]:
    return {"amount": amount, "seen": "", "token": TOKEN, **changes}


def address(account, step: str = "") -> str:
    return reverse(f"deposit{step}", args=[account.number])


def test_the_form_asks_for_what_was_agreed_on(clerk, account):
    page = clerk.get(address(account)).content.decode()
    assert 'value="500.00"' in page


def test_the_check_page_shows_what_will_be_booked_and_books_nothing(clerk, account):
    page = clerk.post(address(account, "-check"), typed()).content.decode()
    assert "人民币伍佰元整" in page
    assert "10101" in page
    assert "20102" in page
    assert "2026-03" in page
    assert not Deposit.objects.exists()
    assert not Entry.objects.exists()


def test_a_deposit_ends_in_a_receipt_to_print(clerk, account):
    page = clerk.post(address(account, "-check"), typed()).content.decode()
    answer = clerk.post(
        address(account, "-submit"), hidden(page, address(account, "-submit")), follow=True
    )
    receipt = answer.content.decode()
    deposit = Deposit.objects.get()
    assert deposit.number in receipt
    assert reverse("print", args=["deposit-receipt", deposit.number]) in receipt
    assert "缴存" in receipt
    assert account.member.documents.get().number not in receipt


def test_a_double_click_a_reload_and_a_lost_answer_book_once(clerk, account):
    answers = {clerk.post(address(account, "-submit"), typed())["Location"] for _ in range(3)}
    assert len(answers) == 1
    assert Deposit.objects.count() == 1


def test_two_windows_book_once(clerk, account):
    page = clerk.get(address(account)).content.decode()
    seen = hidden(page, address(account, "-check"))["seen"]
    clerk.post(address(account, "-submit"), typed(seen=seen))
    other = typed(seen=seen, token="00000000-0000-4000-8000-000000000002")
    answer = clerk.post(address(account, "-submit"), other)
    assert answer.status_code == 409
    assert "其他业务" in answer.content.decode()
    assert Deposit.objects.count() == 1


def test_one_form_cannot_be_used_for_two_amounts(clerk, account):
    clerk.post(address(account, "-submit"), typed())
    answer = clerk.post(address(account, "-submit"), typed("1000.00"))
    assert answer.status_code == 409
    assert Deposit.objects.count() == 1


@pytest.mark.parametrize(
    "amount", ["", "0", "0.00", "-500", "５００", "500.001", "1e3", "NaN", "五百"]
)
def test_what_is_no_amount_is_named(clerk, account, amount):
    answer = clerk.post(address(account, "-check"), typed(amount))
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.content.decode()


@pytest.mark.parametrize("step", ["-check", "-submit"])
@pytest.mark.parametrize("amount", ["499.99", "500.01", "5950.01"])
def test_another_amount_than_agreed_is_refused_with_the_next_step(clerk, account, amount, step):
    page = clerk.post(address(account, step), typed(amount)).content.decode()
    assert "不能办理" in page
    assert "按协议应缴 500.00 元" in page
    assert f'action="{address(account, "-submit")}"' not in page
    assert "autofocus>" not in page
    assert not Deposit.objects.exists()


def test_a_refusal_is_kept_once_however_often_the_page_is_loaded(clerk, account):
    for _ in range(3):
        clerk.post(address(account, "-check"), typed("499.99"))
    assert StoredDecision.objects.filter(subject_type="contributions.deposit").count() == 1


def test_a_sealed_account_takes_nothing_and_says_what_comes_first(clerk, stage, account):
    seal(member_account=account, business_date=stage.day, document_no="S1", by=stage.clerk)
    page = clerk.post(address(account, "-check"), typed()).content.decode()
    assert "未入账" in page
    assert "启封" in page


def test_a_checker_takes_no_deposits(checker, account):
    assert checker.get(address(account)).status_code == 403
    assert checker.post(address(account, "-submit"), typed()).status_code == 403
    assert AuditEvent.objects.filter(result="REFUSED").count() == 2


def test_another_centres_receipt_is_not_there(clerk, account, sign_in):
    clerk.post(address(account, "-submit"), typed())
    number = Deposit.objects.get().number
    other = sign_in(make_stage("yantai").clerk)
    assert other.get(reverse("item", args=["deposit", number])).status_code == 404


def test_a_kept_decision_can_be_shown_again(clerk, account):
    clerk.post(address(account, "-submit"), typed())
    stored = StoredDecision.objects.get(subject_type="contributions.deposit")
    page = clerk.get(reverse("decision", args=[stored.pk])).content.decode()
    assert "喀什解读" in page
    assert clerk.get(reverse("decision", args=[stored.pk + 999])).status_code == 404


def test_above_the_limit_of_one_person_the_window_says_what_to_do(clerk, account):
    answer = clerk.post(address(account, "-submit"), typed("100000.01"))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "大额缴存" in page
    assert "100,000.00" in page
    assert not Deposit.objects.exists()


def test_a_large_deposit_is_booked_when_the_second_person_has_signed(clerk, account, sign_in):
    fill = reverse("large-deposit", args=[account.number])
    assert "一人可单独入账至" in clerk.get(fill).content.decode()
    submit = reverse("large-deposit-submit", args=[account.number])
    clerk.post(submit, typed())
    large = LargeDeposit.objects.get()
    assert not Deposit.objects.exists()
    approve = reverse("item-approve", args=["large-deposit", large.number])
    assert clerk.post(approve, {"digest": large.digest}).status_code == 403
    checker = make_staff(large.branch, "second", Role.CHECKER)
    page = sign_in(checker).post(approve, {"digest": large.digest}, follow=True).content.decode()
    assert Deposit.objects.get().number in page
