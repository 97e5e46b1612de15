"""What the money in the fund lets a family borrow: the families of quota formulas. Pure.

Each city picks a family and its numbers in the policy book. Amounts are fractions of fen until
the quota is rounded down, so that no rounding moves anybody across the edge of a band.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kernel.days import add_months
from kernel.money import parse_yuan, round_half_up, yuan
from kernel.months import Month, months_between
from loans.facts import Applicant, LoanQuotaFacts
from loans.terms import category_of, whole_months
from policy.book import PolicyBook
from policy.decisions import Sheet
from policy.rules import retirement_date

READINGS = ("TABLE", "TEXT")

_NEEDED: Mapping[str, tuple[str, ...]] = {
    "BALANCE_MULTIPLE": ("loan.balance_basis", "loan.multiplier_by", "loan.multiplier_bands"),
    "AVERAGE_BALANCE": ("loan.average_months", "loan.multiplier_by", "loan.multiplier_bands"),
    "MONTH_WEIGHTED": ("loan.month_weights",),
    "MONTHLY_TO_RETIREMENT": ("loan.monthly_factor",),
}


@dataclass(frozen=True, slots=True)
class Formula:
    """The formula's amount in fractions of fen, and that of the other reading of a band edge.

    ``multiplier`` is None in families without one; ``amount`` is None when a value is unset.
    """

    multiplier: Fraction | None = None
    amount: Fraction | None = None
    other_amount: Fraction | None = None


def counted(applicant: Applicant, applied_on: dt.date) -> dict[Month, None]:
    """Return the months that contributions made up to the application cover, each once."""
    return {
        month: None
        for contribution in applicant.contributions
        if contribution.date <= applied_on and contribution.amount > 0
        for month in contribution.months
    }


def contributed_fen(applicant: Applicant, until: dt.date) -> int:
    """Add up the own contributions made up to a day (included)."""
    return sum(item.amount for item in applicant.contributions if item.date <= until)


def average_monthly(facts: LoanQuotaFacts) -> Fraction:
    """Return the sum of the spouses' averages, in fractions of fen.

    Each average is what a spouse has contributed, without transfers, interest and subsidy, over
    the months it covers, prepaid ones included; without months it is nothing.
    """
    total = Fraction(0)
    for applicant in facts.applicants:
        months = counted(applicant, facts.applied_on)
        if months:
            total += Fraction(contributed_fen(applicant, facts.applied_on), len(months))
    return total


def balance_fen(applicant: Applicant, applied_on: dt.date, basis: str) -> int:
    """Return a spouse's balance for the formula: contributions and transfers less withdrawals.

    ``basis`` ACCOUNT_BALANCE adds interest and subsidy. Never below zero: more may have been
    withdrawn than was contributed, out of interest.
    """
    balance = contributed_fen(applicant, applied_on) + applicant.transferred_in
    if basis == "ACCOUNT_BALANCE":
        balance += applicant.interest_and_subsidy
    return max(balance - applicant.withdrawn, 0)


def find_formula(sheet: Sheet, facts: LoanQuotaFacts) -> Formula:
    """Compute the formula of the centre's family, or name what is unset.

    Source: loan.quota_family and the keys of the family; loan.quota_floor,
    loan.liquidity_coefficient, loan.rent_addback.
    """
    book = sheet.book
    rent_fen = rent_addback_fen(sheet, facts)
    family = book.find("loan.quota_family")
    if family is None:
        sheet.unset("loan.quota_family")
        return Formula()
    needed = (*_NEEDED[family.typed], "loan.liquidity_coefficient")
    missing = [key for key in needed if book.find(key) is None]
    for key in missing:
        sheet.unset(key)
    if missing:
        return Formula()

    balance = total_balance_fen(book, facts) + rent_fen
    base = _base(book, facts, family.typed, balance, rent_fen)
    keys = ["loan.quota_family", *needed]
    multiplier = other = None
    if book.find("loan.multiplier_by") and book.find("loan.multiplier_bands"):
        multiplier, other = _multipliers(sheet, facts, balance)
        keys += [key for key in ("loan.multiplier_by", "loan.multiplier_bands") if key not in keys]
        if other is not None:
            keys.append("loan.band_reading")
    amount = _finished(book, base if multiplier is None else base * multiplier)
    sheet.test(
        "formula" if multiplier is not None else "formula_without_multiplier",
        True,
        *keys,
        balance=yuan(round_half_up(base)),
        average=yuan(round_half_up(average_monthly(facts))),
        multiplier=printed_factor(multiplier),
        formula=yuan(round_half_up(amount)),
    )
    other_amount = None if other is None else _finished(book, base * other)
    if other is not None and other_amount is not None:
        sheet.warn(
            "band_edge",
            average=yuan(round_half_up(average_monthly(facts))),
            multiplier=printed_factor(multiplier),
            formula=yuan(round_half_up(amount)),
            other_multiplier=printed_factor(other),
            other_formula=yuan(round_half_up(other_amount)),
        )
    return Formula(multiplier, amount, other_amount)


def total_balance_fen(book: PolicyBook, facts: LoanQuotaFacts) -> int:
    """Add up the balances of the applicants on the book's basis."""
    basis = book.find("loan.balance_basis")
    chosen = basis.typed if basis else "CONTRIBUTIONS"
    return sum(balance_fen(person, facts.applied_on, chosen) for person in facts.applicants)


