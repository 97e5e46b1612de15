"""Corrections: a wrong entry is undone by its mirror, never changed and never deleted.

On its own day by two persons (抹账), later by three (红冲). What a reversal changes in settled
years is the settlement's work: call ``settlement.services``, which calls these.
"""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.errors import BadField, WrongState
from accounts.holds import require_not_own
from accounts.models import MemberAccount
from accounts.queries import lock_member_account
from accounts.services import begin_business, end_business
from accounts.services.checks import read_text
from contributions.errors import AlreadyCorrected, DayPassed, MoneyUsed, NotReviewed
from contributions.models import Correction, Coverage, Payout
from contributions.services.deposits import receive_deposit
from contributions.services.payouts import take_back_payout
from contributions.undo import (
    account_of_entry,
    brought_by,
    paid_out_by,
    require_covered,
    require_free,
    require_no_interest_since,
    undone_by,
)
from kernel.money import MAX_FEN
from kernel.months import Month
from kernel.posts import Post
from ledger.models import Entry
from ledger.services import InsufficientBalance, reverse
from office.documents import SamePerson, approve, cancel, require_approver, return_, submit
from office.models import User
from office.services import audit, next_number, require_permission
from policy.limits import Business
from policy.queries import open_book
from policy.rules import approver_for

_REASON_LENGTH = 200


def prepare_correction(
    *,
    entry: Entry,
    reason: str,
    business_date: dt.date,
    by: User,
    right_account: MemberAccount | None = None,
    right_amount_fen: int | None = None,
) -> Correction:
    """Make a correction that is not handed in yet, after everything against it was looked at.

    The account is locked. ``settlement.services.submit_correction`` adds the effect and hands in.

    Args:
        entry: what is wrong: a deposit, a transfer in, or a withdrawal that is not paid yet.
        right_account, right_amount_fen: the deposit that should have been booked; None: none.

    Raises:
        NotAllowed, OwnAccount: the person may not correct this account.
        BadField: the reason, or the right amount, is none.
        NotCorrectable, AlreadyCorrected, MoneyFrozen: it cannot be undone, the message says why.
        WrongState: the account is closed.
    """
    account = account_of_entry(entry)
    require_permission(by, Correction.submit_permission, account.centre)
    said = read_text("reason", reason, _REASON_LENGTH)
    right = _right_deposit(account, entry, right_account, right_amount_fen)
    for pk in sorted({account.pk, right[0].pk} if right else {account.pk}):
        require_not_own(lock_member_account(pk), by)
    account = lock_member_account(account.pk)
    _require_correctable(account, entry, business_date)
    kept = getattr(entry, "suspense_refund", None)
    amount_fen = kept.amount_fen if kept is not None else abs(brought_by(account, entry))
    is_later = business_date > entry.business_date
    waiting = Correction.objects.filter(wrong_entry=entry, state=Correction.State.SUBMITTED)
    if (other := waiting.first()) is not None:
        raise AlreadyCorrected(entry.document_no, other.number)
    return Correction(
        number=next_number(account.centre, "CR", business_date),
        centre=account.centre,
        branch=by.branch or account.branch,
        business_date=business_date,
        made_by=by,
        member_account=account,
        wrong_entry=entry,
        amount_fen=amount_fen,
        reason=said,
        is_later=is_later,
        approver_role=_approver(account, amount_fen, right, business_date, is_later),
        right_account=right[0] if right else None,
        right_amount_fen=right[1] if right else None,
    )


def hand_in_correction(correction: Correction) -> Correction:
    """Hand a prepared correction to the second person.

    Raises:
        BusinessWaits: other business of the account is not decided yet.
        AlreadyCorrected: somebody else has just handed one in.
    """
    try:
        with transaction.atomic():
            correction.save(force_insert=True)
    except IntegrityError as broken:
        raise AlreadyCorrected(correction.wrong_entry.document_no, "–") from broken
    begin_business(correction.member_account, correction)
    return submit(document=correction, by=correction.made_by, shown=shown_correction(correction))


