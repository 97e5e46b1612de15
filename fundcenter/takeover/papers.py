"""The workbooks that go out: the empty template, and what came in with its errors beside it."""

import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from fundcenter.spreadsheets import safe_cell
from fundcenter.takeover.reading import open_workbook
from fundcenter.takeover.sheets import ERROR_HEADING, NOTES, SHEETS, Sheet
from fundcenter.takeover.wording import describe_problem

_BOLD = Font(bold=True)
_RED = Font(color="B00020")
_HEAD = PatternFill("solid", fgColor="DDE7F3")
_TEXT_ROWS = 2_000
_RULES = (
    "每张表第一行为表头，不要改动、增加或删除列；没有内容的表也要保留。",
    "各表以“原账号”对应；同一文件重复提交、同一原账号重复接管都会被拒绝。",
    "证件号码、手机号、银行卡号、原账号须为文本格式；不接受公式，文本不得以 = + - @ 开头。",
    "金额以元为单位，最多两位小数，不带千分位；支出填负数。",
    "日期写作2026-01-31，月份写作2026-01。",
    "示例行（第二行）仅供参考，填写前请删除。",
)


def template() -> bytes:
    """Write the empty workbook: headings, one example row, notes, and lists to choose from."""
    book = Workbook()
    first = book.worksheets[0]
    for sheet in SHEETS:
        page = book.create_sheet(sheet.name.value)
        page.freeze_panes = "A2"
        for place, column in enumerate(sheet.columns, start=1):
            letter = get_column_letter(place)
            head = page.cell(1, place, column.heading)
            head.font, head.fill = _BOLD, _HEAD
            page.cell(2, place, column.example)
            page.column_dimensions[letter].width = 22
            if column.choices:
                listed = DataValidation("list", formula1=f'"{",".join(column.choices)}"')
                page.add_data_validation(listed)
                listed.add(f"{letter}2:{letter}{_TEXT_ROWS}")
            if isinstance(column.example, str):
                for row in range(2, 200):
                    page.cell(row, place).number_format = "@"
    _notes(book)
    book.remove(first)
    return _bytes(book)


def _notes(book: Workbook) -> None:
    page = book.create_sheet(NOTES)
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 16, 16
    page.column_dimensions["D"].width = 60
    for rule in _RULES:
        page.append([rule])
    page.append([])
    page.append(["表", "列", "必填", "说明"])
    for sheet in SHEETS:
        page.append([sheet.name.value, "", "", sheet.about])
        for column in sheet.columns:
            page.append(
                [sheet.name.value, column.heading, "是" if column.required else "", column.note]
            )


def with_errors(content: bytes, problems: Iterable[Mapping[str, Any]]) -> bytes:
    """Write the workbook once more with a column that says per row what is wrong.

    Cells are copied as text where they are no plain value, so nothing comes to life in it.
    """
    by_row: dict[tuple[str, int], list[str]] = defaultdict(list)
    for problem in problems:
        column = f"{problem['column']}：" if problem["column"] else ""
        by_row[problem["sheet"], problem["row"]].append(column + describe_problem(problem))
    came = open_workbook(content)
    book = Workbook(write_only=True)
    try:
        for sheet in SHEETS:
            if sheet.name.value in came.sheetnames:
                _copy(came[sheet.name.value], book, sheet, by_row)
    finally:
        came.close()
    page = book.create_sheet(ERROR_HEADING)
    for (name, row), texts in by_row.items():
        page.append([safe_cell(page, name), row, safe_cell(page, "；".join(texts))])
    return _bytes(book)


def _copy(
    source: Any, book: Workbook, sheet: Sheet, by_row: Mapping[tuple[str, int], list[str]]
) -> None:
    page = book.create_sheet(sheet.name.value)
    width = len(sheet.columns)
    for number, cells in enumerate(source.iter_rows(max_col=width), start=1):
        said = (
            ERROR_HEADING if number == 1 else "；".join(by_row.get((sheet.name.value, number), ()))
        )
        error = WriteOnlyCell(page, said)
        error.font = _BOLD if number == 1 else _RED
        page.append([*(safe_cell(page, cell.value) for cell in cells), error])


def _bytes(book: Workbook) -> bytes:
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()
