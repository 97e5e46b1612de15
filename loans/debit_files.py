"""The file of debits for the bank, and the bank's answer: read strictly, line by line. Pure.

CSV in UTF-8 with a head line. Sums are yuan with two decimals. The answer repeats number and sum of
every line it knows, and ends with a line of totals.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterable
from dataclasses import dataclass

from kernel.days import BadDate, parse_date
from kernel.errors import BadValue
from kernel.money import parse_yuan, yuan

OUT_HEAD = ("number", "contract", "name", "card", "amount")
IN_HEAD = ("number", "amount", "result", "date", "reference", "reason")
PAID, FAILED, TOTAL = "PAID", "FAILED", "TOTAL"
MOST_LINES = 100_000
LONGEST_REFERENCE, LONGEST_REASON = 64, 120


class BadLine(ValueError):
    """A line of the answer is none; ``line`` counts from 1, the head included."""

    def __init__(self, line: int, what: str, seen: str) -> None:
        super().__init__(line, what, seen)
        self.line = line
        self.what = what
        self.seen = seen


@dataclass(frozen=True, slots=True)
class Asked:
    """One debit asked of the bank; ``amount_fen`` in fen."""

    number: str
    contract_no: str
    name: str
    card: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bank says of one debit. ``line`` is its place in the file."""

    line: int
    number: str
    amount_fen: int
    paid: bool
    on: dt.date
    reference: str
    reason: str


def write_debits(asked: Iterable[Asked]) -> str:
    """Write the file that goes to the bank."""
    page = io.StringIO()
    rows = csv.writer(page, lineterminator="\r\n")
    rows.writerow(OUT_HEAD)
    for one in asked:
        rows.writerow((one.number, one.contract_no, one.name, one.card, yuan(one.amount_fen)))
    return page.getvalue()


def read_answers(text: str) -> list[Answer]:
    """Read the bank's answer.

    The last line is ``TOTAL``, the sum of the lines debited, and their count in the place of the
    result.

    Raises:
        BadLine: a line is not what it must be, a number comes twice, or the totals differ.
    """
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True))
    if not rows or tuple(rows[0]) != IN_HEAD:
        raise BadLine(1, "head", ",".join(rows[0])[:60] if rows else "")
    if not 2 <= len(rows) <= MOST_LINES:
        raise BadLine(len(rows), "count", str(len(rows)))
    answers = [_read(place, row) for place, row in enumerate(rows[1:-1], start=2)]
    seen: set[str] = set()
    for one in answers:
        if one.number in seen:
            raise BadLine(one.line, "twice", one.number)
        seen.add(one.number)
    _check_totals(len(rows), rows[-1], answers)
    return answers


def _read(place: int, row: list[str]) -> Answer:
    if len(row) != len(IN_HEAD):
        raise BadLine(place, "columns", str(len(row)))
    number, amount, result, date, reference, reason = (cell.strip() for cell in row)
    if not number:
        raise BadLine(place, "number", number)
    if result not in (PAID, FAILED):
        raise BadLine(place, "result", result)
    if result == PAID and not 0 < len(reference) <= LONGEST_REFERENCE:
        raise BadLine(place, "reference", reference[:20])
    if result == FAILED and not 0 < len(reason) <= LONGEST_REASON:
        raise BadLine(place, "reason", reason[:20])
    try:
        on = parse_date(date)
    except BadDate as wrong:
        raise BadLine(place, "date", date) from wrong
    return Answer(place, number, _fen(place, amount), result == PAID, on, reference, reason)


def _fen(place: int, amount: str) -> int:
    try:
        fen = parse_yuan(amount)
    except BadValue as wrong:
        raise BadLine(place, "amount", amount) from wrong
    if fen < 0:
        raise BadLine(place, "amount", amount)
    return fen


def _check_totals(place: int, row: list[str], answers: list[Answer]) -> None:
    if len(row) < 3 or row[0].strip() != TOTAL:
        raise BadLine(place, "total", ",".join(row)[:60])
    paid = [one.amount_fen for one in answers if one.paid]
    if _fen(place, row[1].strip()) != sum(paid):
        raise BadLine(place, "total_sum", row[1])
    if row[2].strip() != str(len(paid)):
        raise BadLine(place, "total_count", row[2])
