"""The end of a loan that is paid off, and its return when the last payment is taken back."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from loans.models import CreditEvent, Loan
from loans.repayment_errors import NotReversible
from loans.services.agreed import end_with_loan, run_with_loan
from loans.services.courses import move_loan
from loans.services.credit import record_loan_credit
from loans.services.releases import bind_parties, release_parties
from loans.states import Move
from office.models import User


@transaction.atomic
def end_loan(*, loan: Loan, business_date: dt.date, by: User) -> Loan:
    """Let a loan end that is paid off: state, offset agreement, whom it bound, the record.

    Call it under the loan's lock. The security is released by its own business.

    Raises:
        WrongLoanState: the loan does not run.
    """
    ended = move_loan(loan=loan, move=Move.SETTLE, by=by, ended_date=business_date)
    end_with_loan(ended, business_date)
    release_parties(ended, business_date, by)
    before = _settled(ended).filter(member=ended.member_account.member_id).count()
    record_loan_credit(
        kind=CreditEvent.Kind.SETTLED,
        date=business_date,
        document_no=f"{ended.number}/{before + 1}" if before else ended.number,
        business_date=business_date,
        by=by,
        loan=ended,
    )
    return ended


@transaction.atomic
def reopen_loan(*, loan: Loan, business_date: dt.date, by: User) -> Loan:
    """Let a loan run again whose last payment was taken back, and bind whom it had bound.

    That it was paid off counts no more on the credit record. Call it under the loan's lock.

    Raises:
        WrongLoanState: the loan is not paid off.
        NotReversible: somebody it would bind belongs to another loan by now.
    """
    reopened = move_loan(loan=loan, move=Move.REOPEN, by=by, ended_date=None)
    try:
        with transaction.atomic():
            bind_parties(reopened, by)
    except IntegrityError as taken:
        reason = _("Somebody the loan would bind again belongs to another loan; settle that first.")
        raise NotReversible(loan.number, reason) from taken
    run_with_loan(reopened)
    _settled(reopened).filter(corrected_date__isnull=True).update(corrected_date=business_date)
    return reopened


def _settled(loan: Loan) -> QuerySet[CreditEvent]:
    return CreditEvent.objects.filter(loan=loan, kind=CreditEvent.Kind.SETTLED)
