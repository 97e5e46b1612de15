"""Changing what was agreed on, sealing and unsealing."""

import datetime as dt

import pytest

from accounts.errors import AccountNotEmpty, BadField, TermsRefused, WrongState
from accounts.queries import find_agreement
from accounts.services import change_agreement, change_mandate, close, seal, unseal
from contributions.services import receive_deposit
from office.services import NotAllowed
from tests.accounts.builders import Stage, make_stage, make_terms


def change(stage, account, mode="MONTHLY", fen=60_000, document_no="A-1", clerk=None):
    return change_agreement(
        member_account=account,
        mode=mode,
        monthly_amount_fen=fen,
        business_date=stage.day,
        document_no=document_no,
        clerk=clerk or stage.clerk,
    )


def test_a_change_is_a_new_version_from_next_month_and_the_old_one_stays(stage: Stage):
    account = stage.open_account(make_terms("MONTHLY", 50_000))
    new = change(stage, account)
    assert (new.version, new.effective_month) == (2, dt.date(2026, 4, 1))
    assert find_agreement(account, dt.date(2026, 3, 31)).monthly_amount_fen == 50_000
    assert find_agreement(account, dt.date(2026, 4, 1)) == new
    assert list(account.agreements.values_list("state", flat=True)) == ["REPLACED", "SIGNED"]


def test_of_two_changes_in_one_month_the_later_one_counts(stage: Stage):
    account = stage.open_account()
    change(stage, account)
    last = change(stage, account, fen=70_000, document_no="A-2")
    assert find_agreement(account, dt.date(2026, 4, 1)) == last


@pytest.mark.parametrize(
    ("mode", "fen", "refused"),
    [("MONTHLY", 16_199, True), ("MONTHLY", 16_200, False), ("MONTHLY", 595_001, True),
     ("YEARLY", 50_000, True), ("FREE", None, True)],
)  # fmt: skip
def test_a_change_keeps_within_the_law_of_its_month(stage: Stage, mode, fen, refused):
    account = stage.open_account()
    if not refused:
        change(stage, account, mode, fen)
        return
    with pytest.raises(TermsRefused):
        change(stage, account, mode, fen)
    assert account.agreements.count() == 1


def test_only_a_clerk_changes_agreements_and_mandates(stage: Stage):
    account = stage.open_account()
    with pytest.raises(NotAllowed):
        change(stage, account, clerk=stage.supervisor)
    with pytest.raises(NotAllowed):
        change_mandate(
            member_account=account,
            bank="中国银行",
            card="6217000010007654321",
            debit_day=5,
            document_no="M-1",
            check_no="核2026-1",
            business_date=stage.day,
            clerk=stage.checker,
        )


def test_a_new_card_ends_the_old_mandate(stage: Stage):
    account = stage.open_account()
    facts = {"member_account": account, "bank": "中国银行", "card": "6217000010007654321"}
    facts |= {"document_no": "M-1", "check_no": "核2026-1"}
    new = change_mandate(**facts, debit_day=5, business_date=stage.day, clerk=stage.clerk)
    assert (new.version, new.card_last4) == (2, "4321")
    assert account.mandates.get(ended_date__isnull=True) == new
    with pytest.raises(BadField):
        change_mandate(**facts, debit_day=31, business_date=stage.day, clerk=stage.clerk)


def test_sealing_and_unsealing_leave_events_and_a_confirmed_agreement(stage: Stage):
    account = stage.open_account()
    sealed = seal(
        member_account=account, business_date=stage.day, document_no="S-1", by=stage.clerk
    )
    assert (sealed.state, sealed.sealed_date) == ("SEALED", stage.day)
    with pytest.raises(WrongState):
        seal(member_account=account, business_date=stage.day, document_no="S-2", by=stage.clerk)
    with pytest.raises(WrongState):
        change(stage, account)
    unseal(member_account=account, business_date=stage.day, document_no="U-1", by=stage.clerk)
    account.refresh_from_db()
    assert (account.state, account.sealed_date) == ("NORMAL", None)
    assert [event.kind for event in account.events.order_by("id")] == [
        "OPENED", "SEALED", "AGREEMENT_CHANGED", "UNSEALED",
    ]  # fmt: skip
    assert find_agreement(account, stage.day).version == 2
    with pytest.raises(WrongState):
        unseal(member_account=account, business_date=stage.day, document_no="U-2", by=stage.clerk)


def test_unsealing_needs_an_amount_within_the_limits_of_the_day(stage: Stage):
    account = stage.open_account()
    seal(member_account=account, business_date=stage.day, document_no="S-1", by=stage.clerk)
    with pytest.raises(TermsRefused):
        unseal(
            member_account=account,
            business_date=stage.day,
            document_no="U-1",
            by=stage.clerk,
            monthly_amount_fen=1,
        )
    account.refresh_from_db()
    assert account.state == "SEALED"


def test_only_a_clerk_of_the_centre_seals(stage: Stage):
    account = stage.open_account()
    for person in (stage.supervisor, make_stage("yantai").clerk):
        with pytest.raises(NotAllowed):
            seal(member_account=account, business_date=stage.day, document_no="S", by=person)


def test_an_account_with_one_fen_in_it_is_not_closed(stage: Stage):
    account = stage.open_account(make_terms("FREE", 16_200))
    receive_deposit(
        member_account=account,
        amount_fen=16_200,
        business_date=stage.day,
        document_no="R-1",
        clerk=stage.clerk,
    )
    with pytest.raises(AccountNotEmpty):
        close(
            member_account=account,
            reason="EXIT",
            business_date=stage.day,
            document_no="C-1",
            by=stage.system,
        )
    account.refresh_from_db()
    assert account.is_open
