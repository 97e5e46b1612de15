"""The worked tables of the documents are computed again; a page may not say another number."""

import datetime as dt
import re
from fractions import Fraction
from pathlib import Path

import pytest

from contributions.rules.interest import RateSpan, exact_interest
from kernel.days import DayCount
from kernel.money import parse_yuan, round_half_up, yuan

PAGES = Path(__file__).parent.parent / "docs" / "algorithms"
START, END = dt.date(2025, 6, 30), dt.date(2026, 6, 30)
ROW = re.compile(r"^\| ([0-9.]+) on ([0-9-]{10}) \| ([0-9.]+) \| ([0-9.]+) \| ([0-9.]+) \|$", re.M)


def rows() -> list[tuple[str, ...]]:
    return ROW.findall((PAGES / "interest.md").read_text(encoding="utf-8"))


def test_the_page_has_its_table() -> None:
    assert len(rows()) == 5


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row[0]}-{row[1]}")
def test_the_table_of_interest_is_right_to_the_fen(row: tuple[str, ...]) -> None:
    amount, date, *printed = row
    span = RateSpan(START, END, Fraction(15, 1000))
    movement = (dt.date.fromisoformat(date), parse_yuan(amount))

    computed = [
        yuan(round_half_up(exact_interest([movement], [span], count)))
        for count in (DayCount.D30_360, DayCount.ACT_365, DayCount.ACT_360)
    ]

    assert computed == printed


def test_the_table_of_subsidies_says_what_the_books_are_tested_for() -> None:
    page = (PAGES / "subsidy.md").read_text(encoding="utf-8")
    tests = (Path(__file__).parent / "settlement" / "test_settle.py").read_text(encoding="utf-8")
    shown = [parse_yuan(cell) for cell in re.findall(r"(?<=\| )[0-9]+\.[0-9]{2}(?= \|)", page)]

    assert len(shown) == 13
    for fen in shown:
        assert fen == 0 or f"{fen:_}" in tests
