"""What happens at the same moment: one wins, the other is told, and the books stay right."""

import datetime as dt

import pytest

from accounts.errors import AccountsRefused, BusinessWaits
from accounts.models import MemberAccount, Opening
from contributions.errors import DepositRefused, ExitChanged
from contributions.models import Coverage, Deposit, DormancyCandidate, Exit, Payout
from contributions.queries import get_holdings
from contributions.services import (
    act_on_candidates,
    approve_exit,
    receive_deposit,
    run_dormancy,
)
from ledger.verify import prove
from office.documents import AlreadyDecided
from tests.accounts.builders import Stage, make_stage, make_terms
from tests.contributions.exits import leave
from tests.contributions.withdrawals import ask, make_payer
from tests.office.conftest import at_the_same_moment

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def crowd() -> Stage:
    return make_stage("yantai", dt.date(2025, 7, 10))


def of_kind(outcomes, kind):
    return [outcome for outcome in outcomes if isinstance(outcome, kind)]


def pay(stage, account, number, fen=50_000):
    return receive_deposit(
        member_account=account,
        amount_fen=fen,
        business_date=stage.day,
        document_no=number,
        clerk=stage.clerk,
    )


def test_two_clerks_who_take_in_the_same_person_get_one_opening(crowd: Stage):
    applicant = crowd.applicant()
    crowd.ask(applicant)
    clerks = [crowd.clerk, crowd.colleague("clerk-2")]
    outcomes = at_the_same_moment(2, lambda n: crowd.submit(applicant, clerk=clerks[n]))
    assert len(of_kind(outcomes, Opening)) == 1
    assert len(of_kind(outcomes, AccountsRefused)) == 1


def test_two_checkers_who_approve_at_once_make_one_account(crowd: Stage):
    applicant = crowd.applicant()
    crowd.ask(applicant)
    opening = crowd.submit(applicant)
    checkers = [crowd.checker, crowd.supervisor]
    outcomes = at_the_same_moment(2, lambda n: crowd.approve(opening, by=checkers[n]))
    assert len(of_kind(outcomes, MemberAccount)) == 1
    assert len(of_kind(outcomes, AlreadyDecided)) == 1
    assert MemberAccount.objects.count() == 1


def test_fifty_deposits_of_one_receipt_are_one_deposit(crowd: Stage):
    account = crowd.open_account()
    outcomes = at_the_same_moment(50, lambda n: pay(crowd, account, "R-1"))
    assert {outcome.pk for outcome in of_kind(outcomes, Deposit)} == {Deposit.objects.get().pk}
    assert len(of_kind(outcomes, Deposit)) == 50
    assert get_holdings(account).flex_fen == 50_000
    assert Coverage.objects.count() == 1


def test_deposits_at_once_cannot_pass_a_limit_together():
    stage = make_stage("lianyungang", dt.date(2026, 3, 10))
    account = stage.open_account(make_terms("FREE", None))
    outcomes = at_the_same_moment(8, lambda n: pay(stage, account, f"R-{n}", 200_000))
    assert len(of_kind(outcomes, Deposit)) == 3  # three times 2,000 fit into 7,570.80
    assert len(of_kind(outcomes, DepositRefused)) == 5
    assert get_holdings(account).flex_fen == 600_000


def test_deposits_at_once_never_cover_a_month_twice(crowd: Stage):
    account = crowd.open_account()
    outcomes = at_the_same_moment(6, lambda n: pay(crowd, account, f"R-{n}"))
    assert len(of_kind(outcomes, Deposit)) == 6
    assert Coverage.objects.filter(is_active=True).values("month").distinct().count() == 6
    assert all(proof.holds for proof in prove([crowd.centre]))


def test_a_deposit_that_races_the_dormancy_job_wins_or_is_refused_cleanly(crowd: Stage):
    account = crowd.open_account()
    crowd.on(dt.date(2026, 2, 1))
    run_dormancy(centre=crowd.centre, on=crowd.day, approver=crowd.supervisor)
    crowd.on(dt.date(2026, 2, 16))
    works = [
        lambda: pay(crowd, account, "R-1"),
        lambda: act_on_candidates(centre=crowd.centre, on=crowd.day, by=crowd.system),
        lambda: act_on_candidates(centre=crowd.centre, on=crowd.day, by=crowd.system),
    ]
    outcomes = at_the_same_moment(3, lambda n: works[n]())
    account.refresh_from_db()
    ended = DormancyCandidate.objects.get().outcome
    if isinstance(outcomes[0], Deposit):
        assert (account.state, ended) == ("NORMAL", "DROPPED")
        assert get_holdings(account).flex_fen == 50_000
    else:
        assert isinstance(outcomes[0], AccountsRefused)
        assert (account.state, ended) == ("CLOSED", "CLOSED")
        assert get_holdings(account).total_fen == 0
    assert sorted(outcomes[1:]) == [0, 1]


def test_of_exit_deposit_and_withdrawal_at_once_each_wins_or_is_told():
    stage, account = make_payer("kashgar")
    left = leave(stage, account)
    works = [
        lambda: approve_exit(
            exit=left, digest=left.digest, business_date=stage.day, by=stage.checker
        ),
        lambda: approve_exit(
            exit=left, digest=left.digest, business_date=stage.day, by=stage.supervisor
        ),
        lambda: pay(stage, account, "R-race", 500_000),
        lambda: ask(stage, account),
    ]
    outcomes = at_the_same_moment(4, lambda n: works[n]())
    assert len(of_kind(outcomes, BusinessWaits)) in (0, 1)
    held_fen = get_holdings(account).total_fen
    if of_kind(outcomes, Payout):
        assert held_fen == 0
        assert isinstance(outcomes[2], AccountsRefused)
    else:
        assert held_fen == 1_000_000
        assert len(of_kind(outcomes, ExitChanged)) == 2
    assert all(proof.holds for proof in prove([stage.centre]))


def test_two_clerks_who_take_in_one_exit_get_one():
    stage, account = make_payer("kashgar")
    clerks = [stage.clerk, stage.colleague("clerk-2")]
    outcomes = at_the_same_moment(2, lambda n: leave(stage, account, clerk=clerks[n]))
    assert len(of_kind(outcomes, Exit)) == 1
    assert len(of_kind(outcomes, BusinessWaits)) == 1
