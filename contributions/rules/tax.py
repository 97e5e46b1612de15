"""What of a calendar year's contributions an income tax deduction may count. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from kernel.money import round_half_up
from kernel.months import Month, month_span

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class TaxMonth:
    """A month's own money in fen; ``within_fen`` is None where the year's limit is not known."""

    month: Month
    credited_fen: int
    within_fen: int | None


@dataclass(frozen=True, slots=True)
class TaxYear:
    """The months of a calendar year with their sums, in fen.

    ``limit_fen`` is what the year admits; None means that no limit applies (``capped`` is false)
    or that one applies and is not published for every month.
    """

    year: int
    months: tuple[TaxMonth, ...]
    capped: bool
    limit_fen: int | None

    @property
    def credited_fen(self) -> int:
        """Everything that was credited, limit or not."""
        return sum(month.credited_fen for month in self.months)

    @property
    def within_fen(self) -> int | None:
        """What stays within the limit; None where it is not known."""
        parts = [month.within_fen for month in self.months]
        return None if None in parts else sum(part or 0 for part in parts)


def annual_limit_fen(maxima: Mapping[Month, int | None], cap_months: int) -> int | None:
    """Add the year's limit up from the monthly maxima in force month by month, in fen.

    Args:
        maxima: the highest monthly contribution of each month of the year; None is unpublished.
        cap_months: how many monthly maxima make up the limit of a year.

    Returns:
        The limit; None when the maximum of any month is not known.
    """
    known = [fen for fen in maxima.values() if fen is not None]
    if len(known) < _MONTHS:
        return None
    return round_half_up(Fraction(sum(known) * cap_months, _MONTHS))


def lay_out_tax_year(
    year: int, credited: Mapping[Month, int], *, capped: bool, limit_fen: int | None
) -> TaxYear:
    """Lay a year out by month; the limit is used up from January on.

    A yearly payer pays twelve months at once, so the limit binds the year and not the month.

    Source: tax.within_limit, contribution.monthly_maximum, contribution.annual_cap_months;
    财税〔2006〕10号.
    """
    months = []
    left_fen = limit_fen
    for month in month_span(Month(year, 1), Month(year, _MONTHS)):
        fen = credited.get(month, 0)
        within_fen: int | None = fen
        if capped:
            within_fen = None if left_fen is None else min(fen, left_fen)
            left_fen = None if left_fen is None else left_fen - min(fen, left_fen)
        months.append(TaxMonth(month, fen, within_fen))
    return TaxYear(year, tuple(months), capped, limit_fen)
