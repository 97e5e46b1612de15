"""Taking a payment back on its own day (红冲), when the bank has not carried it out."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from accounts.holds import require_not_own, standing_ties
from accounts.models import MemberEvent
from accounts.queries import lock_member_account
from accounts.services import record_event
from ledger.services import reverse
from loans.errors import AlreadyThere, NotUndoable
from loans.models import Disbursement, DisbursementUndo, Instalment, Loan, LoanContract, LoanEvent
from loans.queries import lock_loan, standing_loan_events, tie_number
from loans.services.agreed import check_reason
from loans.services.courses import move_loan, require_move
from loans.services.releases import free_balance
from loans.states import Move
from office.documents import approve, cancel, return_, submit
from office.models import User
from office.services import next_number, require_permission

_ENDS = {
    MemberEvent.Kind.LOAN_DISBURSED: MemberEvent.Kind.LOAN_DISBURSED_UNDONE,
    MemberEvent.Kind.GUARANTEE_GIVEN: MemberEvent.Kind.GUARANTEE_ENDED,
}


@transaction.atomic
def submit_undo(
    *, disbursement: Disbursement, reason: str, business_date: dt.date, by: User
) -> DisbursementUndo:
    """Ask a supervisor to take a payment back. Nothing is booked yet.

    Raises:
        NotAllowed, OwnAccount: the person is not of the centre's finance, or it is their own loan.
        NotUndoable: it was paid on another day, or something else has happened to the loan.
        WrongLoanState: the loan does not run.
        AlreadyThere: that is asked for already.
        BadField: the reason is missing.
    """
    require_permission(by, DisbursementUndo.submit_permission, disbursement.centre)
    account = lock_member_account(disbursement.loan.member_account_id)
    require_not_own(account, by)
    _require_undoable(disbursement, business_date)
    undo = DisbursementUndo(
        number=next_number(disbursement.centre, "LU", business_date),
        centre=disbursement.centre,
        branch=by.branch or disbursement.branch,
        business_date=business_date,
        made_by=by,
        disbursement=disbursement,
        reason=check_reason(reason),
    )
    try:
        with transaction.atomic():
            undo.save(force_insert=True)
            return submit(document=undo, by=by, shown=shown_undo(undo))
    except IntegrityError as taken:
        raise AlreadyThere(disbursement.number, str(undo._meta.verbose_name)) from taken


@transaction.atomic
def approve_undo(
    *, undo: DisbursementUndo, digest: str, business_date: dt.date, by: User
) -> DisbursementUndo:
    """Take the payment back: red-letter voucher, the loan secured again, its accounts free of it.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        OwnAccount: it is the supervisor's own loan.
        NotUndoable, WrongLoanState: as for ``submit_undo``.
        DayNotOpen: the centre's books are not open for the day.
    """
    disbursement = undo.disbursement
    account = lock_member_account(disbursement.loan.member_account_id)
    require_not_own(account, by)
    if undo.made_by_id == by.pk or undo.state != DisbursementUndo.State.SUBMITTED:
        approve(document=undo, by=by, digest=digest)  # says why not
    require_permission(by, DisbursementUndo.approve_permission, undo.centre)
    loan = _require_undoable(disbursement, business_date)
    assert disbursement.entry is not None  # approved payments are booked
    entry = reverse(
        entry=disbursement.entry,
        key=f"disbursement-undo:{undo.number}",
        business_date=business_date,
        maker=by,
        document_no=undo.number,
        memo=undo.reason,
    )
    DisbursementUndo.objects.filter(pk=undo.pk).update(entry=entry)
    approve(document=undo, by=by, digest=digest)
    _free_accounts(loan, business_date, by)
    free_balance(loan)
    standing_loan_events(loan).update(undone_date=business_date)
    Disbursement.objects.filter(pk=disbursement.pk).update(undone_date=business_date)
    Instalment.objects.filter(loan=loan).delete()
    contract = LoanContract.objects.filter(loan=loan).first()
    move_loan(
        loan=loan,
        move=Move.UNDO,
        by=by,
        reason=undo.reason,
        disbursed_date=None,
        principal_line=None,
        overdue_line=None,
        # The next payment finds the rate anew, from what was agreed on.
        rate_percent=contract.rate_percent if contract else loan.rate_percent,
    )
    return undo


def _require_undoable(disbursement: Disbursement, business_date: dt.date) -> Loan:
    loan = lock_loan(disbursement.loan_id)
    disbursement.refresh_from_db()
    paid = disbursement.state == Disbursement.State.APPROVED and not disbursement.undone_date
    if not paid or disbursement.business_date != business_date or _has_more(loan):
        raise NotUndoable(disbursement.number, disbursement.business_date, business_date)
    require_move(loan, Move.UNDO)
    return loan


def _has_more(loan: Loan) -> bool:
    return LoanEvent.objects.filter(loan=loan).exclude(kind="DISBURSED").exists()


def _free_accounts(loan: Loan, business_date: dt.date, by: User) -> None:
    """End what the payment wrote at the accounts of borrowers and guarantors."""
    number = tie_number(loan)
    for kind, end in _ENDS.items():
        ties = standing_ties(kind).filter(document_no=number).select_related("member_account")
        for tie in list(ties):
            record_event(
                member_account=tie.member_account,
                kind=end,
                date=business_date,
                document_no=number,
                by=by,
            )


def return_undo(*, undo: DisbursementUndo, reason: str, by: User) -> DisbursementUndo:
    """Give it back to finance with the reason; the payment stands."""
    return return_(document=undo, by=by, reason=reason)


def cancel_undo(*, undo: DisbursementUndo, by: User) -> DisbursementUndo:
    """Take it back as its maker, while it is not decided; the payment stands."""
    return cancel(document=undo, by=by)


def shown_undo(undo: DisbursementUndo) -> dict[str, Any]:
    """Give what the second person sees; its digest binds the approval."""
    return undo.shown_to(disbursement=undo.disbursement_id, reason=undo.reason)
