"""What a run computes with: the policy book of 30 June, turned into whole numbers once. Pure.

The bulk steps multiply fen by weights that were computed here, day by day, with the day counts
of the kernel; so no database counts days, and both databases and the pure rules agree.
"""

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass

from contributions.rules.interest import RateSpan, rate_spans
from kernel.days import DayCount, add_months, days_between, year_days
from kernel.months import FundYear
from policy.book import PolicyBook
from subsidies.facts import Reading
from subsidies.stops import LOSE_PERIOD

LARGEST = 2**63 - 1
# Day numbers count from here; nothing is dated before it.
EPOCH = dt.date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class InterestTerms:
    """Interest of fen dated on a day = fen × ``weight(day)`` ÷ ``denominator``."""

    spans: tuple[RateSpan, ...]
    day_count: DayCount
    factors: tuple[int, ...]
    denominator: int

    def weight(self, day: dt.date) -> int:
        """Days left after ``day`` in each span, times the span's rate."""
        return sum(
            factor * days_between(max(day, span.start), span.end, self.day_count)
            for span, factor in zip(self.spans, self.factors, strict=True)
            if day < span.end
        )


@dataclass(frozen=True, slots=True)
class SubsidyTerms:
    """The contribution subsidy of a year, switch by switch, as ``subsidies.rules`` reads them."""

    scheme: str
    rate_numerator: int
    denominator: int
    day_count: DayCount
    year_days: int
    minimum_age: int
    origins: tuple[str, ...]
    newest_first: bool
    full_year: bool
    first_time: bool
    modes: tuple[str, ...] | None
    required_months: int | None
    consecutive: bool
    gap_stops: bool
    loses: tuple[str, ...]
    pro_rata: tuple[str, ...]
    pays_then_stops: bool
    undone_restores: bool
    cap_fen: int | None
    maximum_credits: int | None
    years_from_first_credit: bool
    backpay_first_year: bool


@dataclass(frozen=True, slots=True)
class OpeningTerms:
    """The opening subsidy: an amount in fen, and who may have it."""

    amount_fen: int
    full_months: int
    categories: tuple[str, ...]
    graduate_years: int


@dataclass(frozen=True, slots=True)
class Terms:
    """All a run computes with. ``subsidy`` and ``opening`` are None where none is paid.

    ``notes`` are codes of what a supervisor should know before approving.
    """

    year: int
    interest: InterestTerms | None
    subsidy: SubsidyTerms | None
    opening: OpeningTerms | None
    required_approvals: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def start(self) -> dt.date:
        """The previous 30 June, from which days count."""
        return FundYear(self.year).previous_settlement

    @property
    def end(self) -> dt.date:
        """The 30 June that is settled."""
        return FundYear(self.year).last_day

    @property
    def lump_until(self) -> dt.date:
        """Up to this day one lot need not be told from another: all count alike, or none does."""
        if self.subsidy is None or self.subsidy.backpay_first_year:
            return EPOCH
        if self.subsidy.scheme == "YEAR_NEW":
            return self.start
        return _last_mature(self.start, self.subsidy.minimum_age)

    @property
    def needs_whole_history(self) -> bool:
        """Whether old money must be told apart by its own day."""
        return self.subsidy is not None and (
            self.subsidy.backpay_first_year or not self.subsidy.years_from_first_credit
        )

    @property
    def largest_fen(self) -> int:
        """The largest gross sum of an account that no product or sum of a step can overflow."""
        assert self.interest is not None
        factor = 2 * max(self.interest.weight(self.start), self.interest.denominator)
        if self.subsidy is not None:
            days = max(self.subsidy.year_days, 366) * 2
            factor = max(factor, 2 * days * self.subsidy.rate_numerator, self.subsidy.denominator)
        return LARGEST // (2 * factor)


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day of the run's calendar; the fields are those of ``RunDay``."""

    date: dt.date
    interest_weight: int
    day_number: int
    year_end_number: int
    matures_date: dt.date
    matures_number: int
    matures_year: int


def read_terms(book: PolicyBook, year: int, *, missing_approvals: bool = False) -> Terms:
    """Read what the fund year ending on 30 June ``year`` is settled by.

    Args:
        book: the centre's policy book on that 30 June.
        missing_approvals: consents the text asks for are not all recorded: no subsidy is paid.

    Source: interest.*, subsidy.*, opening_subsidy.*.
    """
    period = FundYear(year)
    book = book.at(period.last_day)
    notes: list[str] = []
    spans = rate_spans(book, period.previous_settlement, period.last_day)
    approvals = book.choices("subsidy.approvals")
    subsidy = None
    scheme = book.find("subsidy.scheme")
    if scheme is None or scheme.typed == "NONE":
        notes.append("no_subsidy_scheme")
    elif _unset_subsidy_keys(book, scheme.typed):
        notes.append("subsidy_unset")
    elif missing_approvals and approvals:
        notes.append("subsidy_waits_for_approvals")
    else:
        subsidy = _subsidy_terms(book, scheme.typed)
    return Terms(
        year=year,
        interest=None if spans is None else _interest_terms(book, spans),
        subsidy=subsidy,
        opening=_opening_terms(book),
        required_approvals=approvals,
        notes=tuple(notes),
    )


