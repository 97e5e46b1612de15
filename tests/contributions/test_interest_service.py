"""Interest to the day: booked once, refused while an older year is owed, provable afterwards."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from contributions.errors import YearNotSettled
from contributions.models import InterestCredit
from contributions.queries import get_holdings
from contributions.services import credit_interest
from contributions.verify import interest_credits_equal_the_rule
from ledger.facts import Component
from ledger.models import LedgerAccount
from office.services import DayNotOpen
from policy.services import verify_decisions
from tests.contributions.withdrawals import DAY, make_payer

SPRING = dt.date(2027, 3, 20)


def credit(stage, account, number="EX-1", by=None):
    return credit_interest(
        member_account=account,
        business_date=stage.day,
        document_no=number,
        by=by or stage.checker,
    )


@pytest.fixture
def payer(db: None):
    return make_payer("kashgar", flex_fen=500_000, unit_fen=300_000)


def test_each_origin_gets_its_own_interest_from_the_expense(payer) -> None:
    stage, account = payer
    stage.on(SPRING)
    given = credit(stage, account)
    # 14 October to 20 March: 156 of 360 days at 1.50 %
    assert (given.flex_fen, given.unit_fen) == (3_250, 1_950)
    holdings = get_holdings(account)
    assert holdings.flex[Component.INTEREST] == 3_250
    assert holdings.unit[Component.INTEREST] == 1_950
    sides = {(p.debit.code, p.amount_fen) for p in given.entry.postings.select_related("debit")}
    assert sides == {("41101", 3_250), ("41101", 1_950)}
    assert given.decision.calculator == "interest"
    assert verify_decisions() == []


def test_a_second_call_of_the_day_returns_the_first(payer) -> None:
    stage, account = payer
    stage.on(SPRING)
    assert credit(stage, account) == credit(stage, account, "EX-2")
    assert InterestCredit.objects.count() == 1


def test_a_day_without_interest_is_kept_without_a_voucher(payer) -> None:
    stage, account = payer
    given = credit(stage, account)
    assert (given.amount_fen, given.entry, given.from_date) == (0, None, dt.date(2026, 6, 30))


def test_an_ended_year_is_settled_first(payer) -> None:
    stage, account = payer
    stage.on(dt.date(2027, 7, 5))
    with pytest.raises(YearNotSettled, match="2027-06-30"):
        credit(stage, account)
    assert not InterestCredit.objects.exists()


def test_an_empty_account_owes_no_year(db: None) -> None:
    stage, _ = make_payer("kashgar")
    empty = stage.open_account()
    stage.on(dt.date(2027, 7, 5))
    assert credit(stage, empty).amount_fen == 0


def test_only_the_open_day_takes_a_credit(payer) -> None:
    stage, account = payer
    stage.on(SPRING)
    with pytest.raises((DayNotOpen, DatabaseError)), transaction.atomic():
        credit_interest(
            member_account=account, business_date=DAY, document_no="EX-1", by=stage.checker
        )


def test_the_proof_finds_interest_that_the_rule_does_not_give(payer) -> None:
    stage, account = payer
    stage.on(SPRING)
    given = credit(stage, account)
    assert interest_credits_equal_the_rule(stage.centre) == []
    forged = InterestCredit(
        centre=stage.centre,
        member_account=account,
        document_no="EX-9",
        from_date=SPRING,
        business_date=stage.on(dt.date(2027, 3, 21)),
        flex_fen=0,
        unit_fen=0,
        last_entry_id=given.last_entry_id,
        decision=given.decision,
        made_by=stage.checker,
    )
    forged.save(force_insert=True)
    assert interest_credits_equal_the_rule(stage.centre) != []


def test_a_credit_is_never_changed(payer) -> None:
    stage, account = payer
    given = credit(stage, account)
    with pytest.raises(DatabaseError), transaction.atomic():
        InterestCredit.objects.filter(pk=given.pk).update(document_no="EX-8")
    assert LedgerAccount.objects.get(pk=account.flex_ledger_account_id).credits_fen == 500_000
