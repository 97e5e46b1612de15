"""How long a loan may run: to an age, and no longer than a number of years. Pure."""

import datetime as dt

from kernel.days import add_months, add_years
from kernel.documents import Sex
from kernel.months import Month, months_between
from loans.facts import Applicant
from policy.book import PolicyBook
from policy.decisions import Sheet
from policy.facts import RetirementCategory
from policy.rules import retirement_date

FIXED, DELAYED = "FIXED", "DELAYED"
MONTHS = 12

_SERIES = {
    RetirementCategory.MEN_60: "retirement.men_60",
    RetirementCategory.WOMEN_55: "retirement.women_55",
    RetirementCategory.WOMEN_50: "retirement.women_50",
}


def whole_months(start: dt.date, end: dt.date) -> int:
    """Count the whole months from ``start`` to ``end``; zero when ``end`` is earlier."""
    months = months_between(Month.of(start), Month.of(end))
    if months > 0 and add_months(start, months) > end:
        months -= 1
    return max(months, 0)


def category_of(applicant: Applicant, book: PolicyBook) -> RetirementCategory:
    """Return the series of the retirement law: the one proven, else that of the sex."""
    if applicant.category is not None:
        return applicant.category
    if applicant.sex is Sex.M:
        return RetirementCategory.MEN_60
    return RetirementCategory(book.choice("retirement.women_default"))


def find_longest_term(sheet: Sheet, borrower: Applicant, term_months: int) -> int | None:
    """Return the longest term in months, and test the term asked for against it.

    The term ends at the borrower's birthday at the limit age and is never longer than the
    centre's years. None, with the keys named, where a value is unset.

    Source: loan.maximum_term_years, term_age_basis, term_age_men, term_age_women,
    term_extra_years; retirement.*.
    """
    book = sheet.book
    basis = book.find("loan.term_age_basis")
    keys = ["loan.maximum_term_years", "loan.term_age_basis", "loan.term_extra_years"]
    if basis is not None:
        keys.append(_age_key(basis.typed, borrower, book))
    missing = [key for key in keys if book.find(key) is None]
    for key in missing:
        sheet.unset(key)
    if missing or basis is None:
        return None
    longest = _months_to_age(basis.typed, borrower, book)
    other = DELAYED if basis.typed == FIXED else FIXED
    sheet.test(
        "loan_term",
        term_months <= longest,
        *keys,
        asked=term_months,
        longest=longest,
    )
    other_key = _age_key(other, borrower, book)
    if book.find(other_key) is not None:
        # A supervisor sees both: texts written before 2025 still name the old ages.
        sheet.test(
            f"loan_term_{other.lower()}_age",
            True,
            "loan.term_age_basis",
            other_key,
            longest=_months_to_age(other, borrower, book),
        )
    return longest


def _age_key(basis: str, borrower: Applicant, book: PolicyBook) -> str:
    if basis == DELAYED:
        return _SERIES[category_of(borrower, book)]
    return "loan.term_age_men" if borrower.sex is Sex.M else "loan.term_age_women"


def _months_to_age(basis: str, borrower: Applicant, book: PolicyBook) -> int:
    if basis == DELAYED:
        retires_on = retirement_date(borrower.birth_date, category_of(borrower, book), book)
    else:
        age = book.count(_age_key(FIXED, borrower, book))
        retires_on = add_years(borrower.birth_date, age)
    ends_on = add_years(retires_on, book.count("loan.term_extra_years"))
    most = MONTHS * book.count("loan.maximum_term_years")
    return min(whole_months(book.on, ends_on), most)
