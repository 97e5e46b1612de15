"""What interest counts as earned at a month end: reckoned by hand, on both sides of each edge."""

import datetime as dt
from fractions import Fraction

import pytest

from kernel.money import round_half_up
from loans.accruing import accrued_interest_fen, accrues
from loans.contract import Paid, Repriced
from loans.facts import PrepaymentOption, RepaymentMethod
from tests.loans.courses import run

PAID_OUT = dt.date(2026, 2, 10)
FIRST_DUE = dt.date(2026, 3, 10)
FEBRUARY, MARCH = dt.date(2026, 2, 28), dt.date(2026, 3, 31)
RATE = Fraction(26, 1000)
MONTH_FEN = 58_500  # 270,000.00 at 2.60 % for a twelfth of a year
INSTALMENT_FEN = 122_491


def test_the_running_period_has_earned_its_days_the_month_end_included():
    # 10 February to 1 March are 21 days of 360.
    assert accrued_interest_fen(run(), FEBRUARY) == 40_950


def test_an_instalment_that_fell_due_and_was_not_paid_still_owes_its_interest():
    left_fen = 27_000_000 - (INSTALMENT_FEN - MONTH_FEN)
    running_fen = round_half_up(left_fen * RATE * 21 / 360)
    assert accrued_interest_fen(run(), MARCH) == MONTH_FEN + running_fen


def test_what_was_paid_is_earned_no_longer():
    paid = run(Paid(FIRST_DUE, INSTALMENT_FEN, 1))
    assert accrued_interest_fen(paid, MARCH) == accrued_interest_fen(run(), MARCH) - MONTH_FEN


def test_of_an_instalment_paid_in_part_the_rest_is_counted():
    part = run(Paid(FIRST_DUE, 50_000, 1))
    assert accrued_interest_fen(part, MARCH) == accrued_interest_fen(run(), MARCH) - 50_000


@pytest.mark.parametrize("method", list(RepaymentMethod))
def test_a_period_that_ends_with_the_month_has_earned_what_its_instalment_asks(method):
    whole = run(disbursed_on=dt.date(2026, 2, 1), due_day=1, method=method)
    assert whole.lines[0].due_on == dt.date(2026, 3, 1)
    assert accrued_interest_fen(whole, FEBRUARY) == whole.lines[0].interest_fen == MONTH_FEN


def test_penalty_interest_is_no_part_of_it():
    late = dt.date(2026, 3, 11)
    assert run().owed_on(MARCH)[0].penalty_fen > 0
    assert accrued_interest_fen(run(), late) == MONTH_FEN + round_half_up(
        (27_000_000 - INSTALMENT_FEN + MONTH_FEN) * RATE * 2 / 360
    )


def test_a_new_rate_counts_from_its_day():
    repriced = run(
        Repriced(dt.date(2027, 1, 1), Fraction(20, 1000)), disbursed_on=dt.date(2026, 12, 10)
    )
    # 22 days of December at 2.60 %, 30 of January at 2.00 %; of them 21 after the instalment.
    assert accrued_interest_fen(repriced, dt.date(2026, 12, 31)) == round_half_up(
        27_000_000 * RATE * 21 / 360
    )
    first = repriced.lines[0]
    assert accrued_interest_fen(repriced, dt.date(2027, 1, 31)) == first.interest_fen + (
        round_half_up(first.balance_fen * Fraction(20, 1000) * 21 / 360)
    )


def test_a_loan_that_is_paid_off_has_nothing_left():
    whole = run(Paid(FIRST_DUE, 30_000_000, 1, PrepaymentOption.SHORTEN))
    assert whole.principal_left_fen == 0
    assert accrued_interest_fen(whole, MARCH) == 0


@pytest.mark.parametrize(("days", "earns"), [(0, True), (90, True), (91, False), (400, False)])
def test_after_ninety_days_late_a_loan_earns_nothing(days, earns):
    assert accrues(run(), FIRST_DUE + dt.timedelta(days=days), 90) is earns


def test_who_catches_up_earns_again():
    day = FIRST_DUE + dt.timedelta(days=100)
    owed_fen = sum(one.total_fen for one in run().owed_on(day))
    assert not accrues(run(), day, 90)
    assert accrues(run(Paid(day, owed_fen, 1)), day, 90)
