"""What the bank sent back stays owed: paid again to another card, or taken back, never both."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.errors import BadField, BusinessWaits, OwnAccount, WrongState
from accounts.models import MemberAccount, MemberEvent
from contributions.errors import NotCorrectable, PayoutEnded, ReferenceUsed
from contributions.models import Payout, Reissue, Withdrawal
from contributions.queries import get_holdings, list_bounced, list_payouts
from contributions.services import (
    approve_reissue,
    bounce_payout,
    cancel_reissue,
    confirm_payout,
    fail_payout,
    return_reissue,
    submit_reissue,
)
from ledger.models import Entry
from ledger.queries import get_balance_fen, get_ledger_account
from ledger.verify import prove
from office.documents import AlreadyDecided, ChangedMeanwhile, SamePerson
from office.guards import drop_guards
from office.models import AuditEvent
from office.roles import Role
from office.services import DayNotOpen, NotAllowed
from settlement.services import submit_correction
from tests.contributions import exits
from tests.contributions.withdrawals import add_payer, approve, ask, bring, make_payer, withdraw

CARD = "6222020000000000017"
NEW = {"bank": "建设银行", "card": CARD, "check_no": "三要素1"}


@pytest.fixture
def paying(db: None) -> Any:
    """A centre with a withdrawal of 1,000 yuan that is ready to be paid."""
    stage, account = make_payer()
    stage.finance = stage.colleague("finance", Role.FINANCE)
    return stage, account, withdraw(stage, account)


def bounce(stage: Any, payout: Payout, said: str = "账号与户名不符", by: Any = None) -> Payout:
    return bounce_payout(
        payout=payout, failure=said, business_date=stage.day, by=by or stage.finance
    )


def take_in(stage: Any, payout: Payout, **changes: Any) -> Reissue:
    facts = {**NEW, "clerk": stage.clerk, **changes}
    return submit_reissue(payout=payout, business_date=stage.day, **facts)


def agree(stage: Any, reissue: Reissue, by: Any = None) -> Payout:
    return approve_reissue(
        reissue=reissue,
        digest=reissue.digest,
        business_date=stage.day,
        by=by or stage.checker,
    )


def again(stage: Any, payout: Payout) -> Payout:
    """Let the bank send a payment back and make it again."""
    return agree(stage, take_in(stage, bounce(stage, payout)))


def confirm(stage: Any, payout: Payout, reference: str = "回单1") -> Payout:
    return confirm_payout(
        payout=payout, bank_reference=reference, business_date=stage.day, by=stage.finance
    )


def fail(stage: Any, payout: Payout, said: str = "") -> Payout:
    return fail_payout(payout=payout, failure=said, business_date=stage.day, by=stage.finance)


def balance(stage: Any, code: str) -> int:
    return get_balance_fen(get_ledger_account(stage.centre, code))


def books(stage: Any, account: MemberAccount) -> tuple[int, int, int]:
    """What is owed, what lies in the bank, what the member holds."""
    return balance(stage, "21904"), balance(stage, "10101"), get_holdings(account).flex_fen


def broken(stage: Any) -> set[str]:
    return {proof.invariant.code for proof in prove([stage.centre]) if not proof.holds}


def test_what_the_bank_sent_back_is_owed_and_nothing_is_booked(paying: Any) -> None:
    stage, account, payout = paying
    entries = Entry.objects.count()
    sent_back = bounce(stage, payout)
    assert (sent_back.state, sent_back.entry, sent_back.confirmed_by) == (
        "BOUNCED",
        None,
        stage.finance,
    )
    assert Entry.objects.count() == entries
    assert books(stage, account) == (100_000, 500_000, 400_000)
    found = list_payouts(stage.centre, stage.day)
    assert (found.ready, found.bounced, found.ended) == ([], [payout], [])
    assert broken(stage) == set()


def test_to_the_corrected_card_it_is_paid_once_and_the_money_never_came_back(paying: Any) -> None:
    stage, account, payout = paying
    entries = Entry.objects.count()
    reissue = take_in(stage, bounce(stage, payout))
    assert list_payouts(stage.centre, stage.day).bounced[0].waiting == reissue.number
    second = agree(stage, reissue)
    payout.refresh_from_db()
    assert (payout.state, payout.replaced_by, second.replaces) == ("REPLACED", second, payout)
    assert (second.state, second.amount_fen, second.card_last4) == ("READY", 100_000, CARD[-4:])
    assert (second.source, second.approved_by) == (payout.source, stage.checker)
    assert Entry.objects.count() == entries
    assert books(stage, account) == (100_000, 500_000, 400_000)
    assert broken(stage) == set()
    confirm(stage, second)
    assert books(stage, account) == (0, 400_000, 400_000)
    assert not MemberEvent.objects.filter(kind="WITHDRAWAL_UNDONE").exists()
    assert AuditEvent.objects.filter(action="contributions.payout.replaced").count() == 1
    assert broken(stage) == set()


def test_the_member_may_take_it_back_instead_and_the_bank_s_words_stay(paying: Any) -> None:
    stage, account, payout = paying
    failed = fail(stage, bounce(stage, payout))
    assert (failed.state, failed.failure) == ("FAILED", "账号与户名不符")
    assert books(stage, account) == (0, 500_000, 500_000)
    assert MemberEvent.objects.filter(kind="WITHDRAWAL_UNDONE").count() == 1
    assert broken(stage) == set()


def test_what_is_sent_back_twice_is_paid_a_third_time_or_taken_back(paying: Any) -> None:
    stage, account, payout = paying
    second = again(stage, payout)
    third = again(stage, second)
    assert fail(stage, bounce(stage, third)).state == "FAILED"
    states = Payout.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["REPLACED", "REPLACED", "FAILED"]
    assert books(stage, account) == (0, 500_000, 500_000)
    assert broken(stage) == set()


def test_the_account_of_who_has_left_closes_when_the_second_card_is_paid(db: None) -> None:
    stage, account = make_payer()
    stage.finance = stage.colleague("finance", Role.FINANCE)
    first = exits.approve(stage, exits.leave(stage, account))
    second = again(stage, first)
    account.refresh_from_db()
    assert account.state != "CLOSED"
    confirm(stage, second)
    account.refresh_from_db()
    assert account.state == "CLOSED"
    assert broken(stage) == set()


# What nobody knows the end of


def test_a_payment_of_unknown_end_is_asked_after_and_stays_to_be_paid(paying: Any) -> None:
    """Days pass; nothing but the bank's word moves it, so it is paid at most once."""
    stage, account, payout = paying
    stage.on(stage.day + dt.timedelta(days=30))
    assert list_payouts(stage.centre, stage.day).ready == [payout]
    with pytest.raises(WrongState):
        take_in(stage, payout)
    with pytest.raises(BadField):
        fail(stage, payout)
    with pytest.raises(BadField):
        bounce(stage, payout, " ")
    assert books(stage, account) == (100_000, 500_000, 400_000)
    confirm(stage, payout)
    assert books(stage, account) == (0, 400_000, 400_000)


