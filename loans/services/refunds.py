"""What is kept in suspense for a loan goes back to the borrower, unless the loan needs it."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import BadField
from accounts.holds import require_not_own
from accounts.queries import lock_member_account
from contributions.models import Payout, SuspenseRefund
from contributions.services import approve_refund, submit_refund
from kernel.money import MAX_FEN, grouped_yuan
from loans.facts import LoanState
from loans.lines import total_owed_fen
from loans.models import Loan
from loans.queries import get_course, lock_loan
from loans.repaying import get_suspense_fen
from loans.repayment_errors import NotRefundable, SuspenseShort
from loans.services.agreed import check_reason
from loans.services.repayments import open_suspense
from office.models import User
from office.services import require_permission


@transaction.atomic
def submit_suspense_refund(
    *, loan: Loan, amount_fen: int, reason: str, business_date: dt.date, by: User
) -> SuspenseRefund:
    """Hand in that money brought too much for a loan goes back to the repayment card.

    Whoever would rather have it repay the loan lets it: ``receive_repayment`` from suspense.

    Args:
        amount_fen: no more than is kept for the loan, in fen.

    Raises:
        NotAllowed, OwnAccount: the person may not do this for the loan.
        BadField: the sum or the reason is none.
        NotRefundable: an instalment is late, which the money serves first; or the loan is
            written off.
        SuspenseShort: less is kept for the loan.
        BusinessWaits, Deceased: see ``contributions.services.submit_refund``.

    Source: Civil Code art. 561, 985; approval.limits.
    """
    account = lock_member_account(loan.member_account_id)
    require_permission(by, SuspenseRefund.submit_permission, account.centre)
    require_not_own(account, by)
    if type(amount_fen) is not int or not 1 <= amount_fen <= MAX_FEN:
        raise BadField("amount_fen", seen=repr(amount_fen), expected=f"1–{MAX_FEN}")
    said = check_reason(reason)
    standing = lock_loan(loan.pk)
    _require_free(standing, amount_fen, business_date)
    return submit_refund(
        member_account=account,
        line=open_suspense(standing),
        kept_for=standing.number,
        amount_fen=amount_fen,
        reason=said,
        bank=standing.bank,
        card=standing.card,
        business_date=business_date,
        clerk=by,
    )


@transaction.atomic
def approve_suspense_refund(
    *, refund: SuspenseRefund, digest: str, business_date: dt.date, by: User
) -> Payout:
    """Approve a refund as the second person, if the money is still free; finance pays it.

    Raises:
        NotRefundable, SuspenseShort: the loan needs the money now, or has used it.
        see ``contributions.services.approve_refund``.
    """
    lock_member_account(refund.member_account_id)
    loan = lock_loan(Loan.objects.get(number=refund.kept_for, centre=refund.centre_id).pk)
    if refund.state == SuspenseRefund.State.SUBMITTED:
        _require_free(loan, refund.amount_fen, business_date)
    return approve_refund(refund=refund, digest=digest, business_date=business_date, by=by)


def _require_free(loan: Loan, amount_fen: int, on: dt.date) -> None:
    """Refuse money that the loan needs, or that is not kept for it."""
    if loan.state == LoanState.WRITTEN_OFF:
        reason = _("The loan is written off; what is kept for it serves what is still owed.")
        raise NotRefundable(loan.number, reason)
    kept_fen = get_suspense_fen(loan)
    late = [one for one in get_course(loan).owed_on(on) if one.due_on < on] if loan.is_out else []
    if late:
        reason = _(
            "Instalment %(n)d of %(day)s is late: %(owed)s yuan are owed in all, and the %(kept)s "
            "yuan in suspense serve them first. Take a loan repayment “from suspense”; what is "
            "left afterwards can be paid back."
        ) % {
            "n": late[0].number,
            "day": late[0].due_on,
            "owed": grouped_yuan(total_owed_fen(late)),
            "kept": grouped_yuan(kept_fen),
        }
        raise NotRefundable(loan.number, reason)
    if amount_fen > kept_fen:
        raise SuspenseShort(loan.number, amount_fen, kept_fen)