@transaction.atomic
def review_correction(
    *, correction: Correction, digest: str, business_date: dt.date, by: User
) -> Correction:
    """Review a later reversal as its checker; a supervisor approves it afterwards.

    Raises:
        SamePerson, NotAllowed, OwnAccount: the person may not review it.
        ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
    """
    locked = _lock(correction, by)
    if (locked.state, locked.digest) != (Correction.State.SUBMITTED, digest) or (
        locked.made_by_id == by.pk
    ):
        approve(document=correction, by=by, digest=digest)  # says why not
    require_permission(by, Correction.approve_permission, locked.centre)
    Correction.objects.filter(pk=locked.pk, reviewed_by__isnull=True).update(
        reviewed_by=by, reviewed_date=business_date
    )
    correction.refresh_from_db()
    audit(
        actor=by,
        action="contributions.correction.review",
        target=correction,
        centre=correction.centre,
        subject=correction.number,
    )
    return correction


@transaction.atomic
def approve_correction(
    *, correction: Correction, digest: str, business_date: dt.date, by: User
) -> Correction:
    """Approve a correction: the mirror is booked, and the right deposit if there is one.

    Call it through ``settlement.services.reverse_settled``, which sees to the settled years.

    Raises:
        SamePerson, NotAllowed, OwnAccount: a later reversal needs a supervisor who is neither its
            maker nor its reviewer; by approval.limits the amount decides on the day itself.
        NotReviewed: no checker has looked at the later reversal yet.
        DayPassed: a cancellation on the day of booking was left over that day.
        MoneyUsed, MoneyFrozen, NotCorrectable, AlreadyCorrected, WrongState: something now stands
            against it.
        DepositRefused: the law refuses the right deposit.
        ChangedMeanwhile, AlreadyDecided, DayNotOpen: as always.
    """
    locked = _lock(correction, by)
    _require_approver(locked, by)
    if not locked.is_later and business_date != locked.business_date:
        raise DayPassed(locked.number, locked.wrong_entry.business_date)
    if (locked.state, locked.digest) == (Correction.State.SUBMITTED, digest):
        carry_out_correction(locked, business_date=business_date, by=by)
        Correction.objects.filter(pk=locked.pk).update(
            entry=locked.entry, right_deposit=locked.right_deposit
        )
    approve(document=correction, by=by, digest=digest)
    end_business(correction)
    return correction


def carry_out_correction(correction: Correction, *, business_date: dt.date, by: User) -> None:
    """Book the mirror and the right deposit of a correction, and free the months it covered.

    Also used to foresee the effect inside a transaction that is rolled back.

    Raises:
        see ``approve_correction``.
    """
    account, entry = correction.member_account, correction.wrong_entry
    _require_correctable(account, entry, business_date)
    if (paid_out := paid_out_by(entry)) is not None:
        payout = paid_out.payouts.get(state__in=Payout.OWED)
        correction.entry = take_back_payout(
            payout=payout,
            key=f"correction:{correction.number}",
            document_no=correction.number,
            failure=correction.reason,
            business_date=business_date,
            by=by,
        )
        return
    try:
        correction.entry = reverse(
            entry=entry,
            key=f"correction:{correction.number}",
            business_date=business_date,
            maker=by,
            document_no=correction.number,
            memo=correction.reason[:128],
        )
    except InsufficientBalance as short:
        raise MoneyUsed(account.number, short.asked_fen - short.balance_fen) from short
    freed = _free_months(entry)
    require_covered(account)
    _book_right_deposit(correction, freed, business_date)


def return_correction(*, correction: Correction, reason: str, by: User) -> Correction:
    """Give a correction back with the reason; nothing is booked.

    Raises:
        ValueError, SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    with transaction.atomic():
        returned = return_(document=correction, by=by, reason=reason)
        end_business(returned)
    return returned


def cancel_correction(*, correction: Correction, by: User) -> Correction:
    """Take back a correction that is not decided, as its maker.

    Raises:
        NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    with transaction.atomic():
        cancelled = cancel(document=correction, by=by)
        end_business(cancelled)
    return cancelled


def shown_correction(correction: Correction) -> dict[str, Any]:
    """Give what the second person sees of a correction; its digest binds the approval."""
    return correction.shown_to(
        member_account=correction.member_account_id,
        wrong_entry=correction.wrong_entry_id,
        amount_fen=correction.amount_fen,
        reason=correction.reason,
        is_later=correction.is_later,
        effect=correction.effect,
        right_account=correction.right_account_id,
        right_amount_fen=correction.right_amount_fen,
    )


