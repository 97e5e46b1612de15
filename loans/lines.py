"""One instalment on its way: planned, due, paid, late; and what a payment gave to it. Pure."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from kernel.days import days_between, year_fraction
from kernel.money import round_half_up
from loans.contract import Conventions
from loans.schedule import Terms


@dataclass(frozen=True, slots=True)
class Share:
    """What of a payment went to one instalment, in fen."""

    number: int
    penalty_fen: int
    interest_fen: int
    principal_fen: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """Where a payment went, in fen; the parts add up to what was paid."""

    shares: tuple[Share, ...] = ()
    prepaid_principal_fen: int = 0
    prepaid_interest_fen: int = 0
    unallocated_fen: int = 0

    @property
    def penalty_fen(self) -> int:
        """Penalty interest paid."""
        return sum(share.penalty_fen for share in self.shares)

    @property
    def interest_fen(self) -> int:
        """Interest paid, that of prepaid principal included."""
        return sum(share.interest_fen for share in self.shares) + self.prepaid_interest_fen

    @property
    def principal_fen(self) -> int:
        """Principal repaid, prepaid principal included."""
        return sum(share.principal_fen for share in self.shares) + self.prepaid_principal_fen


@dataclass(frozen=True, slots=True)
class InstalmentLine:
    """One instalment: what is planned, what was paid of it, and what of it is late, in fen.

    ``balance_fen`` is the planned principal after it. ``settled_on`` is the day on which principal
    and interest were paid off; penalty interest may still be owed then.
    """

    number: int
    due_on: dt.date
    principal_fen: int
    interest_fen: int
    balance_fen: int
    equal_fen: int
    paid_principal_fen: int = 0
    paid_interest_fen: int = 0
    paid_penalty_fen: int = 0
    settled_on: dt.date | None = None
    penalty: Fraction = Fraction(0)  # exact, up to ``penalty_until``
    penalty_until: dt.date | None = None

    @property
    def paid_fen(self) -> int:
        """Everything paid of it, penalty interest included."""
        return self.paid_principal_fen + self.paid_interest_fen + self.paid_penalty_fen

    @property
    def unpaid_principal_fen(self) -> int:
        """Principal still owed."""
        return self.principal_fen - self.paid_principal_fen

    @property
    def unpaid_interest_fen(self) -> int:
        """Interest still owed."""
        return self.interest_fen - self.paid_interest_fen

    @property
    def owes_nothing_more(self) -> bool:
        """Whether principal, interest and all penalty interest are paid: nothing can grow on it."""
        if self.unpaid_principal_fen or self.unpaid_interest_fen:
            return False
        return round_half_up(self.penalty) <= self.paid_penalty_fen


@dataclass(frozen=True, slots=True)
class Owed:
    """What an instalment owes on a day, in fen."""

    number: int
    due_on: dt.date
    penalty_fen: int
    interest_fen: int
    principal_fen: int

    @property
    def total_fen(self) -> int:
        """All of it."""
        return self.penalty_fen + self.interest_fen + self.principal_fen


def penalty_owed_fen(
    terms: Terms, conventions: Conventions, line: InstalmentLine, day: dt.date
) -> int:
    """Return the penalty interest an instalment owes on a day, rounded once, in fen.

    Source: loan_rate.penalty_factor, penalty_base, penalty_grace_days.
    """
    grown = accrue_penalty(terms, conventions, line, day)
    return max(round_half_up(grown.penalty) - line.paid_penalty_fen, 0)


def accrue_penalty(
    terms: Terms, conventions: Conventions, line: InstalmentLine, day: dt.date
) -> InstalmentLine:
    """Let penalty interest run up to a day (excluded) on what is unpaid of an instalment.

    It runs at the loan's rate of each day, so it is cut where the rate changes. What is paid
    within the days of grace owes nothing; what is still unpaid after them owes from the due date.
    """
    start = line.penalty_until or line.due_on
    base_fen = line.unpaid_principal_fen
    if conventions.penalty_on_interest:
        base_fen += line.unpaid_interest_fen
    if day <= start or not base_fen:
        return line
    if days_between(line.due_on, day, conventions.day_count) <= conventions.grace_days:
        return line
    cuts = [start, *(cut for cut, _rate in terms.rates if start < cut < day), day]
    years_by_rate = sum(
        (
            year_fraction(since, until, conventions.day_count) * terms.rate_on(since)
            for since, until in pairwise(cuts)
        ),
        Fraction(0),
    )
    grown = line.penalty + base_fen * years_by_rate * conventions.penalty_factor
    return replace(line, penalty=grown, penalty_until=day)


def total_owed_fen(owed: Iterable[Owed]) -> int:
    """Add up what several instalments owe, in fen."""
    return sum(one.total_fen for one in owed)
