"""Refunds from suspense: what nobody is owed goes back to who brought it, by two persons.

Which money is free is known to whoever keeps it: call it through that app's own service, under
its locks (``loans.services.refunds``).
"""

import datetime as dt
from typing import Any

from django.db import transaction

from accounts.holds import require_not_own
from accounts.models import MemberAccount
from accounts.queries import lock_member_account
from accounts.services import begin_business, end_business
from accounts.services.intake import check_mandate
from contributions.models import Payout, SuspenseRefund
from ledger.models import Entry, LedgerAccount
from ledger.postings import refund_moves
from ledger.queries import get_ledger_account
from ledger.services import post
from office.documents import approve, cancel, require_approver, return_, submit
from office.fields import blind_index, mask_card
from office.models import User
from office.services import audit, next_number, require_permission
from policy.limits import Business
from policy.queries import open_book
from policy.rules import approver_for

_ANY_DAY = 1


@transaction.atomic
def submit_refund(
    *,
    member_account: MemberAccount,
    line: LedgerAccount,
    kept_for: str,
    amount_fen: int,
    reason: str,
    bank: str,
    card: str,
    business_date: dt.date,
    clerk: User,
) -> SuspenseRefund:
    """Hand in that money kept on a line of 21901 goes back to a card. Nothing is booked yet.

    Args:
        line: the detail account that keeps the money.
        kept_for: the number of what it was brought for.
        reason: checked by the caller.

    Raises:
        NotAllowed, OwnAccount: the person may not do this for the account.
        BadField: bank or card cannot be one.
        BusinessWaits: another business of the account is not decided yet.
        Deceased: the member has died.

    Source: approval.limits.
    """
    require_permission(clerk, SuspenseRefund.submit_permission, member_account.centre)
    check_mandate(bank, card, _ANY_DAY)
    account = lock_member_account(member_account.pk)
    require_not_own(account, clerk)
    book = open_book(account.centre.code, business_date)
    refund = SuspenseRefund(
        number=next_number(account.centre, "SR", business_date),
        centre=account.centre,
        branch=clerk.branch or account.branch,
        business_date=business_date,
        made_by=clerk,
        member_account=account,
        line=line,
        kept_for=kept_for,
        amount_fen=amount_fen,
        reason=reason,
        payee=account.member.name,
        bank=bank.strip(),
        card=card,
        card_last4=card[-4:],
        approver_role=approver_for(book, Business.REFUND, amount_fen),
    )
    refund.save(force_insert=True)
    begin_business(account, refund)
    return submit(document=refund, by=clerk, shown=shown_refund(refund))


@transaction.atomic
def approve_refund(
    *, refund: SuspenseRefund, digest: str, business_date: dt.date, by: User
) -> Payout:
    """Approve a refund, book it out of suspense, and make it ready for payment.

    Call it under the locks that keep the money where it is.

    Returns:
        The payout, ready; finance confirms it like every other.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``. By
            approval.limits the amount decides which post approves.
        OwnAccount: it is the checker's own account.
        InsufficientBalance: the line holds less.
        DayNotOpen: the centre's books are not open for the day.

    Source: approval.limits; 财会字〔1999〕33号.
    """
    account = lock_member_account(refund.member_account_id)
    locked = SuspenseRefund.objects.select_for_update(of=("self",)).get(pk=refund.pk)
    if (locked.state, locked.digest) != (SuspenseRefund.State.SUBMITTED, digest) or (
        locked.made_by_id == by.pk
    ):
        approve(document=refund, by=by, digest=digest)  # says why not
    require_approver(locked, by)
    require_not_own(account, by)
    entry = _book(locked, business_date, by)
    SuspenseRefund.objects.filter(pk=locked.pk).update(entry=entry)
    approve(document=refund, by=by, digest=digest)
    end_business(refund)
    payout = Payout.objects.create(
        centre=locked.centre,
        refund=locked,
        number=next_number(locked.centre, "PO", business_date),
        amount_fen=locked.amount_fen,
        card_last4=locked.card_last4,
        approved_by=by,
        made_date=business_date,
    )
    audit(
        actor=by,
        action="contributions.refund",
        target=locked,
        centre=locked.centre,
        subject=account.number,
        reason=locked.reason,
        after={"amount_fen": payout.amount_fen, "payout": payout.number},
    )
    return payout


def _book(refund: SuspenseRefund, business_date: dt.date, by: User) -> Entry:
    """借：其他应付款—暂存款  贷：其他应付款—待退款."""
    return post(
        centre=refund.centre,
        key=f"refund:{refund.number}",
        kind=Entry.Kind.REFUND,
        business_date=business_date,
        document_no=refund.number,
        maker=by,
        moves=refund_moves(
            payable=refund.line,
            bank=get_ledger_account(refund.centre, Payout(refund=refund).payable),
            amount_fen=refund.amount_fen,
            value_date=business_date,
        ),
    )


@transaction.atomic
def return_refund(*, refund: SuspenseRefund, reason: str, by: User) -> SuspenseRefund:
    """Give a refund back with the reason; the money stays in suspense.

    Raises:
        ValueError: the reason is empty.
        SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return_(document=refund, by=by, reason=reason)
    end_business(refund)
    return refund


@transaction.atomic
def cancel_refund(*, refund: SuspenseRefund, by: User) -> SuspenseRefund:
    """Take back a refund that is not decided, as its maker.

    Raises:
        NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    cancel(document=refund, by=by)
    end_business(refund)
    return refund


def shown_refund(refund: SuspenseRefund) -> dict[str, Any]:
    """Give what the second person sees of a refund; its digest binds the approval."""
    return refund.shown_to(
        member_account=refund.member_account_id,
        line=refund.line_id,
        kept_for=refund.kept_for,
        amount_fen=refund.amount_fen,
        reason=refund.reason,
        payee=refund.payee,
        bank=refund.bank,
        card=blind_index(refund.card),
        masked_card=mask_card(refund.card),
    )
