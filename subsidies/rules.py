"""Who earns a contribution subsidy, how much, and what ends it. Pure.

Two schemes are known. LOT_AGED (Lianyungang, Yantai): money stored for a time earns each year.
YEAR_NEW (Kashgar): the fund year's new contributions earn from their day to 30 June.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from kernel.days import DayCount, add_months, add_years, year_fraction
from kernel.money import round_half_up, yuan
from kernel.months import FundYear
from kernel.rates import percent
from policy.book import PolicyBook
from policy.decisions import Decision, Outcome, Sheet
from subsidies.cover import covered_months, longest_run
from subsidies.facts import Category, OpeningSubsidyFacts, Origin, Reading, SubsidyFacts
from subsidies.lots import Lot, lots_left
from subsidies.stops import is_last_credit, judge_limits, judge_stops


@dataclass(frozen=True, slots=True)
class SubsidyResult:
    """The subsidy of one settlement, in fen.

    ``base_fen`` is the money that counted, unweighted; ``stopped`` means never again after this
    settlement; ``remaining_cap_fen`` is what the lifetime cap leaves after it, None without one.
    None where a parameter is unset.
    """

    subsidy_fen: int | None
    base_fen: int | None
    stopped: bool | None
    remaining_cap_fen: int | None


@dataclass(frozen=True, slots=True)
class Period:
    """What a settlement pays for: from the last settlement (included) to its end (excluded)."""

    start: dt.date
    end: dt.date
    day_count: DayCount


def decide_subsidy(facts: SubsidyFacts, book: PolicyBook) -> Decision[SubsidyResult]:
    """Decide the contribution subsidy of a member at a settlement.

    Source: subsidy.*; Lianyungang 三(五)2, Yantai 13, Kashgar 六(2), Bazhong 二(四)1.
    """
    sheet = Sheet(book.at(facts.settled_on))
    book = sheet.book
    if not sheet.in_force():
        return sheet.decide(SubsidyResult(None, None, None, None))
    scheme = book.choice("subsidy.scheme")
    if scheme == "NONE":
        sheet.test("no_scheme", False, "subsidy.scheme")
        return sheet.decide(SubsidyResult(0, 0, False, None))
    if unset := [key for key in _needed(scheme, facts) if book.find(key) is None]:
        for key in unset:
            sheet.unset(key)
        return sheet.decide(SubsidyResult(None, None, None, None))

    period = Period(
        start=FundYear.of(facts.settled_on).previous_settlement,
        end=facts.settled_on,
        day_count=facts.day_count or DayCount(book.choice("subsidy.day_count")),
    )
    _test_entitlement(sheet, facts)
    end, event_stops = judge_stops(sheet, facts, period.start)
    used_up = judge_limits(sheet, facts)
    cap = book.find("subsidy.lifetime_cap")
    left_fen = None if cap is None else max(0, cap.typed - facts.credited_before)
    if sheet.outcome is Outcome.REFUSED:
        return sheet.decide(SubsidyResult(0, 0, event_stops or used_up, left_fen))

    paid = Period(period.start, end, period.day_count)
    subsidy_fen, base_fen = _earned(sheet, facts, scheme, paid)
    if left_fen is not None:
        if subsidy_fen > left_fen:
            sheet.warn("subsidy_cut_to_cap", earned=yuan(subsidy_fen), paid=yuan(left_fen))
        subsidy_fen = min(subsidy_fen, left_fen)
        left_fen -= subsidy_fen
    last = event_stops or left_fen == 0 or is_last_credit(book, facts, subsidy_fen)
    return sheet.decide(SubsidyResult(subsidy_fen, base_fen, last, left_fen))


def _needed(scheme: str, facts: SubsidyFacts) -> list[str]:
    keys = [] if facts.annual_rate is not None else ["subsidy.annual_rate"]
    if scheme != "YEAR_NEW":
        keys.append("subsidy.minimum_age")
    return [*keys, "subsidy.origins"]


def _test_entitlement(sheet: Sheet, facts: SubsidyFacts) -> None:
    book = sheet.book
    if book.flag("subsidy.first_time"):
        code = "subsidy_first_time" if facts.first_time else "subsidy_not_first_time"
        sheet.test(code, facts.first_time, "subsidy.first_time")
    modes = book.find("subsidy.modes")
    if modes is not None:
        offered = facts.mode in modes.typed
        code = "subsidy_mode" if offered else "subsidy_mode_excluded"
        sheet.test(code, offered, "subsidy.modes", mode=facts.mode.value)
    required = book.find("subsidy.required_months")
    if required is not None:
        months = covered_months(facts)
        seen = longest_run(months) if book.flag("subsidy.consecutive") else len(months)
        keys = ("subsidy.required_months", "subsidy.consecutive")
        sheet.test(
            "subsidy_months", seen >= required.typed, *keys, months=seen, required=required.typed
        )


def _earned(sheet: Sheet, facts: SubsidyFacts, scheme: str, paid: Period) -> tuple[int, int]:
    """Return the subsidy before the cap and the money that counted, in fen."""
    book = sheet.book
    given = facts.annual_rate
    rate = given if given is not None else book.rate("subsidy.annual_rate")
    origins = {Origin(code) for code in book.choices("subsidy.origins")}
    lots = [
        lot
        for lot in lots_left(facts.movements, paid.end, book.choice("subsidy.consumption"))
        if lot.origin in origins
    ]
    if scheme == "YEAR_NEW":
        late = book.flag("subsidy.backpay_first_year") and facts.credits_before == 0
        counted = [lot for lot in lots if late or lot.date > paid.start]
        weighted = _from_each_day(counted, paid)
        keys = ["subsidy.scheme", "subsidy.origins", "subsidy.backpay_first_year"]
    else:
        age_months = book.count("subsidy.minimum_age")
        counted = [lot for lot in lots if add_months(lot.date, age_months) <= paid.end]
        reading = facts.reading or Reading(book.choice("subsidy.reading"))
        readings = {
            Reading.FULL_YEAR: _full_year(counted, paid, facts.settled_on),
            Reading.AFTER_ANNIVERSARY: _after_anniversary(counted, paid, age_months),
        }
        weighted = readings.pop(reading)
        keys = ["subsidy.minimum_age", "subsidy.origins"]
        ((other, other_weighted),) = readings.items()
        if facts.reading is None and round_half_up(weighted * rate) != round_half_up(
            other_weighted * rate
        ):
            sheet.warn(
                "subsidy_other_reading",
                reading=reading.value,
                amount=yuan(round_half_up(weighted * rate)),
                other=other.value,
                other_amount=yuan(round_half_up(other_weighted * rate)),
            )
    base_fen = sum(lot.left_fen for lot in counted)
    subsidy_fen = round_half_up(weighted * rate)
    sheet.test(
        "subsidy_formula",
        True,
        *keys,
        *(("subsidy.annual_rate",) if given is None else ()),
        base=yuan(base_fen),
        rate=percent(rate),
        amount=yuan(subsidy_fen),
    )
    return subsidy_fen, base_fen


def _from_each_day(lots: Iterable[Lot], paid: Period) -> Fraction:
    """Fen-years of money from its own day to the end of its own fund year (Kashgar)."""
    total = Fraction(0)
    for lot in lots:
        end = min(paid.end, FundYear.of(lot.date).last_day)
        total += lot.left_fen * year_fraction(lot.date, end, paid.day_count)
    return total


def _full_year(lots: Iterable[Lot], paid: Period, settled_on: dt.date) -> Fraction:
    """Fen-years when money that is old enough earns the whole period (pro rata if it ended)."""
    whole = paid.end == settled_on
    years = Fraction(1) if whole else year_fraction(paid.start, paid.end, paid.day_count)
    return sum((lot.left_fen for lot in lots), 0) * years


def _after_anniversary(lots: Iterable[Lot], paid: Period, age_months: int) -> Fraction:
    """Fen-years when money earns only the days after it has become old enough."""
    return sum(
        (
            lot.left_fen
            * year_fraction(
                max(add_months(lot.date, age_months), paid.start), paid.end, paid.day_count
            )
            for lot in lots
        ),
        Fraction(0),
    )


@dataclass(frozen=True, slots=True)
class OpeningSubsidyResult:
    """The opening subsidy in fen; None where a parameter is unset."""

    subsidy_fen: int | None


def decide_opening_subsidy(
    facts: OpeningSubsidyFacts, book: PolicyBook
) -> Decision[OpeningSubsidyResult]:
    """Decide the one-off opening subsidy.

    Source: opening_subsidy.*; Kashgar 六(3). The years since school are measured on the opening
    day and bind graduates only.
    """
    sheet = Sheet(book)
    if not sheet.in_force():
        return sheet.decide(OpeningSubsidyResult(None))
    if book.choice("opening_subsidy.scheme") == "NONE":
        sheet.test("no_scheme", False, "opening_subsidy.scheme")
        return sheet.decide(OpeningSubsidyResult(0))
    months = book.count("opening_subsidy.full_months")
    years = book.count("opening_subsidy.graduate_years")
    categories = book.choices("opening_subsidy.categories")
    sheet.test(
        "opening_subsidy_category",
        facts.category.value in categories,
        "opening_subsidy.categories",
        category=facts.category.value,
    )
    if facts.category is Category.GRADUATE and facts.left_school_on is not None:
        sheet.test(
            "opening_subsidy_graduate_years",
            facts.opened_on <= add_years(facts.left_school_on, years),
            "opening_subsidy.graduate_years",
            left=facts.left_school_on.isoformat(),
            opened=facts.opened_on.isoformat(),
            years=years,
        )
    code = "opening_subsidy_first_time" if facts.first_time else "opening_subsidy_not_first_time"
    sheet.test(code, facts.first_time, "opening_subsidy.first_time")
    sheet.test(
        "opening_subsidy_months",
        facts.full_months >= months,
        "opening_subsidy.full_months",
        months=facts.full_months,
        required=months,
    )
    code = "opening_subsidy_granted_before" if facts.granted_before else "opening_subsidy_once"
    sheet.test(code, not facts.granted_before, "opening_subsidy.once")
    refused = sheet.outcome is Outcome.REFUSED
    amount_fen = book.fen("opening_subsidy.amount")
    return sheet.decide(OpeningSubsidyResult(0 if refused else amount_fen))