def rent_addback_fen(sheet: Sheet, facts: LoanQuotaFacts) -> int:
    """Return the rent withdrawals that count in the balance: those of a family's first home."""
    if sheet.book.choice("loan.rent_addback") != "FIRST_HOME" or not facts.house.first_home:
        return 0
    if facts.rent_withdrawn_last_year:
        sheet.test(
            "rent_addback",
            True,
            "loan.rent_addback",
            "loan.rent_addback_months",
            amount=yuan(facts.rent_withdrawn_last_year),
        )
    return facts.rent_withdrawn_last_year


def printed_factor(factor: Fraction | None) -> str | None:
    """Print a factor: whole ones as digits, others with two decimals."""
    if factor is None:
        return None
    return str(factor) if factor.denominator == 1 else yuan(round_half_up(factor * 100))


def _finished(book: PolicyBook, amount: Fraction) -> Fraction:
    """Raise to the floor, then apply the liquidity coefficient, which lies over all."""
    floor = book.find("loan.quota_floor")
    if floor is not None:
        amount = max(amount, Fraction(floor.typed))
    return amount * book.ratio("loan.liquidity_coefficient")


def _base(
    book: PolicyBook, facts: LoanQuotaFacts, family: str, balance: int, rent_fen: int
) -> Fraction:
    """Return what the multiplier is applied to, in fractions of fen."""
    if family == "AVERAGE_BALANCE":
        months = book.count("loan.average_months")
        days = [add_months(facts.applied_on, -back) for back in range(months)]
        sums = sum(
            balance_fen(person, day, "CONTRIBUTIONS") for person in facts.applicants for day in days
        )
        return Fraction(sums, months) + rent_fen
    if family == "MONTH_WEIGHTED":
        weights = book.table("loan.month_weights")
        return sum((_weighted(person, facts, weights) for person in facts.applicants), Fraction(0))
    if family == "MONTHLY_TO_RETIREMENT":
        factor = book.ratio("loan.monthly_factor")
        return factor * sum(
            (_to_retirement(book, facts, person) for person in facts.applicants), Fraction(0)
        )
    return Fraction(balance)


def _weighted(
    applicant: Applicant, facts: LoanQuotaFacts, weights: Sequence[Mapping[str, Any]]
) -> Fraction:
    """Weigh each deposit by the whole months it has been stored, the newest withdrawn first.

    Rows of ``weights``: ``upto`` months (included; absent in the last) with ``weight``, or with
    ``per_month``, which grows with each month. Transfers carry no date here and weigh like new.
    """
    left_fen = applicant.withdrawn
    deposits = [(facts.applied_on, applicant.transferred_in)]
    deposits += [(item.date, item.amount) for item in applicant.contributions]
    total = Fraction(0)
    for day, amount_fen in sorted(deposits, reverse=True):
        if day > facts.applied_on:
            continue
        taken_fen = min(left_fen, amount_fen)
        left_fen -= taken_fen
        months = whole_months(day, facts.applied_on)
        row = next(row for row in weights if "upto" not in row or months <= row["upto"])
        weight = months * factor(row["per_month"]) if "per_month" in row else factor(row["weight"])
        total += (amount_fen - taken_fen) * weight
    return total


def _to_retirement(book: PolicyBook, facts: LoanQuotaFacts, applicant: Applicant) -> Fraction:
    months = counted(applicant, facts.applied_on)
    if not months:
        return Fraction(0)
    average = Fraction(contributed_fen(applicant, facts.applied_on), len(months))
    retires_on = retirement_date(applicant.birth_date, category_of(applicant, book), book)
    steps = months_between(Month.of(facts.applied_on), Month.of(retires_on))
    return average * max(steps, 0)


def factor(printed: object) -> Fraction:
    """Read a factor of a table: a whole number, or text with at most two decimals."""
    if isinstance(printed, int):
        return Fraction(printed)
    return Fraction(parse_yuan(printed), 100)


def _multipliers(
    sheet: Sheet, facts: LoanQuotaFacts, balance: int
) -> tuple[Fraction, Fraction | None]:
    """Return the multiplier in the chosen reading, and the other reading's where it differs."""
    book = sheet.book
    by = book.choice("loan.multiplier_by")
    bands = book.table("loan.multiplier_bands")
    measures: Mapping[str, Fraction | int] = {
        "CONSTANT": 0,
        "AVERAGE_MONTHLY": average_monthly(facts),
        "BALANCE": balance,
        "MONTHS": len(counted(facts.applicants[0], facts.applied_on)),
    }
    chosen_reading = book.find("loan.band_reading")
    reading = chosen_reading.typed if chosen_reading else READINGS[0]
    found = {name: _band(bands, measures[by], name) for name in READINGS}
    chosen = found.pop(reading)
    (other,) = found.values()
    return chosen, (other if other != chosen else None)


def _band(bands: Sequence[Mapping[str, Any]], measure: Fraction | int, reading: str) -> Fraction:
    for row in bands:
        if "upto" not in row:
            return factor(row["multiplier"])
        upto = row["upto"] if isinstance(row["upto"], int) else parse_yuan(row["upto"])
        if measure < upto or (measure == upto and reading in row.get("inclusive", ())):
            return factor(row["multiplier"])
    raise ValueError("loan.multiplier_bands: the last row must have no upto")
