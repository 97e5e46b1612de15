"""Calendar months and the fund year (1 July to 30 June)."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple, Self

from kernel.days import FIRST_YEAR, LAST_YEAR, BadDate, days_in_month
from kernel.errors import seen

MONTH_PATTERN = r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$"

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})", re.ASCII)


class _YearMonth(NamedTuple):
    year: int
    month: int


class Month(_YearMonth):
    """A calendar month. Months compare in order of time and move by whole numbers."""

    __slots__ = ()

    def __new__(cls, year: int, month: int) -> Self:
        """Make a month, refusing one that the calendar does not have."""
        if not 1 <= month <= 12:
            raise ValueError(f"{seen(month)} is not a month of the year: 1 to 12")
        return super().__new__(cls, year, month)

    @classmethod
    def parse(cls, text: object) -> Self:
        """Read a month written as ``"2026-01"``.

        Raises:
            BadDate: ``text`` is no such string or the year lies outside 1900 to 2199.
        """
        found = _MONTH.fullmatch(text) if isinstance(text, str) else None
        if found is not None:
            year, month = map(int, found.groups())
            if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12:
                return cls(year, month)
        raise BadDate(
            f"{seen(text)} is not a month: write one between"
            f' {FIRST_YEAR} and {LAST_YEAR}, such as "2026-01"',
            code="BAD_MONTH",
            seen=seen(text),
        )

    @classmethod
    def of(cls, day: dt.date) -> Self:
        """Return the month in which ``day`` lies."""
        return cls(day.year, day.month)

    @property
    def first_day(self) -> dt.date:
        """The first day of the month."""
        return dt.date(self.year, self.month, 1)

    @property
    def last_day(self) -> dt.date:
        """The last day of the month."""
        return dt.date(self.year, self.month, days_in_month(self.year, self.month))

    def __add__(self, months: int) -> Self:  # type: ignore[override]
        if not isinstance(months, int):
            return NotImplemented
        year, zero_based = divmod(self.year * 12 + self.month - 1 + months, 12)
        return type(self)(year, zero_based + 1)

    def __sub__(self, months: int) -> Self:
        if not isinstance(months, int):
            return NotImplemented
        return self + -months

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def months_between(start: Month, end: Month) -> int:
    """Count the steps from ``start`` to ``end``: 0 for the same month, below 0 backwards."""
    return (end.year - start.year) * 12 + end.month - start.month


def month_span(first: Month, last: Month) -> tuple[Month, ...]:
    """List the months from ``first`` to ``last``, both included; empty when none lies between."""
    return tuple(first + step for step in range(months_between(first, last) + 1))


class FundYear(NamedTuple):
    """The year of the fund, named by the calendar year whose 30 June ends it."""

    year: int

    @classmethod
    def of(cls, day: dt.date) -> Self:
        """Return the fund year in which ``day`` lies."""
        return cls(day.year if day.month <= 6 else day.year + 1)

    @property
    def first_day(self) -> dt.date:
        """1 July, when the carried balance begins to count."""
        return dt.date(self.year - 1, 7, 1)

    @property
    def last_day(self) -> dt.date:
        """30 June, the day of settlement (结息日)."""
        return dt.date(self.year, 6, 30)

    @property
    def previous_settlement(self) -> dt.date:
        """30 June before the year, from which days of interest are counted."""
        return dt.date(self.year - 1, 6, 30)

    @property
    def first_month(self) -> Month:
        """July of the year before."""
        return Month(self.year - 1, 7)

    @property
    def last_month(self) -> Month:
        """June of the year."""
        return Month(self.year, 6)

    def __str__(self) -> str:
        return f"{self.first_day}…{self.last_day}"