def test_the_same_word_again_changes_nothing(paying: Any) -> None:
    stage, _account, payout = paying
    first = bounce(stage, payout)
    stage.on(stage.day + dt.timedelta(days=1))
    assert bounce(stage, payout).confirmed_date == first.confirmed_date
    assert AuditEvent.objects.filter(action="contributions.payout.bounced").count() == 1


LATER = [
    ("confirm", lambda stage, payout: confirm(stage, payout)),
    ("another word", lambda stage, payout: bounce(stage, payout, "已销户")),
]


@pytest.mark.parametrize(("what", "end"), LATER, ids=[row[0] for row in LATER])
def test_what_came_back_is_neither_paid_nor_explained_otherwise(
    paying: Any, what: str, end: Any
) -> None:
    stage, account, payout = paying
    bounce(stage, payout)
    with pytest.raises(PayoutEnded):
        end(stage, payout)
    assert books(stage, account) == (100_000, 500_000, 400_000)


@pytest.mark.parametrize("end", [confirm, bounce, lambda stage, payout: fail(stage, payout, "x")])
def test_what_was_paid_again_is_over(paying: Any, end: Any) -> None:
    stage, account, payout = paying
    again(stage, payout)
    with pytest.raises(PayoutEnded):
        end(stage, payout)
    assert books(stage, account) == (100_000, 500_000, 400_000)


