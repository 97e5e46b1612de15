"""From a file to rows: the container is tried before it is opened, each cell by its column."""

import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from fundcenter.takeover.cells import BadCell
from fundcenter.takeover.sheets import MOST_ROWS, SHEETS, Sheet

MOST_BYTES = 30_000_000
MOST_UNPACKED = 600_000_000
_CHUNK = 1 << 20
# No spreadsheet program writes a document type; whoever does wants entities resolved. A zero byte
# is UTF-16, in which the others could hide.
_DECLARED = (b"<!DOCTYPE", b"<!ENTITY", b"\x00")


class BadWorkbook(Exception):
    """The file is no workbook that can be read at all; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row: where, what was seen, and a code with its parameters."""

    sheet: str
    row: int
    column: str
    seen: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)

    def to_wire(self) -> dict[str, Any]:
        """Give it as JSON keeps it."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "seen": self.seen,
            "code": self.code,
            "params": self.params,
        }


@dataclass(frozen=True, slots=True)
class Row:
    """A row that was read; ``values`` holds what its columns mean, None where nothing stood.

    ``good`` is false where a cell could not be read; its column is then missing in ``values``.
    """

    number: int
    values: dict[str, Any]
    good: bool


def open_workbook(content: bytes) -> Workbook:
    """Open a workbook for reading row by row.

    Raises:
        BadWorkbook: it is too large, no .xlsx file, or holds what no spreadsheet program writes.
    """
    if len(content) > MOST_BYTES:
        raise BadWorkbook(
            _("The file has %(seen)s MB; at most %(most)s MB are read. Split it by people.")
            % {"seen": len(content) // 1_000_000, "most": MOST_BYTES // 1_000_000}
        )
    try:
        _try_container(content)
        return load_workbook(io.BytesIO(content), read_only=True, data_only=False)
    except BadWorkbook:
        raise
    except Exception as broken:
        # Whatever the library stumbles over, to the person it is one thing.
        raise BadWorkbook(
            _("This is no workbook that can be read. Save it as .xlsx and try again.")
        ) from broken


def _try_container(content: bytes) -> None:
    left = MOST_UNPACKED
    with zipfile.ZipFile(io.BytesIO(content)) as container:
        for info in container.infolist():
            if "vbaproject" in info.filename.lower():
                raise BadWorkbook(_("The workbook holds macros. Save it as .xlsx without them."))
            tail = b""
            with container.open(info) as member:
                while chunk := member.read(_CHUNK):
                    left -= len(chunk)
                    if left < 0:
                        raise BadWorkbook(
                            _("The workbook grows beyond %(most)s MB when unpacked. Split it.")
                            % {"most": MOST_UNPACKED // 1_000_000}
                        )
                    is_xml = info.filename.endswith((".xml", ".rels"))
                    if is_xml and any(mark in tail + chunk for mark in _DECLARED):
                        raise BadWorkbook(_("The workbook holds declarations that are not read."))
                    tail = chunk[-16:]


def read_sheet(book: Workbook, sheet: Sheet, problems: list[Problem]) -> Iterator[Row]:
    """Give the rows of a sheet that can be read, and note what cannot.

    Columns are found by their headings in the first row, in any order; others are refused, so
    that nobody believes they were read.
    """
    if sheet.name.value not in book.sheetnames:
        if sheet.required:
            problems.append(Problem(sheet.name.value, 0, "", "", "no_sheet"))
        return
    rows = book[sheet.name.value].iter_rows()
    places = _places(sheet, next(rows, ()), problems)
    if places is None:
        return
    for number, cells in enumerate(rows, start=2):
        if all(cell.value is None or cell.value == "" for cell in cells):
            continue
        if number > MOST_ROWS:
            problems.append(
                Problem(sheet.name.value, number, "", "", "too_many_rows", {"most": MOST_ROWS})
            )
            return
        yield _read_row(sheet, places, number, cells, problems)


def _places(sheet: Sheet, cells: Any, problems: list[Problem]) -> dict[str, int] | None:
    """Find where each column stands; None where a heading is missing, unknown or there twice."""
    headings = [str(cell.value).strip() if cell.value is not None else "" for cell in cells]
    known = {column.heading for column in sheet.columns}
    before = len(problems)
    name = sheet.name.value
    for heading in sorted(known - set(headings)):
        problems.append(Problem(name, 1, heading, "", "no_heading"))
    for heading, times in Counter(one for one in headings if one).items():
        if heading not in known:
            problems.append(Problem(name, 1, heading[:40], heading[:40], "unknown_heading"))
        elif times > 1:
            problems.append(Problem(name, 1, heading, heading, "heading_twice"))
    if len(problems) > before:
        return None
    return {column.key: headings.index(column.heading) for column in sheet.columns}


def _read_row(
    sheet: Sheet, places: dict[str, int], number: int, cells: Any, problems: list[Problem]
) -> Row:
    values: dict[str, Any] = {}
    good = True
    for column in sheet.columns:
        place = places[column.key]
        cell = cells[place] if place < len(cells) else None
        raw = cell.value if cell is not None else None
        try:
            if cell is not None and cell.data_type == "f":
                raise BadCell("formula")
            if raw is None or (isinstance(raw, str) and not raw.strip()):
                if column.required:
                    raise BadCell("missing")
                values[column.key] = None
            else:
                values[column.key] = column.read(raw)
        except BadCell as wrong:
            good = False
            seen = "" if column.secret or raw is None else str(raw)[:40]
            problems.append(
                Problem(sheet.name.value, number, column.heading, seen, wrong.code, wrong.params)
            )
    return Row(number, values, good)


def read_all(book: Workbook, problems: list[Problem]) -> Iterator[tuple[Sheet, Row]]:
    """Give every row of every sheet, in the order in which the sheets build on each other."""
    for sheet in SHEETS:
        for row in read_sheet(book, sheet, problems):
            yield sheet, row
