"""Deposits above what one person books alone: handed in, signed by a second person, then booked."""

import datetime as dt
from typing import Any

from django.db import transaction

from accounts.holds import require_not_own
from accounts.models import MemberAccount
from accounts.queries import lock_member_account
from accounts.services import begin_business, end_business
from contributions.models import Deposit, LargeDeposit
from contributions.services.deposits import (
    check_input,
    decide_deposit,
    receive_deposit,
    require_normal,
)
from office.documents import approve, cancel, require_approver, return_, submit
from office.models import User
from office.services import next_number, require_permission
from policy.limits import Business
from policy.queries import open_book
from policy.rules import approver_for


@transaction.atomic
def submit_large_deposit(
    *, member_account: MemberAccount, amount_fen: int, business_date: dt.date, clerk: User
) -> LargeDeposit:
    """Decide a deposit and hand it to the post that signs for its amount. Nothing is booked yet.

    Raises:
        NotAllowed, OwnAccount: the person may not take in deposits of this account.
        DepositRefused, NoAgreement, WrongState, BadField, Unset: as ``receive_deposit``.
        BusinessWaits: other business of the account is not decided yet.

    Source: contribution.*, approval.limits
    """
    require_permission(clerk, LargeDeposit.submit_permission, member_account.centre)
    account = lock_member_account(member_account.pk)
    require_not_own(account, clerk)
    number = next_number(account.centre, "LD", business_date)
    check_input(amount_fen, number)
    require_normal(account)
    foreseen = Deposit(
        centre=account.centre,
        number=number,
        member_account=account,
        business_date=business_date,
        amount_fen=amount_fen,
        made_by=clerk,
    )
    decide_deposit(foreseen)
    book = open_book(account.centre.code, business_date)
    large = LargeDeposit(
        number=number,
        centre=account.centre,
        branch=clerk.branch or account.branch,
        business_date=business_date,
        made_by=clerk,
        member_account=account,
        amount_fen=amount_fen,
        months_covered=foreseen.months_covered,
        decision=foreseen.decision,
        approver_role=approver_for(book, Business.DEPOSIT, amount_fen),
    )
    begin_business(account, large)
    large.save(force_insert=True)
    return submit(document=large, by=clerk, shown=shown_large_deposit(large))


@transaction.atomic
def approve_large_deposit(
    *, large_deposit: LargeDeposit, digest: str, business_date: dt.date, by: User
) -> Deposit:
    """Sign a large deposit: it is decided once more and booked on this day, in its maker's name.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``. By
            approval.limits the amount decides which post signs.
        OwnAccount: it is the checker's own account.
        DepositRefused, NoAgreement, WrongState, DayNotOpen: as ``receive_deposit``.
    """
    account = lock_member_account(large_deposit.member_account_id)
    locked = LargeDeposit.objects.select_for_update(of=("self",)).get(pk=large_deposit.pk)
    if (locked.state, locked.digest) != (LargeDeposit.State.SUBMITTED, digest):
        approve(document=large_deposit, by=by, digest=digest)  # says why not
    require_approver(locked, by)
    require_not_own(account, by)
    deposit = receive_deposit(
        member_account=account,
        amount_fen=locked.amount_fen,
        business_date=business_date,
        document_no=f"{locked.number}-D",
        clerk=locked.made_by,
        is_countersigned=True,
    )
    LargeDeposit.objects.filter(pk=locked.pk).update(deposit=deposit)
    approve(document=large_deposit, by=by, digest=digest)
    end_business(large_deposit)
    return deposit


def return_large_deposit(*, large_deposit: LargeDeposit, reason: str, by: User) -> LargeDeposit:
    """Give a large deposit back with the reason; nothing is booked.

    Raises:
        ValueError, SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    with transaction.atomic():
        end_business(large_deposit)
        return return_(document=large_deposit, by=by, reason=reason)


def cancel_large_deposit(*, large_deposit: LargeDeposit, by: User) -> LargeDeposit:
    """Take back a large deposit that is not decided, as its maker.

    Raises:
        NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    with transaction.atomic():
        end_business(large_deposit)
        return cancel(document=large_deposit, by=by)


def shown_large_deposit(large_deposit: LargeDeposit) -> dict[str, Any]:
    """Give what the second person sees of a large deposit; its digest binds the approval."""
    return large_deposit.shown_to(
        member_account=large_deposit.member_account_id,
        amount_fen=large_deposit.amount_fen,
        months_covered=large_deposit.months_covered,
        decision=large_deposit.decision_id,
    )
