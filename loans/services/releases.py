"""Whom a loan bound, and that it does so no longer; and whom it binds again."""

import datetime as dt

from django.db.models import Q

from accounts.holds import get_loan_hold_fen, standing_ties
from accounts.models import MemberEvent
from accounts.services import keep_for_loan, record_event
from loans.models import Loan, LoanParty
from loans.queries import tie_number
from office.models import User

_ENDS = {
    MemberEvent.Kind.LOAN_APPLIED: MemberEvent.Kind.LOAN_SETTLED,
    MemberEvent.Kind.LOAN_DISBURSED: MemberEvent.Kind.LOAN_SETTLED,
    MemberEvent.Kind.GUARANTEE_GIVEN: MemberEvent.Kind.GUARANTEE_ENDED,
}
_PAID_OUT = (MemberEvent.Kind.LOAN_DISBURSED, MemberEvent.Kind.GUARANTEE_GIVEN)


def release_parties(loan: Loan, business_date: dt.date, by: User) -> None:
    """Release the household and the guarantors of a loan that nobody owes any more.

    Nothing has to stay in the borrower's account for it either. Call it under the loan's lock.
    Calling again releases nobody twice.
    """
    LoanParty.objects.filter(application=loan.application_id, is_active=True).update(
        is_active=False
    )
    for begun, ended in _ENDS.items():
        ties = standing_ties(begun).filter(_numbers_of(loan))
        for tie in list(ties.select_related("member_account")):
            record_event(
                member_account=tie.member_account,
                kind=ended,
                date=business_date,
                document_no=tie.document_no,
                by=by,
            )
    free_balance(loan)


def bind_parties(loan: Loan, by: User) -> None:
    """Bind anew, from their first days on, whom the payment of a loan had bound.

    The ends that were told stay on record, so each tie is told under a number of its own:
    ``…/2`` after the one of the payment. Call it under the loan's lock.

    Raises:
        IntegrityError: somebody belongs to another loan by now.
    """
    LoanParty.objects.filter(application=loan.application_id).update(is_active=True)
    number = tie_number(loan)
    for kind in _PAID_OUT:
        for tie in list(MemberEvent.objects.filter(kind=kind, document_no=number)):
            again = MemberEvent.objects.filter(
                kind=kind,
                member_account=tie.member_account,
                document_no__startswith=f"{number}/",
            ).count()
            record_event(
                member_account=tie.member_account,
                kind=kind,
                date=tie.date,
                document_no=f"{number}/{again + 2}",
                by=by,
            )


def free_balance(loan: Loan) -> None:
    """Let nothing stay in the borrower's account for the loan."""
    if get_loan_hold_fen(loan.member_account):
        keep_for_loan(
            member_account=loan.member_account,
            amount_fen=0,
            document_no=loan.application.number,
        )


def _numbers_of(loan: Loan) -> Q:
    """Select the numbers under which a loan binds: its application's, and those that follow it.

    A payment after one that was taken back counts on with ``-2``, a return of the loan with ``/2``.
    """
    number = loan.application.number
    return (
        Q(document_no=number)
        | Q(document_no__startswith=f"{number}-")
        | Q(document_no__startswith=f"{number}/")
    )
