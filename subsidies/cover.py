"""Which months a member's own money covers, up to a settlement. Pure."""

from collections.abc import Iterable

from kernel.months import Month
from subsidies.facts import Origin, SubsidyFacts


def covered_months(facts: SubsidyFacts) -> list[Month]:
    """Return the months that flexible contributions cover up to the settlement, in order."""
    last = Month.of(facts.settled_on)
    return sorted(
        {
            month
            for movement in facts.movements
            if movement.origin is Origin.FLEX
            and movement.amount > 0
            and movement.date <= facts.settled_on
            for month in movement.covers
            if month <= last
        }
    )


def longest_run(months: Iterable[Month]) -> int:
    """Return the length of the longest run of consecutive months (months in order)."""
    longest = run = 0
    previous: Month | None = None
    for month in months:
        run = run + 1 if previous is not None and month == previous + 1 else 1
        longest, previous = max(longest, run), month
    return longest


def first_gap(facts: SubsidyFacts) -> Month | None:
    """Return the first uncovered month since the first covered one, or None."""
    months = covered_months(facts)
    if not months:
        return None
    covered, month, last = set(months), months[0], Month.of(facts.settled_on)
    while month <= last:
        if month not in covered:
            return month
        month += 1
    return None
