"""Finance ends payouts at the counter: once each, by the bank's own words."""

import pytest
from django.urls import reverse

from contributions.models import Payout
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


def test_a_failed_payout_is_money_of_the_account_again(paying):
    finance, payout, account = paying
    end(finance, payout, "FAIL", "账号不符")
    assert payout.state == Payout.State.FAILED
    assert get_holdings(account).total_fen == 500_000


def test_without_the_banks_words_nothing_is_booked(paying):
    finance, payout, _account = paying
    for step in ("PAID", "FAIL"):
        assert end(finance, payout, step, " ").status_code == 409
    assert payout.state == Payout.State.READY


def test_what_has_ended_does_not_end_otherwise(paying):
    finance, payout, _account = paying
    end(finance, payout, "FAIL", "账号不符")
    assert end(finance, payout, "PAID", "B-1").status_code == 409
    assert payout.state == Payout.State.FAILED


@pytest.mark.parametrize("role", [Role.CLERK, Role.CHECKER, Role.SUPERVISOR, Role.AUDITOR])
def test_only_finance_ends_payouts(paying, sign_in, role):
    _finance, payout, _account = paying
    branch = payout.withdrawal.branch
    from_hall = sign_in(make_staff(branch, f"a-{role}".lower(), role))
    assert from_hall.get(reverse("payouts")).status_code == 403
    assert end(from_hall, payout, "PAID", "B-1").status_code == 403
    assert payout.state == Payout.State.READY
