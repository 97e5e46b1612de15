"""Lists as files: CSV row by row, workbooks written without being held, every cell harmless."""

import csv
import datetime as dt
import tempfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from fundcenter.listings.listing import Column, Selection
from fundcenter.spreadsheets import safe_cell, safe_text
from kernel.money import yuan

_BOLD = Font(bold=True)
_MONEY, _DAY = "#,##0.00", "yyyy-mm-dd"
_IN_MEMORY = 8_000_000
BOM = "\ufeff"


class _Echo:
    """A file whose lines are given away instead of kept."""

    def write(self, line: str) -> str:
        return line


def csv_lines(selection: Selection, *, full: bool) -> Iterator[str]:
    """Give a list as CSV, which spreadsheet programs read as UTF-8 by its first character.

    Args:
        full: write numbers of papers and phones in full instead of masked.
    """
    columns = selection.listing.columns
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow([safe_text(column.title) for column in columns])
    for row in selection.stream():
        yield writer.writerow([_plain(column, row, full) for column in columns])


def workbook_file(selection: Selection, *, full: bool) -> IO[bytes]:
    """Give a list as a workbook with its totals below, in a file that vanishes by itself."""
    columns = selection.listing.columns
    book = Workbook(write_only=True)
    page = book.create_sheet(str(selection.listing.title)[:31])
    page.freeze_panes = "A2"
    page.append([_head(page, str(column.title)) for column in columns])
    for row in selection.stream():
        page.append([_cell(page, column, row, full) for column in columns])
    totals = selection.totals()
    if totals:
        page.append(_total_row(page, columns, totals))
    held = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the answer closes it
    book.save(held)
    held.seek(0)
    return held


def _value(column: Column, row: Any, full: bool) -> Any:
    return column.full(row) if full and column.full else column.value(row)


def _plain(column: Column, row: Any, full: bool) -> str:
    value = _value(column, row, full)
    if column.kind == "money" and isinstance(value, int):
        return yuan(value)
    return value.isoformat() if isinstance(value, dt.date) else safe_text(value)


def _cell(page: Any, column: Column, row: Any, full: bool) -> Any:
    value = _value(column, row, full)
    if column.kind == "money" and isinstance(value, int):
        return _formatted(page, Decimal(value).scaleb(-2), _MONEY)
    if isinstance(value, dt.date):
        return _formatted(page, value, _DAY)
    if column.kind == "count" and isinstance(value, int):
        return value
    return safe_cell(page, "" if value is None else str(value))


def _formatted(page: Any, value: Any, form: str) -> Any:
    cell = WriteOnlyCell(page, value)
    cell.number_format = form
    return cell


def _head(page: Any, text: str) -> Any:
    cell = WriteOnlyCell(page, text)
    cell.font = _BOLD
    return cell


def _total_row(page: Any, columns: Sequence[Column], totals: dict[str, int]) -> list[Any]:
    cells: list[Any] = []
    for column in columns:
        value = totals.get(column.key)
        if value is None:
            cells.append(None)
            continue
        money = column.kind == "money"
        shown = Decimal(value).scaleb(-2) if money else value
        cell = _formatted(page, shown, _MONEY if money else "0")
        cell.font = _BOLD
        cells.append(cell)
    return cells
