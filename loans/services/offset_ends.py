"""The end of an offset agreement, said at the window by one whose account serves the loan."""

import datetime as dt

from django.db import transaction

from accounts.holds import require_not_own
from accounts.models import MemberAccount
from accounts.queries import lock_member_account
from loans.contract_facts import ChangeKind, OffsetSource
from loans.models import LoanChange, OffsetAgreement
from loans.queries import find_served_agreement
from loans.repayment_errors import ServesNoLoan
from loans.services.agreed import Offset
from loans.services.changes import ChangeRequest, submit_change
from office.models import User
from office.services import require_permission


@transaction.atomic
def submit_offset_end(
    *, account: MemberAccount, reason: str, business_date: dt.date, by: User
) -> LoanChange:
    """Take in that an account is to serve a loan no more; a second person ends it.

    The borrower ends the agreement. A spouse takes the own account out of it: the borrower's goes
    on serving, unless the spouse's served alone. What was agreed with either of them is never
    widened by it.

    Args:
        account: of whoever says so, the borrower's or the spouse's.

    Raises:
        ServesNoLoan: the account serves no loan by an agreement.
        LoanRefused: the centre wants the agreement as long as the loan runs.
        NotAllowed, OwnAccount, BadField, AlreadyThere, WrongLoanState: see ``submit_change``.

    Source: offset.agreement_required, account_first; Civil Code art. 543.
    """
    require_permission(by, LoanChange.submit_permission, account.centre)
    served = find_served_agreement(account)
    if served is None:
        raise ServesNoLoan(account.number)
    for pk in sorted({account.pk, served.loan.member_account_id}):
        require_not_own(lock_member_account(pk), by)
    agreement = find_served_agreement(account)
    if agreement is None or agreement.pk != served.pk:
        raise ServesNoLoan(account.number)
    request = ChangeRequest(
        kind=ChangeKind.OFFSET.value, reason=reason, offset=what_remains(agreement, account)
    )
    return submit_change(loan=agreement.loan, request=request, business_date=business_date, by=by)


def what_remains(agreement: OffsetAgreement, account: MemberAccount) -> Offset | None:
    """Say what of an agreement goes on without an account; None where all of it ends."""
    by_borrower = account.pk == agreement.loan.member_account_id
    if by_borrower or OffsetSource.BORROWER not in agreement.sources:
        return None
    return Offset(agreement.mode, OffsetSource.BORROWER.value, agreement.retained_fen)
