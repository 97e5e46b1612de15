"""The day's quota and the fund's line: who is paid, who waits, and who comes first."""

import datetime as dt

import pytest

from kernel.money import yuan
from loans.errors import MustQueue, WrongLoanState
from loans.payment_checks import fund_facts, list_queue, place_in_queue
from loans.services import cancel_disbursement, queue_loan
from office.services import NotAllowed
from tests.contributions.withdrawals import add_payer, bring, make_payer
from tests.loans.quota_law import change_law
from tests.loans.running import finance_of, make_payment, make_secured_loan, pay_out

LOAN = 30_000_000


def make_waiting(quota_fen):
    """Two secured loans of 300,000 yuan in a centre with a day's quota."""
    stage, account = make_payer()
    change_law(stage, "loan.daily_quota", yuan(quota_fen))
    first = make_secured_loan(stage, account)
    second = make_secured_loan(stage, add_payer(stage))
    return stage, first, second


def queue(stage, loan):
    return queue_loan(loan=loan, business_date=stage.day, by=finance_of(stage))


def test_without_a_quota_everybody_is_paid(db):
    stage, account = make_payer()
    for loan in (make_secured_loan(stage, account), make_secured_loan(stage, add_payer(stage))):
        assert pay_out(stage, loan).state == "RUNNING"


@pytest.mark.parametrize(("quota_fen", "room"), [(LOAN, True), (LOAN - 1, False)])
def test_a_loan_is_paid_when_the_quota_holds_it_to_the_fen(db, quota_fen, room):
    stage, loan, _other = make_waiting(quota_fen)
    if room:
        assert make_payment(stage, loan).state == "SUBMITTED"
        return
    with pytest.raises(MustQueue):
        make_payment(stage, loan)


def test_what_waits_for_the_supervisor_uses_the_quota_too(db):
    stage, first, second = make_waiting(LOAN)
    payment = make_payment(stage, first)
    with pytest.raises(MustQueue) as caught:
        make_payment(stage, second)
    assert caught.value.place == 1
    cancel_disbursement(disbursement=payment, by=finance_of(stage))
    assert make_payment(stage, second).state == "SUBMITTED"


def test_the_next_day_has_a_quota_of_its_own_and_the_first_in_line_is_paid(db):
    stage, first, second = make_waiting(LOAN)
    third = make_secured_loan(stage, add_payer(stage))
    pay_out(stage, first)
    queue(stage, third)
    queue(stage, second)
    assert list_queue(stage.centre) == [second, third], "by acceptance, not by queuing"
    assert [place_in_queue(one) for one in (second, third)] == [1, 2]
    stage.on(stage.day + dt.timedelta(days=1))
    with pytest.raises(MustQueue) as caught:
        make_payment(stage, third)
    assert caught.value.place == 2
    assert pay_out(stage, second).state == "RUNNING"
    assert place_in_queue(third) == 1
    with pytest.raises(MustQueue):
        make_payment(stage, third)
    stage.on(stage.day + dt.timedelta(days=1))
    assert pay_out(stage, third).state == "RUNNING"
    assert list_queue(stage.centre) == []


def test_a_loan_that_never_queued_does_not_pass_one_that_waits_before_it(db):
    stage, first, second = make_waiting(10 * LOAN)
    queue(stage, first)
    with pytest.raises(MustQueue):
        make_payment(stage, second)
    pay_out(stage, first)
    assert make_payment(stage, second).state == "SUBMITTED"


def test_queueing_twice_queues_once_and_a_running_loan_never(db):
    stage, first, second = make_waiting(10 * LOAN)
    assert queue(stage, queue(stage, first)).state == "QUEUED"
    with pytest.raises(NotAllowed):
        queue_loan(loan=second, business_date=stage.day, by=stage.clerk)
    pay_out(stage, first)
    first.refresh_from_db()
    with pytest.raises(WrongLoanState):
        queue(stage, first)


# money of others in the fund, whether a loan of 300,000 yuan is paid; 95 % is the line
LINE = [(31_600_000, True), (31_070_000, False), (1_000_000, False)]


@pytest.mark.parametrize(("held_fen", "paid"), LINE)
def test_where_the_centre_watches_it_lending_stops_at_the_line(db, held_fen, paid):
    stage, account = make_payer("yantai")
    loan = make_secured_loan(stage, account)
    bring(stage, account, held_fen)
    assert fund_facts(stage.centre).flexible_contribution_balance == held_fen + 500_000
    if paid:
        assert make_payment(stage, loan).state == "SUBMITTED"
        return
    with pytest.raises(MustQueue):
        make_payment(stage, loan)


def test_elsewhere_the_line_only_warns(db):
    stage, account = make_payer("kashgar")
    assert make_payment(stage, make_secured_loan(stage, account)).state == "SUBMITTED"
