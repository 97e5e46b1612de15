"""What was booked wrongly is undone by its mirror: two persons on the day, three later."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.errors import BadField, BusinessWaits, OwnAccount, WrongState
from accounts.models import MemberAccount, MemberEvent
from accounts.services import approve_freeze, seal, submit_freeze
from contributions.errors import (
    AlreadyCorrected,
    DayPassed,
    DepositRefused,
    MoneyFrozen,
    MoneyUsed,
    NotCorrectable,
)
from contributions.models import Correction, Coverage, Deposit, Payout
from contributions.queries import get_holdings, list_covered_months, paid_between
from contributions.services import (
    cancel_correction,
    confirm_payout,
    return_correction,
)
from ledger.models import Entry
from ledger.verify import prove
from office.documents import AlreadyDecided, ChangedMeanwhile, SamePerson
from office.fields import blind_index
from office.models import User
from office.roles import Role
from office.services import DayNotOpen, NotAllowed
from settlement.services import reverse_settled, submit_correction
from tests.accounts.builders import Stage
from tests.contributions.withdrawals import DAY, add_payer, ask, bring, make_payer, withdraw

NEXT = DAY + dt.timedelta(days=1)


@pytest.fixture
def payer(db: None) -> tuple[Stage, MemberAccount]:
    return make_payer()


def deposit_of(account: MemberAccount) -> Deposit:
    return Deposit.objects.get(member_account=account, entry__reversal__isnull=True)


def hand_in(stage: Stage, entry: Entry, **changes) -> Correction:
    facts = {"reason": "金额录错", "business_date": stage.day, "by": stage.clerk, **changes}
    return submit_correction(entry=entry, **facts)


def look(stage: Stage, correction: Correction, by=None) -> Correction:
    return reverse_settled(
        correction=correction,
        digest=correction.digest,
        business_date=stage.day,
        by=by or stage.checker,
    )


def correct(stage: Stage, entry: Entry, **changes) -> Correction:
    correction = hand_in(stage, entry, **changes)
    if correction.is_later:
        look(stage, correction)
    return look(stage, correction, stage.supervisor)


def test_on_its_day_a_checker_cancels_a_deposit_and_its_month_is_free_again(payer) -> None:
    stage, account = payer
    wrong = deposit_of(account)
    correction = look(stage, hand_in(stage, wrong.entry))
    assert (correction.state, correction.is_later) == ("APPROVED", False)
    assert correction.entry.reversal_of == wrong.entry
    assert get_holdings(account).total_fen == 0
    assert list_covered_months(account) == []
    assert paid_between(account, stage.day, dt.date(2026, 7, 1)) == (0, 0)
    assert all(proof.holds for proof in prove([stage.centre]))


def test_the_right_amount_takes_the_place_of_the_wrong_one(payer) -> None:
    stage, account = payer
    correction = look(stage, hand_in(stage, deposit_of(account).entry, right_amount_fen=1_000_000))
    right = correction.right_deposit
    assert (right.amount_fen, right.number) == (1_000_000, f"{correction.number}-R")
    assert get_holdings(account).flex_fen == 1_000_000
    assert [str(month) for month in list_covered_months(account)] == ["2026-10", "2026-11"]


def test_weeks_later_the_right_deposit_keeps_the_month_that_was_paid_in_time(payer) -> None:
    """October stays paid, though the right amount is entered in December."""
    stage, account = payer
    stage.on(dt.date(2026, 12, 1))
    correct(stage, deposit_of(account).entry, right_amount_fen=1_000_000)
    assert [str(month) for month in list_covered_months(account)] == ["2026-12", "2027-01"]
    stage, account = make_payer("bazhong", stranger=True)
    stage.on(dt.date(2026, 12, 1))
    correct(stage, deposit_of(account).entry, right_amount_fen=400_000)
    assert [str(month) for month in list_covered_months(account)] == ["2026-10"]


def test_a_deposit_in_the_wrong_account_moves_into_the_right_one(payer) -> None:
    stage, account = payer
    other = add_payer(stage)
    correction = look(stage, hand_in(stage, deposit_of(account).entry, right_account=other))
    assert correction.right_deposit.member_account == other
    assert get_holdings(account).total_fen == 0
    assert get_holdings(other).total_fen == 1_000_000
    assert all(proof.holds for proof in prove([stage.centre]))


def test_a_transfer_in_is_corrected_like_a_deposit(payer) -> None:
    stage, account = payer
    bring(stage, account, 30_000, "UNIT")
    transfer = account.transfers.get()
    look(stage, hand_in(stage, transfer.entry))
    assert get_holdings(account).unit_fen == 0


def test_a_withdrawal_that_is_not_paid_yet_comes_back_and_stops_nothing(payer) -> None:
    stage, account = payer
    payout = withdraw(stage, account)
    correction = hand_in(stage, payout.withdrawal.entry)
    with pytest.raises(SamePerson):
        look(stage, correction)  # approved the withdrawal
    look(stage, correction, stage.supervisor)
    payout.refresh_from_db()
    assert payout.state == Payout.State.FAILED
    assert get_holdings(account).total_fen == 500_000
    undone = MemberEvent.objects.get(kind="WITHDRAWAL_UNDONE")
    assert undone.document_no == payout.withdrawal.number
    assert all(proof.holds for proof in prove([stage.centre]))


# Refused


def test_later_it_takes_three_different_persons(payer) -> None:
    stage, account = payer
    stage.on(NEXT)
    correction = hand_in(stage, deposit_of(account).entry)
    assert correction.is_later
    look(stage, correction)
    with pytest.raises(SamePerson):
        look(stage, correction)
    with pytest.raises(NotAllowed):
        look(stage, correction, stage.colleague("second-checker", Role.CHECKER))
    with pytest.raises(NotAllowed):
        look(stage, correction, stage.clerk)
    assert get_holdings(account).total_fen == 500_000
    assert look(stage, correction, stage.supervisor).state == "APPROVED"


def test_the_database_too_wants_three_persons(payer) -> None:
    stage, account = payer
    stage.on(NEXT)
    correction = hand_in(stage, deposit_of(account).entry)
    entry = deposit_of(account).entry
    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.filter(pk=correction.pk).update(
            state="APPROVED",
            checked_by=stage.supervisor,
            checked_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
            entry=entry,
        )


def test_a_cancellation_left_over_its_day_is_handed_in_anew(payer) -> None:
    stage, account = payer
    correction = hand_in(stage, deposit_of(account).entry)
    stage.on(NEXT)
    with pytest.raises(DayPassed, match=correction.number):
        look(stage, correction)
    return_correction(correction=correction, reason="隔日", by=stage.checker)
    assert correct(stage, deposit_of(account).entry).is_later


def test_money_that_was_withdrawn_cannot_be_reversed(payer) -> None:
    stage, account = payer
    withdraw(stage, account, 450_000)
    with pytest.raises(MoneyUsed) as refused:
        hand_in(stage, deposit_of(account).entry)
    assert refused.value.short_fen == 450_000
    assert not Correction.objects.exists()


def test_nothing_is_corrected_while_a_withdrawal_waits(payer) -> None:
    stage, account = payer
    waiting = ask(stage, account)
    with pytest.raises(BusinessWaits, match=waiting.number):
        hand_in(stage, deposit_of(account).entry)


def test_nothing_is_withdrawn_while_a_correction_waits(payer) -> None:
    stage, account = payer
    correction = hand_in(stage, deposit_of(account).entry)
    with pytest.raises(BusinessWaits, match=correction.number):
        ask(stage, account)
    cancel_correction(correction=correction, by=stage.clerk)
    assert ask(stage, account).state == "SUBMITTED"


def test_money_a_court_holds_stays(payer) -> None:
    stage, account = payer
    freeze = submit_freeze(
        member_account=account,
        amount_fen=400_000,
        court="喀什市人民法院",
        order_no="（2026）新31执1号",
        from_date=DAY,
        until_date=dt.date(2027, 1, 1),
        business_date=DAY,
        by=stage.supervisor,
    )
    approve_freeze(freeze=freeze, digest=freeze.digest, by=stage.checker)
    with pytest.raises(MoneyFrozen, match=r"1,000\.00"):
        hand_in(stage, deposit_of(account).entry)


def test_a_withdrawal_the_bank_has_paid_is_not_undone(payer) -> None:
    stage, account = payer
    payout = withdraw(stage, account)
    finance = stage.colleague("finance", Role.FINANCE)
    confirm_payout(payout=payout, bank_reference="B1", business_date=stage.day, by=finance)
    with pytest.raises(NotCorrectable, match=payout.withdrawal.number):
        hand_in(stage, payout.withdrawal.entry)


def test_a_voucher_is_undone_once(payer) -> None:
    stage, account = payer
    wrong = deposit_of(account).entry
    look(stage, hand_in(stage, wrong))
    with pytest.raises(AlreadyCorrected):
        hand_in(stage, wrong)


def test_the_right_deposit_obeys_the_law_of_the_day(payer) -> None:
    stage, account = payer
    with pytest.raises(DepositRefused) as refused:
        hand_in(stage, deposit_of(account).entry, right_amount_fen=123)
    refused.value.record()
    assert get_holdings(account).total_fen == 500_000


def test_a_sealed_account_takes_no_right_deposit_but_gives_the_wrong_one_back(payer) -> None:
    stage, account = payer
    seal(member_account=account, business_date=DAY, document_no="S1", by=stage.clerk)
    with pytest.raises(WrongState):
        hand_in(stage, deposit_of(account).entry, right_amount_fen=1_000_000)
    assert look(stage, hand_in(stage, deposit_of(account).entry)).state == "APPROVED"


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("reason", {"reason": "  "}),
        ("reason", {"reason": "长" * 201}),
        ("right_amount_fen", {"right_amount_fen": 0}),
        ("right_amount_fen", {"right_amount_fen": 500_000}),
    ],
)
def test_a_form_that_cannot_be_right_names_its_field(payer, field, changes) -> None:
    stage, account = payer
    with pytest.raises(BadField) as refused:
        hand_in(stage, deposit_of(account).entry, **changes)
    assert refused.value.field == field


def test_an_account_of_another_centre_is_not_the_right_one(payer) -> None:
    stage, account = payer
    _far, stranger = make_payer("yantai", stranger=True)
    with pytest.raises(BadField) as refused:
        hand_in(stage, deposit_of(account).entry, right_account=stranger)
    assert refused.value.field == "right_account"


@pytest.mark.parametrize("role", [Role.CHECKER, Role.SUPERVISOR, Role.FINANCE, Role.AUDITOR])
def test_only_clerks_hand_corrections_in(payer, role) -> None:
    stage, account = payer
    with pytest.raises(NotAllowed):
        hand_in(stage, deposit_of(account).entry, by=stage.colleague("somebody", role))


def test_nobody_corrects_their_own_account(payer) -> None:
    stage, account = payer
    correction = hand_in(stage, deposit_of(account).entry)
    index = blind_index(account.member.documents.get().number)

    def becomes_the_member(person: User) -> User:
        User.objects.filter(person_index=index).update(person_index="")
        User.objects.filter(pk=person.pk).update(person_index=index)
        person.refresh_from_db()
        return person

    with pytest.raises(OwnAccount):
        look(stage, correction, becomes_the_member(stage.checker))
    with pytest.raises(OwnAccount):
        hand_in(stage, deposit_of(account).entry, by=becomes_the_member(stage.clerk))


def test_an_approval_binds_what_was_shown(payer) -> None:
    stage, account = payer
    correction = hand_in(stage, deposit_of(account).entry)
    with pytest.raises(ChangedMeanwhile):
        reverse_settled(
            correction=correction, digest="0" * 64, business_date=stage.day, by=stage.checker
        )
    look(stage, correction)
    with pytest.raises(AlreadyDecided):
        look(stage, correction, stage.supervisor)
    assert Coverage.objects.filter(member_account=account, is_active=True).count() == 0


def test_a_closed_day_takes_no_correction(payer) -> None:
    stage, account = payer
    with pytest.raises(DayNotOpen):
        hand_in(stage, deposit_of(account).entry, business_date=NEXT)
