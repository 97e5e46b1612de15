"""A recovery that was booked wrongly is taken back: money, write-off and household as before."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.errors import AlreadyEntered, BadField, OwnAccount
from accounts.holds import has_open_loan
from ledger.chart import Code
from ledger.models import Entry
from ledger.verify import prove
from loans.late_errors import RecoverySpent
from loans.models import LoanParty, Recovery, RecoveryReversal
from loans.repayment_errors import EffectChanged, NotReversible
from loans.services import (
    approve_recovery_reversal,
    cancel_recovery_reversal,
    return_recovery_reversal,
    submit_recovery_reversal,
)
from office.documents import AlreadyDecided, ChangedMeanwhile, SamePerson
from office.fields import blind_index
from office.roles import Role
from office.services import DayNotOpen, NotAllowed
from tests.contributions.limits import publish
from tests.loans.late import add_borrower, balance, close, decide_class, fill_reserve
from tests.loans.running import finance_of, make_loan
from tests.loans.test_write_off_service import PRINCIPAL, bring, make_bad, write_off


def make_recovered(fen=1_000_000):
    """Write a loan off and take this much in for it."""
    stage, loan = make_bad()
    document = write_off(stage, loan)
    return stage, loan, document, bring(stage, loan, fen)


def hand_in(stage, recovery, **changes):
    told = {
        "reason": "款项属于他人",
        "business_date": stage.day,
        "by": finance_of(stage),
        **changes,
    }
    return submit_recovery_reversal(recovery=recovery, **told)


def look(stage, reversal, **changes):
    told = {
        "digest": reversal.digest,
        "business_date": stage.day,
        "by": stage.supervisor,
        **changes,
    }
    return approve_recovery_reversal(reversal=reversal, **told)


def undo(stage, recovery):
    return look(stage, hand_in(stage, recovery))


def stands(stage, document):
    document.refresh_from_db()
    codes = (Code.LOAN_RISK_RESERVE, Code.SURPLUS_BANK, Code.BANK)
    return document.recovered_fen, [balance(stage, code) for code in codes]


def test_on_the_same_day_it_is_as_if_it_had_never_been(db):
    stage, loan = make_bad()
    document = write_off(stage, loan)
    before = stands(stage, document)
    recovery = bring(stage, loan, 1_000_000)
    reversal = undo(stage, recovery)
    assert stands(stage, document) == before == (0, before[1])
    recovery.refresh_from_db()
    reversal.refresh_from_db()
    assert recovery.undone_date == stage.day
    assert reversal.entry.reversal_of == recovery.entry
    assert all(one.holds for one in prove([stage.centre]))


def test_on_a_later_day_its_red_letter_voucher_stands_on_that_day(db):
    stage, _loan, document, recovery = make_recovered()
    stage.on(stage.day + dt.timedelta(days=40))
    reversal = undo(stage, recovery)
    reversal.refresh_from_db()
    lines = reversal.entry.postings.order_by("seq")
    assert list(lines.values_list("debit__code", "credit__code", "amount_fen")) == [
        ("301", "10101", 1_000_000),
        ("10101", "102", 1_000_000),
    ]
    assert reversal.entry.business_date == stage.day
    assert stands(stage, document)[0] == 0


def test_the_right_sum_is_booked_anew_with_the_banks_same_reference(db):
    stage, loan, document, recovery = make_recovered()
    with pytest.raises(AlreadyEntered):
        bring(stage, loan, 10_000)
    undo(stage, recovery)
    again = bring(stage, loan, 10_000)
    assert again.bank_reference == recovery.bank_reference
    assert stands(stage, document)[0] == 10_000
    with pytest.raises(IntegrityError), transaction.atomic():
        Recovery.objects.filter(pk=recovery.pk).update(undone_date=None)


def test_whom_the_last_fen_had_released_is_bound_again(db):
    stage, loan, document, recovery = make_recovered(PRINCIPAL)
    assert not has_open_loan(loan.member_account.member)
    reversal = hand_in(stage, recovery)
    assert reversal.rebinds
    look(stage, reversal)
    assert has_open_loan(loan.member_account.member)
    assert LoanParty.objects.get(application=loan.application).is_active
    # The debt can be recovered to the last fen once more, and releases once more.
    bring(stage, loan, PRINCIPAL)
    assert not has_open_loan(loan.member_account.member)
    document.refresh_from_db()
    assert document.left_fen == 0


def test_of_two_parts_undoing_either_leaves_the_other(db):
    stage, loan, document, first = make_recovered(PRINCIPAL - 100)
    second = bring(stage, loan, 100, "B-2")
    undo(stage, first)
    assert stands(stage, document)[0] == 100
    assert not hand_in(stage, second).rebinds


def test_whom_the_write_off_itself_had_released_stays_free(db):
    stage, loan = make_bad()
    publish(stage, "reserve.written_off_binds", False, stage.day + dt.timedelta(days=1))
    close(stage, stage.day + dt.timedelta(days=1))
    write_off(stage, loan)
    reversal = hand_in(stage, bring(stage, loan, PRINCIPAL))
    assert not reversal.rebinds
    look(stage, reversal)
    assert not has_open_loan(loan.member_account.member)


# What stands against it


def test_money_that_was_used_for_another_write_off_is_not_taken_back(db):
    stage, loan = make_bad()
    write_off(stage, loan)
    recovery = bring(stage, loan, PRINCIPAL)
    other = add_borrower(stage)
    close(stage, stage.day + dt.timedelta(days=60))
    decide_class(stage, other)
    write_off(stage, other)
    reversal = hand_in(stage, recovery)
    with pytest.raises(RecoverySpent, match="301"):
        look(stage, reversal)
    fill_reserve(stage, PRINCIPAL)
    assert look(stage, reversal).state == "APPROVED"


def test_it_is_undone_once(db):
    stage, _loan, _document, recovery = make_recovered()
    reversal = hand_in(stage, recovery)
    with pytest.raises(NotReversible):
        hand_in(stage, recovery)
    look(stage, reversal)
    with pytest.raises(AlreadyDecided):
        look(stage, reversal)
    with pytest.raises(NotReversible):
        hand_in(stage, recovery)
    assert Entry.objects.filter(kind=Entry.Kind.REVERSAL).count() == 1


def test_what_would_now_bind_others_than_were_shown_is_looked_at_anew(db):
    stage, loan, _document, recovery = make_recovered(PRINCIPAL - 100)
    reversal = hand_in(stage, recovery)
    bring(stage, loan, 100, "B-2")
    with pytest.raises(EffectChanged):
        look(stage, reversal)


def test_a_household_with_another_loan_by_now_is_not_bound_twice(db):
    stage, loan, document, recovery = make_recovered(PRINCIPAL)
    make_loan(stage, loan.member_account)
    before = stands(stage, document)
    with pytest.raises(NotReversible):
        undo(stage, recovery)
    assert stands(stage, document) == before


@pytest.mark.parametrize("reason", ["", " ", "x" * 201])
def test_it_needs_a_reason(db, reason):
    stage, _loan, _document, recovery = make_recovered()
    with pytest.raises(BadField, match="reason"):
        hand_in(stage, recovery, reason=reason)


# Who, when


def test_one_person_cannot_enter_and_approve_it(db):
    stage, _loan, _document, recovery = make_recovered()
    reversal = hand_in(stage, recovery)
    maker = finance_of(stage)
    maker.role = Role.SUPERVISOR
    maker.save()
    with pytest.raises(SamePerson):
        look(stage, reversal, by=maker)


@pytest.mark.parametrize("role", [Role.CLERK, Role.CHECKER, Role.FINANCE, Role.AUDITOR])
def test_nobody_but_a_supervisor_approves_it(db, role):
    stage, _loan, document, recovery = make_recovered()
    reversal = hand_in(stage, recovery)
    with pytest.raises(NotAllowed):
        look(stage, reversal, by=stage.colleague("another", role))
    assert stands(stage, document)[0] == 1_000_000


@pytest.mark.parametrize("role", [Role.CHECKER, Role.AUDITOR])
def test_only_who_takes_money_in_enters_it(db, role):
    stage, _loan, _document, recovery = make_recovered()
    with pytest.raises(NotAllowed):
        hand_in(stage, recovery, by=stage.colleague("another", role))


def test_nobody_undoes_money_of_their_own_loan(db):
    stage, loan, _document, recovery = make_recovered()
    number = loan.member_account.member.documents.get(is_current=True).number
    teller = finance_of(stage)
    teller.person_index = blind_index(number)
    with pytest.raises(OwnAccount):
        hand_in(stage, recovery, by=teller)


def test_what_was_not_shown_is_not_approved(db):
    stage, _loan, _document, recovery = make_recovered()
    with pytest.raises(ChangedMeanwhile):
        look(stage, hand_in(stage, recovery), digest="x")


def test_it_is_booked_on_an_open_day_only(db):
    stage, _loan, document, recovery = make_recovered()
    reversal = hand_in(stage, recovery)
    with pytest.raises(DayNotOpen):
        look(stage, reversal, business_date=stage.day + dt.timedelta(days=1))
    assert stands(stage, document)[0] == 1_000_000


def test_returned_or_taken_back_it_leaves_the_recovery_alone(db):
    stage, _loan, document, recovery = make_recovered()
    returned = hand_in(stage, recovery)
    return_recovery_reversal(reversal=returned, reason="回单未附", by=stage.supervisor)
    taken_back = hand_in(stage, recovery)
    with pytest.raises(NotAllowed):
        cancel_recovery_reversal(reversal=taken_back, by=stage.clerk)
    cancel_recovery_reversal(reversal=taken_back, by=finance_of(stage))
    assert stands(stage, document)[0] == 1_000_000
    states = RecoveryReversal.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["RETURNED", "CANCELLED"]
