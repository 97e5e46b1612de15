"""Whose months count together when a member changes identity or place. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from contributions.facts import ConversionFacts, Identity, Stretch
from kernel.months import Month, months_between
from policy.book import PolicyBook
from policy.decisions import Decision, Sheet

_JOINS, _TOLERANCE = "transfer.joins_months", "transfer.gap_tolerance"


@dataclass(frozen=True, slots=True)
class Joined:
    """Months that count together, in order, each once; ``gap`` = the whole months before them.

    ``left_out`` counts the months before a gap that the text does not bridge.
    """

    months: tuple[Month, ...]
    left_out: int
    gap: int


@dataclass(frozen=True, slots=True)
class ConversionResult:
    """What a change of identity does to time: months counted together, and the storage time.

    None before the text is in force.
    """

    months: int | None
    left_out: int | None
    storage_time_restarts: bool | None


def join_months(
    stretches: Sequence[Stretch], *, always: bool, tolerance: int, until: Month | None = None
) -> Joined:
    """Join the months of several identities or places, the latest first.

    Two stretches are unbroken when at most ``tolerance`` whole calendar months lie between the
    last month of one and the first month of the next. Months paid in both count once.

    Args:
        always: join across any gap, as the text says without condition.
        until: the month in which contributing goes on; a gap before it counts too.

    Source: transfer.joins_months, transfer.gap_tolerance; Bazhong 二(二)2, Liaoning (三), Yantai 5.
    """
    dated = sorted((s for s in stretches if s.months), key=lambda s: (max(s.months), min(s.months)))
    counted: set[Month] = set()
    following, widest = until, 0
    while dated:
        last = max(max(stretch.months) for stretch in dated)
        gap = 0 if following is None else max(0, months_between(last, following) - 1)
        widest = max(widest, gap)
        if gap > tolerance and not always:
            break
        stretch = dated.pop()
        counted |= set(stretch.months)
        first = min(stretch.months)
        following = first if following is None else min(first, following)
    left = {month for stretch in dated for month in stretch.months} - counted
    return Joined(tuple(sorted(counted)), len(left), widest)


def read_joining(book: PolicyBook) -> tuple[bool, int]:
    """Read from the book whether months always join, and the months of gap it bears."""
    return book.choice(_JOINS) == "ALWAYS", book.count(_TOLERANCE)


def decide_conversion(facts: ConversionFacts, book: PolicyBook) -> Decision[ConversionResult]:
    """Decide whether a member may change identity on the book's day, and which months count.

    Money keeps its origin whatever the identity becomes. A gap never stops the change: it only
    tells which months count together afterwards.

    Source: transfer.*; Bazhong 二(二)2, Liaoning (三), Lianyungang 三(六)3, Yantai 5, Kashgar 三.
    """
    sheet = Sheet(book)
    if not sheet.in_force():
        return sheet.decide(ConversionResult(None, None, None))
    key = "transfer.identity_switch"
    may = book.flag(key)
    sheet.test("identity_may_change" if may else "identity_may_not_change", may, key)
    always, tolerance = read_joining(book)
    joined = join_months(
        facts.stretches, always=always, tolerance=tolerance, until=facts.goes_on_in
    )
    if joined.left_out:
        sheet.test(
            "months_are_broken", True, _JOINS, _TOLERANCE,
            gap=joined.gap, tolerance=tolerance, months=joined.left_out,
        )  # fmt: skip
    else:
        code = "months_join_always" if always else "months_join_unbroken"
        sheet.test(
            code, True, *([_JOINS] if always else [_JOINS, _TOLERANCE]),
            months=len(joined.months), gap=joined.gap,
        )  # fmt: skip
    restarts = book.choice("transfer.lot_clock") == "RESTARTS"
    if facts.to is Identity.FLEX and facts.brings_money:
        code = "storage_time_restarts" if restarts else "storage_time_is_kept"
        sheet.test(code, True, "transfer.lot_clock", on=book.on.isoformat())
    return sheet.decide(ConversionResult(len(joined.months), joined.left_out, restarts))
