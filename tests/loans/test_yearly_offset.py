"""年冲 by the day-end: on the agreed day, once, made up for, never beside the window."""

import datetime as dt

import pytest

from contributions.queries import get_holdings
from ledger.verify import prove
from loans.facts import PrepaymentOption
from loans.models import Loan, Repayment
from loans.queries import find_offset_agreement
from loans.services import offset_principal
from loans.services.debits import build_debits
from loans.services.yearly import find_agreed_day
from policy.queries import open_book
from tests.accounts.builders import Stage
from tests.contributions.withdrawals import bring, make_payer
from tests.loans.late import close
from tests.loans.quota_law import change_law
from tests.loans.running import make_loan
from tests.loans.test_debits import take
from tests.loans.test_offset_service import agree
from tests.loans.test_repayment_service import OUT, due_fen, pay

SIGNED = dt.date(2026, 6, 15)
AGREED = dt.date(2027, 6, 15)
ONE_DAY = dt.timedelta(days=1)


@pytest.fixture
def served(db: None) -> tuple[Stage, Loan]:
    """A loan whose yearly agreement was signed in June; all is paid up to a year after it."""
    stage, account = make_payer("lianyungang", day=OUT)
    loan = make_loan(stage, account)
    stage.on(SIGNED)
    agree(stage, loan, "YEARLY")
    stage.on(AGREED - 2 * ONE_DAY)
    pay(stage, loan, due_fen(loan, stage.day), "LR-0")
    close(stage)
    return stage, loan


def yearly() -> list[tuple[dt.date, str, int]]:
    rows = Repayment.objects.filter(channel="OFFSET").order_by("pk")
    return [(one.value_date, one.option, one.amount_fen) for one in rows]


def test_it_is_done_on_the_day_a_year_after_the_agreement_and_not_before(served) -> None:
    stage, loan = served
    assert close(stage, AGREED - ONE_DAY)["yearly"] == 0
    assert close(stage, AGREED)["yearly"] == 1
    assert yearly() == [(AGREED, "REDUCE", 500_000)]
    assert get_holdings(loan.member_account).total_fen == 0
    assert all(proof.holds for proof in prove([stage.centre]))


def test_running_again_does_it_once(served) -> None:
    stage, loan = served
    close(stage, AGREED)
    bring(stage, loan.member_account, 100_000)
    assert close(stage)["yearly"] == 0
    assert close(stage, AGREED + ONE_DAY)["yearly"] == 0
    assert len(yearly()) == 1


def test_a_day_that_was_missed_is_made_up_for_as_on_that_day(served) -> None:
    stage, _loan = served
    assert close(stage, AGREED + 3 * ONE_DAY)["yearly"] == 1
    assert yearly() == [(AGREED, "REDUCE", 500_000)]


def test_where_the_law_says_so_it_is_made_up_for_on_the_open_day(served) -> None:
    stage, _loan = served
    change_law(stage, "offset.missed_day", "ON_OPEN_DAY")
    close(stage, AGREED + 3 * ONE_DAY)
    assert [row[0] for row in yearly()] == [AGREED + 3 * ONE_DAY]


def test_over_the_end_of_the_funds_year_it_is_made_up_for_on_the_open_day(served) -> None:
    stage, _loan = served
    close(stage, dt.date(2027, 7, 2))
    assert [row[0] for row in yearly()] == [dt.date(2027, 7, 2)]


def test_what_was_done_at_the_window_this_year_is_not_done_again(served) -> None:
    stage, loan = served
    stage.on(AGREED - ONE_DAY)
    offset_principal(
        loan=loan,
        business_date=stage.day,
        by=stage.clerk,
        option=PrepaymentOption.SHORTEN,
        amount_fen=100_000,
    )
    assert close(stage, AGREED)["yearly"] == 0
    assert len(yearly()) == 1


def test_a_day_without_money_passes_by_and_nothing_is_taken_later(served) -> None:
    stage, loan = served
    offset_all = offset_principal(
        loan=loan,
        business_date=stage.day,
        by=stage.clerk,
        option=PrepaymentOption.SHORTEN,
    )
    assert offset_all is not None
    assert close(stage, AGREED)["yearly"] == 0
    bring(stage, loan.member_account, 100_000)
    assert close(stage, AGREED + ONE_DAY)["yearly"] == 0


def test_a_debit_on_its_way_is_waited_for_and_the_offset_follows(db) -> None:
    stage, account = make_payer("lianyungang", day=OUT)
    loan = make_loan(stage, account)
    due = dt.date(2027, 3, 10)
    agree(stage, loan, "YEARLY")  # the agreed day is the due day of each March
    stage.on(due - ONE_DAY)
    pay(stage, loan, due_fen(loan, stage.day), "LR-0")
    close(stage)
    stage.on(due)
    build_debits(centre=stage.centre, business_date=due, by=stage.system)
    line = loan.debit_lines.get()
    assert close(stage)["yearly"] == 0
    stage.on(due + ONE_DAY)
    sum_ = f"{line.amount_fen // 100}.{line.amount_fen % 100:02d}"
    take(stage, f"{line.number},{sum_},PAID,{due},B-1,", total=sum_, count=1)
    assert close(stage)["yearly"] == 1
    assert yearly() == [(due + ONE_DAY, "REDUCE", 500_000)]
    bring(stage, account, 100_000)
    assert close(stage, due + 2 * ONE_DAY)["yearly"] == 0


def test_a_debit_never_answered_is_not_waited_for_for_ever(db) -> None:
    stage, account = make_payer("lianyungang", day=OUT)
    loan = make_loan(stage, account)
    due = dt.date(2027, 3, 10)
    agree(stage, loan, "YEARLY")
    stage.on(due - ONE_DAY)
    pay(stage, loan, due_fen(loan, stage.day), "LR-0")
    close(stage)
    stage.on(due)
    build_debits(centre=stage.centre, business_date=due, by=stage.system)
    told = [close(stage, due + place * ONE_DAY)["yearly"] for place in range(8)]
    # Wednesday the 10th is waited for up to Monday the 15th.
    assert told == [0, 0, 0, 0, 0, 0, 1, 0]


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("offset.yearly_option", "SHORTEN", (AGREED, "SHORTEN", 500_000)),
        ("offset.yearly_day", "DISBURSED", None),
    ],
)
def test_day_and_way_are_switches_of_the_law(served, key, value, expected) -> None:
    stage, _loan = served
    change_law(stage, key, value)
    close(stage, AGREED)
    assert yearly() == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("value", "on", "agreed"),
    [
        ("AGREEMENT_SIGNED", dt.date(2027, 6, 14), None),
        ("AGREEMENT_SIGNED", dt.date(2027, 6, 15), dt.date(2027, 6, 15)),
        ("AGREEMENT_SIGNED", dt.date(2029, 1, 1), dt.date(2028, 6, 15)),
        ("DISBURSED", dt.date(2027, 3, 9), None),
        ("DISBURSED", dt.date(2027, 3, 10), dt.date(2027, 3, 10)),
    ],
)
def test_the_agreed_day_is_an_anniversary(served, value, on, agreed) -> None:
    stage, loan = served
    change_law(stage, "offset.yearly_day", value)
    agreement = find_offset_agreement(loan)
    assert agreement is not None
    book = open_book(stage.centre.code, stage.day)
    assert find_agreed_day(agreement, on, book) == agreed


def test_a_monthly_agreement_repays_no_principal(db) -> None:
    stage, account = make_payer("lianyungang", day=OUT)
    loan = make_loan(stage, account)
    stage.on(SIGNED)
    agree(stage, loan)
    assert close(stage, AGREED)["yearly"] == 0
