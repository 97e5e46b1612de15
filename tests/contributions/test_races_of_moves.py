"""Money that is asked for by two ways at the same moment: one gets it, the other is told."""

import datetime as dt

import pytest

from accounts.errors import AlreadyMarried, BusinessWaits, WrongState
from accounts.models import HouseholdRecord, Marriage, PendingBusiness
from contributions.errors import WithdrawalRefused
from contributions.models import Correction, Deposit, Merge, Payout, TransferOut, Withdrawal
from contributions.queries import get_holdings
from contributions.services import (
    cancel_exit,
    cancel_merge,
    cancel_withdrawal,
    return_withdrawal,
)
from ledger.verify import prove
from office.documents import AlreadyDecided
from tests.accounts.households import agree_household, marry, spouse_of, state_household, stranger
from tests.contributions import exits, withdrawals
from tests.contributions import test_correction_service as corrections
from tests.contributions import test_merge_service as merges
from tests.contributions.test_couples import claim
from tests.contributions.test_races import of_kind, pay
from tests.contributions.test_transfers import Road
from tests.contributions.withdrawals import add_payer, ask, bring, make_payer
from tests.office.conftest import at_the_same_moment

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

LETTER = {"letter_no": "函1", "other_code": "yantai", "other_name": "烟台中心"}
PAYEE = {
    "other_account": "2001",
    "payee": "烟台中心",
    "bank": "工商银行",
    "card": "370600000000001",
}


def at_once(*works):
    """Run each at the same moment; nothing but one's own refusals may come out of it."""
    return at_the_same_moment(len(works), lambda n: works[n]())


def holds(*stages):
    return all(proof.holds for proof in prove([stage.centre for stage in stages]))


def won_and_told(outcomes, won, told):
    """Exactly one of two won, and the other one was told why."""
    return (len(of_kind(outcomes, won)), len(of_kind(outcomes, told))) == (1, 1)


def test_a_deposit_that_races_a_merge_is_moved_along_or_refused():
    stage, closing, kept = merges.make_pair()
    merges.pay(stage, closing, 300_000, stage.day, "A")
    merge = merges.submit(stage, closing, kept)
    merged, paid, paid_there = at_once(
        lambda: merges.approve(stage, merge),
        lambda: pay(stage, closing, "R-closing", 500_000),
        lambda: pay(stage, kept, "R-kept", 500_000),
    )
    assert isinstance(merged, Merge)
    assert isinstance(paid_there, Deposit)
    assert isinstance(paid, Deposit | WrongState)
    came_fen = 500_000 if isinstance(paid, Deposit) else 0
    assert get_holdings(closing).total_fen == 0
    assert get_holdings(kept).total_fen == 300_000 + came_fen + 500_000
    assert holds(stage)


def test_of_a_merge_and_a_withdrawal_taken_in_at_once_one_waits():
    stage, closing, kept = merges.make_pair()
    for account in (closing, kept):
        merges.pay(stage, account, 300_000, stage.day, f"A-{account.number}")
    outcomes = at_once(
        lambda: merges.submit(stage, closing, kept),
        lambda: ask(stage, closing),
    )
    assert won_and_told(outcomes, (Merge, Withdrawal), BusinessWaits)
    assert PendingBusiness.objects.filter(member_account=closing, is_open=True).count() == 1
    assert holds(stage)


def test_a_withdrawal_that_races_the_approval_of_a_merge_is_told():
    stage, closing, kept = merges.make_pair()
    for account in (closing, kept):
        merges.pay(stage, account, 300_000, stage.day, f"A-{account.number}")
    merge = merges.submit(stage, closing, kept)
    merged, asked, asked_there = at_once(
        lambda: merges.approve(stage, merge),
        lambda: ask(stage, closing),
        lambda: ask(stage, kept),
    )
    assert isinstance(merged, Merge)
    assert isinstance(asked, BusinessWaits | WrongState | WithdrawalRefused)
    assert isinstance(asked_there, BusinessWaits | Withdrawal)
    assert get_holdings(kept).total_fen == 600_000
    assert holds(stage)


def test_of_two_merges_in_opposite_directions_one_waits():
    stage, one, other = merges.make_pair()
    outcomes = at_once(
        lambda: merges.submit(stage, one, other),
        lambda: merges.submit(stage, other, one),
    )
    assert won_and_told(outcomes, Merge, BusinessWaits)
    assert Merge.objects.count() == 1


def test_of_a_transfer_out_and_a_withdrawal_taken_in_at_once_one_waits():
    road = Road()
    road.letter()
    road.exchange()
    outcomes = at_once(road.take_up, lambda: ask(road.there, road.old))
    assert won_and_told(outcomes, (TransferOut, Withdrawal), BusinessWaits)
    assert holds(road.here, road.there)


def test_a_withdrawal_that_races_the_approval_of_a_transfer_out_is_told():
    road = Road()
    road.letter()
    road.exchange()
    out = road.take_up()
    reviewed, again, asked = at_once(
        lambda: road.review(out),
        lambda: road.review(out, road.there.supervisor),
        lambda: ask(road.there, road.old),
    )
    assert won_and_told([reviewed, again], TransferOut, AlreadyDecided)
    assert isinstance(asked, BusinessWaits | WrongState | WithdrawalRefused)
    assert get_holdings(road.old).total_fen == 0
    assert road.owed() == TransferOut.objects.get().amount_fen
    assert holds(road.here, road.there)


