"""A payment that fails after its year was settled: as if the money had never left, to the fen."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import DebitMandate, MemberAccount
from contributions.models import Payout
from contributions.queries import get_holdings
from contributions.services import (
    Paper,
    WithdrawalRequest,
    approve_withdrawal,
    bounce_payout,
    submit_withdrawal,
)
from kernel.months import FundYear, Month, month_span
from ledger.verify import prove
from office.roles import Role
from settlement.errors import RunUnderWay
from settlement.models import SettlementAdjustment
from settlement.queries import net_amounts
from settlement.services import approve_run, open_run, preview_run, settle_year, take_back_settled
from tests.settlement.builders import FIVE, Town, make_staff, make_town

JUNE = dt.date(2025, 6, 30)
APRIL = dt.date(2026, 4, 10)
MONTHS = month_span(Month(2025, 7), Month(2026, 6))


class Street:
    """Two accounts with one life; from one of them money goes out and comes back."""

    def __init__(self, code: str) -> None:
        self.town: Town = make_town(code, JUNE)
        branch = self.town.branch
        self.clerk = make_staff(branch, f"{code}-clerk", Role.CLERK)
        self.checker = make_staff(branch, f"{code}-checker", Role.CHECKER)
        self.finance = make_staff(branch, f"{code}-finance", Role.FINANCE)
        self.town.on(APRIL)
        self.stayed, self.left = self._resident(), self._resident()

    def _resident(self) -> MemberAccount:
        account = self.town.open_account(dt.date(2025, 7, 1), category="TALENT")
        for month in MONTHS:
            self.town.deposit(account, month.first_day.replace(day=5), 60_000, month)
        DebitMandate.objects.create(
            member_account=account,
            version=1,
            bank="工商银行",
            card="6222020000000000009",
            card_index="x",
            card_last4="0009",
            debit_day=1,
            signed_date=account.opened_date,
        )
        return account

    def withdraw(self, fen: int) -> Payout:
        asked = submit_withdrawal(
            member_account=self.left,
            request=WithdrawalRequest(
                ground="RENT",
                amount_fen=fen,
                papers=[Paper(code="LEASE_FILING", document_no="租1")],
            ),
            business_date=self.town.today,
            clerk=self.clerk,
        )
        return approve_withdrawal(
            withdrawal=asked,
            digest=asked.digest,
            business_date=self.town.today,
            by=self.checker,
        )

    def settle(self, year: int) -> None:
        self.town.on(max(FundYear(year).last_day, self.town.today))
        report, _ = settle_year(centre=self.town.centre, year=year, approver=self.town.supervisor)
        assert report.failed == 0
        self.town.on(self.town.today + dt.timedelta(days=1))

    def bounce(self, payout: Payout) -> Payout:
        return bounce_payout(
            payout=payout, failure="已销户", business_date=self.town.today, by=self.finance
        )

    def take_back(self, payout: Payout) -> Payout:
        return take_back_settled(payout=payout, business_date=self.town.today, by=self.finance)

    def alike(self, *years: int) -> bool:
        """Whether both accounts were given the same, and hold the same."""
        same = all(given(self.left, year) == given(self.stayed, year) for year in years)
        held, due = get_holdings(self.left), get_holdings(self.stayed)
        return same and nonzero(held.flex) == nonzero(due.flex)

    def holds(self) -> list[str]:
        """The proofs of the books and of settlements that fail."""
        broken = [proof.invariant.code for proof in prove([self.town.centre]) if not proof.holds]
        return [code for code in broken if code[0] in "MS" or code in ("P8", "C4")]


def given(account: MemberAccount, year: int) -> dict[str, int]:
    return nonzero(net_amounts(account, year))


def nonzero(amounts: Any) -> dict[Any, int]:
    return {kind: fen for kind, fen in amounts.items() if fen}


@pytest.mark.parametrize("code", FIVE)
def test_what_fails_after_30_june_leaves_interest_and_subsidy_as_if_it_had_never_left(
    db: None, code: str
) -> None:
    street = Street(code)
    payout = street.withdraw(200_000)
    street.settle(2026)
    assert given(street.left, 2026) != given(street.stayed, 2026)
    street.bounce(payout)
    assert not street.alike(2026), "owed money earns nothing"
    assert street.take_back(payout).state == "FAILED"
    assert street.alike(2026)
    rows = SettlementAdjustment.objects.filter(payout=payout)
    assert rows.exists()
    assert all(row.amount_fen > 0 and row.cause == payout for row in rows)
    assert street.holds() == []


@pytest.mark.parametrize("code", FIVE)
def test_two_years_later_each_year_is_put_right_on_its_own_30_june(db: None, code: str) -> None:
    street = Street(code)
    payout = street.withdraw(200_000)
    street.settle(2026)
    street.settle(2027)
    street.bounce(payout)
    street.take_back(payout)
    assert street.alike(2026, 2027)
    rows = SettlementAdjustment.objects.filter(payout=payout)
    days = {p.value_date for row in rows for p in row.entry.postings.all()}
    assert days == {dt.date(2026, 6, 30), dt.date(2027, 6, 30)}
    assert street.holds() == []


def test_taken_back_before_30_june_the_year_settles_right_by_itself(db: None) -> None:
    street = Street("kashgar")
    payout = street.withdraw(200_000)
    street.bounce(payout)
    street.take_back(payout)
    street.settle(2026)
    assert street.alike(2026)
    assert not SettlementAdjustment.objects.exists()


def test_the_same_word_again_adjusts_nothing_more(db: None) -> None:
    street = Street("kashgar")
    payout = street.withdraw(200_000)
    street.settle(2026)
    street.bounce(payout)
    street.take_back(payout)
    rows = SettlementAdjustment.objects.count()
    assert street.take_back(payout).state == "FAILED"
    assert SettlementAdjustment.objects.count() == rows
    assert street.alike(2026)


def test_beside_a_settlement_that_is_being_posted_nothing_is_taken_back(db: None) -> None:
    street = Street("kashgar")
    payout = street.withdraw(200_000)
    street.settle(2026)
    street.bounce(payout)
    street.town.on(dt.date(2027, 6, 30))
    run = preview_run(open_run(centre=street.town.centre, year=2027, by=street.town.system))
    approve_run(run=run, by=street.town.supervisor, digest=run.digest)
    with pytest.raises(RunUnderWay):
        street.take_back(payout)
    payout.refresh_from_db()
    assert payout.state == "BOUNCED"
