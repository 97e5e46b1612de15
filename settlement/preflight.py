"""What must stand before a fund year is previewed; each finding says what to do next."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kernel.months import FundYear
from ledger.verify import list_invariants
from office.models import Centre
from office.queries import find_open_day
from policy.queries import open_book
from settlement.errors import (
    BooksNotClean,
    EarlierYearMissing,
    PolicyUnset,
    RunUnderWay,
    SettlementRefused,
    YearBeforePolicy,
    YearNotEnded,
)
from settlement.queries import POSTED, find_run_under_way, list_in_scope, list_runs
from settlement.terms import Terms, read_terms
from subsidies.queries import list_missing_approvals


@dataclass(frozen=True, slots=True)
class Finding:
    """One check before a preview: what, whether it holds, and if not, what to do."""

    title: str | Promise
    holds: bool
    message: str


# The proofs a settlement rests on; the others are made every night.
PROOFS = ("M1.balance", "M4", "M6", "M7.guards")


def read_year_terms(centre: Centre, year: int) -> Terms:
    """Read what the year is settled by, with the consents recorded so far.

    Raises:
        YearBeforePolicy: the centre's text was not in force on that 30 June.
        PolicyUnset: a deposit rate is missing for some day of the year.
    """
    end = FundYear(year).last_day
    book = open_book(centre.code, end)
    if not book.in_force:
        raise YearBeforePolicy(
            gettext(
                "%(year)s: the policy of %(centre)s was not in force on %(day)s; choose a later "
                "year."
            )
            % {"year": year, "centre": centre.name, "day": end},
            field="year",
        )
    required = book.choices("subsidy.approvals")
    missing = list_missing_approvals(centre, year, required)
    terms = read_terms(book, year, missing_approvals=bool(missing))
    if terms.interest is None:
        raise PolicyUnset(
            gettext(
                "interest.deposit_rate is unset for %(centre)s somewhere between %(start)s and "
                "%(end)s; a supervisor enters it first."
            )
            % {"centre": centre.name, "start": terms.start, "end": end}
        )
    return terms


def check_year(centre: Centre, year: int) -> Terms:
    """Make sure a fund year may be settled now.

    Raises:
        SettlementRefused: with the sentence that says what stands in the way.
    """
    _require_ended(centre, year)
    terms = read_year_terms(centre, year)
    _require_order(centre, year)
    _require_nothing_under_way(centre, year)
    _require_clean_books(centre)
    return terms


def list_findings(centre: Centre, year: int) -> list[Finding]:
    """Make every check of a fund year and say how each ended, for the page before a preview."""
    found = []
    for title, check in _CHECKS:
        try:
            check(centre, year)
        except SettlementRefused as refused:
            found.append(Finding(title, False, str(refused)))
        else:
            found.append(Finding(title, True, ""))
    return found


def _require_nothing_under_way(centre: Centre, year: int) -> None:
    under_way = find_run_under_way(centre)
    if under_way is not None:
        raise RunUnderWay(
            gettext("%(number)s (%(year)s) is “%(state)s”; finish it first.")
            % {
                "number": under_way.number,
                "year": under_way.year,
                "state": under_way.get_state_display(),
            }
        )


def _require_ended(centre: Centre, year: int) -> None:
    end: dt.date = FundYear(year).last_day
    day = find_open_day(centre)
    if day is None or day.date < end:
        raise YearNotEnded(
            gettext(
                "%(year)s: the fund year ends on %(end)s; the open business day of %(centre)s is "
                "%(day)s."
            )
            % {
                "year": year,
                "end": end,
                "centre": centre.name,
                "day": day.date if day else gettext("none"),
            },
            field="year",
        )


def _require_order(centre: Centre, year: int) -> None:
    earlier = FundYear(year - 1).last_day
    if not open_book(centre.code, earlier).in_force:
        return
    settled = list_runs(centre, year - 1).filter(state__in=POSTED)
    if list_in_scope(centre, year - 1).exists() and not settled.exists():
        raise EarlierYearMissing(
            gettext("%(year)s: settle %(earlier)s first; years are settled in order.")
            % {"year": year, "earlier": year - 1},
            field="year",
        )


def _require_clean_books(centre: Centre, year: int = 0) -> None:
    for invariant in list_invariants():
        if invariant.code not in PROOFS:
            continue
        found = invariant.check(centre)
        if found:
            raise BooksNotClean(
                gettext(
                    "The books of %(centre)s do not prove: %(fault)s (%(code)s). Mend them first."
                )
                % {"centre": centre.name, "fault": found[0], "code": invariant.code}
            )


_CHECKS: tuple[tuple[str | Promise, Callable[[Centre, int], object]], ...] = (
    (_("The fund year has ended"), _require_ended),
    (_("Rates and policies are set"), read_year_terms),
    (_("Earlier years are settled"), _require_order),
    (_("No other settlement is under way"), _require_nothing_under_way),
    (_("The books prove"), _require_clean_books),
)