def test_the_receipt_of_the_first_payment_does_not_confirm_the_second(paying: Any) -> None:
    stage, _account, payout = paying
    confirm(stage, withdraw(stage, add_payer(stage)), "回单1")
    second = again(stage, payout)
    with pytest.raises(ReferenceUsed):
        confirm(stage, second, "回单1")
    assert confirm(stage, second, "回单2") == confirm(stage, second, "回单2")
    with pytest.raises(PayoutEnded):
        confirm(stage, second, "回单3")
    assert balance(stage, "21904") == 0


# Who, and when not


BAD = [
    ("bank", " "),
    ("card", "12345678901"),
    ("card", "6222 0200 0000 0000"),
    ("check_no", " "),
    ("check_no", "9" * 65),
]


@pytest.mark.parametrize(("field", "typed"), BAD)
def test_without_card_and_check_nothing_is_taken_in(paying: Any, field: str, typed: str) -> None:
    stage, _account, payout = paying
    bounce(stage, payout)
    with pytest.raises(BadField) as caught:
        take_in(stage, payout, **{field: typed})
    assert caught.value.field == field
    assert not Reissue.objects.exists()


@pytest.mark.parametrize("role", [Role.CHECKER, Role.SUPERVISOR, Role.FINANCE, Role.AUDITOR])
def test_only_a_clerk_takes_it_in(paying: Any, role: Role) -> None:
    stage, _account, payout = paying
    bounce(stage, payout)
    with pytest.raises(NotAllowed):
        take_in(stage, payout, clerk=stage.colleague("somebody", role))


@pytest.mark.parametrize("role", [Role.CLERK, Role.FINANCE, Role.AUDITOR])
def test_only_who_approves_withdrawals_approves_it(paying: Any, role: Role) -> None:
    stage, _account, payout = paying
    reissue = take_in(stage, bounce(stage, payout))
    with pytest.raises(NotAllowed):
        agree(stage, reissue, by=stage.colleague("somebody", role))


def test_nobody_approves_what_they_took_in_or_what_is_their_own(paying: Any) -> None:
    stage, account, payout = paying
    reissue = take_in(stage, bounce(stage, payout))
    stage.clerk.role = Role.CHECKER
    with pytest.raises(SamePerson):
        agree(stage, reissue, by=stage.clerk)
    stage.checker.person_index = account.member.documents.get().number_index
    with pytest.raises(OwnAccount):
        agree(stage, reissue)
    payout.refresh_from_db()
    assert payout.state == "BOUNCED"


def test_who_took_in_the_card_does_not_confirm_the_payment(paying: Any) -> None:
    stage, _account, payout = paying
    other = stage.colleague("other-clerk", Role.CLERK)
    second = agree(stage, take_in(stage, bounce(stage, payout), clerk=other))
    other.role = Role.FINANCE
    with pytest.raises(SamePerson):
        confirm_payout(payout=second, bank_reference="回单9", business_date=stage.day, by=other)


def test_above_the_limit_a_supervisor_approves_the_card_too(db: None) -> None:
    stage, account = make_payer()
    stage.finance = stage.colleague("finance", Role.FINANCE)
    bring(stage, account, 6_000_000)
    payout = approve(stage, ask(stage, account, 5_000_001), by=stage.supervisor)
    reissue = take_in(stage, bounce(stage, payout))
    assert reissue.approver_role == "SUPERVISOR"
    with pytest.raises(NotAllowed):
        agree(stage, reissue)
    assert agree(stage, reissue, by=stage.supervisor).amount_fen == 5_000_001


def test_while_the_card_waits_nothing_is_booked_back_and_the_other_way_round(paying: Any) -> None:
    stage, _account, payout = paying
    reissue = take_in(stage, bounce(stage, payout))
    with pytest.raises(BusinessWaits):
        fail(stage, payout)
    with pytest.raises(BusinessWaits):
        take_in(stage, payout)
    with pytest.raises(BusinessWaits):
        correct(stage, payout)
    cancel_reissue(reissue=reissue, by=stage.clerk)
    assert fail(stage, payout).state == "FAILED"
    with pytest.raises(WrongState):
        take_in(stage, payout)
    assert broken(stage) == set()


