"""Rules that every business shares: retirement, deadlines, and who signs. Pure."""

import datetime as dt
from dataclasses import dataclass

from kernel.days import add_months
from kernel.months import Month, months_between
from kernel.posts import Post, reaches
from policy import limits
from policy.book import PolicyBook, Unset
from policy.decisions import Decision, Sheet
from policy.facts import DeadlineFacts, DeadlineKind, RetirementCategory, RetirementFacts

SATURDAY = 5

SERIES = {
    RetirementCategory.MEN_60: "retirement.men_60",
    RetirementCategory.WOMEN_55: "retirement.women_55",
    RetirementCategory.WOMEN_50: "retirement.women_50",
}
_DAYS = {
    DeadlineKind.WITHDRAWAL: "deadline.withdrawal_days",
    DeadlineKind.LOAN: "deadline.loan_days",
    DeadlineKind.BALANCE_DISPUTE: "deadline.balance_dispute_days",
    DeadlineKind.CREDIT_CONTEST: "deadline.credit_contest_days",
}


@dataclass(frozen=True, slots=True)
class RetirementResult:
    """The statutory age, and the day it is reached (a month where a month was given)."""

    age_years: int | None
    age_months: int | None
    date: dt.date | Month | None


@dataclass(frozen=True, slots=True)
class DeadlineResult:
    """The last day on which the answer is still in time."""

    due_on: dt.date | None


def retirement_age_months(birth: Month, category: RetirementCategory, book: PolicyBook) -> int:
    """Return the statutory retirement age in months, by the law in force on the book's day.

    Before 2025 the plain ages were law, for everybody; since then they grow by month of birth.

    Raises:
        Unset: no law of retirement is held for the day.

    Source: retirement.men_60, retirement.women_55, retirement.women_50.
    """
    law = book.table(SERIES[category])
    return int(law["base_years"]) * 12 + _delay_months(birth, law)


def retirement_date(birth_date: dt.date, category: RetirementCategory, book: PolicyBook) -> dt.date:
    """Return the day on which the statutory retirement age is reached.

    A day that the month does not have becomes the month's last.

    Raises:
        Unset: no law of retirement is held for the book's day.
    """
    return add_months(birth_date, retirement_age_months(Month.of(birth_date), category, book))


def _delay_months(birth: Month, law: dict[str, object]) -> int:
    if "series_from" not in law:
        return 0
    since = months_between(Month.parse(law["series_from"]), birth)
    if since < 0:
        return 0
    step, most = int(str(law["births_per_step"])), int(str(law["most_delay_months"]))
    return min(most, since // step + 1)


def decide_retirement(facts: RetirementFacts, book: PolicyBook) -> Decision[RetirementResult]:
    """Work out the statutory retirement age and the day it is reached.

    The law in force on the book's day is used. On a day before 2025 that gives the old ages,
    with a warning where the person reaches them only after the law has changed.

    Source: retirement.*; 渐进式延迟法定退休年龄的办法.
    """
    sheet = Sheet(book)
    key = SERIES[facts.category]
    if book.find(key) is None:
        sheet.unset(key)
        return sheet.decide(RetirementResult(None, None, None))
    # The validator of the facts sees to it that one of the two is there.
    birth = facts.birth_month or Month.of(facts.birth_date or dt.date.min)
    months = retirement_age_months(birth, facts.category, book)
    reached: dt.date | Month = birth + months
    if facts.birth_date is not None:
        reached = add_months(facts.birth_date, months)
    age_years, age_months = divmod(months, 12)
    sheet.test(
        "retirement_age", True, key, years=age_years, months=age_months, reached=str(reached)
    )
    last_day = reached.last_day if isinstance(reached, Month) else reached
    if book.on < last_day and len(book.history(key, book.on, last_day)) > 1:
        sheet.warn("retirement_law_changes", reached=str(reached))
    return sheet.decide(RetirementResult(age_years, age_months, reached))


def decide_deadline(facts: DeadlineFacts, book: PolicyBook) -> Decision[DeadlineResult]:
    """Work out the last day for an answer, by the law in force on the day of acceptance.

    The day after acceptance is the first day. Working days follow the calendar of the year in
    which they lie; a year without a published one counts weekends only, with a warning.

    Source: deadline.*, calendar.year; Regulation art. 25, 26, 37.
    """
    sheet = Sheet(book.at(facts.accepted_on))
    book, key = sheet.book, _DAYS[facts.kind]
    missing = [name for name in (key, "deadline.day_type") if book.find(name) is None]
    for name in missing:
        sheet.unset(name)
    if missing:
        return sheet.decide(DeadlineResult(None))
    days = book.count(key)
    keys = [key, "deadline.day_type"]
    if book.choice("deadline.day_type") == "WORKING":
        due_on = _after_working_days(sheet, facts.accepted_on, days)
        if book.find("calendar.year") is not None:
            keys.append("calendar.year")
    else:
        due_on = facts.accepted_on + dt.timedelta(days=days)
    sheet.test(
        "deadline", True, *keys,
        accepted=facts.accepted_on.isoformat(), days=days, due=due_on.isoformat(),
        day_type=book.choice("deadline.day_type"),
    )  # fmt: skip
    return sheet.decide(DeadlineResult(due_on))


def after_working_days(book: PolicyBook, day: dt.date, days: int) -> dt.date:
    """Return the day that lies some working days after another, by the calendars of their years.

    Source: calendar.year; without it Monday to Friday.
    """
    return _after_working_days(Sheet(book), day, days)


def _after_working_days(sheet: Sheet, day: dt.date, days: int) -> dt.date:
    while days > 0:
        day += dt.timedelta(days=1)
        days -= _is_working_day(sheet, day)
    return day


def _is_working_day(sheet: Sheet, day: dt.date) -> bool:
    calendar = sheet.book.at(day).find("calendar.year")
    if calendar is None:
        sheet.warn("calendar_not_published", year=day.year)
        return day.weekday() < SATURDAY
    printed = day.isoformat()
    if day.weekday() < SATURDAY:
        return printed not in calendar.typed["holidays"]
    return printed in calendar.typed["workdays"]


def greatest_alone(book: PolicyBook, business: limits.Business, role: str) -> int | None:
    """Return the greatest amount in fen that a role signs by itself; None = whatever the amount.

    Raises:
        Unset: the table is missing.

    Source: approval.limits.
    """
    table: limits.Limits = book.table(limits.KEY)
    steps = [step for step in table.steps.get(business, ()) if reaches(role, step.post)]
    return steps[-1].upto_fen if steps else 0


def approver_for(book: PolicyBook, business: limits.Business, fen: int) -> Post:
    """Return the post that has to sign a business of this amount, by the law of the book's day.

    The document keeps the answer from the day on which it was taken in. At the limit itself the
    lower post still signs.

    Args:
        fen: what the business moves, in fen, zero or more.

    Raises:
        Unset: the table, or a row for the business, is missing.

    Source: approval.limits.
    """
    table: limits.Limits = book.table(limits.KEY)
    for step in table.steps.get(business, ()):
        if step.upto_fen is None or fen <= step.upto_fen:
            return step.post
    raise Unset(f"{limits.KEY}: {business}", book.centre, book.on)
