"""Rates are exact fractions of one; percent exist only as text, at the edges."""

from __future__ import annotations

import re
from fractions import Fraction

from kernel.errors import BadValue, seen
from kernel.money import round_half_up

MAX_DECIMALS = 6
PERCENT_PATTERN = r"^(0|[1-9][0-9]{0,2})(\.[0-9]{1,6})?$"

_PERCENT = re.compile(r"(0|[1-9][0-9]{0,2})(?:\.([0-9]{1,6}))?", re.ASCII)
_STEPS = 10**MAX_DECIMALS


class BadRate(BadValue):
    """The text is no percentage between 0 and 100."""


def parse_percent(text: object) -> Fraction:
    """Read a percentage such as ``"2.60"`` and return the fraction of one it stands for.

    Args:
        text: ASCII digits, at most six decimals, between 0 and 100; strings only.

    Returns:
        The exact fraction: ``"2.60"`` is ``Fraction(13, 500)``.

    Raises:
        BadRate: ``text`` is anything else.
    """
    found = _PERCENT.fullmatch(text) if isinstance(text, str) else None
    if found is not None:
        whole, part = found.groups()
        rate = Fraction(
            int(whole) * _STEPS + int((part or "").ljust(MAX_DECIMALS, "0")), 100 * _STEPS
        )
        if rate <= 1:
            return rate
    raise BadRate(
        f"{seen(text)} is not a percentage: write a string between 0 and 100"
        ' with at most six decimals, such as "2.60"',
        code="BAD_RATE",
        seen=seen(text),
    )


def percent(rate: Fraction | int, places: int = 2) -> str:
    """Print a fraction of one in percent, rounded half up: ``"2.60"``."""
    steps = round_half_up(rate * 100 * 10**places)
    whole, part = divmod(abs(steps), 10**places)
    sign = "-" if steps < 0 else ""
    return f"{sign}{whole}.{part:0{places}d}" if places else f"{sign}{whole}"


def is_printable_rate(rate: Fraction) -> bool:
    """Tell whether a rate lies in 0…1 and can be written in percent with six decimals."""
    return 0 <= rate <= 1 and (rate * 100 * _STEPS).denominator == 1


def printed_percent(rate: Fraction | int) -> str:
    """Print a rate as a table does: two decimals, or as many up to six as it needs.

    ``Fraction(13, 500)`` is ``"2.60"`` and ``Fraction(101, 4000)`` is ``"2.525"``.
    """
    for places in range(2, MAX_DECIMALS):
        if (rate * 100 * 10**places).denominator == 1:
            return percent(rate, places)
    return percent(rate, MAX_DECIMALS)