def _approver(
    account: MemberAccount,
    amount_fen: int,
    right: tuple[MemberAccount, int] | None,
    on: dt.date,
    is_later: bool,
) -> Post:
    """Give the post that approves: by the greater of what is undone and what takes its place.

    Whatever the amount, a later reversal is a supervisor's.
    """
    if is_later:
        return Post.SUPERVISOR
    moved_fen = max(amount_fen, right[1] if right else 0)
    return approver_for(open_book(account.centre.code, on), Business.CORRECTION, moved_fen)


def _right_deposit(
    account: MemberAccount,
    entry: Entry,
    right_account: MemberAccount | None,
    right_amount_fen: int | None,
) -> tuple[MemberAccount, int] | None:
    """Read the deposit that should have been booked; of the same centre, and not the same again."""
    if right_account is None and right_amount_fen is None:
        return None
    into = right_account or account
    deposit = getattr(entry, "deposit", None)
    if deposit is None:
        expected = _("empty, except for deposits: book it anew by its own business")
        raise BadField("right_amount_fen", seen=str(right_amount_fen), expected=expected)
    fen = deposit.amount_fen if right_amount_fen is None else right_amount_fen
    if type(fen) is not int or not 1 <= fen <= MAX_FEN:
        raise BadField("right_amount_fen", seen=repr(fen), expected=f"1–{MAX_FEN}")
    if (into.pk, fen) == (account.pk, deposit.amount_fen):
        expected = _("another amount or another account than what was booked")
        raise BadField("right_amount_fen", seen=str(fen), expected=expected)
    if into.centre_id != account.centre_id:
        expected = _("an account of this centre")
        raise BadField("right_account", seen=into.number, expected=expected)
    return into, fen


def _require_correctable(account: MemberAccount, entry: Entry, business_date: dt.date) -> None:
    if by := undone_by(entry):
        raise AlreadyCorrected(entry.document_no, by)
    account_of_entry(entry)
    if not account.is_open and not hasattr(entry, "suspense_refund"):
        hint = _("Its money has been paid out; what was paid too much is claimed back.")
        raise WrongState(account.number, account.get_state_display(), hint)
    require_free(account, entry, business_date)
    require_no_interest_since(account, entry)


def _lock(correction: Correction, by: User) -> Correction:
    """Hold the accounts in the order of their ids, then the document."""
    pks = {correction.member_account_id, correction.right_account_id} - {None}
    locked_accounts = {pk: lock_member_account(pk) for pk in sorted(pk for pk in pks if pk)}
    for account in locked_accounts.values():
        require_not_own(account, by)
    locked = Correction.objects.select_for_update(of=("self",)).get(pk=correction.pk)
    locked.member_account = locked_accounts[locked.member_account_id]
    return locked


def _require_approver(correction: Correction, by: User) -> None:
    if correction.is_later and correction.reviewed_by_id is None:
        raise NotReviewed(correction.number)
    if correction.is_later and by.pk == correction.reviewed_by_id:
        raise SamePerson(
            _("%(number)s: who reviewed it does not approve it. Ask a supervisor.")
            % {"number": correction.number}
        )
    require_approver(correction, by)


def _free_months(entry: Entry) -> list[Month]:
    """Make the months of a reversed deposit payable again; give them in order."""
    rows = Coverage.objects.filter(deposit__entry=entry, is_active=True)
    freed = [Month.of(month) for month in rows.order_by("month").values_list("month", flat=True)]
    rows.update(is_active=False)
    return freed


def _book_right_deposit(correction: Correction, freed: list[Month], business_date: dt.date) -> None:
    """Book what should have been booked, on this day; in the same account for the freed months."""
    if correction.right_account is None or correction.right_amount_fen is None:
        return
    same = correction.right_account_id == correction.member_account_id
    number = f"{correction.number}-R"
    correction.right_deposit = receive_deposit(
        member_account=correction.right_account,
        amount_fen=correction.right_amount_fen,
        business_date=business_date,
        document_no=number,
        clerk=correction.made_by,
        instead_of=freed if same else (),
        is_countersigned=True,
    )
