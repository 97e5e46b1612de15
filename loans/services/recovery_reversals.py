"""Taking a recovery back that was booked wrongly (收回冲正), on its own day or later.

The voucher is undone by its mirror, so the reserve and its bank account give back what they got;
the write-off is open by that sum again. Where the recovery had released the household, the
household is bound again: the debt is not paid.
"""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.holds import require_not_own
from accounts.models import MemberAccount
from accounts.queries import lock_member_account
from accounts.services.checks import read_text
from ledger.services import reverse
from loans.late_errors import RecoverySpent
from loans.models import Recovery, RecoveryReversal, WriteOff
from loans.queries import lock_loan
from loans.repayment_errors import EffectChanged, NotReversible
from loans.services.releases import bind_parties
from loans.services.reserves import lock_reserve
from office.documents import approve, cancel, return_, submit
from office.models import User
from office.services import next_number, require_permission
from policy.queries import open_book

_REASON_LENGTH = 200


@transaction.atomic
def submit_recovery_reversal(
    *, recovery: Recovery, reason: str, business_date: dt.date, by: User
) -> RecoveryReversal:
    """Enter that money was no recovery of this loan, or another sum; nothing is booked yet.

    Args:
        reason: what was wrong, in words.
        business_date: the day of entering.

    Raises:
        NotAllowed, OwnAccount: the person may not do this for the loan.
        BadField: the reason is none.
        NotReversible: it was undone before, or its reversal waits already.
    """
    account = lock_member_account(recovery.member_account_id)
    require_permission(by, RecoveryReversal.submit_permission, account.centre)
    require_not_own(account, by)
    said = read_text("reason", reason, _REASON_LENGTH)
    lock_loan(recovery.loan_id)
    fresh = _fresh(recovery.pk)
    _require_standing(fresh)
    reversal = RecoveryReversal(
        number=next_number(account.centre, "RU", business_date),
        centre=account.centre,
        branch=by.branch or fresh.branch,
        business_date=business_date,
        made_by=by,
        member_account=account,
        recovery=fresh,
        reason=said,
        rebinds=_rebinds(fresh.write_off),
    )
    try:
        with transaction.atomic():
            reversal.save(force_insert=True)
            return submit(document=reversal, by=by, shown=shown_recovery_reversal(reversal))
    except IntegrityError as broken:
        raise NotReversible(fresh.number, _("Its reversal is entered already.")) from broken


@transaction.atomic
def approve_recovery_reversal(
    *, reversal: RecoveryReversal, digest: str, business_date: dt.date, by: User
) -> RecoveryReversal:
    """Take the money out of the reserve again, open the write-off by it, bind whom it released.

    Args:
        digest: the digest of the page the second person looked at.
        business_date: the open day, on which it is booked.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        OwnAccount: it is the checker's own loan.
        EffectChanged: whether the household is bound again has changed since it was entered.
        NotReversible: it was undone before, or somebody of the household has another loan by now.
        RecoverySpent: the reserve, or its bank account, holds less than what came in.
        DayNotOpen: the centre's books are not open for the day.

    Source: 财会字〔1999〕33号 (已核销后收回), by red letters.
    """
    require_not_own(lock_member_account(reversal.member_account_id), by)
    recovery = _fresh(reversal.recovery_id)
    loan = lock_loan(recovery.loan_id)
    held = RecoveryReversal.objects.select_for_update(of=("self",)).get(pk=reversal.pk)
    if (held.state, held.digest) != (RecoveryReversal.State.SUBMITTED, digest) or (
        held.made_by_id == by.pk
    ):
        approve(document=reversal, by=by, digest=digest)  # says why not
    require_permission(by, RecoveryReversal.approve_permission, held.centre)
    recovery = _fresh(recovery.pk)
    _require_standing(recovery)
    if _rebinds(recovery.write_off) != held.rebinds:
        raise EffectChanged(held.number)
    lock_reserve(recovery.centre, recovery.amount_fen, RecoverySpent)
    entry = reverse(
        entry=recovery.entry,
        key=f"recovery-reversal:{held.number}",
        business_date=business_date,
        maker=by,
        document_no=held.number,
        memo=held.reason[:128],
    )
    Recovery.objects.filter(pk=recovery.pk).update(undone_date=business_date)
    WriteOff.objects.filter(pk=recovery.write_off_id).update(
        recovered_fen=F("recovered_fen") - recovery.amount_fen
    )
    RecoveryReversal.objects.filter(pk=held.pk).update(entry=entry)
    approve(document=reversal, by=by, digest=digest)
    if held.rebinds:
        try:
            with transaction.atomic():
                bind_parties(loan, by)
        except IntegrityError as taken:
            reason = _("Somebody of the household belongs to another loan; settle that first.")
            raise NotReversible(recovery.number, reason) from taken
    return reversal


@transaction.atomic
def return_recovery_reversal(
    *, reversal: RecoveryReversal, reason: str, by: User
) -> RecoveryReversal:
    """Give a reversal back with the reason; nothing is booked.

    Raises:
        ValueError: the reason is empty.
        SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return return_(document=reversal, by=by, reason=reason)


@transaction.atomic
def cancel_recovery_reversal(*, reversal: RecoveryReversal, by: User) -> RecoveryReversal:
    """Take back a reversal that is not decided, as its maker.

    Raises:
        NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return cancel(document=reversal, by=by)


def shown_recovery_reversal(reversal: RecoveryReversal) -> dict[str, Any]:
    """Give what the second person sees of a reversal; its digest binds the approval."""
    return reversal.shown_to(
        recovery=reversal.recovery_id, reason=reversal.reason, rebinds=reversal.rebinds
    )


def list_undoable_recoveries(member_account: MemberAccount, most: int = 60) -> list[Recovery]:
    """List the latest recoveries of an account that stand: what may be taken back."""
    rows = Recovery.objects.filter(member_account=member_account, undone_date__isnull=True)
    return list(rows.order_by("-id")[:most])


def _fresh(pk: int) -> Recovery:
    return Recovery.objects.select_related("centre", "entry", "write_off__entry").get(pk=pk)


def _require_standing(recovery: Recovery) -> None:
    if recovery.undone_date is not None:
        raise NotReversible(recovery.number, _("It was undone before."))


def _rebinds(write_off: WriteOff) -> bool:
    """Tell whether the household was released by what came in, and not by the write-off itself.

    Source: reserve.written_off_binds, by the law of the day on which it was booked.
    """
    if write_off.left_fen or write_off.entry is None:
        return False
    book = open_book(write_off.centre.code, write_off.entry.business_date)
    return book.flag("reserve.written_off_binds")
