"""What statements and certificates say, held against the books."""

import datetime as dt

import pytest

from contributions.models import Deposit
from contributions.queries import get_holdings
from contributions.services import fail_payout, receive_deposit
from contributions.statements import get_standing, get_tax_year, sort_statement
from kernel.months import Month
from ledger.models import Entry
from office.roles import Role
from tests.contributions.withdrawals import add_payer, bring, make_payer, withdraw

MAXIMUM = 595_000  # Kashgar's highest monthly contribution, in fen


def pay(stage, account, fen: int) -> Deposit:
    return receive_deposit(
        member_account=account,
        amount_fen=fen,
        business_date=stage.day,
        document_no=f"D-{stage.day}-{account.deposits.count()}",
        clerk=stage.clerk,
    )


@pytest.fixture
def life(db):
    """A member with deposits in two years, money from elsewhere and a withdrawal."""
    stage, account = make_payer(day=dt.date(2025, 11, 20))
    bring(stage, account, 70_000)
    stage.on(dt.date(2026, 1, 5))
    pay(stage, account, 500_000)
    stage.on(dt.date(2026, 3, 9))
    pay(stage, account, 1_000_000)
    withdraw(stage, account, 100_000)
    return stage, account


def test_the_certificate_counts_own_money_of_the_calendar_year_by_month(life):
    _stage, account = life
    year = get_tax_year(account.member, 2026)
    paid = {month.month: month.credited_fen for month in year.months if month.credited_fen}
    assert paid == {Month(2026, 1): 500_000, Month(2026, 3): 1_000_000}
    assert year.limit_fen == 12 * MAXIMUM


def test_money_transferred_in_is_no_payment_of_the_member(life):
    _stage, account = life
    assert get_tax_year(account.member, 2025).credited_fen == 500_000


def test_years_before_the_policy_show_the_payments_and_no_limit(life):
    _stage, account = life
    year = get_tax_year(account.member, 2023)
    assert year.credited_fen == 0
    assert year.limit_fen is None
    assert year.within_fen is None


def test_a_second_member_does_not_appear_on_the_first_ones_certificate(life):
    stage, account = life
    add_payer(stage)
    assert get_tax_year(account.member, 2026).credited_fen == 1_500_000


def test_a_statements_sums_lead_from_its_opening_to_its_closing(life):
    stage, account = life
    found = sort_statement(account, dt.date(2026, 1, 1), stage.day)
    assert found.statement.opening_fen + found.moved_fen == found.statement.closing_fen
    assert found.statement.closing_fen == get_holdings(account).total_fen
    assert found.sums == {Entry.Kind.DEPOSIT: 1_500_000, Entry.Kind.WITHDRAWAL: -100_000}


def test_a_reversal_counts_with_what_it_undid(life):
    stage, account = life
    payout = withdraw(stage, account, 50_000)
    finance = stage.colleague("kashgar-finance", Role.FINANCE)
    fail_payout(payout=payout, failure="卡已注销", business_date=stage.day, by=finance)
    found = sort_statement(account, dt.date(2026, 1, 1), stage.day)
    assert found.sums[Entry.Kind.WITHDRAWAL] == -100_000
    assert Entry.Kind.REVERSAL not in found.sums


def test_months_count_up_to_the_day_and_the_run_ends_with_the_last_paid_one(life):
    _stage, account = life
    november = get_standing(account, dt.date(2025, 11, 30))
    assert (november.months, november.in_a_row, str(november.last_month)) == (1, 1, "2025-11")
    march = get_standing(account, dt.date(2026, 4, 30))
    assert (march.months, march.in_a_row, str(march.last_month)) == (4, 2, "2026-04")
