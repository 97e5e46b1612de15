"""What ends a contribution subsidy: events, gaps in cover, a cap, a number of years. Pure."""

import datetime as dt
from dataclasses import dataclass

from kernel.days import add_months
from kernel.money import yuan
from kernel.months import FundYear, Month
from policy.book import PolicyBook
from policy.decisions import Sheet
from subsidies.cover import first_gap
from subsidies.facts import Origin, SubsidyFacts

LOSE_PERIOD = "LOSE_PERIOD"
GAP = "GAP"


@dataclass(frozen=True, slots=True)
class Stop:
    """Something that ends the subsidy on a day; ``loses`` = the running period with it."""

    date: dt.date
    code: str
    loses: bool


def judge_stops(sheet: Sheet, facts: SubsidyFacts, start: dt.date) -> tuple[dt.date, bool]:
    """Test what ends the subsidy of the period that begins on ``start``.

    Return the day up to which is paid, and whether the subsidy ended.
    """
    book = sheet.book
    pays = book.choice("subsidy.stop_pays") == "PAY_THEN_STOP"
    stops = find_stops(book, facts)
    lost = [stop for stop in stops if stop.date <= start or (stop.loses and not pays)]
    event = next((stop for stop in lost if stop.code != GAP), None)
    sheet.test(
        "subsidy_stop_event" if event else "subsidy_not_stopped",
        event is None,
        "subsidy.stop_events",
        "subsidy.stop_pays",
        event=event.code if event else None,
        date=event.date.isoformat() if event else None,
    )
    if book.flag("subsidy.gap_stops"):
        gap = next((stop for stop in lost if stop.code == GAP), None)
        sheet.test(
            "subsidy_gap" if gap else "subsidy_no_gap",
            gap is None,
            "subsidy.gap_stops",
            month=str(Month.of(gap.date)) if gap else None,
        )
    if lost or not stops:
        return facts.settled_on, bool(stops)
    last = stops[0]
    sheet.test(
        "subsidy_ends_pro_rata",
        True,
        "subsidy.gap_stops" if last.code == GAP else "subsidy.stop_events",
        event=last.code,
        date=last.date.isoformat(),
    )
    return last.date, True


def find_stops(book: PolicyBook, facts: SubsidyFacts) -> list[Stop]:
    """Return what ends the subsidy by the day of settlement, earliest first."""
    effects = book.table("subsidy.stop_events")
    stops = [
        Stop(event.date, event.kind.value, effects[event.kind] == LOSE_PERIOD)
        for event in facts.events
        if event.kind in effects and event.date <= facts.settled_on
    ]
    gap = first_gap(facts) if book.flag("subsidy.gap_stops") else None
    if gap is not None:
        stops.append(Stop(gap.first_day, GAP, loses=True))
    return sorted(stops, key=lambda stop: (stop.date, stop.code))


def judge_limits(sheet: Sheet, facts: SubsidyFacts) -> bool:
    """Test the lifetime cap and the number of credits; return whether either is used up."""
    book = sheet.book
    used_up = False
    cap = book.find("subsidy.lifetime_cap")
    if cap is not None:
        below = facts.credited_before < cap.typed
        sheet.test(
            "subsidy_cap" if below else "stopped",
            below,
            "subsidy.lifetime_cap",
            credited=yuan(facts.credited_before),
            limit=yuan(cap.typed),
        )
        used_up = not below
    most = book.find("subsidy.maximum_credits")
    if most is not None:
        seen = _credits_used(book, facts)
        below = seen < most.typed
        sheet.test(
            "subsidy_years" if below else "stopped",
            below,
            "subsidy.maximum_credits",
            "subsidy.years_from",
            credited=str(seen),
            limit=str(most.typed),
        )
        used_up = used_up or not below
    return used_up


def is_last_credit(book: PolicyBook, facts: SubsidyFacts, subsidy_fen: int) -> bool:
    """Tell whether a credit of ``subsidy_fen`` uses up the last of the years."""
    most = book.find("subsidy.maximum_credits")
    if most is None:
        return False
    return subsidy_fen > 0 and _credits_used(book, facts) + 1 >= most.typed


def _credits_used(book: PolicyBook, facts: SubsidyFacts) -> int:
    """Return how many of the most annual credits are used up before this settlement.

    Source: subsidy.years_from: credits given, or settlements since money first qualified.
    """
    if book.choice("subsidy.years_from") == "FIRST_CREDIT":
        return facts.credits_before
    origins = {Origin(code) for code in book.choices("subsidy.origins")}
    age_months = book.count("subsidy.minimum_age")
    qualified = [
        add_months(movement.date, age_months)
        for movement in facts.movements
        if movement.amount > 0 and movement.origin in origins
    ]
    if not qualified or min(qualified) > facts.settled_on:
        return 0
    return FundYear.of(facts.settled_on).year - FundYear.of(min(qualified)).year