def test_of_a_correction_and_a_withdrawal_of_the_same_money_one_waits():
    stage, account = make_payer()
    wrong = corrections.deposit_of(account).entry
    outcomes = at_once(
        lambda: corrections.hand_in(stage, wrong),
        lambda: ask(stage, account, 500_000),
    )
    assert won_and_told(outcomes, (Correction, Withdrawal), BusinessWaits)
    assert holds(stage)


def test_a_withdrawal_never_gets_the_money_that_a_correction_takes_back():
    stage, account = make_payer()
    correction = corrections.hand_in(stage, corrections.deposit_of(account).entry)
    corrected, again, asked = at_once(
        lambda: corrections.look(stage, correction),
        lambda: corrections.look(stage, correction, stage.supervisor),
        lambda: ask(stage, account, 500_000),
    )
    assert won_and_told([corrected, again], Correction, AlreadyDecided)
    assert isinstance(asked, BusinessWaits | WithdrawalRefused)
    assert get_holdings(account).total_fen == 0
    assert holds(stage)


def test_who_takes_back_and_who_approves_meet_at_the_document():
    """Several rounds, because the two must not wait for each other's rows in a ring."""
    stage, account = make_payer()
    for _round in range(8):
        asked = ask(stage, account, 10_000)
        outcomes = at_once(
            lambda asked=asked: withdrawals.approve(stage, asked),
            lambda asked=asked: cancel_withdrawal(
                withdrawal=Withdrawal.objects.get(pk=asked.pk), by=stage.clerk
            ),
            lambda asked=asked: return_withdrawal(
                withdrawal=Withdrawal.objects.get(pk=asked.pk), reason="重填", by=stage.supervisor
            ),
        )
        won, told = of_kind(outcomes, (Payout, Withdrawal)), of_kind(outcomes, AlreadyDecided)
        # What was given back may still be taken back by its maker.
        assert len(won) + len(told) == 3, outcomes
        assert len(won) == 1 or Withdrawal.objects.get(pk=asked.pk).state == "CANCELLED"
        assert not PendingBusiness.objects.filter(is_open=True).exists()
    assert get_holdings(account).total_fen == 500_000 - 10_000 * Payout.objects.count()
    assert holds(stage)


def test_a_merge_or_an_exit_is_either_carried_out_or_taken_back():
    stage, closing, kept = merges.make_pair()
    merge = merges.submit(stage, closing, kept)
    payer = add_payer(stage)
    left = exits.leave(stage, payer)
    outcomes = at_once(
        lambda: merges.approve(stage, merge),
        lambda: cancel_merge(merge=Merge.objects.get(pk=merge.pk), by=stage.clerk),
        lambda: exits.approve(stage, left),
        lambda: cancel_exit(exit=type(left).objects.get(pk=left.pk), by=stage.clerk),
    )
    assert len(of_kind(outcomes[:2], AlreadyDecided)) == 1, outcomes
    assert len(of_kind(outcomes[2:], AlreadyDecided)) == 1, outcomes
    assert not PendingBusiness.objects.filter(is_open=True).exists()
    assert holds(stage)


@pytest.fixture
def couple():
    """Two members of Yantai with 45,000 yuan each."""
    stage, one = make_payer("yantai", day=dt.date(2026, 3, 10))
    other = add_payer(stage)
    for account in (one, other):
        bring(stage, account, 4_000_000)
    return stage, one, other


def test_two_spouses_at_two_windows_take_28000_together(couple):
    """Several rounds: whoever comes second knows of the other one, though neither is decided."""
    stage, one, other = couple
    marry(stage, one.member, other.member)
    asked = []
    for _round in range(8):
        for earlier in asked:
            cancel_withdrawal(withdrawal=earlier, by=stage.clerk)
        asked = at_once(
            lambda: claim(stage, one, 2_000_000),
            lambda: claim(stage, other, 2_000_000),
        )
        assert [each.allowed_fen for each in asked] == [1_400_000, 1_400_000]
        assert sorted(each.taken_spouse_fen for each in asked) == [0, 1_400_000]
    paid = at_once(*(lambda each=each: withdrawals.approve(stage, each) for each in asked))
    assert sum(payout.amount_fen for payout in of_kind(paid, Payout)) == 2_800_000
    assert holds(stage)


def test_two_windows_that_enter_one_household_enter_it_once(couple):
    stage, one, other = couple
    clerks = [stage.clerk, stage.colleague("clerk-2")]
    outcomes = at_the_same_moment(
        2,
        lambda n: state_household(
            stage, one.member, "MARRIED", clerk=clerks[n], **spouse_of(other.member)
        ),
    )
    assert won_and_told(outcomes, HouseholdRecord, BusinessWaits)
    record = HouseholdRecord.objects.get()
    checkers = [stage.checker, stage.supervisor]
    outcomes = at_the_same_moment(2, lambda n: agree_household(stage, record, checkers[n]))
    assert won_and_told(outcomes, HouseholdRecord, AlreadyDecided)
    assert Marriage.objects.count() == 1


def test_nobody_marries_two_people_at_two_windows(couple):
    stage, one, other = couple
    records = [
        state_household(stage, one.member, "MARRIED", **stranger(7)),
        state_household(stage, other.member, "MARRIED", **spouse_of(one.member)),
    ]
    outcomes = at_the_same_moment(
        2,
        lambda n: agree_household(stage, HouseholdRecord.objects.get(pk=records[n].pk)),
    )
    assert won_and_told(outcomes, HouseholdRecord, AlreadyMarried)
    assert Marriage.objects.count() == 1
