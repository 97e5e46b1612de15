"""How late a loan is on a day, and in which risk class that puts it. Pure."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from loans.course import Course
from loans.facts import RiskClass
from loans.lines import InstalmentLine
from policy.book import PolicyBook

WORST_FIRST = tuple(reversed(RiskClass))


@dataclass(frozen=True, slots=True)
class Band:
    """A step of the ladder: up to so many overdue instalments (None: any more) it is this class."""

    upto: int | None
    risk_class: RiskClass


@dataclass(frozen=True, slots=True)
class LateLaw:
    """What a day's law says of loans that are late.

    ``status_days``: an instalment counts as overdue once it is later than so many days. Penalty
    interest has a grace of its own, by the law of the contract.
    """

    status_days: int
    bands: tuple[Band, ...]
    keeps_contributing: bool


def read_late_law(book: PolicyBook) -> LateLaw:
    """Read what the book's day says of loans that are late.

    Raises:
        Unset: a value is unset for the centre.

    Source: loan_rate.overdue_status_days, risk.class_bands, offset.keeps_contributing.
    """
    return LateLaw(
        status_days=book.count("loan_rate.overdue_status_days"),
        bands=tuple(
            Band(row.get("upto"), RiskClass(row["class"])) for row in book.table("risk.class_bands")
        ),
        keeps_contributing=book.flag("offset.keeps_contributing"),
    )


def late_lines(course: Course, day: dt.date, days: int) -> tuple[InstalmentLine, ...]:
    """List the instalments that are more than ``days`` days late on a day, oldest first.

    The same as ``Course.late_on`` without the penalty interest, which a day-end does not need.

    Args:
        course: replayed without anything that happened after the day.
    """
    return tuple(
        line
        for line in course.lines[: course.due_by(day)]
        if line.unpaid_principal_fen + line.unpaid_interest_fen and (day - line.due_on).days > days
    )


def late_principal_fen(lines: Iterable[InstalmentLine]) -> int:
    """Add up the principal that is unpaid of instalments, in fen."""
    return sum(line.unpaid_principal_fen for line in lines)


def class_by_ladder(overdue: int, bands: Iterable[Band]) -> RiskClass:
    """Give the class of a loan with so many overdue instalments.

    Raises:
        ValueError: the ladder ends below that number; its last step must be open.

    Source: risk.class_bands.
    """
    for band in bands:
        if band.upto is None or overdue <= band.upto:
            return band.risk_class
    raise ValueError(f"risk.class_bands: no step holds {overdue} overdue instalments")


def worse_of(one: RiskClass, other: RiskClass) -> RiskClass:
    """Give the worse of two classes."""
    return min(one, other, key=WORST_FIRST.index)
