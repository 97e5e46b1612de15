"""The rate of a loan over its life: the table of its class, year by year. Pure."""

import datetime as dt
from fractions import Fraction

from policy.book import PolicyBook


def table_rate_on(
    book: PolicyBook, day: dt.date, *, contract_term: int, home_number: int
) -> Fraction:
    """Read the table's rate of a class on a day; the term of the contract fixes the class.

    Raises:
        Unset: the table has no rate for the day.

    Source: loan_rate.first_short, first_long, second_short, second_long, short_term_months.
    """
    table = book.fresh(day)
    short = contract_term <= table.count("loan_rate.short_term_months")
    home = "first" if home_number == 1 else "second"
    return table.rate(f"loan_rate.{home}_{'short' if short else 'long'}")


def rate_after_change(
    book: PolicyBook,
    day: dt.date,
    *,
    agreed_on: dt.date,
    agreed: Fraction,
    contract_term: int,
    home_number: int,
) -> Fraction:
    """Give the rate a loan has by the table of a day.

    A first home takes the table's rate. A second home keeps what its contract stood above the
    floor on the day it was agreed on, above the floor of the day.
    """
    floor = table_rate_on(book, day, contract_term=contract_term, home_number=home_number)
    if home_number == 1:
        return floor
    was = table_rate_on(book, agreed_on, contract_term=contract_term, home_number=home_number)
    return floor + max(agreed - was, Fraction(0))


def repricing_days(book: PolicyBook, after: dt.date, until: dt.date) -> list[dt.date]:
    """List the days from the year after ``after`` to ``until`` on which running loans reprice.

    Source: loan_rate.repricing_date.
    """
    days = []
    for year in range(after.year + 1, until.year + 1):
        text = book.fresh(dt.date(year, 1, 1)).get("loan_rate.repricing_date").text
        month, day = (int(part) for part in text.split("-"))
        days.append(dt.date(year, month, day))
    return [day for day in days if day <= until]


def keeps_its_rate(book: PolicyBook, contract_term: int) -> bool:
    """Tell whether a contract is so short that its rate never changes.

    Source: loan_rate.fixed_through_months.
    """
    limit = book.find("loan_rate.fixed_through_months")
    return limit is not None and contract_term <= limit.typed
