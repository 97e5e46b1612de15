"""One loan on one day of the day-end, and what is the same for all loans of a centre that day."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from accounts.models import MemberAccount
from contributions.queries import owing_accounts
from loans.contract import Contract
from loans.course import Course, replay
from loans.facts import LoanState
from loans.late import LateLaw, late_lines, read_late_law
from loans.lines import InstalmentLine
from loans.models import Loan, LoanEvent
from loans.pricing import repricing_days
from loans.queries import contract_of, event_of, lock_loan, standing_loan_events
from office.models import Centre, User
from policy.queries import open_book

_OUT = [LoanState.RUNNING.value, LoanState.OVERDUE.value]
_ONE_DAY = dt.timedelta(days=1)


@dataclass(slots=True)
class Days:
    """What is the same for all loans of a centre on a day, read once."""

    centre: Centre
    _laws: dict[dt.date, LateLaw] = field(default_factory=dict)
    _owing: dict[dt.date, dict[int, MemberAccount]] = field(default_factory=dict)
    _repricing: dict[int, dt.date] = field(default_factory=dict)

    def law(self, day: dt.date) -> LateLaw:
        """Give the law of the day."""
        if day not in self._laws:
            self._laws[day] = read_late_law(open_book(self.centre.code, day))
        return self._laws[day]

    def repricing_day(self, year: int) -> dt.date:
        """Give the day of a year on which running loans take a new rate."""
        if year not in self._repricing:
            book = open_book(self.centre.code, dt.date(year, 1, 1))
            (self._repricing[year],) = repricing_days(
                book, dt.date(year - 1, 1, 1), dt.date(year, 12, 31)
            )
        return self._repricing[year]

    def owing(self, day: dt.date) -> dict[int, MemberAccount]:
        """Give the accounts with a running loan that owe contributions on the day, by key.

        What is owed changes with the month alone.
        """
        month = day.replace(day=1)
        if month not in self._owing:
            rows = owing_accounts(self.centre, day).filter(
                pk__in=Loan.objects.filter(centre=self.centre, state__in=_OUT).values(
                    "member_account"
                )
            )
            self._owing[month] = {row.pk: row for row in rows}
        return self._owing[month]


@dataclass
class LoanDay:
    """One loan on one day, on its way through the steps.

    ``business_date`` is the open day, on which things are booked; ``day`` is the one looked at.
    A step that writes an event of the loan calls ``forget`` so that the next ones see it.
    """

    loan: Loan
    day: dt.date
    business_date: dt.date
    by: User
    days: Days
    told: Counter[str] = field(default_factory=Counter)

    @property
    def law(self) -> LateLaw:
        """The law of the day."""
        return self.days.law(self.day)

    @cached_property
    def course(self) -> Course:
        """The loan as it stood on the day: what happened later is left out."""
        events = [event_of(row) for row in self._events if row.value_date <= self.day]
        return replay(self._contract, [event for event in events if event is not None])

    @cached_property
    def _contract(self) -> Contract:
        return contract_of(self.loan)

    @cached_property
    def _events(self) -> list[LoanEvent]:
        return list(standing_loan_events(self.loan))

    @property
    def overdue(self) -> tuple[InstalmentLine, ...]:
        """The instalments that count as overdue on the day."""
        return late_lines(self.course, self.day, self.law.status_days)

    def next_day(self) -> None:
        """Go on to the next day; the course is replayed only if something happens on it."""
        self.day += _ONE_DAY
        if any(row.value_date == self.day for row in self._events):
            self.__dict__.pop("course", None)

    def forget(self) -> None:
        """Read the loan and its events anew."""
        self.loan = lock_loan(self.loan.pk)
        for read in ("course", "_events", "_contract"):
            self.__dict__.pop(read, None)
