"""The end of a loan that is paid off, and its return when the last payment is taken back."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.holds import standing_ties
from accounts.models import MemberEvent
from accounts.services import record_event
from loans.errors import NotUndoable
from loans.models import Loan
from loans.services.courses import move_loan
from loans.states import Move
from office.models import User

Kind = MemberEvent.Kind
_ENDS = {
    Kind.LOAN_APPLIED: Kind.LOAN_SETTLED,
    Kind.LOAN_DISBURSED: Kind.LOAN_SETTLED,
    Kind.GUARANTEE_GIVEN: Kind.GUARANTEE_ENDED,
}


@transaction.atomic
def end_loan(*, loan: Loan, business_date: dt.date, by: User) -> Loan:
    """Let a loan end that is paid off: its state, the accounts it bound, the persons it bound.

    Call it under the loan's lock. The security is released by its own business.

    Raises:
        WrongLoanState: the loan does not run.
    """
    ended = move_loan(loan=loan, move=Move.SETTLE, by=by, ended_date=business_date)
    for kind, end in _ENDS.items():
        for tie in standing_ties(kind).filter(document_no__in=_documents_of(loan)):
            record_event(
                member_account=tie.member_account,
                kind=end,
                date=business_date,
                document_no=tie.document_no,
                by=by,
            )
    loan.application.parties.filter(is_active=True).update(is_active=False)
    return ended


@transaction.atomic
def reopen_loan(*, loan: Loan, business_date: dt.date, by: User) -> Loan:
    """Let a loan run again whose last payment was taken back, and bind whom it had bound.

    The ties are told anew under a number of their own, on their first dates: the ends that were
    told stay on record. Call it under the loan's lock.

    Raises:
        WrongLoanState: the loan is not paid off.
        NotUndoable: somebody it would bind belongs to another loan by now.
    """
    reopened = move_loan(loan=loan, move=Move.REOPEN, by=by, ended_date=None)
    try:
        with transaction.atomic():
            loan.application.parties.update(is_active=True)
    except IntegrityError as taken:
        reason = _("Somebody the loan would bind again belongs to another loan; settle that first.")
        raise NotUndoable(loan.number, reason) from taken
    number = loan.application.number
    for kind in (Kind.LOAN_DISBURSED, Kind.GUARANTEE_GIVEN):
        for tie in MemberEvent.objects.filter(kind=kind, document_no=number):
            again = MemberEvent.objects.filter(
                kind=kind, member_account=tie.member_account, document_no__in=_documents_of(loan)
            ).count()
            record_event(
                member_account=tie.member_account,
                kind=kind,
                date=tie.date,
                document_no=f"{number}/{again + 1}",
                by=by,
            )
    return reopened


def _documents_of(loan: Loan) -> list[str]:
    """List the numbers under which a loan binds: the application's, and one per reopening."""
    number = loan.application.number
    rows = MemberEvent.objects.filter(
        kind__in=_ENDS, document_no__startswith=f"{number}/"
    ).values_list("document_no", flat=True)
    return [number, *rows.distinct()]
