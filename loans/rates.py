"""The table of loan rates: by day, term and home. Pure."""

from fractions import Fraction

from kernel.rates import printed_percent
from policy.decisions import Sheet


def find_table_rate(sheet: Sheet, term_months: int, *, home_number: int) -> Fraction | None:
    """Read the rate for a term and a home on the sheet's day; None when the table has none.

    The term of the contract fixes the class once and for all. Rates for second homes are floors,
    which a bank may exceed, so they warn.

    Source: loan_rate.first_short, first_long, second_short, second_long, short_term_months.
    """
    book = sheet.book
    short = book.find("loan_rate.short_term_months")
    if short is None:
        sheet.unset("loan_rate.short_term_months")
        return None
    home = "first" if home_number == 1 else "second"
    key = f"loan_rate.{home}_{'short' if term_months <= short.typed else 'long'}"
    value = book.find(key)
    if value is None:
        sheet.unset(key)
        return None
    sheet.test(
        "loan_table_rate",
        True,
        key,
        "loan_rate.short_term_months",
        rate=printed_percent(value.typed),
        date=book.on.isoformat(),
        months=term_months,
        home=home_number,
    )
    if home_number > 1:
        sheet.warn("second_home_rate_is_a_floor", rate=printed_percent(value.typed))
    rate: Fraction = value.typed
    return rate
