"""Loans that fall late and are cured: their principal in the books, their state, their notices."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from accounts.models import MemberAccount
from kernel.months import Month
from ledger.models import Entry
from ledger.postings import overdue_moves
from ledger.queries import get_balance_fen
from ledger.services import post
from loans.course import Course
from loans.facts import LoanState
from loans.late import late_lines, late_principal_fen, read_late_law
from loans.lines import InstalmentLine
from loans.models import CreditEvent, Loan, LoanNotice
from loans.queries import get_course, lock_loan
from loans.services.courses import move_loan
from loans.services.credit import record_credit_event, record_loan_credit
from loans.states import Move
from office.models import User
from policy.queries import open_book

Kind = LoanNotice.Kind


@transaction.atomic
def transfer_overdue(
    *, loan: Loan, business_date: dt.date, by: User, day: dt.date | None = None
) -> int:
    """Let the overdue line hold just the principal of the instalments that count as overdue.

    Calling again moves nothing more.

    Args:
        business_date: the open day, on which it is booked.
        day: the day that is looked at, and the value date; the open day if left out.

    Returns:
        Fen that became overdue; below zero what is overdue no longer.

    Raises:
        DayNotOpen: the centre's books are not open for the business date.
        Unset: the law does not say when an instalment counts as overdue.

    Source: 财会字〔1999〕33号 (逾期贷款); loan_rate.overdue_status_days.
    """
    standing, on = lock_loan(loan.pk), day or business_date
    if not standing.is_out:
        return 0
    law = read_late_law(open_book(standing.centre.code, on))
    overdue = late_lines(get_course(standing), on, law.status_days)
    return book_overdue(standing, overdue, business_date=business_date, day=on, by=by)


def book_overdue(
    loan: Loan,
    overdue: Sequence[InstalmentLine],
    *,
    business_date: dt.date,
    day: dt.date,
    by: User,
) -> int:
    """Move principal between the loan's two lines. Call it under the loan's lock.

    Args:
        overdue: the instalments that count as overdue on the day.
    """
    assert loan.principal_line is not None  # a constraint keeps it so for what is paid out
    assert loan.overdue_line is not None
    moved_fen = late_principal_fen(overdue) - get_balance_fen(loan.overdue_line)
    # Money that came in after a day that is caught up has already left the principal line.
    moved_fen = min(moved_fen, get_balance_fen(loan.principal_line))
    if not moved_fen:
        return 0
    booked = Entry.objects.filter(
        centre=loan.centre, kind=Entry.Kind.OVERDUE, document_no=loan.number
    ).count()
    post(
        centre=loan.centre,
        key=f"overdue:{loan.number}:{booked + 1}",
        kind=Entry.Kind.OVERDUE,
        business_date=business_date,
        document_no=loan.number,
        maker=by,
        moves=overdue_moves(
            principal=loan.principal_line,
            overdue=loan.overdue_line,
            amount_fen=moved_fen,
            value_date=day,
        ),
    )
    return moved_fen


def move_overdue(
    loan: Loan,
    overdue: Sequence[InstalmentLine],
    *,
    business_date: dt.date,
    day: dt.date,
    by: User,
) -> Move | None:
    """Let a loan fall late with its first overdue instalment, and cure it after the last one.

    That it is cured is on the credit record of whom it reaches. Call it under the loan's lock.

    Returns:
        The move that was made, if any.
    """
    if overdue and loan.state == LoanState.RUNNING:
        move_loan(loan=loan, move=Move.FALL_LATE, by=by)
        return Move.FALL_LATE
    if not overdue and loan.state == LoanState.OVERDUE:
        move_loan(loan=loan, move=Move.CURE, by=by)
        record_loan_credit(
            kind=CreditEvent.Kind.CURED,
            date=day,
            document_no=f"{loan.number}-{day:%Y%m%d}",
            business_date=business_date,
            by=by,
            loan=loan,
        )
        return Move.CURE
    return None


def note_overdue(
    loan: Loan,
    course: Course,
    overdue: Sequence[InstalmentLine],
    *,
    business_date: dt.date,
    day: dt.date,
    by: User,
) -> int:
    """Note once that an instalment has become overdue, and when none is any more.

    Instalments that became overdue together are told together, under the last of them; so they
    are on the credit record of whom it reaches. Call it under the loan's lock.

    Returns:
        How many notices were made.
    """
    notices = LoanNotice.objects.filter(loan=loan, kind=Kind.OVERDUE)
    if not overdue:
        notices.filter(ended_date__isnull=True).update(ended_date=day)
        return 0
    last = overdue[-1]
    if notices.filter(since_date__gte=last.due_on).exists():
        return 0
    notice = LoanNotice.objects.create(
        loan=loan,
        centre=loan.centre,
        kind=Kind.OVERDUE,
        since_date=last.due_on,
        day=day,
        business_date=business_date,
        amount_fen=sum(owed.total_fen for owed in course.owed_on(day)),
    )
    record_loan_credit(
        kind=CreditEvent.Kind.OVERDUE,
        date=day,
        document_no=f"{loan.number}-{last.number}",
        business_date=business_date,
        by=by,
        loan=loan,
        amount_fen=notice.amount_fen,
        in_a_row=len(overdue),
    )
    return 1


def note_contributions(
    loan: Loan,
    owing: MemberAccount | None,
    since: Month | None,
    *,
    business_date: dt.date,
    day: dt.date,
    by: User,
) -> int:
    """Note once per stretch that the borrower has stopped contributing, and when it is over.

    Nothing follows by itself: a person decides whether it is a breach of the agreement
    (``accounts.services.submit_breach``). It is on the borrower's credit record. Call it under
    the loan's lock.

    Args:
        owing: the account with ``owed_fen``, if it owes contributions on the day.

    Returns:
        How many notices were made.

    Source: offset.keeps_contributing; Kashgar 五.
    """
    running = LoanNotice.objects.filter(loan=loan, kind=Kind.CONTRIBUTIONS, ended_date__isnull=True)
    if owing is None or since is None:
        running.update(ended_date=day)
        return 0
    same = LoanNotice.objects.filter(loan=loan, kind=Kind.CONTRIBUTIONS, since_date=since.first_day)
    if running.exists() or same.exists():
        return 0
    owed_fen: int = owing.owed_fen  # type: ignore[attr-defined]
    LoanNotice.objects.create(
        loan=loan,
        centre=loan.centre,
        kind=Kind.CONTRIBUTIONS,
        since_date=since.first_day,
        day=day,
        business_date=business_date,
        amount_fen=owed_fen,
    )
    record_credit_event(
        member_account=loan.member_account,
        kind=CreditEvent.Kind.CONTRIBUTION_STOPPED,
        date=day,
        document_no=f"{loan.number}-{since}",
        business_date=business_date,
        by=by,
        loan=loan,
        amount_fen=owed_fen,
    )
    return 1
