"""Whom a loan bound, and that it does so no longer."""

import datetime as dt

from accounts.holds import standing_ties
from accounts.models import MemberEvent
from accounts.services import record_event
from loans.models import Loan, LoanParty
from office.models import User

_ENDS = {
    MemberEvent.Kind.LOAN_APPLIED: MemberEvent.Kind.LOAN_SETTLED,
    MemberEvent.Kind.LOAN_DISBURSED: MemberEvent.Kind.LOAN_SETTLED,
    MemberEvent.Kind.GUARANTEE_GIVEN: MemberEvent.Kind.GUARANTEE_ENDED,
}


def release_parties(loan: Loan, business_date: dt.date, by: User) -> None:
    """Release the household and the guarantors of a loan that nobody owes any more.

    Call it under the loan's lock. Calling again releases nobody twice.
    """
    LoanParty.objects.filter(application=loan.application_id, is_active=True).update(
        is_active=False
    )
    for begun, ended in _ENDS.items():
        ties = standing_ties(begun).filter(document_no=loan.application.number)
        for tie in ties.select_related("member_account"):
            record_event(
                member_account=tie.member_account,
                kind=ended,
                date=business_date,
                document_no=loan.application.number,
                by=by,
            )
