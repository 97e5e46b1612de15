"""Above what one person books alone a second one signs, and only then is anything booked."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.errors import BusinessWaits, OwnAccount, WrongState
from accounts.services import seal
from contributions.errors import AboveOwnLimit, DepositRefused
from contributions.models import Deposit, LargeDeposit
from contributions.queries import get_holdings, list_covered_months
from contributions.services import (
    approve_large_deposit,
    cancel_large_deposit,
    receive_deposit,
    return_large_deposit,
    submit_large_deposit,
)
from ledger.verify import prove
from office.documents import AlreadyDecided, ChangedMeanwhile, SamePerson
from office.inbox import kinds
from office.roles import Role
from office.services import DayNotOpen, NotAllowed
from settlement.services import reverse_settled, submit_correction
from tests.contributions.test_approval_limits import amend
from tests.contributions.withdrawals import ask, make_payer

LIMIT = 300_000
LOW = [
    {"business": "DEPOSIT", "role": "CLERK", "upto": "3000.00"},
    {"business": "DEPOSIT", "role": "CHECKER", "upto": "6000.00"},
    {"business": "DEPOSIT", "role": "SUPERVISOR"},
    {"business": "WITHDRAWAL", "role": "CHECKER"},
    {"business": "CORRECTION", "role": "CHECKER"},
]


@pytest.fixture
def window(db: None) -> Any:
    """A centre whose clerks book up to 3,000 yuan alone, and a member of free amounts."""
    stage, account = make_payer("bazhong", flex_fen=100_000)
    amend(stage, LOW)
    stage.on(dt.date(2026, 11, 2))
    return stage, account


def deposit(stage: Any, account: Any, fen: int, number: str = "R-2") -> Deposit:
    return receive_deposit(
        member_account=account,
        amount_fen=fen,
        business_date=stage.day,
        document_no=number,
        clerk=stage.clerk,
    )


def hand_in(stage: Any, account: Any, fen: int = LIMIT + 1, **changes: Any) -> LargeDeposit:
    facts = {"clerk": stage.clerk, **changes}
    return submit_large_deposit(
        member_account=account, amount_fen=fen, business_date=stage.day, **facts
    )


def sign(stage: Any, large: LargeDeposit, by: Any = None) -> Deposit:
    return approve_large_deposit(
        large_deposit=large,
        digest=large.digest,
        business_date=stage.day,
        by=by or stage.checker,
    )


def held(account: Any) -> int:
    return get_holdings(account).flex_fen


@pytest.mark.parametrize("fen", [LIMIT - 1, LIMIT])
def test_up_to_the_limit_and_on_it_a_clerk_books_alone(window: Any, fen: int) -> None:
    stage, account = window
    deposit(stage, account, fen)
    assert held(account) == 100_000 + fen


def test_above_the_limit_the_refusal_names_sum_limit_and_next_step(window: Any) -> None:
    stage, account = window
    with pytest.raises(AboveOwnLimit) as caught:
        deposit(stage, account, LIMIT + 1)
    said = str(caught.value)
    assert all(word in said for word in ("3,000.01", "3,000.00", "approval.limits", "大额缴存"))
    assert held(account) == 100_000


def test_a_second_signature_books_it_in_the_name_of_its_maker(window: Any) -> None:
    stage, account = window
    large = hand_in(stage, account)
    assert (large.approver_role, held(account)) == ("CHECKER", 100_000)
    booked = sign(stage, large)
    large.refresh_from_db()
    assert (large.state, large.deposit) == ("APPROVED", booked)
    assert (booked.number, booked.made_by) == (f"{large.number}-D", stage.clerk)
    assert held(account) == 100_000 + LIMIT + 1
    assert "2026-11" in [str(month) for month in list_covered_months(account)]
    assert all(proof.holds for proof in prove([stage.centre]))


@pytest.mark.parametrize(
    ("fen", "needed"), [(599_999, "CHECKER"), (600_000, "CHECKER"), (600_001, "SUPERVISOR")]
)
def test_the_amount_decides_whose_second_signature_it_is(
    window: Any, fen: int, needed: str
) -> None:
    stage, account = window
    large = hand_in(stage, account, fen)
    assert large.approver_role == needed
    assert kinds()["large-deposit"].may_decide(large, stage.checker) is (needed == "CHECKER")
    if needed == "SUPERVISOR":
        with pytest.raises(NotAllowed):
            sign(stage, large)
        assert held(account) == 100_000
    sign(stage, large, by=stage.supervisor)
    assert held(account) == 100_000 + fen


def test_a_change_of_the_table_moves_no_deposit_that_waits(window: Any) -> None:
    stage, account = window
    large = hand_in(stage, account)
    amend(stage, [{"business": "DEPOSIT", "role": "SUPERVISOR"}])
    assert sign(stage, large).amount_fen == LIMIT + 1


def test_signed_on_a_later_day_it_is_booked_on_that_day(window: Any) -> None:
    stage, account = window
    large = hand_in(stage, account)
    stage.on(stage.day + dt.timedelta(days=1))
    assert sign(stage, large).business_date == stage.day


def test_nobody_signs_what_they_took_in_or_what_goes_into_their_own_account(window: Any) -> None:
    stage, account = window
    large = hand_in(stage, account)
    stage.clerk.role = Role.CHECKER
    with pytest.raises(SamePerson):
        sign(stage, large, by=stage.clerk)
    stage.checker.person_index = account.member.documents.get().number_index
    with pytest.raises(OwnAccount):
        sign(stage, large)
    assert held(account) == 100_000


@pytest.mark.parametrize("role", [Role.CHECKER, Role.SUPERVISOR, Role.FINANCE, Role.AUDITOR])
def test_only_a_clerk_takes_it_in(window: Any, role: Role) -> None:
    stage, account = window
    with pytest.raises(NotAllowed):
        hand_in(stage, account, clerk=stage.colleague("somebody", role))


def test_what_the_law_refuses_is_refused_before_anybody_signs(db: None) -> None:
    stage, account = make_payer("bazhong", flex_fen=100_000)
    with pytest.raises(DepositRefused):
        hand_in(stage, account, 90_000_000)
    assert not LargeDeposit.objects.exists()


def test_it_takes_its_turn_and_a_sealed_account_takes_none(window: Any) -> None:
    stage, account = window
    large = hand_in(stage, account)
    for other in (lambda: hand_in(stage, account), lambda: ask(stage, account, 1_000)):
        with pytest.raises(BusinessWaits):
            other()
    cancel_large_deposit(large_deposit=large, by=stage.clerk)
    with pytest.raises(AlreadyDecided):
        sign(stage, large)
    again = hand_in(stage, account)
    return_large_deposit(large_deposit=again, reason="金额不符", by=stage.checker)
    seal(
        member_account=account,
        business_date=stage.day,
        document_no="S-1",
        by=stage.clerk,
    )
    with pytest.raises(WrongState):
        hand_in(stage, account)
    assert held(account) == 100_000


def test_what_was_not_shown_is_not_signed_nor_on_a_closed_day_nor_twice(window: Any) -> None:
    stage, account = window
    large = hand_in(stage, account)
    digest, large.digest = large.digest, "0" * 64
    with pytest.raises(ChangedMeanwhile):
        sign(stage, large)
    large.digest = digest
    today = stage.day
    stage.day += dt.timedelta(days=1)
    with pytest.raises(DayNotOpen):
        sign(stage, large)
    stage.day = today
    sign(stage, large)
    with pytest.raises(AlreadyDecided):
        sign(stage, large, by=stage.supervisor)
    assert held(account) == 100_000 + LIMIT + 1


def test_the_right_deposit_of_a_correction_is_signed_already(window: Any) -> None:
    stage, account = window
    wrong = deposit(stage, account, 200_000)
    correction = submit_correction(
        entry=wrong.entry,
        reason="金额录错",
        business_date=stage.day,
        by=stage.clerk,
        right_amount_fen=400_000,
    )
    reverse_settled(
        correction=correction,
        digest=correction.digest,
        business_date=stage.day,
        by=stage.checker,
    )
    assert held(account) == 500_000


def test_the_database_approves_none_without_its_deposit(window: Any) -> None:
    stage, account = window
    large = hand_in(stage, account)
    with pytest.raises(IntegrityError), transaction.atomic():
        LargeDeposit.objects.filter(pk=large.pk).update(
            state="APPROVED", checked_by=stage.checker, checked_at=large.made_at
        )
