"""Interest credited before 30 June: the settlement pays no day twice and forgets none."""

import datetime as dt
import random

import pytest

from accounts.models import MemberAccount
from contributions.models import InterestCredit
from contributions.services import credit_interest
from kernel.months import FundYear, Month
from ledger.facts import Component
from ledger.postings import interest_moves
from ledger.queries import get_ledger_account
from ledger.services import post
from ledger.verify import prove
from settlement.explain import explain_year
from settlement.models import SettlementException, SettlementItem
from settlement.services import settle_year
from tests.settlement.builders import FIVE, Life, Town, make_town, people_by_chance

JULY, MARCH, JUNE = dt.date(2025, 7, 1), dt.date(2026, 3, 20), dt.date(2026, 6, 30)


@pytest.fixture
def town(db: None) -> Town:
    return make_town("kashgar", dt.date(2025, 6, 30))


def credit(town: Town, account: MemberAccount, on: dt.date) -> InterestCredit:
    town.on(on)
    town.balances = {}
    return credit_interest(
        member_account=account, business_date=on, document_no=f"X-{on}", by=town.supervisor
    )


def settle(town: Town, year: int = 2026) -> dict[tuple[str, str], int]:
    town.on(FundYear(year).last_day)
    report, _ = settle_year(centre=town.centre, year=year, approver=town.supervisor)
    assert report.failed == 0
    items = SettlementItem.objects.filter(year=year)
    return {(item.member_account.number, item.kind): item.amount_fen for item in items}


def with_ten_thousand(town: Town) -> MemberAccount:
    account = town.open_account(JULY)
    town.move(account, JULY, 1_000_000)
    return account


def test_march_and_june_together_give_the_days_of_the_year(town: Town) -> None:
    account = with_ten_thousand(town)
    spring = credit(town, account, MARCH)
    given = settle(town)
    # 259 of 360 days of 10,000.00; then 100 days of 10,107.92
    assert (spring.flex_fen, spring.unit_fen) == (10_792, 0)
    assert given[account.number, "INTEREST_FLEX"] == 4_212


@pytest.mark.parametrize(
    ("on", "spring", "june"),
    [
        (JULY, 0, 14_958),
        (dt.date(2025, 7, 2), 42, 14_917),
        (dt.date(2026, 6, 29), 14_917, 42),
        (JUNE, 14_958, 0),
    ],
)
def test_the_first_and_the_last_day_count_once(
    town: Town, on: dt.date, spring: int, june: int
) -> None:
    account = with_ten_thousand(town)
    assert credit(town, account, on).flex_fen == spring
    assert settle(town)[account.number, "INTEREST_FLEX"] == june


def test_after_the_settlement_of_the_same_day_nothing_is_left_to_credit(town: Town) -> None:
    account = with_ten_thousand(town)
    assert settle(town)[account.number, "INTEREST_FLEX"] == 14_958
    again = credit(town, account, JUNE)
    assert (again.amount_fen, again.entry) == (0, None)
    assert all(proof.holds for proof in prove([town.centre]) if proof.invariant.code != "C1")


def test_a_second_credit_counts_from_the_first(town: Town) -> None:
    account = with_ten_thousand(town)
    credit(town, account, dt.date(2025, 12, 31))
    spring = credit(town, account, MARCH)
    assert spring.from_date == dt.date(2025, 12, 31)
    # 80 days of 10,074.58
    assert spring.flex_fen == 3_358


def test_what_is_moved_back_before_the_credit_is_made_good_on_30_june(town: Town) -> None:
    account = with_ten_thousand(town)
    credit(town, account, MARCH)
    town.move(account, JULY, -100_000)  # the 10,000.00 should have been 9,000.00
    given = settle(town)
    # 42.1163 for the hundred days left, less 14.9583 that 1,000.00 earned from July on
    assert given[account.number, "INTEREST_FLEX"] == 2_716


def test_interest_paid_without_a_record_still_leaves_the_account_to_a_person(town: Town) -> None:
    account = with_ten_thousand(town)
    credit(town, account, dt.date(2025, 12, 31))
    post(
        centre=town.centre,
        key="interest:by-hand",
        kind="INTEREST",
        business_date=town.today,
        document_no="H-1",
        maker=town.supervisor,
        moves=interest_moves(
            expense=get_ledger_account(town.centre, "41101"),
            member=account.flex_ledger_account,
            amount_fen=100,
            value_date=town.today,
        ),
    )
    town.on(JUNE)
    report, _ = settle_year(centre=town.centre, year=2026, approver=town.supervisor)
    assert report.failed == 1
    assert SettlementException.objects.get().code == "INTEREST_PAID_IN_THE_YEAR"


STRETCHES = (Month(2025, 11), Month(2026, 3), Month(2026, 6))


def live_on(town: Town, lives: list[Life], first: Month, last: Month) -> None:
    town.on(last.last_day)
    town.batching, town.balances = True, {}
    for life in lives:
        life.live_months(first, last)
    town.flush()
    town.batching = False


def credit_some(town: Town, lives: list[Life], chance: random.Random, first: Month) -> None:
    for life in lives:
        if life.account.opened_date > town.today or chance.random() < 0.3:
            continue
        credit(town, life.account, town.today)
        if chance.random() < 0.3:  # money that belongs to an earlier day comes to light
            day = max(first.first_day, life.account.opened_date)
            town.move(life.account, day, 33_333, Component.TRANSFER_IN, unit=chance.random() < 0.5)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("code", FIVE)
def test_bulk_equals_the_rules_after_credits_on_any_day(db: None, code: str, seed: int) -> None:
    town = make_town(code, dt.date(2025, 6, 30))
    chance = random.Random(f"{code}-{seed}")
    lives = [
        life
        for life in people_by_chance(town, chance, 24, 2026)
        if life.account.opened_date <= JUNE
    ]
    first = Month(2025, 7)
    for last in STRETCHES:
        live_on(town, lives, first, last)
        if last != STRETCHES[-1] or chance.random() < 0.5:
            credit_some(town, lives, chance, first)
        first = last + 1
    given = settle(town)
    assert InterestCredit.objects.count() >= 3
    for life in lives:
        told = explain_year(life.account, 2026)
        own = {kind: fen for (number, kind), fen in given.items() if number == life.account.number}
        assert own == told.amounts, life.account.number
    broken = [proof for proof in prove([town.centre]) if not proof.holds]
    assert [proof for proof in broken if proof.invariant.code in ("C6", "S1", "S2.lines")] == []
