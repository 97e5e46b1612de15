"""Two spouses at two windows: one application stands, the other one is told which."""

import datetime as dt

import pytest

from loans.errors import AlreadyApplies, LookedBefore
from loans.models import LoanApplication, LoanParty, LoanReview
from loans.services import cancel_loan_application
from tests.accounts.builders import Stage, make_stage
from tests.accounts.households import marry
from tests.loans.applications import APPLIED, OPENED, add_saver, answer, apply, look, pay
from tests.office.conftest import at_the_same_moment

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 200


def make_couple() -> tuple[Stage, list]:
    """A couple of whom each has saved long enough to borrow."""
    stage = make_stage("kashgar", OPENED)
    accounts = [add_saver(stage, months=6, born=dt.date(1988, month, 3)) for month in (1, 2)]
    stage.on(dt.date(2025, 7, 10))
    for account in accounts:
        pay(stage, account, 6 * 150_000)
    stage.on(APPLIED)
    marry(stage, accounts[0].member, accounts[1].member)
    return stage, accounts


def test_of_two_spouses_at_two_windows_one_applies_two_hundred_times_over():
    stage, accounts = make_couple()
    clerks = [stage.clerk, stage.colleague("clerk-2")]
    for _round in range(ROUNDS):
        for account in accounts:
            answer(stage, account)
        outcomes = at_the_same_moment(2, lambda n: apply(stage, accounts[n], clerk=clerks[n]))
        won = [one for one in outcomes if isinstance(one, LoanApplication)]
        told = [one for one in outcomes if isinstance(one, AlreadyApplies)]
        assert (len(won), len(told)) == (1, 1), outcomes
        assert told[0].standing == won[0].number
        assert LoanParty.objects.filter(is_active=True).count() == 2
        cancel_loan_application(application=won[0], business_date=stage.day, by=won[0].made_by)
    assert LoanApplication.objects.count() == ROUNDS


def test_a_reviewer_who_clicks_twice_looks_once():
    stage, accounts = make_couple()
    for account in accounts:
        answer(stage, account)
    application = apply(stage, accounts[0])
    outcomes = at_the_same_moment(
        2,
        lambda _n: look(stage, LoanApplication.objects.get(pk=application.pk), stage.checker),
    )
    assert sum(isinstance(one, LookedBefore) for one in outcomes) == 1
    assert LoanReview.objects.count() == 1
