"""What a payment of a loan is booked as, and what a borrower is told of it. Read only."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from ledger.chart import Code
from ledger.facts import Component
from ledger.models import LedgerAccount
from ledger.postings import Move
from ledger.queries import get_balance_fen, get_ledger_account
from loans.contract import Paid
from loans.course import Course, replay
from loans.facts import EventKind, PrepaymentOption
from loans.lines import Allocation, total_owed_fen
from loans.models import Loan, LoanEvent, Repayment
from loans.queries import contract_of, list_course_events, standing_loan_events
from loans.repayment_facts import PrepaymentRequestFacts

PREPAID = 0  # number under which ``shares`` keep what was repaid before it was due
_TRIAL = -1  # ``ref`` of a payment that is only looked at


@dataclass(frozen=True, slots=True)
class Source:
    """Where money for a loan comes from, in fen."""

    line: LedgerAccount
    amount_fen: int
    component: Component = Component.PRINCIPAL


@dataclass(frozen=True, slots=True)
class Preview:
    """A payment as it would come out: the course after it, and where it goes.

    ``interest_saved_fen`` is the interest still to come without it, less that with it and less
    the interest it pays before it is due.
    """

    course: Course
    allocation: Allocation
    interest_saved_fen: int
    settles: bool


def is_paid_off(course: Course, day: dt.date) -> bool:
    """Tell whether nothing is owed any more on a day: no principal, no interest, no penalty."""
    return not course.principal_left_fen and not course.owed_on(day)


def suspense_code(loan: Loan) -> str:
    """Give the code of the detail account that holds what was brought too much for a loan."""
    return f"{Code.SUSPENSE}.{loan.number}"


def get_suspense_fen(loan: Loan) -> int:
    """Give what is kept in suspense for a loan, in fen."""
    kept = LedgerAccount.objects.filter(centre=loan.centre, code=suspense_code(loan)).first()
    return get_balance_fen(kept) if kept else 0


def preview(
    loan: Loan, amount_fen: int, value_date: dt.date, option: PrepaymentOption | None
) -> Preview:
    """Look at a payment before it is taken.

    Raises:
        ValueError: the day lies before the loan's last movement.
    """
    known = list_course_events(loan, value_date)
    contract = contract_of(loan)
    paid = Paid(value_date, amount_fen, _TRIAL, option)
    before, after = replay(contract, known), replay(contract, [*known, paid])
    given = after.allocations[_TRIAL]
    due = before.due_by(value_date)
    coming_fen = sum(line.interest_fen for line in before.lines[due:])
    left_fen = sum(line.interest_fen for line in after.lines[due:])
    saved_fen = coming_fen - left_fen - given.prepaid_interest_fen
    return Preview(after, given, saved_fen, is_paid_off(after, value_date))


def prepayment_facts(
    loan: Loan, course: Course, amount_fen: int, value_date: dt.date, option: PrepaymentOption
) -> PrepaymentRequestFacts:
    """Gather what the rule about a prepayment is told.

    Args:
        course: the loan's course before the money is taken.
    """
    owed = course.owed_on(value_date)
    due = course.due_by(value_date)
    earlier = Repayment.objects.filter(
        loan=loan,
        event__undone_date__isnull=True,
        value_date__year=value_date.year,
        channel__in=["CARD", "COUNTER", "SUSPENSE"],
    ).exclude(option="")
    return PrepaymentRequestFacts(
        asked_on=value_date,
        prepaid=max(0, amount_fen - total_owed_fen(owed)),
        settles=amount_fen >= course.settle_fen(value_date),
        option=option,
        earlier=earlier.count(),
        due_on=course.lines[due - 1].due_on if due else None,
        due_unpaid=any(one.number == due for one in owed),
    )


def shares_of(given: Allocation) -> list[dict[str, int]]:
    """Write an allocation down per instalment; what was not due stands under number 0."""
    rows = [
        {
            "number": share.number,
            "penalty_fen": share.penalty_fen,
            "interest_fen": share.interest_fen,
            "principal_fen": share.principal_fen,
        }
        for share in given.shares
    ]
    if given.prepaid_principal_fen or given.prepaid_interest_fen:
        rows.append(
            {
                "number": PREPAID,
                "penalty_fen": 0,
                "interest_fen": given.prepaid_interest_fen,
                "principal_fen": given.prepaid_principal_fen,
            }
        )
    return rows


def parts_of(given: Allocation) -> dict[str, int]:
    """Give the four sums of an allocation as a repayment keeps them."""
    return {
        "penalty_fen": given.penalty_fen,
        "interest_fen": given.interest_fen,
        "principal_fen": given.principal_fen,
        "suspense_fen": given.unallocated_fen,
    }


def targets_of(
    loan: Loan, given: Allocation, suspense: LedgerAccount | None
) -> list[tuple[LedgerAccount, int]]:
    """List the lines a payment is credited to, penalty first.

    Principal of late instalments goes to the overdue line as far as that holds money.
    """
    assert loan.principal_line is not None  # it is paid out
    assert loan.overdue_line is not None
    late_fen = sum(share.principal_fen for share in given.shares)
    overdue_fen = min(late_fen, get_balance_fen(loan.overdue_line))
    parts = [
        (get_ledger_account(loan.centre, Code.OTHER_INCOME), given.penalty_fen),
        (get_ledger_account(loan.centre, Code.LOAN_INTEREST_INCOME), given.interest_fen),
        (loan.overdue_line, overdue_fen),
        (loan.principal_line, given.principal_fen - overdue_fen),
    ]
    if suspense is not None:
        parts.append((suspense, given.unallocated_fen))
    return [(line, fen) for line, fen in parts if fen]


def join_moves(
    sources: list[Source], targets: list[tuple[LedgerAccount, int]], value_date: dt.date
) -> list[Move[LedgerAccount]]:
    """Lead every fen from the sources to the targets, both in their order.

    Raises:
        ValueError: the sums of the two differ.
    """
    if sum(one.amount_fen for one in sources) != sum(fen for _line, fen in targets):
        raise ValueError("sources and targets differ")
    moves, waiting = [], list(targets)
    for source in sources:
        left_fen = source.amount_fen
        while left_fen:
            line, fen = waiting.pop(0)
            part_fen = min(left_fen, fen)
            moves.append(Move(source.line, line, part_fen, value_date, source.component))
            left_fen -= part_fen
            if fen > part_fen:
                waiting.insert(0, (line, fen - part_fen))
    return moves


def paid_events_after(event: LoanEvent) -> list[LoanEvent]:
    """List the payments that stand after an event in the order of the course."""
    rows = list(standing_loan_events(event.loan).filter(kind=EventKind.PAID.value))
    place = (event.value_date, event.pk)
    return [row for row in rows if (row.value_date, row.pk) > place]


def differences(later: list[Repayment], course: Course) -> list[dict[str, Any]]:
    """Say by how much repayments come out differently in a course than they stand booked."""
    found = []
    for repayment in later:
        parts = parts_of(course.allocations[repayment.event_id])
        change = {name: fen - getattr(repayment, name) for name, fen in parts.items()}
        if any(change.values()):
            found.append({"number": repayment.number, **change})
    return found
