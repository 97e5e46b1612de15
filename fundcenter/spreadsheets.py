"""Cells that stay what they are: no text becomes a formula in the program that opens it."""

import re
from typing import Any

from openpyxl.cell import WriteOnlyCell

_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"-?[0-9][0-9,]*(\.[0-9]+)?", re.ASCII)


def is_dangerous(text: str) -> bool:
    """Tell whether a spreadsheet would take the text for a formula."""
    return text.startswith(_STARTS)


def safe_cell(page: Any, value: object) -> Any:
    """Give a workbook cell that holds the value; a dangerous text is marked as a text."""
    if isinstance(value, str) and is_dangerous(value):
        cell = WriteOnlyCell(page, value)
        cell.data_type = "s"
        cell.quotePrefix = True
        return cell
    return value


def safe_text(value: object) -> str:
    """Give a text for CSV, where only a leading apostrophe keeps a formula from being carried out.

    Plain numbers below zero stay numbers.
    """
    text = "" if value is None else str(value)
    return f"'{text}" if is_dangerous(text) and not _NUMBER.fullmatch(text) else text