def correct(stage: Any, payout: Payout) -> Any:
    return submit_correction(
        entry=payout.source.entry, reason="录错", business_date=stage.day, by=stage.clerk
    )


def test_a_correction_undoes_what_came_back_but_not_what_was_paid_again_and_arrived(
    paying: Any,
) -> None:
    stage, _account, payout = paying
    bounce(stage, payout)
    assert correct(stage, payout).amount_fen == 100_000
    other = withdraw(stage, add_payer(stage))
    confirm(stage, again(stage, other))
    with pytest.raises(NotCorrectable):
        correct(stage, other)


def test_a_returned_card_leaves_the_money_owed_and_another_may_come(paying: Any) -> None:
    stage, account, payout = paying
    first = take_in(stage, bounce(stage, payout))
    return_reissue(reissue=first, reason="卡号看不清", by=stage.checker)
    assert list_bounced(account) == [payout]
    with pytest.raises(AlreadyDecided):
        agree(stage, first)
    assert agree(stage, take_in(stage, payout)).state == "READY"


def test_what_was_not_shown_is_not_approved_nor_on_a_closed_day(paying: Any) -> None:
    stage, _account, payout = paying
    reissue = take_in(stage, bounce(stage, payout))
    digest, reissue.digest = reissue.digest, "0" * 64
    with pytest.raises(ChangedMeanwhile):
        agree(stage, reissue)
    reissue.digest = digest
    stage.day += dt.timedelta(days=1)
    with pytest.raises(DayNotOpen):
        agree(stage, reissue)
    assert Payout.objects.count() == 1


def test_a_second_approval_pays_nothing_more(paying: Any) -> None:
    stage, _account, payout = paying
    reissue = take_in(stage, bounce(stage, payout))
    agree(stage, reissue)
    with pytest.raises(AlreadyDecided):
        agree(stage, reissue, by=stage.supervisor)
    assert Payout.objects.count() == 2
    assert broken(stage) == set()


# Below the application


def copy_of(payout: Payout, **changes: Any) -> Payout:
    facts = {
        "centre": payout.centre,
        "withdrawal": payout.withdrawal,
        "number": "PO-X",
        "amount_fen": payout.amount_fen,
        "card_last4": "1",
        "approved_by": payout.approved_by,
        "made_date": payout.made_date,
        **changes,
    }
    return Payout.objects.create(**facts)


def test_the_database_lets_a_document_have_one_payout_and_each_one_successor(paying: Any) -> None:
    stage, _account, payout = paying
    again(stage, payout)
    for changes in ({}, {"replaces": payout}):
        with pytest.raises(IntegrityError), transaction.atomic():
            copy_of(payout, **changes)


def test_a_payment_paid_twice_below_the_application_is_seen(paying: Any) -> None:
    stage, _account, payout = paying
    bounce(stage, payout)
    copy_of(payout, replaces=payout)
    assert {"M11.payouts", "M12.payouts"} <= broken(stage)


def test_a_further_payout_over_another_sum_is_seen(paying: Any) -> None:
    stage, _account, payout = paying
    second = again(stage, payout)
    drop_guards()
    Payout.objects.filter(pk=second.pk).update(amount_fen=99_999)
    assert "M11.payouts" in broken(stage)


def test_a_reissue_without_its_payout_cannot_be_approved(paying: Any) -> None:
    stage, _account, payout = paying
    reissue = take_in(stage, bounce(stage, payout))
    with pytest.raises(IntegrityError), transaction.atomic():
        Reissue.objects.filter(pk=reissue.pk).update(
            state="APPROVED", checked_by=stage.checker, checked_at=reissue.made_at
        )


def test_relocation_rent_counts_once_however_often_it_is_paid(db: None) -> None:
    stage, account = make_payer()
    stage.finance = stage.colleague("finance", Role.FINANCE)
    second = again(stage, withdraw(stage, account))
    taken = Withdrawal.objects.exclude(payouts__state="FAILED")
    assert [one.allowed_fen for one in taken] == [100_000]
    fail(stage, bounce(stage, second))
    assert not Withdrawal.objects.exclude(payouts__state="FAILED").exists()
