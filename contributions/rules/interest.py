"""Deposit interest of a member account: exact between the roundings, rounded once.

A movement earns from its value date (included) to the day of settlement (excluded). Day counts
are differences of one running number of days, so a period may be split anywhere, as it is where
the rate changes, without losing or winning a day.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from contributions.facts import InterestFacts, Movement
from kernel.days import DayCount, year_fraction
from kernel.money import round_half_up
from kernel.months import FundYear
from kernel.rates import percent
from policy.book import PolicyBook
from policy.decisions import Decision, Sheet


@dataclass(frozen=True, slots=True)
class RateSpan:
    """An annual rate (fraction of one) from ``start`` (included) to ``end`` (excluded)."""

    start: dt.date
    end: dt.date
    annual_rate: Fraction


@dataclass(frozen=True, slots=True)
class CreditedUntil:
    """Interest was credited up to ``date`` (excluded) on all that entries had moved by then."""

    date: dt.date
    last_entry_id: int


@dataclass(frozen=True, slots=True)
class LineMovement:
    """What an entry moved on one line of an account: signed fen on its value date."""

    date: dt.date
    amount_fen: int
    is_flex: bool
    entry_id: int


@dataclass(frozen=True, slots=True)
class InterestResult:
    """Interest and the balance after it, in fen; None where the rate is not known."""

    interest_fen: int | None
    closing_balance_fen: int | None


def earns_from(day: dt.date, entry_id: int, credited: CreditedUntil | None) -> dt.date:
    """Return from when a movement still earns after interest was credited within the year.

    What an entry booked later moves back to an earlier value date was not in that credit, so it
    earns, or loses, from its own day.
    """
    if credited is None or entry_id > credited.last_entry_id:
        return day
    return max(day, credited.date)


def earning_movements(
    movements: Iterable[LineMovement], credited: CreditedUntil | None
) -> list[LineMovement]:
    """Date each movement by the day from which it still earns."""
    return [
        replace(move, date=earns_from(move.date, move.entry_id, credited)) for move in movements
    ]


def interest_facts_of(movements: Iterable[LineMovement], settled_on: dt.date) -> InterestFacts:
    """Give the balance after the previous 30 June and what moved it since, both lines together."""
    start = FundYear.of(settled_on).previous_settlement
    known = list(movements)
    return InterestFacts(
        settled_on=settled_on,
        opening_balance=sum(move.amount_fen for move in known if move.date <= start),
        movements=tuple(
            Movement(date=move.date, amount=move.amount_fen) for move in known if move.date > start
        ),
    )


def interest_by_line(
    movements: Iterable[LineMovement], book: PolicyBook, settled_on: dt.date
) -> tuple[int, int] | None:
    """Return the interest of the flexible and the unit line in fen, or None without a rate.

    Source: interest.deposit_rate, interest.day_count, interest.rate_change.
    """
    book = book.at(settled_on)
    spans = rate_spans(book, FundYear.of(settled_on).previous_settlement, settled_on)
    if spans is None:
        return None
    day_count = DayCount(book.choice("interest.day_count"))
    lines: dict[bool, list[tuple[dt.date, int]]] = {True: [], False: []}
    for move in movements:
        lines[move.is_flex].append((move.date, move.amount_fen))
    return split_by_origin(
        *(exact_interest(lines[flex], spans, day_count) for flex in (True, False))
    )


def exact_interest(
    movements: Iterable[tuple[dt.date, int]], spans: Sequence[RateSpan], day_count: DayCount
) -> Fraction:
    """Return the unrounded interest in fen of dated amounts in fen over the rate spans.

    Amounts dated before the first span earn from its start.
    """
    total = Fraction(0)
    for day, amount_fen in movements:
        for span in spans:
            if day < span.end:
                years = year_fraction(max(day, span.start), span.end, day_count)
                total += amount_fen * span.annual_rate * years
    return total


def split_by_origin(flex: Fraction, unit: Fraction) -> tuple[int, int]:
    """Round interest once over both origins: UNIT is rounded, FLEX takes the rest, in fen."""
    unit_fen = round_half_up(unit)
    return round_half_up(flex + unit) - unit_fen, unit_fen


def rate_spans(book: PolicyBook, start: dt.date, end: dt.date) -> tuple[RateSpan, ...] | None:
    """Return the deposit rates over ``start`` … ``end``, or None where a day has none.

    ``book`` stands on the day of settlement.

    Source: interest.deposit_rate, interest.rate_change.
    """
    if book.choice("interest.rate_change") == "SETTLEMENT_DAY":
        value = book.find("interest.deposit_rate")
        return None if value is None else (RateSpan(start, end, value.typed),)
    spans = [
        RateSpan(stretch.start, stretch.end, stretch.value.typed)
        for stretch in book.stretches("interest.deposit_rate", start, end)
        if stretch.value is not None
    ]
    whole = sum((span.end - span.start).days for span in spans) == (end - start).days
    return tuple(spans) if whole else None


def decide_interest(facts: InterestFacts, book: PolicyBook) -> Decision[InterestResult]:
    """Compute the interest of one balance to its day of settlement.

    Source: interest.deposit_rate, interest.day_count, interest.rate_change, interest.value_date.
    """
    sheet = Sheet(book.at(facts.settled_on))
    book = sheet.book
    start = FundYear.of(facts.settled_on).previous_settlement
    spans: tuple[RateSpan, ...] | None
    if facts.annual_rate is None:
        spans = rate_spans(book, start, facts.settled_on)
    else:
        spans = (RateSpan(start, facts.settled_on, facts.annual_rate),)
    if spans is None:
        sheet.unset("interest.deposit_rate")
        return sheet.decide(InterestResult(None, None))

    day_count = facts.day_count or DayCount(book.choice("interest.day_count"))
    movements = [(start, facts.opening_balance), *((m.date, m.amount) for m in facts.movements)]
    interest_fen = round_half_up(exact_interest(movements, spans, day_count))
    sheet.test(
        "interest_formula",
        True,
        "interest.value_date",
        *(("interest.deposit_rate",) if facts.annual_rate is None else ()),
        *(("interest.day_count",) if facts.day_count is None else ()),
        rates="、".join(f"{percent(span.annual_rate)}%" for span in spans),
        day_count=day_count.value,
        start=start.isoformat(),
        end=facts.settled_on.isoformat(),
    )
    closing_fen = sum(amount_fen for _, amount_fen in movements) + interest_fen
    return sheet.decide(InterestResult(interest_fen, closing_fen))
