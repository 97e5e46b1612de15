"""What interest a loan has earned by the end of a month and not received yet. Pure."""

import datetime as dt

from kernel.money import round_half_up
from loans.course import Course
from loans.late import late_lines

_ONE_DAY = dt.timedelta(days=1)


def accrues(course: Course, month_end: dt.date, stops_after_days: int) -> bool:
    """Tell whether a loan's interest counts as earned: no instalment is late for too long.

    Args:
        course: replayed without anything that happened after the day.

    Source: loan_rate.accrual_stops_after_days.
    """
    return not late_lines(course, month_end, stops_after_days)


def accrued_interest_fen(course: Course, month_end: dt.date) -> int:
    """Return the interest earned by the end of a day and not paid, in fen.

    What instalments due by then still owe, and what the running period has earned, that day
    included. Penalty interest is none: it is income when it is paid.

    Args:
        course: replayed without anything that happened after the day.
    """
    due = course.due_by(month_end)
    unpaid_fen = sum(line.unpaid_interest_fen for line in course.lines[:due])
    left_fen = course.planned_after(due)
    if not left_fen:
        return unpaid_fen
    earned = course.terms.accrued(due + 1, month_end + _ONE_DAY)
    return unpaid_fen + round_half_up(left_fen * earned)
