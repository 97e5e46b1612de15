"""What every service of a running loan shares: moving its state, its events, its instalments."""

import datetime as dt
from math import ceil
from typing import Any

from django.db import transaction

from accounts.holds import get_loan_hold_fen
from accounts.services import keep_for_loan
from loans.course import Course
from loans.errors import OutOfOrder, WrongLoanState
from loans.facts import EventKind
from loans.lines import InstalmentLine
from loans.models import Instalment, Loan, LoanEvent
from loans.queries import find_last_movement, get_course, standing_loan_events
from loans.states import MOVES, Move
from office.models import User
from office.services import audit
from policy.queries import open_book

_COLUMNS = (
    "due_date",
    "principal_fen",
    "interest_fen",
    "balance_fen",
    "paid_principal_fen",
    "paid_interest_fen",
    "paid_penalty_fen",
    "settled_date",
)


def require_move(loan: Loan, move: Move) -> None:
    """Refuse a loan that the move does not lead on from, before anything is written.

    Raises:
        WrongLoanState: naming the state the loan is in.
    """
    if loan.state not in MOVES[move].sources:
        raise WrongLoanState(loan.number, str(loan.get_state_display()))


@transaction.atomic
def move_loan(*, loan: Loan, move: Move, by: User, reason: str = "", **fields: Any) -> Loan:
    """Move a loan to its next state, once, and write the line of the audit trail.

    Args:
        fields: columns of the loan that change with the state.

    Raises:
        WrongLoanState: no such move leads from the state the loan is in.
    """
    step, before = MOVES[move], loan.state
    sources = [state.value for state in step.sources]
    moved = Loan.objects.filter(pk=loan.pk, state__in=sources).update(
        state=step.target.value, **fields
    )
    loan.refresh_from_db()
    if not moved:
        raise WrongLoanState(loan.number, str(loan.get_state_display()))
    audit(
        actor=by,
        action=f"loans.loan.{move.lower()}",
        target=loan,
        centre=loan.centre,
        subject=loan.number,
        reason=reason,
        before={"state": before},
        after={"state": loan.state},
    )
    return loan


def record_loan_event(
    *,
    loan: Loan,
    kind: EventKind,
    value_date: dt.date,
    business_date: dt.date,
    document_no: str,
    by: User,
    amount_fen: int | None = None,
    facts: dict[str, Any] | None = None,
) -> LoanEvent:
    """Write down what happened to a loan. Call it under the loan's lock.

    Calling again with the same kind and document returns the first event.

    Raises:
        OutOfOrder: something later has already happened to the loan.
    """
    known = LoanEvent.objects.filter(loan=loan, kind=kind, document_no=document_no).first()
    if known is not None:
        return known
    last = find_last_movement(loan)
    if last is not None and value_date < last:
        raise OutOfOrder(loan.number, value_date, last)
    return LoanEvent.objects.create(
        loan=loan,
        centre=loan.centre,
        kind=kind.value,
        value_date=value_date,
        business_date=business_date,
        amount_fen=amount_fen,
        facts=facts or {},
        document_no=document_no,
        made_by=by,
    )


def project(loan: Loan, course: Course | None = None) -> Course:
    """Write the instalments of a loan as its course has them; rows that did not change stay.

    Call it under the loan's lock after each event. What must stay in the borrower's account while
    the loan runs follows (Bazhong 二(三)3).

    Returns:
        The course.
    """
    course = course or get_course(loan)
    standing = {row.number: row for row in Instalment.objects.filter(loan=loan)}
    Instalment.objects.filter(loan=loan, number__gt=len(course.lines)).delete()
    new, changed = [], []
    for line in course.lines:
        row = standing.get(line.number)
        values = instalment_values(line)
        if row is None:
            new.append(Instalment(loan=loan, number=line.number, **values))
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
    Instalment.objects.bulk_create(new, batch_size=400)
    Instalment.objects.bulk_update(changed, _COLUMNS, batch_size=100)
    _keep_balance(loan, course)
    return course


def _keep_balance(loan: Loan, course: Course) -> None:
    """Set what the borrower's account must keep: the ratio of the law times what is owed.

    Source: loan.retained_ratio, by the law of the loan's last event; unset = nothing is kept.
    """
    last = standing_loan_events(loan).last()
    assert last is not None  # a course begins with an event
    ratio = open_book(loan.centre.code, last.business_date).find("loan.retained_ratio")
    fen = ceil(course.principal_left_fen * ratio.typed) if ratio is not None else 0
    if fen or get_loan_hold_fen(loan.member_account):
        keep_for_loan(
            member_account=loan.member_account,
            amount_fen=fen,
            document_no=loan.application.number,
        )


def instalment_values(line: InstalmentLine) -> dict[str, Any]:
    """Give the columns of an instalment as its line in the course has them."""
    return {
        "due_date": line.due_on,
        "principal_fen": line.principal_fen,
        "interest_fen": line.interest_fen,
        "balance_fen": line.balance_fen,
        "paid_principal_fen": line.paid_principal_fen,
        "paid_interest_fen": line.paid_interest_fen,
        "paid_penalty_fen": line.paid_penalty_fen,
        "settled_date": line.settled_on,
    }
