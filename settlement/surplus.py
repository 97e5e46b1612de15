"""The year's value-added income and its use: risk reserve, management fee, public housing. Pure.

The flexible pool has an income of its own. Nothing in the books says which interest was earned
with whose money, so income and expense of deposits are shared out by the average balance of
contributions, those of loans by the average balance of loans; subsidies are the flexible pool's.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from kernel.money import round_half_up, yuan
from kernel.rates import percent
from policy.book import PolicyBook
from policy.decisions import Decision, Sheet
from settlement.facts import SurplusFacts

SHARE_OF_SURPLUS = "SHARE_OF_SURPLUS"
_METHOD = "reserve.method"


@dataclass(frozen=True, slots=True)
class SurplusResult:
    """What the year brought and where it goes, in fen.

    The parts add up to the surplus where there is one, and are nought where there is none. None
    where a value is unset, or where the parts do not fit.
    """

    surplus_fen: int
    flexible_surplus_fen: int
    reserve_fen: int | None = None
    flexible_reserve_fen: int | None = None
    fee_fen: int | None = None
    housing_fen: int | None = None


def decide_surplus(facts: SurplusFacts, book: PolicyBook) -> Decision[SurplusResult]:
    """Decide how the year's value-added income is used: reserve, then fee, then public housing.

    Source: reserve.*; Regulation art. 29; 财综字〔1999〕149号; Bazhong 二(三)2.
    """
    sheet = Sheet(book)
    surplus_fen = (
        facts.deposit_income
        + facts.loan_income
        - facts.deposit_expense
        - facts.loan_expense
        - facts.flexible_expense
    )
    flexible_fen = round_half_up(flexible_part(facts))
    write_surplus(sheet, facts, surplus_fen, flexible_fen)
    if surplus_fen <= 0:
        return sheet.decide(SurplusResult(surplus_fen, flexible_fen, 0, 0, 0, 0))
    base_fen = find_reserve(sheet, facts, surplus_fen)
    if base_fen is None:
        return sheet.decide(SurplusResult(surplus_fen, flexible_fen))
    own_fen = _flexible_share_of(base_fen, surplus_fen, flexible_fen)
    more_fen = find_flexible_reserve(sheet, facts, flexible_fen, own_fen)
    reserve_fen = base_fen + more_fen
    left_fen = surplus_fen - reserve_fen
    sheet.test(
        "surplus_fee_fits",
        facts.management_fee <= left_fen,
        "reserve.required",
        fee=yuan(facts.management_fee),
        left=yuan(max(left_fen, 0)),
    )
    if facts.management_fee > left_fen:
        return sheet.decide(SurplusResult(surplus_fen, flexible_fen))
    housing_fen = left_fen - facts.management_fee
    sheet.test("surplus_housing", True, "reserve.required", amount=yuan(housing_fen))
    return sheet.decide(
        SurplusResult(
            surplus_fen,
            flexible_fen,
            reserve_fen,
            own_fen + more_fen,
            facts.management_fee,
            housing_fen,
        )
    )


def flexible_part(facts: SurplusFacts) -> Fraction:
    """Return the flexible pool's value-added income, in fractions of fen; it may be below zero."""
    deposits = share_of(facts.average_flexible_contributions, facts.average_contributions)
    loans = share_of(facts.average_flexible_loans, facts.average_loans)
    return (
        deposits * (facts.deposit_income - facts.deposit_expense)
        + loans * (facts.loan_income - facts.loan_expense)
        - facts.flexible_expense
    )


def share_of(part_fen: int, whole_fen: int) -> Fraction:
    """Return the part of a whole; nothing of nothing."""
    return Fraction(part_fen, whole_fen) if whole_fen else Fraction(0)


def write_surplus(sheet: Sheet, facts: SurplusFacts, surplus_fen: int, flexible_fen: int) -> None:
    """Write down income, expense and the flexible pool's share."""
    sheet.test(
        "surplus_of_the_year" if surplus_fen > 0 else "surplus_none",
        True,
        "reserve.required",
        year=facts.year,
        income=yuan(facts.deposit_income + facts.loan_income),
        surplus=yuan(surplus_fen),
    )
    deposits = share_of(facts.average_flexible_contributions, facts.average_contributions)
    loans = share_of(facts.average_flexible_loans, facts.average_loans)
    sheet.test(
        "surplus_flexible_pool",
        True,
        "reserve.flexible_allocation",
        amount=yuan(flexible_fen),
        deposits=percent(deposits),
        loans=percent(loans),
    )


def find_reserve(sheet: Sheet, facts: SurplusFacts, surplus_fen: int) -> int | None:
    """Return what the rule sets aside for risks, at most the surplus; None where unset.

    "No less than" is rounded up to the next fen.

    Source: reserve.method, share_of_surplus, share_of_loans, loans_top_up.
    """
    book = sheet.book
    needed = [_METHOD, "reserve.share_of_surplus", "reserve.share_of_loans", "reserve.loans_top_up"]
    missing = [key for key in needed if book.find(key) is None]
    for key in missing:
        sheet.unset(key)
    if missing:
        return None
    if book.choice(_METHOD) == SHARE_OF_SURPLUS:
        share = book.rate("reserve.share_of_surplus")
        wanted_fen = ceil(surplus_fen * share)
        keys = [_METHOD, "reserve.share_of_surplus"]
        code = "reserve_by_surplus"
    else:
        share = book.rate("reserve.share_of_loans")
        wanted_fen = ceil(facts.loan_balance * share)
        if book.flag("reserve.loans_top_up"):
            wanted_fen = max(wanted_fen - facts.reserve_balance, 0)
        keys = [_METHOD, "reserve.share_of_loans", "reserve.loans_top_up"]
        code = "reserve_by_loans"
    reserve_fen = min(wanted_fen, surplus_fen)
    sheet.test(
        code,
        True,
        *keys,
        share=percent(share),
        loans=yuan(facts.loan_balance),
        before=yuan(facts.reserve_balance),
        reserve=yuan(reserve_fen),
    )
    return reserve_fen


def find_flexible_reserve(
    sheet: Sheet, facts: SurplusFacts, flexible_fen: int, own_fen: int
) -> int:
    """Return what is set aside beyond the rule out of the flexible pool's income.

    Source: reserve.flexible_share; Bazhong 二(三)2.
    """
    asked_fen = facts.flexible_reserve or 0
    if not asked_fen:
        return 0
    share = sheet.book.find("reserve.flexible_share")
    if share is None:
        sheet.unset("reserve.flexible_share")
        return 0
    most_fen = max(int(max(flexible_fen, 0) * share.typed) - own_fen, 0)
    sheet.test(
        "reserve_out_of_flexible_income",
        asked_fen <= most_fen,
        "reserve.flexible_share",
        asked=yuan(asked_fen),
        most=yuan(most_fen),
        share=percent(share.typed),
    )
    return min(asked_fen, most_fen)


def _flexible_share_of(reserve_fen: int, surplus_fen: int, flexible_fen: int) -> int:
    """Return the part of the reserve that the flexible pool's own income bears."""
    bearing_fen = min(max(flexible_fen, 0), surplus_fen)
    return min(round_half_up(Fraction(reserve_fen * bearing_fen, surplus_fen)), reserve_fen)