def calendar(terms: Terms, first_date: dt.date) -> Iterator[DayRow]:
    """Weigh every day a bulk step can ask for, up to 30 June.

    Money older than the first row weighs like it. ``first_date`` is the first day of any account,
    from which a few readings have to look.
    """
    assert terms.interest is not None
    count = terms.subsidy.day_count if terms.subsidy else terms.interest.day_count
    age = terms.subsidy.minimum_age if terms.subsidy else 0
    day = terms.start
    if terms.lump_until != EPOCH:
        day = min(day, terms.lump_until)
    if terms.needs_whole_history:
        day = max(EPOCH, min(day, first_date))
    while day <= terms.end:
        matures = add_months(day, age)
        yield DayRow(
            date=day,
            interest_weight=terms.interest.weight(max(day, terms.start)),
            day_number=days_between(EPOCH, day, count),
            year_end_number=days_between(EPOCH, FundYear.of(day).last_day, count),
            matures_date=matures,
            matures_number=days_between(EPOCH, matures, count),
            matures_year=FundYear.of(matures).year,
        )
        day += dt.timedelta(days=1)


def day_number(terms: SubsidyTerms, day: dt.date) -> int:
    """Number a day as ``DayRow.day_number`` does."""
    return days_between(EPOCH, day, terms.day_count)


def _interest_terms(book: PolicyBook, spans: tuple[RateSpan, ...]) -> InterestTerms:
    day_count = DayCount(book.choice("interest.day_count"))
    denominator = math.lcm(*(span.annual_rate.denominator for span in spans))
    factors = [
        span.annual_rate.numerator * (denominator // span.annual_rate.denominator) for span in spans
    ]
    denominator *= year_days(day_count)
    common = math.gcd(denominator, *factors)
    return InterestTerms(
        spans=spans,
        day_count=day_count,
        factors=tuple(factor // common for factor in factors),
        denominator=denominator // common,
    )


def _unset_subsidy_keys(book: PolicyBook, scheme: str) -> list[str]:
    keys = ["subsidy.annual_rate", "subsidy.origins", "subsidy.stop_events"]
    if scheme != "YEAR_NEW":
        keys.append("subsidy.minimum_age")
    return [key for key in keys if book.find(key) is None]


def _subsidy_terms(book: PolicyBook, scheme: str) -> SubsidyTerms:
    rate = book.rate("subsidy.annual_rate")
    count = DayCount(book.choice("subsidy.day_count"))
    effects = book.table("subsidy.stop_events")
    modes = book.find("subsidy.modes")
    required = book.find("subsidy.required_months")
    cap = book.find("subsidy.lifetime_cap")
    most = book.find("subsidy.maximum_credits")
    return SubsidyTerms(
        scheme=scheme,
        rate_numerator=rate.numerator,
        denominator=rate.denominator * year_days(count),
        day_count=count,
        year_days=year_days(count),
        minimum_age=0 if scheme == "YEAR_NEW" else book.count("subsidy.minimum_age"),
        origins=book.choices("subsidy.origins"),
        newest_first=book.choice("subsidy.consumption") == "NEWEST_FIRST",
        full_year=Reading(book.choice("subsidy.reading")) is Reading.FULL_YEAR,
        first_time=book.flag("subsidy.first_time"),
        modes=None if modes is None else modes.typed,
        required_months=None if required is None else required.typed,
        consecutive=book.flag("subsidy.consecutive"),
        gap_stops=book.flag("subsidy.gap_stops"),
        loses=tuple(sorted(kind for kind, effect in effects.items() if effect == LOSE_PERIOD)),
        pro_rata=tuple(sorted(kind for kind, effect in effects.items() if effect != LOSE_PERIOD)),
        pays_then_stops=book.choice("subsidy.stop_pays") == "PAY_THEN_STOP",
        undone_restores=book.flag("subsidy.undone_restores"),
        cap_fen=None if cap is None else cap.typed,
        maximum_credits=None if most is None else most.typed,
        years_from_first_credit=book.choice("subsidy.years_from") == "FIRST_CREDIT",
        backpay_first_year=scheme == "YEAR_NEW" and book.flag("subsidy.backpay_first_year"),
    )


def _opening_terms(book: PolicyBook) -> OpeningTerms | None:
    if book.choice("opening_subsidy.scheme") == "NONE":
        return None
    return OpeningTerms(
        amount_fen=book.fen("opening_subsidy.amount"),
        full_months=book.count("opening_subsidy.full_months"),
        categories=book.choices("opening_subsidy.categories"),
        graduate_years=book.count("opening_subsidy.graduate_years"),
    )


def _last_mature(day: dt.date, age_months: int) -> dt.date:
    """Return the last day whose money is old enough on ``day``."""
    found = add_months(day, -age_months) + dt.timedelta(days=3)
    while add_months(found, age_months) > day:
        found -= dt.timedelta(days=1)
    return found
