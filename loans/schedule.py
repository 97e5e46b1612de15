"""Repayment schedules, exact to the fen. Pure.

Payments, interest and parts of principal are rounded half up, each once; between two roundings
everything is a ratio of whole numbers. The number of rows is the term, whatever rounding does:
a row repays no more than is left and never less than nothing, and the last row takes the rest.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kernel.days import DayCount, days_between, year_days, year_fraction
from kernel.money import round_half_up, yuan
from kernel.rates import printed_percent
from loans.facts import LoanScheduleFacts, RepaymentMethod
from loans.rates import find_table_rate
from policy.book import PolicyBook
from policy.decisions import Decision, Sheet

MONTHS = 12
MONTH_OF_YEAR = Fraction(1, MONTHS)


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """One instalment in fen; ``balance_fen`` is what is owed after it."""

    number: int
    due_on: dt.date
    principal_fen: int
    interest_fen: int
    payment_fen: int
    balance_fen: int


@dataclass(frozen=True, slots=True)
class LoanScheduleResult:
    """A schedule in fen; ``payment_fen`` is the regular first instalment. None = no rate."""

    payment_fen: int | None
    total_interest_fen: int | None
    rows: tuple[ScheduleRow, ...] | None


@dataclass(frozen=True, slots=True)
class Terms:
    """How a loan is repaid: due dates (the day of disbursement first), rates, conventions.

    ``rates`` are the days from which a rate holds and the rate, in order; the first holds from
    the day of disbursement.
    """

    due_dates: tuple[dt.date, ...]
    method: RepaymentMethod
    rates: tuple[tuple[dt.date, Fraction], ...]
    whole_first_month: bool
    day_count: DayCount
    segments: bool

    def rate_on(self, day: dt.date) -> Fraction:
        """Return the rate that holds on ``day``."""
        rate = self.rates[0][1]
        for start, later in self.rates[1:]:
            if start > day:
                break
            rate = later
        return rate

    def accrued(self, number: int, until: dt.date | None = None) -> Fraction:
        """Return interest per fen owed in the period of instalment ``number``.

        A whole month is a twelfth of a year; it is cut where the rate changes inside it, and the
        cuts add up to the whole.

        Args:
            number: 1 for the first instalment.
            until: count only up to this day (excluded) instead of to the due date.
        """
        start, end = self.due_dates[number - 1], self.due_dates[number]
        regular = number > 1 or self.whole_first_month
        years = MONTH_OF_YEAR if regular else year_fraction(start, end, self.day_count)
        if until is not None and until < end:
            years, end = min(years, year_fraction(start, until, self.day_count)), until
        interest, done, rate = Fraction(0), Fraction(0), self.rate_on(start)
        if self.segments:
            for day, later in self.rates[1:]:
                if start < day < end:
                    cut = min(years, year_fraction(start, day, self.day_count))
                    interest, done, rate = interest + (cut - done) * rate, cut, later
        return interest + (years - done) * rate


def level_payment_fen(principal_fen: int, annual_rate: Fraction, months: int) -> int:
    """Return the equal monthly payment: P·i·(1+i)^n ÷ ((1+i)^n − 1), rounded once.

    Whole numbers throughout: with i = a/d the powers share the denominator d^n, which cancels.
    """
    part, whole = annual_rate.numerator, annual_rate.denominator * MONTHS
    if part == 0:
        return round_half_up(Fraction(principal_fen, months))
    grown: int = (whole + part) ** months
    still: int = whole**months
    above, below = principal_fen * part * grown, whole * (grown - still)
    return (2 * above + below) // (2 * below)


def month_interest_fen(balance_fen: int, annual_rate: Fraction) -> int:
    """Return the interest of a whole month on ``balance_fen``."""
    above, below = balance_fen * annual_rate.numerator, annual_rate.denominator * MONTHS
    return (2 * above + below) // (2 * below)


def instalment_fen(
    balance_fen: int, annual_rate: Fraction, months: int, method: RepaymentMethod
) -> int:
    """Return what stays equal over ``months`` rows: the payment, or the part of principal."""
    if method is RepaymentMethod.LEVEL_PAYMENT:
        return level_payment_fen(balance_fen, annual_rate, months)
    return round_half_up(Fraction(balance_fen, months))


def first_payment_fen(
    balance_fen: int, equal_fen: int, annual_rate: Fraction, method: RepaymentMethod
) -> int:
    """Return the regular payment that comes first on ``balance_fen``."""
    if method is RepaymentMethod.LEVEL_PAYMENT:
        return equal_fen
    return equal_fen + month_interest_fen(balance_fen, annual_rate)


def schedule_rows(
    terms: Terms,
    balance_fen: int,
    *,
    paid: int = 0,
    last: int | None = None,
    equal_fen: int | None = None,
) -> tuple[ScheduleRow, ...]:
    """Lay out the instalments after ``paid`` up to number ``last``.

    Args:
        balance_fen: owed when the first of these periods begins.
        paid: instalments already behind.
        last: number of the last row; the whole term by default.
        equal_fen: what stays equal until the first repricing; computed when absent.
    """
    laid = lay_rows(terms, balance_fen, paid=paid, last=last, equal_fen=equal_fen)
    return tuple(row for row, _equal_fen in laid)


def lay_rows(
    terms: Terms,
    balance_fen: int,
    *,
    paid: int = 0,
    last: int | None = None,
    equal_fen: int | None = None,
) -> Iterator[tuple[ScheduleRow, int]]:
    """Lay out instalments as ``schedule_rows`` does, each with what stays equal in its period."""
    last = last or len(terms.due_dates) - 1
    rate = terms.rate_on(terms.due_dates[paid])
    if equal_fen is None:
        equal_fen = instalment_fen(balance_fen, rate, last - paid, terms.method)
    for number in range(paid + 1, last + 1):
        start = terms.due_dates[number - 1]
        now = terms.rate_on(start)
        if now != rate:
            rate = now
            equal_fen = instalment_fen(balance_fen, rate, last - number + 1, terms.method)
        interest_fen = _interest_fen(terms, balance_fen, number, rate)
        if number == last:
            principal_fen = balance_fen
        elif terms.method is RepaymentMethod.LEVEL_PRINCIPAL:
            principal_fen = min(equal_fen, balance_fen)
        else:
            broken = number == 1 and not terms.whole_first_month
            taken_fen = month_interest_fen(balance_fen, rate) if broken else interest_fen
            principal_fen = min(max(equal_fen - taken_fen, 0), balance_fen)
        balance_fen -= principal_fen
        yield (
            ScheduleRow(
                number=number,
                due_on=terms.due_dates[number],
                principal_fen=principal_fen,
                interest_fen=interest_fen,
                payment_fen=principal_fen + interest_fen,
                balance_fen=balance_fen,
            ),
            equal_fen,
        )


def _interest_fen(terms: Terms, balance_fen: int, number: int, rate: Fraction) -> int:
    regular = number > 1 or terms.whole_first_month
    if regular and (len(terms.rates) == 1 or not terms.segments):
        return month_interest_fen(balance_fen, rate)
    return round_half_up(balance_fen * terms.accrued(number))


def find_terms(facts: LoanScheduleFacts, sheet: Sheet) -> Terms | None:
    """Read the terms of a loan from its facts and the policy; None when a value is unset."""
    book = sheet.book
    rate = facts.annual_rate
    if rate is None:
        rate = find_table_rate(sheet, facts.term_months, home_number=facts.home_number or 1)
        if facts.home_number is None:
            sheet.warn("first_home_assumed")
    due_day = facts.due_day or facts.disbursed_on.day
    whole_first_month = due_day == facts.disbursed_on.day
    repricings = facts.repricings or ()
    needed = [
        *(["loan_rate.repricing"] if repricings else []),
        *(["loan_rate.day_count"] if repricings or not whole_first_month else []),
    ]
    missing = [key for key in needed if book.find(key) is None]
    for key in missing:
        sheet.unset(key)
    if rate is None or missing:
        return None
    start, end = facts.disbursed_on, facts.due_on(1)
    day_count = DayCount(book.choice("loan_rate.day_count")) if needed else DayCount.D30_360
    if not whole_first_month:
        sheet.test(
            "schedule_broken_first_period",
            True,
            "loan_rate.day_count",
            days=days_between(start, end, day_count),
            year=year_days(day_count),
            due=end.isoformat(),
        )
    changes = [(repricing.from_, repricing.annual_rate) for repricing in repricings]
    if changes and changes[0][0] == start:
        rate = changes.pop(0)[1]
    return Terms(
        due_dates=tuple(facts.due_on(number) for number in range(facts.term_months + 1)),
        method=facts.method,
        rates=((start, rate), *changes),
        whole_first_month=whole_first_month,
        day_count=day_count,
        segments=not changes or book.choice("loan_rate.repricing") == "SEGMENTS",
    )


def decide_loan_schedule(
    facts: LoanScheduleFacts, book: PolicyBook
) -> Decision[LoanScheduleResult]:
    """Lay out the repayment schedule of a loan.

    The rate is the one given, else the table's on the day of disbursement, by term and home.

    Source: loan_rate.*; no centre's own text is needed.
    """
    sheet = Sheet(book.at(facts.disbursed_on))
    terms = find_terms(facts, sheet)
    if terms is None:
        return sheet.decide(LoanScheduleResult(None, None, None))
    rows = schedule_rows(terms, facts.principal)
    rate = terms.rates[0][1]
    equal_fen = instalment_fen(facts.principal, rate, facts.term_months, facts.method)
    payment_fen = first_payment_fen(facts.principal, equal_fen, rate, facts.method)
    write_schedule(sheet, facts, rate, payment_fen)
    for day, later in terms.rates[1:]:
        sheet.test(
            "schedule_repriced",
            True,
            "loan_rate.repricing",
            date=day.isoformat(),
            rate=printed_percent(later),
        )
    return sheet.decide(LoanScheduleResult(payment_fen, total_interest_fen(rows), rows))


def write_schedule(
    sheet: Sheet, facts: LoanScheduleFacts, rate: Fraction, payment_fen: int
) -> None:
    """Write down how the schedule came about."""
    sheet.test(
        f"schedule_{facts.method.value.lower()}",
        True,
        "loan_rate.day_count",
        principal=yuan(facts.principal),
        months=facts.term_months,
        rate=printed_percent(rate),
        payment=yuan(payment_fen),
    )


def total_interest_fen(rows: Sequence[ScheduleRow]) -> int:
    """Add up the interest of rows."""
    return sum(row.interest_fen for row in rows)
