"""Payments that the bank sent back, made again: a corrected card, a second person, a new payout."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.errors import WrongState
from accounts.holds import require_not_own
from accounts.queries import lock_member_account
from accounts.services import begin_business, end_business
from accounts.services.intake import check_card_answer, check_mandate
from contributions.errors import PayoutEnded
from contributions.inheriting import require_no_heir_of
from contributions.models import Payout, Reissue
from kernel.posts import Post
from office.documents import approve, cancel, require_approver, return_, submit
from office.fields import blind_index, mask_card
from office.models import User
from office.services import audit, next_number, require_open, require_permission
from policy.limits import Business
from policy.queries import open_book
from policy.rules import approver_for


@transaction.atomic
def submit_reissue(
    *,
    payout: Payout,
    bank: str,
    card: str,
    check_no: str,
    business_date: dt.date,
    clerk: User,
) -> Reissue:
    """Take in the payee's corrected card for a payment that the bank sent back.

    Nothing is booked: the money left the account with the approval of the document and is owed.

    Args:
        bank, card: of the same payee.
        check_no: the bank's answer that name, identity number, card and phone go together.

    Raises:
        NotAllowed, OwnAccount, OwnInheritance: the person may not do this for the account.
        BadField: bank, card or check cannot be one.
        WrongState: the bank has not sent the payment back, or it was paid or booked back since.
        BusinessWaits: other business of the account is not decided yet.
        Deceased: the payee has died; book it back, and the heirs take in what is left.
    """
    require_permission(clerk, Reissue.submit_permission, payout.centre)
    check_mandate(bank, card, 1)
    check_card_answer(check_no)
    account = lock_member_account(payout.source.member_account_id)
    require_not_own(account, clerk)
    standing = Payout.objects.select_for_update(of=("self",)).get(pk=payout.pk)
    _require_bounced(standing)
    if standing.heir is not None:
        require_no_heir_of(standing.heir.inheritance, clerk)
    reissue = Reissue(
        number=next_number(account.centre, "RP", business_date),
        centre=account.centre,
        branch=clerk.branch or account.branch,
        business_date=business_date,
        made_by=clerk,
        member_account=account,
        payout=standing,
        bank=bank.strip(),
        card=card,
        card_last4=card[-4:],
        check_no=check_no.strip(),
        approver_role=_approver_of(standing, business_date),
    )
    begin_business(account, reissue)
    reissue.save(force_insert=True)
    return submit(document=reissue, by=clerk, shown=shown_reissue(reissue))


def _approver_of(payout: Payout, business_date: dt.date) -> Post:
    """Say which post signs: the one that signs this amount of the business it paid."""
    business = Business.EXIT if payout.exit_id else Business.WITHDRAWAL
    if payout.heir_id:
        business = Business.HEIRS
    if payout.refund_id:
        business = Business.REFUND
    book = open_book(payout.centre.code, business_date)
    return approver_for(book, business, payout.amount_fen)


@transaction.atomic
def approve_reissue(*, reissue: Reissue, digest: str, business_date: dt.date, by: User) -> Payout:
    """Approve the corrected card: a further payout of the same document is ready for finance.

    Returns:
        The new payout; it names the one it replaces.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``. By
            approval.limits the amount decides which post approves.
        OwnAccount, OwnInheritance: it is the checker's own account or inheritance.
        WrongState: the payment was booked back or paid meanwhile.
        DayNotOpen: it is not the centre's open day.
    """
    account = lock_member_account(reissue.member_account_id)
    locked = Reissue.objects.select_for_update(of=("self",)).get(pk=reissue.pk)
    if (locked.state, locked.digest) != (Reissue.State.SUBMITTED, digest):
        approve(document=reissue, by=by, digest=digest)  # says why not
    require_approver(locked, by)
    require_not_own(account, by)
    require_open(locked.centre, business_date)
    bounced = Payout.objects.select_for_update(of=("self",)).get(pk=locked.payout_id)
    _require_bounced(bounced)
    if bounced.heir is not None:
        require_no_heir_of(bounced.heir.inheritance, by)
    again = _pay_again(bounced, locked, business_date, by)
    Reissue.objects.filter(pk=locked.pk).update(replacement=again)
    approve(document=reissue, by=by, digest=digest)
    end_business(reissue)
    return again


def _pay_again(bounced: Payout, reissue: Reissue, business_date: dt.date, by: User) -> Payout:
    """Make the further payout; the database lets only one take the place of another."""
    moved = Payout.objects.filter(pk=bounced.pk, state=Payout.State.BOUNCED).update(
        state=Payout.State.REPLACED
    )
    if not moved:
        raise PayoutEnded(bounced.number, bounced.get_state_display())
    try:
        with transaction.atomic():
            again = Payout.objects.create(
                centre=bounced.centre,
                withdrawal=bounced.withdrawal,
                exit=bounced.exit,
                heir=bounced.heir,
                refund=bounced.refund,
                replaces=bounced,
                number=next_number(bounced.centre, "PO", business_date),
                amount_fen=bounced.amount_fen,
                card_last4=reissue.card_last4,
                approved_by=by,
                made_date=business_date,
            )
    except IntegrityError as twice:
        raise PayoutEnded(bounced.number, str(Payout.State.REPLACED.label)) from twice
    audit(
        actor=by,
        action="contributions.payout.replaced",
        target=bounced,
        centre=bounced.centre,
        subject=reissue.member_account.number,
        before={"state": Payout.State.BOUNCED},
        after={"state": Payout.State.REPLACED, "payout": again.number},
    )
    return again


def return_reissue(*, reissue: Reissue, reason: str, by: User) -> Reissue:
    """Give the corrected card back with the reason; the money stays owed.

    Raises:
        ValueError, SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    with transaction.atomic():
        end_business(reissue)
        return return_(document=reissue, by=by, reason=reason)


def cancel_reissue(*, reissue: Reissue, by: User) -> Reissue:
    """Take back what is not decided, as its maker, when the member chooses otherwise.

    Raises:
        NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    with transaction.atomic():
        end_business(reissue)
        return cancel(document=reissue, by=by)


def shown_reissue(reissue: Reissue) -> dict[str, Any]:
    """Give what the second person sees of a reissue; its digest binds the approval."""
    return reissue.shown_to(
        member_account=reissue.member_account_id,
        payout=reissue.payout_id,
        amount_fen=reissue.amount_fen,
        bank=reissue.bank,
        card=blind_index(reissue.card),
        masked_card=mask_card(reissue.card),
        check_no=reissue.check_no,
    )


def _require_bounced(payout: Payout) -> None:
    if payout.state != Payout.State.BOUNCED:
        hint = _("Only a payment that the bank has sent back, and that is owed, is made again.")
        raise WrongState(payout.number, payout.get_state_display(), hint)
