"""What a loan was agreed to be, and what can happen to it. Pure."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from kernel.days import DayCount, days_in_month
from kernel.months import Month
from loans.facts import PrepaymentOption, RepaymentMethod
from policy.book import PolicyBook


@dataclass(frozen=True, slots=True)
class Conventions:
    """How a loan counts, by the law of the day of its contract.

    ``penalty_factor`` multiplies the loan's rate; ``grace_days`` is how many days late are free.
    """

    day_count: DayCount
    segments: bool
    penalty_factor: Fraction
    penalty_on_interest: bool
    grace_days: int
    allocation: tuple[str, ...]


def read_conventions(book: PolicyBook) -> Conventions:
    """Read how a loan counts on the book's day.

    Raises:
        Unset: a value is unset for the centre.

    Source: loan_rate.day_count, repricing, penalty_factor, penalty_base, penalty_grace_days,
    allocation.
    """
    return Conventions(
        day_count=DayCount(book.choice("loan_rate.day_count")),
        segments=book.choice("loan_rate.repricing") == "SEGMENTS",
        penalty_factor=Fraction(book.count("loan_rate.penalty_factor"), 100),
        penalty_on_interest=book.choice("loan_rate.penalty_base") == "PRINCIPAL_AND_INTEREST",
        grace_days=book.count("loan_rate.penalty_grace_days"),
        allocation=book.choices("loan_rate.allocation"),
    )


@dataclass(frozen=True, slots=True)
class Contract:
    """What borrower and centre agreed, and the day the money went out; ``principal_fen`` in fen."""

    principal_fen: int
    term_months: int
    method: RepaymentMethod
    disbursed_on: dt.date
    due_day: int
    annual_rate: Fraction
    conventions: Conventions

    def due_on(self, number: int) -> dt.date:
        """Return the due date of an instalment; number 0 is the day of disbursement."""
        if number == 0:
            return self.disbursed_on
        month = Month.of(self.disbursed_on) + number
        last = days_in_month(month.year, month.month)
        return dt.date(month.year, month.month, min(self.due_day, last))


@dataclass(frozen=True, slots=True)
class Repriced:
    """A new rate from a day on, that day included."""

    on: dt.date
    annual_rate: Fraction


@dataclass(frozen=True, slots=True)
class Paid:
    """Money brought on a day, in fen; ``ref`` names it in the course.

    It first pays what is due, oldest first. With an ``option`` the rest repays principal before it
    is due; without one the rest stays unallocated.
    """

    on: dt.date
    amount_fen: int
    ref: int
    option: PrepaymentOption | None = None


@dataclass(frozen=True, slots=True)
class TermChanged:
    """Another number of instalments in all, from the running period on."""

    on: dt.date
    term_months: int


@dataclass(frozen=True, slots=True)
class MethodChanged:
    """Another way of repaying, from the running period on."""

    on: dt.date
    method: RepaymentMethod


Event: TypeAlias = Repriced | Paid | TermChanged | MethodChanged
