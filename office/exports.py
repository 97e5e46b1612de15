"""Tables as files for a spreadsheet. A cell is text or a number, never a formula."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

# What a spreadsheet would take for the beginning of a formula, full-width signs included.
_FORMULA = tuple("=+-@\t\r\n\0＝＋－＠")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export_table(
    name: str, head: Sequence[str], rows: Iterable[Sequence[Any]], *, form: str = "xlsx"
) -> HttpResponse:
    """Answer with a table to save.

    Args:
        name: of the file, without its ending.
        rows: texts, whole numbers, dates and moments; amounts are written in yuan beforehand.
        form: ``csv`` or ``xlsx``.
    """
    as_csv = form == "csv"
    answer = HttpResponse(
        _csv(head, rows) if as_csv else _xlsx(head, rows),
        content_type="text/csv; charset=utf-8" if as_csv else _XLSX,
    )
    file = quote(f"{name}.{'csv' if as_csv else 'xlsx'}")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{file}"
    return answer


def plain_text(value: Any) -> str:
    """Write a value as text that no spreadsheet computes with."""
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    page = io.StringIO()
    writer = csv.writer(page)
    writer.writerow(head)
    writer.writerows([plain_text(cell) for cell in row] for row in rows)
    # The mark by which spreadsheets know UTF-8.
    return page.getvalue().encode("utf-8-sig")


def _xlsx(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([_text_cell(sheet, title) for title in head])
    for row in rows:
        sheet.append([cell if type(cell) is int else _text_cell(sheet, cell) for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _text_cell(sheet: Any, value: Any) -> Any:
    text = f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, dt.datetime) else str(value or "")
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    return cell
