"""Withdrawals at the counter: fill in, check, hand to a second person, approve, receipt."""

import pytest
from django.urls import reverse

from accounts.models import PendingBusiness
from contributions.models import Payout, Withdrawal
from ledger.models import Entry
from office.inbox import count_waiting, kinds
from policy.models import StoredDecision
from tests.contributions.withdrawals import make_payer
from tests.counter.typing_in import hidden

TOKEN = "6f1c1f0e-5a0e-4a54-9d0c-0e2f7f1f4a99"


@pytest.fixture
def payer(db):
    """A clerk's client beside the account of somebody who holds 5,000 yuan in Kashgar."""
    return make_payer()


@pytest.fixture
def clerk(payer, sign_in):
    return sign_in(payer[0].clerk)


@pytest.fixture
def checker(payer, sign_in):
    return sign_in(payer[0].checker)


def typed(**changes):
    form = {"ground": "RENT", "amount": "1000.00", "household": "SINGLE", "guarantee": "no"}
    return {**form, "paper_LEASE_FILING": "租备2026-1", "token": TOKEN, "seen": "", **changes}


def address(account, step=""):
    return reverse(f"withdrawal{step}", args=[account.number])


def hand_in(clerk, account, **changes):
    return clerk.post(address(account, "-submit"), typed(**changes), follow=True)


def test_the_form_offers_the_grounds_of_the_day_and_the_card(clerk, payer):
    page = clerk.get(address(payer[1])).content.decode()
    assert 'value="DECORATION"' in page, "in force since 2026-09-20"
    assert 'data-only-for="RENT' in page
    assert "****" in page


def test_the_check_page_says_what_may_be_paid_and_keeps_nothing(clerk, payer):
    page = clerk.post(address(payer[1], "-check"), typed()).content.decode()
    assert "可提取 1,000.00 元" in page
    assert "人民币壹仟元整" in page
    assert "须经复核" in page
    assert not Withdrawal.objects.exists()
    assert not PendingBusiness.objects.exists()


def test_a_second_person_finds_it_approves_it_and_the_receipt_shows_the_voucher(
    clerk, checker, payer
):
    page = clerk.post(address(payer[1], "-check"), typed()).content.decode()
    clerk.post(address(payer[1], "-submit"), hidden(page, address(payer[1], "-submit")))
    withdrawal = Withdrawal.objects.get()
    where = reverse("item", args=["withdrawal", withdrawal.number])
    assert where in checker.get(reverse("inbox")).content.decode()
    assert "批准" in checker.get(where).content.decode()
    approve = reverse("item-approve", args=["withdrawal", withdrawal.number])
    receipt = checker.post(approve, {"digest": withdrawal.digest}, follow=True).content.decode()
    assert "21904" in receipt
    assert Payout.objects.get().amount_fen == 100_000


def test_evidence_that_is_missing_stops_it_and_names_the_paper(clerk, payer):
    answer = clerk.post(address(payer[1], "-check"), typed(paper_LEASE_FILING=""))
    page = answer.content.decode()
    assert "暂不能办理" in page
    assert "租赁备案" in page
    assert StoredDecision.objects.filter(outcome="NEEDS_REVIEW").count() == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"amount": "0"}, "大于"),
        ({"amount": "一千"}, "不是金额"),
        ({"ground": "HOLIDAY"}, "HOLIDAY"),
        ({"ground": ""}, "必填"),
    ],
)
def test_a_wrong_field_is_named(clerk, payer, changes, says):
    answer = clerk.post(address(payer[1], "-check"), typed(**changes))
    assert answer.status_code == 400
    assert says in answer.content.decode()


def test_what_only_the_service_knows_comes_back_to_its_field(db, sign_in):
    stage, account = make_payer("yantai")
    answer = sign_in(stage.clerk).post(
        address(account, "-check"),
        typed(ground="RELOCATION_RENT", household="SINGLE", paper_TAX_INVOICE="票1"),
    )
    assert answer.status_code == 400
    assert 'id="error_household"' in answer.content.decode()


def test_the_death_of_a_member_is_no_ground_here_but_a_business_of_its_own(clerk, payer):
    assert 'value="DEATH"' not in clerk.get(address(payer[1])).content.decode()
    answer = clerk.post(address(payer[1], "-check"), typed(ground="DEATH"))
    assert answer.status_code == 400


def test_while_one_is_under_way_the_member_page_offers_no_second_one(clerk, payer):
    hand_in(clerk, payer[1])
    page = clerk.get(reverse("member", args=[payer[1].number])).content.decode()
    assert "在途业务" in page
    assert address(payer[1]) not in page
    again = hand_in(clerk, payer[1], token="6f1c1f0e-5a0e-4a54-9d0c-0e2f7f1f4a98")
    assert again.status_code == 409
    assert Withdrawal.objects.count() == 1


def test_a_double_click_hands_in_once(clerk, payer):
    for _ in range(3):
        hand_in(clerk, payer[1])
    assert Withdrawal.objects.count() == 1


def test_the_maker_may_take_it_back_but_not_approve_it(clerk, payer):
    hand_in(clerk, payer[1])
    withdrawal = Withdrawal.objects.get()
    approve = reverse("item-approve", args=["withdrawal", withdrawal.number])
    assert clerk.post(approve, {"digest": withdrawal.digest}).status_code == 403
    clerk.post(reverse("item-cancel", args=["withdrawal", withdrawal.number]))
    withdrawal.refresh_from_db()
    assert withdrawal.state == "CANCELLED"
    assert not PendingBusiness.objects.filter(is_open=True).exists()


def test_a_return_without_a_reason_returns_nothing(clerk, checker, payer):
    hand_in(clerk, payer[1])
    withdrawal = Withdrawal.objects.get()
    give_back = reverse("item-return", args=["withdrawal", withdrawal.number])
    assert checker.post(give_back, {"reason": " "}).status_code == 409
    checker.post(give_back, {"reason": "合同不清"})
    assert "合同不清" in clerk.get(reverse("desk")).content.decode()
    assert Entry.objects.filter(kind="WITHDRAWAL").count() == 0


def test_a_checker_is_not_shown_what_only_a_supervisor_decides(clerk, checker, payer):
    hand_in(clerk, payer[1])
    stage = payer[0]
    assert count_waiting(stage.checker) == 1
    large = Withdrawal(is_large=True)
    assert kinds()["withdrawal"].approve_permission(large) == "contributions.approve_large"
    assert not stage.checker.may("contributions.approve_large")


@pytest.mark.parametrize("kind", ["withdrawal", "nothing"])
def test_what_is_not_there_is_not_found(clerk, payer, kind):
    assert clerk.get(reverse("item", args=[kind, "WD0"])).status_code == 404
