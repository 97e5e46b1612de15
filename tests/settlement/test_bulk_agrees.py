"""The bulk steps and the pure rules are two roads to the same fen."""

import datetime as dt
import random

import pytest

from accounts.models import MemberAccount
from kernel.months import FundYear
from settlement.explain import explain_year
from settlement.models import SettlementException, SettlementItem
from settlement.services import settle_year
from tests.settlement.builders import FIVE, OTHERS, Town, make_town, people_by_chance

YEARS = (2026, 2027, 2028)
BOTH = {"INTEREST_FLEX", "INTEREST_UNIT"}
# What each town's portfolio is sure to hold, so that the comparison is about something.
KINDS = {
    "bazhong": BOTH,
    "liaoning": BOTH,
    "kashgar": BOTH | {"SUBSIDY", "OPENING_SUBSIDY"},
    "fresh": BOTH | {"SUBSIDY", "OPENING_SUBSIDY"},
}


@pytest.fixture(params=(*FIVE, *OTHERS))
def town(request: pytest.FixtureRequest, db: None) -> Town:
    return make_town(request.param, dt.date(2026, 6, 30))


def items_of(account: MemberAccount, year: int) -> dict[str, tuple[int, int]]:
    items = SettlementItem.objects.filter(member_account=account, year=year)
    return {item.kind: (item.amount_fen, item.base_fen) for item in items}


@pytest.mark.parametrize("seed", [1, 2])
def test_bulk_equals_the_rules_for_every_account_of_any_portfolio(town: Town, seed: int) -> None:
    """Three years: withdrawals, transfers, unit money, gaps, events, caps, leap day, closures."""
    chance = random.Random(f"{town.centre.code}-{seed}")
    lives = people_by_chance(town, chance, 24, YEARS[0])
    for year in YEARS:
        town.on(FundYear(year).last_day)
        town.batching, town.balances = True, {}
        for life in lives:
            life.live(FundYear(year))
        town.flush()
        report, _ = settle_year(centre=town.centre, year=year, approver=town.supervisor)
        assert report.failed == 0
        assert report.proof.holds

    assert not SettlementException.objects.exists()
    kinds = set()
    for account in MemberAccount.objects.select_related("centre", "member"):
        for year in YEARS:
            found = items_of(account, year)
            kinds |= set(found)
            end = FundYear(year).last_day
            gone = account.closed_date is not None and account.closed_date <= end
            if gone or account.opened_date > end:
                assert found == {}
                continue
            told = explain_year(account, year)
            amounts = {kind: fen for kind, (fen, _base) in found.items()}
            assert amounts == told.amounts, (account.number, year)
            if "SUBSIDY" in found:
                assert found["SUBSIDY"][1] == told.subsidy.result.base_fen
    assert kinds == KINDS.get(town.centre.code, BOTH | {"SUBSIDY"})
