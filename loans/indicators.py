"""How far the fund has lent out what was paid in. Pure."""

from dataclasses import dataclass
from fractions import Fraction

from kernel.money import round_half_up
from kernel.rates import percent
from loans.facts import FundIndicatorsFacts
from policy.book import PolicyBook
from policy.decisions import Decision, Sheet

BANDS = (("risk.watch_ratio", "GREEN"), ("risk.warn_ratio", "WATCH"), ("risk.stop_ratio", "WARN"))
STOP = "STOP"
HUNDREDTHS_OF_A_PERCENT = 10_000


@dataclass(frozen=True, slots=True)
class FundIndicatorsResult:
    """Ratios as fractions of one, rounded to hundredths of a percent; None without denominator.

    ``level`` is GREEN, WATCH, WARN or STOP, of the higher unrounded ratio.
    """

    loan_to_deposit: Fraction | None
    flexible_loan_to_deposit: Fraction | None
    overdue_rate: Fraction | None
    level: str | None


def decide_fund_indicators(
    facts: FundIndicatorsFacts, book: PolicyBook
) -> Decision[FundIndicatorsResult]:
    """Measure loans against contributions, overall and in the flexible pool.

    Source: risk.watch_ratio, risk.warn_ratio, risk.stop_ratio; Yantai 23, Lianyungang 三(六)1.
    """
    sheet = Sheet(book)
    overall = ratio(facts.loan_balance, facts.contribution_balance)
    flexible = ratio(facts.flexible_loan_balance, facts.flexible_contribution_balance)
    overdue = ratio(facts.overdue_amount, facts.loan_balance)
    if overall is None:
        sheet.test("no_contributions", None, "risk.watch_ratio")
    higher = max((value for value in (overall, flexible) if value is not None), default=None)
    level = None if higher is None else find_level(sheet, higher)
    return sheet.decide(
        FundIndicatorsResult(rounded(overall), rounded(flexible), rounded(overdue), level)
    )


def ratio(part_fen: int, whole_fen: int) -> Fraction | None:
    """Return part ÷ whole, exact; None when there is no whole."""
    return Fraction(part_fen, whole_fen) if whole_fen else None


def rounded(value: Fraction | None) -> Fraction | None:
    """Round to two decimals of a percent, half up."""
    if value is None:
        return None
    return Fraction(round_half_up(value * HUNDREDTHS_OF_A_PERCENT), HUNDREDTHS_OF_A_PERCENT)


def find_level(sheet: Sheet, value: Fraction) -> str | None:
    """Return the level of an unrounded ratio: each line belongs to the level above it."""
    level = STOP
    for key, below in BANDS:
        line = sheet.book.find(key)
        if line is None:
            sheet.unset(key)
            return None
        if value < line.typed:
            level = below
            break
    sheet.test(
        f"fund_level_{level.lower()}", True, *(key for key, _ in BANDS), ratio=percent(value)
    )
    return level
