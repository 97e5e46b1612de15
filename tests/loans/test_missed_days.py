"""Offsets of days whose day-end was missed: as if done on that day, or on the open day."""

import datetime as dt

import pytest
from django.db import transaction

from accounts.services import approve_freeze, submit_freeze
from contributions.queries import get_holdings, get_holdings_since
from ledger.facts import Component
from ledger.models import Entry
from ledger.postings import interest_moves
from ledger.queries import get_ledger_account
from ledger.services import post
from ledger.verify import prove
from loans.models import Loan, Repayment
from loans.queries import get_course
from loans.services.debits import build_debits
from tests.accounts.builders import Stage
from tests.contributions.withdrawals import bring, make_payer
from tests.loans.late import close, close_every_day, traces
from tests.loans.quota_law import change_law
from tests.loans.running import make_loan
from tests.loans.test_offset_service import agree
from tests.loans.test_repayment_service import DUE, OUT, pay

ONE_DAY = dt.timedelta(days=1)
WEEK_LATER = DUE + 7 * ONE_DAY


def make(flex_fen: int = 500_000) -> tuple[Stage, Loan]:
    """A loan with a monthly agreement, gone through up to the day before its first due day."""
    stage, account = make_payer(day=OUT, flex_fen=flex_fen)
    loan = make_loan(stage, account)
    agree(stage, loan)
    close(stage, DUE - ONE_DAY)
    return stage, loan


def repaid() -> list[tuple[str, dt.date, int, int]]:
    rows = Repayment.objects.order_by("pk")
    return [(one.number[-8:], one.value_date, one.amount_fen, one.penalty_fen) for one in rows]


def first_fen(loan: Loan) -> int:
    first = loan.instalments.get(number=1)
    return first.principal_fen + first.interest_fen


def test_a_due_day_that_was_missed_is_paid_as_on_that_day_without_penalty(db) -> None:
    stage, loan = make()
    told = close(stage, WEEK_LATER)
    assert told["offset"] == 1
    assert repaid() == [("20260410", DUE, first_fen(loan), 0)]
    paid = Repayment.objects.get()
    assert paid.business_date == WEEK_LATER
    assert {one.value_date for one in paid.entry.postings.all()} == {DUE}
    assert (told["fell_late"], told["notices"]) == (0, 0)
    assert all(proof.holds for proof in prove([stage.centre]))


def test_a_week_that_was_missed_repays_as_if_every_day_had_been_closed(db) -> None:
    stage, _loan = make(flex_fen=100_000)
    with transaction.atomic():
        close_every_day(stage, WEEK_LATER)
        daily = [traces(stage), repaid()]
        transaction.set_rollback(True)
    stage.day = DUE - ONE_DAY
    close(stage, WEEK_LATER)
    assert [traces(stage), repaid()] == daily
    assert repaid()[0][2] == 100_000


def test_running_again_takes_nothing_more(db) -> None:
    stage, loan = make()
    close(stage, WEEK_LATER)
    assert close(stage)["offset"] == 0
    assert close(stage, WEEK_LATER + ONE_DAY)["offset"] == 0
    assert get_holdings(loan.member_account).total_fen == 500_000 - first_fen(loan)


def test_money_counts_from_no_day_before_it_came(db) -> None:
    stage, loan = make(flex_fen=100_000)
    stage.on(DUE + 3 * ONE_DAY)
    bring(stage, loan.member_account, 400_000)
    close(stage, WEEK_LATER)
    first, second = repaid()
    assert first == ("20260410", DUE, 100_000, 0)
    assert second[:2] == ("20260413", DUE + 3 * ONE_DAY)
    assert second[3] > 0, "what was short on the due day owes penalty interest until it came"
    assert all(proof.holds for proof in prove([stage.centre]))


def test_where_the_law_says_so_it_counts_from_the_open_day_and_owes_penalty(db) -> None:
    stage, loan = make()
    change_law(stage, "offset.missed_day", "ON_OPEN_DAY")
    close(stage, WEEK_LATER)
    ((number, on, fen, penalty_fen),) = repaid()
    assert (number, on) == ("20260417", WEEK_LATER)
    assert penalty_fen > 0
    assert fen == first_fen(loan) + penalty_fen


def test_what_was_paid_at_the_window_meanwhile_is_not_taken_again(db) -> None:
    stage, loan = make()
    stage.on(DUE + ONE_DAY)
    pay(stage, loan, get_course(loan).owed_on(stage.day)[0].total_fen)
    close(stage, WEEK_LATER)
    assert [one.channel for one in Repayment.objects.all()] == ["COUNTER"]


def test_after_a_later_movement_the_open_day_takes_what_is_left(db) -> None:
    stage, loan = make()
    stage.on(DUE + ONE_DAY)
    pay(stage, loan, 1_000)
    close(stage, WEEK_LATER)
    second = Repayment.objects.get(channel="OFFSET")
    assert second.value_date == DUE + ONE_DAY, "the first day after the movement"
    assert not get_course(loan).owed_on(WEEK_LATER)


def test_a_debit_that_is_on_its_way_today_holds_back_the_days_before(db) -> None:
    stage, loan = make()
    stage.on(WEEK_LATER)
    build_debits(centre=stage.centre, business_date=stage.day, by=stage.system)
    assert close(stage)["offset"] == 0
    assert get_course(loan).owed_on(WEEK_LATER)


def test_an_account_whose_interest_was_credited_since_serves_from_the_open_day(db) -> None:
    stage, loan = make()
    stage.on(DUE + 2 * ONE_DAY)
    account = loan.member_account
    post(
        centre=stage.centre,
        key="interest:1",
        kind=Entry.Kind.INTEREST,
        business_date=stage.day,
        document_no="息1",
        maker=stage.system,
        moves=interest_moves(
            expense=get_ledger_account(stage.centre, "41101"),
            member=account.flex_ledger_account,
            amount_fen=100,
            value_date=stage.day,
        ),
    )
    close(stage, WEEK_LATER)
    assert [row[:2] for row in repaid()] == [("20260412", DUE + 2 * ONE_DAY)]


def test_over_the_end_of_the_funds_year_nothing_counts_from_the_old_one(db) -> None:
    stage, account = make_payer(day=dt.date(2026, 5, 28), flex_fen=500_000)
    loan = make_loan(stage, account)
    agree(stage, loan)
    close(stage, dt.date(2026, 6, 27))
    close(stage, dt.date(2026, 7, 2))
    assert [row[1] for row in repaid()] == [dt.date(2026, 7, 1)]


def test_money_that_a_court_holds_now_pays_no_day_before(db) -> None:
    stage, loan = make()
    stage.on(WEEK_LATER)
    order = submit_freeze(
        member_account=loan.member_account,
        amount_fen=None,
        court="喀什市人民法院",
        order_no="（2026）新31执1号",
        from_date=stage.day,
        until_date=dt.date(2027, 1, 1),
        business_date=stage.day,
        by=stage.supervisor,
    )
    approve_freeze(freeze=order, digest=order.digest, by=stage.checker)
    assert close(stage)["offset"] == 0


@pytest.mark.parametrize(
    ("since", "flex_fen"), [(OUT, 100_000), (DUE, 100_000), (WEEK_LATER, 300_000)]
)
def test_what_has_been_held_since_a_day_is_the_least_of_all_days_after_it(
    db, since: dt.date, flex_fen: int
) -> None:
    stage, account = make_payer(day=OUT, flex_fen=100_000)
    stage.on(WEEK_LATER)
    bring(stage, account, 200_000)
    held = get_holdings_since(account, since)
    assert held.total_fen == flex_fen
    assert set(held.flex) == set(Component)
