"""Paying a loan out: the money goes to the seller, the builder or the bank, and the loan runs."""

import datetime as dt

from django.db import transaction

from accounts.holds import require_not_own
from accounts.models import MemberEvent
from accounts.queries import lock_member_account
from accounts.services import record_event
from ledger.chart import Code
from ledger.models import Entry, LedgerAccount
from ledger.postings import disbursement_moves
from ledger.queries import get_ledger_account
from ledger.services import open_member_account, post
from loans.facts import EventKind, PartyRole
from loans.models import Loan
from loans.queries import lock_loan
from loans.services.courses import move_loan, project, record_loan_event, require_move
from loans.states import Move
from office.models import User
from office.services import require_permission

_BORROWERS = (PartyRole.BORROWER, PartyRole.CO_BORROWER)


@transaction.atomic
def disburse_loan(*, loan: Loan, business_date: dt.date, by: User) -> Loan:
    """Book the payment of a secured loan and let it run.

    Calling again returns the loan that runs. Borrowers' accounts carry the loan from this day on,
    which may stop their subsidies.

    Args:
        business_date: the open day; interest runs from it.

    Raises:
        NotAllowed: the person is not of the centre's finance.
        OwnAccount: it is the person's own loan.
        WrongLoanState: the loan is not secured, or it was paid out and ended.
        DayNotOpen: the centre's books are not open for the day.

    Source: 财会字〔1999〕33号 (loan paid out); loan.security_required.
    """
    require_permission(by, "loans.disburse", loan.centre)
    account = lock_member_account(loan.member_account_id)
    require_not_own(account, by)
    standing = lock_loan(loan.pk)
    if standing.is_out:
        return standing
    require_move(standing, Move.DISBURSE)
    principal_line, overdue_line = _open_lines(standing)
    moved = move_loan(
        loan=standing,
        move=Move.DISBURSE,
        by=by,
        disbursed_date=business_date,
        principal_line=principal_line,
        overdue_line=overdue_line,
    )
    _book(moved, principal_line, business_date, by)
    record_loan_event(
        loan=moved,
        kind=EventKind.DISBURSED,
        value_date=business_date,
        business_date=business_date,
        document_no=moved.number,
        amount_fen=moved.principal_fen,
        by=by,
    )
    _tell_borrowers(moved, business_date, by)
    project(moved)
    return moved


def _open_lines(loan: Loan) -> tuple[LedgerAccount, LedgerAccount]:
    """Open the lines of a loan in the books: principal (121) and overdue principal (122)."""
    principal, overdue = (
        open_member_account(
            centre=loan.centre,
            control_code=code,
            code=f"{code}.{loan.number}",
            name=loan.member_account.member.name,
        )
        for code in (Code.TRUST_LOANS, Code.OVERDUE_LOANS)
    )
    return principal, overdue


def _book(loan: Loan, principal_line: LedgerAccount, business_date: dt.date, by: User) -> None:
    post(
        centre=loan.centre,
        key=f"disbursement:{loan.number}",
        kind=Entry.Kind.DISBURSEMENT,
        business_date=business_date,
        document_no=loan.number,
        maker=by,
        moves=disbursement_moves(
            loan=principal_line,
            bank=get_ledger_account(loan.centre, Code.BANK),
            amount_fen=loan.principal_fen,
            value_date=business_date,
        ),
    )


def _tell_borrowers(loan: Loan, business_date: dt.date, by: User) -> None:
    """Write the event that other floors read, at every account of those who borrow."""
    borrowers = loan.application.parties.filter(role__in=_BORROWERS, member__isnull=False)
    for party in borrowers.select_related("member"):
        assert party.member is not None  # the filter keeps it so
        for account in party.member.member_accounts.exclude(state="CLOSED"):
            record_event(
                member_account=account,
                kind=MemberEvent.Kind.LOAN_DISBURSED,
                date=business_date,
                document_no=loan.application.number,
                by=by,
            )
