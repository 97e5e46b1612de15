"""What others ask about subsidies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.models import Member
from kernel.months import FundYear
from office.models import Centre
from policy.queries import open_book
from subsidies.models import EarlierSubsidy, SubsidyApproval

APPROVALS = "subsidy.approvals"


@dataclass(frozen=True, slots=True)
class YearConsents:
    """The consents of a fund year: those recorded, and the kinds still missing."""

    year: int
    recorded: tuple[SubsidyApproval, ...]
    missing: tuple[SubsidyApproval.Kind, ...]


def required_consents(centre: Centre, year: int) -> tuple[str, ...]:
    """Give the kinds of consent that the law of a fund year's last day asks for.

    Source: subsidy.approvals.
    """
    book = open_book(centre.code, FundYear(year).last_day)
    return tuple(book.choices(APPROVALS)) if book.in_force else ()


def list_consents(centre: Centre, years: Sequence[int]) -> list[YearConsents]:
    """List fund years that ask for consents or have some, with what is there and what is not."""
    rows = SubsidyApproval.objects.filter(centre=centre, year__in=years)
    by_year: dict[int, list[SubsidyApproval]] = {year: [] for year in years}
    for row in rows.select_related("recorded_by").order_by("kind"):
        by_year[row.year].append(row)
    found = []
    for year, recorded in by_year.items():
        kinds = {row.kind for row in recorded}
        missing = [kind for kind in required_consents(centre, year) if kind not in kinds]
        if recorded or missing:
            named = tuple(SubsidyApproval.Kind(kind) for kind in missing)
            found.append(YearConsents(year, tuple(recorded), named))
    return found


def list_missing_approvals(centre: Centre, year: int, required: Iterable[str]) -> list[str]:
    """List the consents a text asks for that nobody has recorded for the fund year."""
    recorded = set(
        SubsidyApproval.objects.filter(centre=centre, year=year).values_list("kind", flat=True)
    )
    return [kind for kind in required if kind not in recorded]


def find_earlier_subsidy(member: Member) -> EarlierSubsidy | None:
    """Find what the member had been credited before this system kept the account."""
    return EarlierSubsidy.objects.filter(member=member).first()
