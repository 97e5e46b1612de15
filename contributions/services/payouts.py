"""Payouts: what the bank did with an approved document, entered by finance, once."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.errors import BusinessWaits, WrongState
from accounts.holds import require_not_own
from accounts.models import MemberAccount, MemberEvent
from accounts.queries import lock_member_account
from accounts.services import close, record_event
from accounts.services.checks import read_text
from contributions.errors import PayoutEnded, ReferenceUsed
from contributions.facts import Ground
from contributions.inheriting import require_no_heir_of
from contributions.models import Exit, Payout, Reissue, Withdrawal
from contributions.queries import get_holdings
from contributions.services.handing_on import close_when_done
from ledger.chart import Code
from ledger.models import Entry
from ledger.postings import refund_moves
from ledger.queries import get_ledger_account
from ledger.services import post, reverse
from office.documents import SamePerson
from office.models import User
from office.services import audit, require_open, require_permission

_PERMISSION = "contributions.pay_out"
_REFERENCE_LENGTH = 64
_FAILURE_LENGTH = 200


@transaction.atomic
def confirm_payout(
    *, payout: Payout, bank_reference: str, business_date: dt.date, by: User
) -> Payout:
    """Confirm that the bank has paid; the money leaves the bank account in the books.

    The account of a member who has left with nothing waiting is closed with it, and that of a
    member who has died once every heir has been paid.

    Calling again with the same reference returns the payout as it stands.

    Args:
        bank_reference: number of the bank's receipt; it confirms one payout only.
        business_date: the open day, on which it is booked.

    Raises:
        NotAllowed: the person is not of the centre's finance.
        SamePerson: who took in or approved the document does not confirm its payment.
        OwnAccount, OwnInheritance: it is the person's own account or inheritance.
        BadField: the reference is missing or too long.
        PayoutEnded: it was confirmed otherwise, or has failed.
        ReferenceUsed: the reference confirms another payout.
        DayNotOpen: the centre's books are not open for the day.
    """
    reference = read_text("bank_reference", bank_reference, _REFERENCE_LENGTH)
    standing = _lock(payout, by)
    if standing.state == Payout.State.CONFIRMED and standing.bank_reference == reference:
        return standing
    _require_ready(standing)
    centre = standing.centre
    entry = post(
        centre=centre,
        key=f"payout:{standing.number}",
        kind=Entry.Kind.PAYMENT,
        business_date=business_date,
        document_no=standing.number,
        maker=by,
        moves=refund_moves(
            payable=get_ledger_account(centre, standing.payable),
            bank=get_ledger_account(centre, Code.BANK),
            amount_fen=standing.amount_fen,
            value_date=business_date,
        ),
    )
    standing.bank_reference = reference
    confirmed = _end(standing, Payout.State.CONFIRMED, entry, business_date, by)
    if standing.exit is not None and standing.exit.closes:
        _close_after(standing.exit, business_date, by)
    if standing.heir is not None:
        close_when_done(standing.heir.inheritance, business_date, by)
    return confirmed


def _close_after(left: Exit, business_date: dt.date, by: User) -> None:
    """Close the account of a member who has left, now that the money has arrived."""
    if get_holdings(left.member_account).total_fen:
        return
    close(
        member_account=left.member_account,
        reason=MemberAccount.CloseReason.EXIT,
        business_date=business_date,
        document_no=left.number,
        by=by,
    )


@transaction.atomic
def bounce_payout(*, payout: Payout, failure: str, business_date: dt.date, by: User) -> Payout:
    """Write down that the bank has sent the payment back. Nothing is booked: the money is owed.

    Then it is paid again to another card (``submit_reissue``) or taken back into the account
    (``fail_payout``), as the payee chooses; an heir is only paid again. Only enter what the bank
    has said: a payment nobody knows the end of is asked after and stays to be paid. Calling again
    with the same words returns the payout as it stands.

    Args:
        failure: why, as the bank says.

    Raises:
        NotAllowed, SamePerson, OwnAccount, PayoutEnded: as ``confirm_payout``.
        BadField: the reason is missing or too long.
        DayNotOpen: it is not the centre's open day.
    """
    reason = read_text("failure", failure, _FAILURE_LENGTH)
    standing = _lock(payout, by)
    if standing.state == Payout.State.BOUNCED and standing.failure == reason:
        return standing
    _require_ready(standing)
    require_open(standing.centre, business_date)
    standing.failure = reason
    return _end(standing, Payout.State.BOUNCED, None, business_date, by)


@transaction.atomic
def fail_payout(*, payout: Payout, failure: str = "", business_date: dt.date, by: User) -> Payout:
    """Take a payment that the bank could not make back into the account, by reversal.

    The money is in the account again as if it had never left, days of interest included. Only
    enter what the bank has said: a payment nobody knows the end of is asked after, not failed.
    Calling again with the same words returns the payout as it stands. Call it through
    ``settlement.services.take_back_settled``, which sees to the settled years.

    Args:
        failure: why, as the bank says; empty for a payout that was sent back with a reason.

    Raises:
        NotAllowed, SamePerson, OwnAccount, PayoutEnded, DayNotOpen: as ``confirm_payout``.
        BadField: the reason is missing or too long.
        WrongState: the account was closed meanwhile, so nothing can be booked back into it; or
            it pays an heir, whose part stays owed.
        BusinessWaits: a payment to another card waits for its second person.
    """
    standing = _lock(payout, by)
    said = failure.strip() or standing.failure
    reason = read_text("failure", said, _FAILURE_LENGTH)
    if standing.state == Payout.State.FAILED and standing.failure == reason:
        return standing
    _require_owed(standing)
    account = standing.source.member_account
    waiting = standing.reissues.filter(state=Reissue.State.SUBMITTED).first()
    if waiting is not None:
        raise BusinessWaits(account.number, waiting.number)
    # What was kept in suspense goes back there, whatever has become of the account.
    if not account.is_open and standing.refund is None:
        hint = _("Pay to another card of the member and confirm that payment.")
        raise WrongState(account.number, account.get_state_display(), hint)
    take_back_payout(
        payout=standing,
        key=f"payout-failed:{standing.number}",
        document_no=standing.number,
        failure=reason,
        business_date=business_date,
        by=by,
    )
    return standing


def take_back_payout(
    *,
    payout: Payout,
    key: str,
    document_no: str,
    failure: str,
    business_date: dt.date,
    by: User,
) -> Entry:
    """Book an unpaid document back into the account by reversal, and end its payout.

    What a withdrawal stops comes to nothing with it: the event is taken back by its counterpart.
    Who leaves has left all the same, and is paid anew by another exit.
    Call it under the account's lock.

    Args:
        key, document_no: of the reversal.
        failure: why, in words.

    Raises:
        SamePerson: who approved the document does not undo it.
        PayoutEnded: the payout is no longer owed.
        WrongState: it pays an heir, whose part stays owed until it arrives.
        DayNotOpen: the centre's books are not open for the day.
    """
    _require_owed(payout)
    if by.pk == payout.approved_by_id:
        raise SamePerson(
            _("%(number)s: who approved it does not undo it. Ask a colleague.")
            % {"number": payout.number}
        )
    if payout.heir is not None:
        hint = _(
            "The part of an heir stays owed. Note what the bank says, and pay it again to another "
            "card of the heir."
        )
        raise WrongState(payout.number, payout.get_state_display(), hint)
    booked = payout.source.entry
    assert booked is not None  # a constraint keeps it so
    entry = reverse(
        entry=booked,
        key=key,
        business_date=business_date,
        maker=by,
        document_no=document_no,
        memo=failure[:128],
    )
    payout.failure = payout.failure or failure
    _end(payout, Payout.State.FAILED, entry, business_date, by)
    if payout.withdrawal is not None:
        _undo_event(payout.withdrawal, business_date, by)
    return entry


def _undo_event(withdrawal: Withdrawal, business_date: dt.date, by: User) -> None:
    voluntary = withdrawal.ground == Ground.VOLUNTARY
    kinds = MemberEvent.Kind
    record_event(
        member_account=withdrawal.member_account,
        kind=kinds.VOLUNTARY_WITHDRAWAL_UNDONE if voluntary else kinds.WITHDRAWAL_UNDONE,
        date=business_date,
        document_no=withdrawal.number,
        by=by,
    )


def _lock(payout: Payout, by: User) -> Payout:
    """Hold account and payout, in the order of all other business, and refuse who may not."""
    require_permission(by, _PERMISSION, payout.centre)
    source = payout.source
    account = lock_member_account(source.member_account_id)
    require_not_own(account, by)
    if payout.heir is not None:
        require_no_heir_of(payout.heir.inheritance, by)
    again = getattr(payout, "reissue", None)
    makers = {source.made_by_id, payout.approved_by_id, again.made_by_id if again else None}
    if by.pk in makers:
        raise SamePerson(
            _("%(number)s: who made or approved it does not confirm its payment. Ask a colleague.")
            % {"number": payout.number}
        )
    return (
        Payout.objects.select_for_update(of=("self",))
        .select_related(
            "centre",
            "withdrawal__entry",
            "withdrawal__member_account",
            "exit__entry",
            "exit__member_account",
            "heir__inheritance__member_account",
            "refund__entry",
            "refund__member_account",
        )
        .get(pk=payout.pk)
    )


def _require_ready(payout: Payout) -> None:
    if payout.state != Payout.State.READY:
        raise PayoutEnded(payout.number, payout.get_state_display())


def _require_owed(payout: Payout) -> None:
    if payout.state not in Payout.OWED:
        raise PayoutEnded(payout.number, payout.get_state_display())


def _end(
    payout: Payout, state: Payout.State, entry: Entry | None, business_date: dt.date, by: User
) -> Payout:
    """Move the payout on from where it stands; the condition holds even without the lock."""
    before = payout.state
    standing = Payout.objects.filter(pk=payout.pk, state=before)
    try:
        with transaction.atomic():
            moved = standing.update(
                state=state,
                bank_reference=payout.bank_reference,
                failure=payout.failure,
                confirmed_by=by,
                confirmed_date=business_date,
                entry=entry,
            )
    except IntegrityError as broken:
        raise ReferenceUsed(payout.bank_reference) from broken
    payout.refresh_from_db()
    if not moved:
        raise PayoutEnded(payout.number, payout.get_state_display())
    audit(
        actor=by,
        action=f"contributions.payout.{state.lower()}",
        target=payout,
        centre=payout.centre,
        subject=payout.source.member_account.number,
        reason=payout.failure,
        before={"state": before},
        after={
            "state": state,
            "amount_fen": payout.amount_fen,
            "reference": payout.bank_reference,
        },
    )
    return payout
