"""Money is a whole number of fen (分). Yuan exist only as text, at the edges."""

from __future__ import annotations

import re
from fractions import Fraction

from kernel.errors import BadValue, seen

FEN_PER_YUAN = 100
MAX_FEN = 99_999_999_999_999
"""The largest amount the parser lets in: twelve digits of yuan and two of fen."""

YUAN_PATTERN = r"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?$"
SIGNED_YUAN_PATTERN = r"^-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?$"

_YUAN = re.compile(r"(-?)(0|[1-9][0-9]{0,11})(?:\.([0-9]{1,2}))?", re.ASCII)

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")


class BadAmount(BadValue):
    """The text is no amount in yuan."""


def parse_yuan(text: object, *, signed: bool = False) -> int:
    """Read an amount in yuan, such as ``"500.00"``, and return it in fen.

    Only a string of ASCII digits with at most twelve digits before and two after the
    point is an amount: numbers, blanks, signs, exponents, separators, leading zeros and the
    digits of other scripts are refused, because each of them has once been read as
    something its writer did not mean.

    Args:
        text: what arrived.
        signed: allow one leading minus. Minus zero stays refused.

    Returns:
        The amount in fen.

    Raises:
        BadAmount: ``text`` is not such a string.
    """
    found = _YUAN.fullmatch(text) if isinstance(text, str) else None
    if found is not None:
        sign, whole, part = found.groups()
        fen = int(whole) * FEN_PER_YUAN + (int(part.ljust(2, "0")) if part else 0)
        if not sign:
            return fen
        if signed and fen:
            return -fen
    form = "a minus sign if negative, " if signed else ""
    raise BadAmount(
        f"{seen(text)} is not an amount in yuan: write a string of {form}up to 12 digits"
        ' and at most two decimals, such as "500.00"',
        code="BAD_AMOUNT",
        seen=seen(text),
        signed=signed,
    )


def _whole_fen(fen: int) -> int:
    # bool is an int to Python; True fen is a mistake of the caller, not an amount.
    if not isinstance(fen, int) or isinstance(fen, bool):
        raise TypeError(f"an amount is a whole number of fen, not {seen(fen)}")
    return fen


def yuan(fen: int) -> str:
    """Print fen as yuan with two decimals and no separators: ``"270000.00"``."""
    whole, part = divmod(abs(_whole_fen(fen)), FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}{whole}.{part:02d}"


def grouped_yuan(fen: int) -> str:
    """Print fen as yuan with commas every three digits: ``"270,000.00"``."""
    whole, part = divmod(abs(_whole_fen(fen)), FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}{whole:,}.{part:02d}"


def round_half_up(value: Fraction | int) -> int:
    """Round to the nearest whole number; exact halves go away from zero.

    Raises:
        TypeError: ``value`` is not exact (a float or a decimal).
    """
    if not isinstance(value, Fraction | int) or isinstance(value, bool):
        raise TypeError(f"only exact numbers are rounded here, not {seen(value)}")
    numerator, denominator = abs(value.numerator), value.denominator
    rounded = (2 * numerator + denominator) // (2 * denominator)
    return -rounded if value < 0 else rounded


def _capital_group(number: int) -> str:
    """Write a number of one to four digits; zeros between digits become one 零."""
    written, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            written += ("零" if gap and written else "") + _DIGITS[digit] + _PLACES[place]
            gap = False
        else:
            gap = True
    return written


def _capital_whole(number: int) -> str:
    groups = [(number // 10_000**power % 10_000, _GROUPS[power]) for power in (2, 1, 0)]
    written = ""
    skipped = False
    for group, name in groups:
        if not group:
            skipped = bool(written)
            continue
        # A 零 stands for digits that are missing before the first digit of this group.
        if written and (skipped or group < 1_000):
            written += "零"
        written += _capital_group(group) + name
        skipped = False
    return written


def capital_yuan(fen: int) -> str:
    """Write an amount in capital characters, as vouchers and receipts need it.

    Whole yuan end with 整; after 角 and 分 nothing follows. Where the rule leaves a
    choice the form printed first in it is written: 107000.53 is 壹拾万柒仟元零伍角叁分.

    Args:
        fen: the amount; below zero it is written with 负.

    Raises:
        ValueError: the amount has more than twelve digits of yuan.

    Source: 支付结算办法 附一 (正确填写票据和结算凭证的基本规定).
    """
    if abs(_whole_fen(fen)) > MAX_FEN:
        raise ValueError(f"{grouped_yuan(fen)} yuan is too much to be written in capitals")
    whole, rest = divmod(abs(fen), FEN_PER_YUAN)
    jiao, left = divmod(rest, 10)
    written = "人民币负" if fen < 0 else "人民币"
    if whole:
        written += _capital_whole(whole) + "元"
    elif not rest:
        written += "零元"
    if not rest:
        return written + "整"
    # 零 fills the empty place before the next digit: the last yuan digit, or the 角.
    if whole and (whole % 10 == 0 or not jiao):
        written += "零"
    if jiao:
        written += _DIGITS[jiao] + "角"
    if left:
        written += _DIGITS[left] + "分"
    return written
