"""Finance ends payouts at the counter: once each, by the bank's own words."""

from uuid import uuid4

import pytest
from django.urls import reverse

from contributions.models import Payout, Reissue
from contributions.queries import get_holdings
from office.roles import Role
from tests.accounts.builders import make_staff
from tests.contributions.withdrawals import make_payer, withdraw


@pytest.fixture
def paying(db, sign_in):
    stage, account = make_payer()
    finance = sign_in(stage.colleague("finance", Role.FINANCE))
    return finance, withdraw(stage, account), account


def end(browser, payout, step, text):
    address = reverse("payout-end", args=[payout.number])
    answer = browser.post(address, {"step": step, "text": text})
    payout.refresh_from_db()
    return answer


def test_what_is_to_be_paid_is_listed_with_its_sum(paying):
    finance, payout, _account = paying
    page = finance.get(reverse("payouts")).content.decode()
    assert payout.number in page
    assert "1,000.00" in page


def test_a_payout_is_confirmed_once_however_often_it_is_clicked(paying):
    finance, payout, _account = paying
    for _ in range(3):
        end(finance, payout, "PAID", "B-1")
    assert (payout.state, payout.bank_reference) == (Payout.State.CONFIRMED, "B-1")
    assert payout.number in finance.get(reverse("payouts")).content.decode()


def test_what_the_bank_sent_back_stands_owed_until_it_is_booked_back(paying):
    finance, payout, account = paying
    end(finance, payout, "FAIL", "账号不符")
    assert payout.state == Payout.State.BOUNCED
    page = finance.get(reverse("payouts")).content.decode()
    assert "银行退回、仍应付" in page
    assert "账号不符" in page
    assert get_holdings(account).total_fen == 400_000
    end(finance, payout, "BACK", "")
    assert payout.state == Payout.State.FAILED
    assert get_holdings(account).total_fen == 500_000


def typed(payout, **changes):
    form = {"payout": payout.number, "bank": "建设银行", "card": "6222 0200 0000 0000 017"}
    return {**form, "check_no": "三要素1", "token": str(uuid4()), "seen": "", **changes}


def test_a_clerk_takes_in_another_card_and_the_second_person_lets_it_be_paid(paying, sign_in):
    finance, payout, account = paying
    end(finance, payout, "FAIL", "账号不符")
    clerk = sign_in(payout.withdrawal.made_by)
    fill = reverse("reissue", args=[account.number])
    assert payout.number in clerk.get(fill).content.decode()
    submit = reverse("reissue-submit", args=[account.number])
    page = clerk.post(submit, typed(payout), follow=True).content.decode()
    assert "****0017" in page
    reissue = Reissue.objects.get()
    assert reissue.number in finance.get(reverse("payouts")).content.decode()
    assert end(finance, payout, "BACK", "").status_code == 409
    checker = sign_in(payout.approved_by)
    approve = reverse("item-approve", args=["reissue", reissue.number])
    checker.post(approve, {"digest": reissue.digest})
    payout.refresh_from_db()
    assert payout.state == Payout.State.REPLACED
    end(finance, payout.replaced_by, "PAID", "B-2")
    assert payout.replaced_by.state == Payout.State.CONFIRMED
    shown = reverse("item", args=["withdrawal", payout.withdrawal.number])
    page = clerk.get(shown).content.decode()
    assert "已另行付款" in page
    assert "B-2" in page


def test_without_the_check_of_the_card_the_form_comes_back(paying, sign_in):
    finance, payout, account = paying
    end(finance, payout, "FAIL", "账号不符")
    clerk = sign_in(payout.withdrawal.made_by)
    submit = reverse("reissue-submit", args=[account.number])
    assert clerk.post(submit, typed(payout, check_no="")).status_code == 400
    assert clerk.post(submit, typed(payout, card="123")).status_code == 400
    assert not Reissue.objects.exists()


def test_without_the_banks_words_nothing_is_booked(paying):
    finance, payout, _account = paying
    for step in ("PAID", "FAIL", "BACK"):
        assert end(finance, payout, step, " ").status_code == 409
    assert payout.state == Payout.State.READY


def test_what_has_ended_does_not_end_otherwise(paying):
    finance, payout, _account = paying
    end(finance, payout, "FAIL", "账号不符")
    assert end(finance, payout, "PAID", "B-1").status_code == 409
    assert payout.state == Payout.State.BOUNCED


@pytest.mark.parametrize("role", [Role.CLERK, Role.CHECKER, Role.SUPERVISOR, Role.AUDITOR])
def test_only_finance_ends_payouts(paying, sign_in, role):
    _finance, payout, _account = paying
    branch = payout.withdrawal.branch
    from_hall = sign_in(make_staff(branch, f"a-{role}".lower(), role))
    assert from_hall.get(reverse("payouts")).status_code == 403
    assert end(from_hall, payout, "PAID", "B-1").status_code == 403
    assert payout.state == Payout.State.READY
