"""How one cell of a workbook is read: strictly, or not at all.

Nothing is guessed. A number that ought to be text has lost its leading zeros or its last digits
already, a formula may give something else tomorrow, and a text that begins like a formula becomes
one in the next program that opens it.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fundcenter.spreadsheets import is_dangerous
from kernel.money import BadAmount, parse_yuan
from kernel.months import Month

FIRST_DAY, LAST_DAY = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})", re.ASCII)


class BadCell(Exception):
    """A cell is not what its column holds; ``code`` has its words in ``takeover.wording``."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


Reader = Callable[[object], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its heading, how a cell is read, and what the template says about it.

    ``secret`` cells are named by their row alone: no list of problems repeats an identity number.
    """

    key: str
    heading: str
    read: Reader
    note: str
    example: str | int
    required: bool = True
    secret: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)


def text_of(most: int) -> Reader:
    """Read a text of at most ``most`` characters; numbers are refused."""

    def read(cell: object) -> str:
        if not isinstance(cell, str):
            raise BadCell("not_text")
        text = cell.strip()
        if is_dangerous(text):
            raise BadCell("formula_text")
        if len(text) > most:
            raise BadCell("too_long", most=most, length=len(text))
        return text

    return read


def digits_of(least: int, most: int) -> Reader:
    """Read digits that were typed as text, such as the number of a card."""

    def read(cell: object) -> str:
        if not isinstance(cell, str):
            raise BadCell("not_text")
        text = cell.strip()
        if not (text.isascii() and text.isdigit() and least <= len(text) <= most):
            raise BadCell("bad_digits", least=least, most=most)
        return text

    return read


def day(cell: object) -> dt.date:
    """Read a date: a date cell without a time, or text such as 2026-01-31."""
    found: dt.date | None = None
    if isinstance(cell, dt.datetime):
        found = cell.date() if cell.time() == dt.time.min else None
    elif isinstance(cell, str) and (match := _DATE.fullmatch(cell.strip())):
        try:
            found = dt.date(*(int(part) for part in match.groups()))
        except ValueError:
            found = None
    if found is None or not FIRST_DAY <= found <= LAST_DAY:
        raise BadCell("bad_date")
    return found


def month(cell: object) -> Month:
    """Read a month: text such as 2026-01, or a date cell on the month's first day."""
    if isinstance(cell, dt.datetime) and cell.day == 1:
        return Month.of(cell.date())
    match = _MONTH.fullmatch(cell.strip()) if isinstance(cell, str) else None
    if match is None or not 1 <= int(match[2]) <= 12 or not 1900 <= int(match[1]) <= 2199:
        raise BadCell("bad_month")
    return Month(int(match[1]), int(match[2]))


def fen(*, signed: bool = False, zero: bool = False) -> Reader:
    """Read yuan with at most two decimals, from text or a number cell, and give fen."""

    def read(cell: object) -> int:
        if isinstance(cell, bool) or not isinstance(cell, str | int | float):
            raise BadCell("bad_amount")
        text = cell.strip() if isinstance(cell, str) else repr(cell)
        try:
            amount_fen = parse_yuan(text, signed=signed)
        except BadAmount as wrong:
            raise BadCell("bad_amount") from wrong
        if not amount_fen and not zero:
            raise BadCell("no_amount")
        return amount_fen

    return read


def count(least: int, most: int) -> Reader:
    """Read a whole number, from a number cell or its digits as text."""

    def read(cell: object) -> int:
        text = cell.strip() if isinstance(cell, str) else str(cell)
        text = text.removesuffix(".0") if not isinstance(cell, str | bool) else text
        plain = text.isascii() and text.isdigit() and len(text) < 10
        if isinstance(cell, bool) or not plain or not least <= int(text) <= most:
            raise BadCell("bad_count", least=least, most=most)
        return int(text)

    return read


def choice(words: Mapping[str, str]) -> Reader:
    """Read one of the words of a column and give its code."""

    def read(cell: object) -> str:
        text = cell.strip() if isinstance(cell, str) else ""
        if text not in words:
            raise BadCell("bad_choice", words="、".join(words))
        return words[text]

    return read
