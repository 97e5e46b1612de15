"""Days: strict dates, day counts for interest, and steps of months and years."""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum
from fractions import Fraction

from kernel.errors import BadValue, seen

FIRST_YEAR = 1900
LAST_YEAR = 2199

_MONTH_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)


class BadDate(BadValue):
    """The text is no calendar date, or no month, between 1900 and 2199."""


class DayCount(StrEnum):
    """How days of interest are counted. The start is included, the end excluded."""

    D30_360 = "30/360"
    ACT_360 = "ACT/360"
    ACT_365 = "ACT/365"


_YEAR_DAYS = {DayCount.D30_360: 360, DayCount.ACT_360: 360, DayCount.ACT_365: 365}


def parse_date(text: object) -> dt.date:
    """Read a date written as ``"2026-01-31"``.

    Raises:
        BadDate: ``text`` is no such string, the day does not exist, or the year lies
            outside 1900 to 2199.
    """
    found = _DATE.fullmatch(text) if isinstance(text, str) else None
    if found is not None:
        year, month, day = map(int, found.groups())
        in_range = FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12
        if in_range and 1 <= day <= days_in_month(year, month):
            return dt.date(year, month, day)
    raise BadDate(
        f"{seen(text)} is not a date: write a day of the calendar between"
        f' {FIRST_YEAR} and {LAST_YEAR}, such as "2026-01-31"',
        code="BAD_DATE",
        seen=seen(text),
    )


def days_in_month(year: int, month: int) -> int:
    """Return how many days the month has."""
    leap_day = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return _MONTH_LENGTHS[month - 1] + leap_day


def is_month_end(day: dt.date) -> bool:
    """Tell whether ``day`` is the last of its month, 28 or 29 February included."""
    return day.day == days_in_month(day.year, day.month)


def _day_of_360(day: dt.date) -> int:
    """Number a day in a calendar of twelve months of thirty days each."""
    day_of_month = 30 if is_month_end(day) else day.day
    return 360 * day.year + 30 * day.month + day_of_month


def days_between(start: dt.date, end: dt.date, day_count: DayCount) -> int:
    """Count the days from ``start`` (included) to ``end`` (excluded).

    In 30/360 the last day of any month is day 30, so whole months always have 30 days and
    periods can be cut at any day without losing or gaining one.

    Raises:
        ValueError: ``end`` lies before ``start``, or the day count is unknown.
    """
    if end < start:
        raise ValueError(f"the period ends on {end}, before it starts on {start}")
    if day_count == DayCount.D30_360:
        return _day_of_360(end) - _day_of_360(start)
    if day_count not in _YEAR_DAYS:
        raise ValueError(f"{seen(day_count)} is no day count: {', '.join(DayCount)}")
    return (end - start).days


def year_fraction(start: dt.date, end: dt.date, day_count: DayCount) -> Fraction:
    """Return the part of a year, exact, between ``start`` (included) and ``end`` (excluded)."""
    return Fraction(days_between(start, end, day_count), _YEAR_DAYS[day_count])


def year_days(day_count: DayCount) -> int:
    """Return the days of a whole year by which the convention divides: 360 or 365."""
    return _YEAR_DAYS[day_count]


def add_months(day: dt.date, months: int) -> dt.date:
    """Move by calendar months; where the day does not exist, to the last of the month."""
    year, zero_based = divmod(day.year * 12 + day.month - 1 + months, 12)
    month = zero_based + 1
    return dt.date(year, month, min(day.day, days_in_month(year, month)))


def add_years(day: dt.date, years: int) -> dt.date:
    """Move by years; 29 February becomes 28 February in a common year."""
    return add_months(day, 12 * years)
