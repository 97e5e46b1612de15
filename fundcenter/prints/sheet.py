"""How every paper looks: one frame, with what makes a sheet traceable on each page.

Above: centre, title, serial number. Below: who printed it when, which copy it is, the code by
which staff can look it up, page x of y.
"""

import datetime as dt
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from reportlab.lib.colors import HexColor, black
from reportlab.lib.pagesizes import A4, A5, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Spacer
from reportlab.platypus import Table as Grid

from fundcenter.prints.fonts import require_glyphs, width
from fundcenter.prints.lines import Lines, draw_right, draw_text
from fundcenter.prints.paper import Facts, Paper, Signatures, Table, Text
from fundcenter.prints.rows import SIDE, Cell, Row, Rows

_GREY, _LINE, _RED = HexColor(0x57606A), HexColor(0xB6BDC5), HexColor(0xB42318)
_SHADE = HexColor(0xF1F3F5)
_SIDE, _TOP, _BOTTOM = 16 * mm, 30 * mm, 19 * mm
_SMALL, _BODY, _HEADING, _LEAD, _TITLE = 7, 9, 10, 12, 16
_HAIR, _BOLD = 1 / 2, 2 / 5


@dataclass(frozen=True, slots=True)
class Stamp:
    """What makes one sheet different from every other one."""

    centre: str
    branch: str
    serial: str
    operator: str
    at: dt.datetime
    copy: int
    code: str

    @property
    def copy_said(self) -> str:
        """Which print this is."""
        if self.copy == 1:
            return _("first print")
        return _("reprint no. %(n)s") % {"n": self.copy - 1}

    @property
    def code_said(self) -> str:
        """The code in groups of four, as people read it to each other."""
        return "-".join(self.code[at : at + 4] for at in range(0, len(self.code), 4))


def render(paper: Paper, stamp: Stamp) -> bytes:
    """Lay a paper out as PDF; the same paper and stamp always give the same bytes.

    Raises:
        NoGlyph: a character of it stands in no font.
    """
    require_glyphs([*paper.texts, stamp.centre, stamp.branch, stamp.operator])
    size = landscape(A5) if paper.slip else A4
    file = io.BytesIO()
    document = BaseDocTemplate(
        file,
        pagesize=size,
        title=f"{paper.title} {stamp.serial}",
        author=stamp.centre,
        invariant=1,
        pageCompression=1,
    )
    room = size[0] - 2 * _SIDE
    frame = Frame(_SIDE, _BOTTOM, room, size[1] - _TOP - _BOTTOM, 0, 0, 0, 0, id="body")
    document.addPageTemplates(PageTemplate(id="sheet", frames=[frame]))

    def canvas(*args: Any, **kwargs: Any) -> "_Sheets":
        return _Sheets(paper.title, stamp, *args, **kwargs)

    document.build(list(_flow(paper, room)), canvasmaker=canvas)
    return file.getvalue()


class _Sheets(Canvas):
    """Pages that wait until their number is known, so that each can say x of y."""

    # The library's own, which its type stubs do not name.
    _code: list[str]
    _pagesize: tuple[float, float]
    _startPage: Callable[[], None]  # noqa: N815

    def __init__(self, title: str, stamp: Stamp, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._title, self._stamp = title, stamp
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - the name is the library's
        """Keep the page for later."""
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Put the frame on every page and write the file."""
        for number, page in enumerate(self._pages, start=1):
            self.__dict__.update(page)
            self._draw_frame(number, len(self._pages))
            super().showPage()
        super().save()

    def _draw_frame(self, page: int, pages: int) -> None:
        wide, high = self._pagesize
        stamp = self._stamp
        self.setFillColor(_GREY)
        draw_text(self, _SIDE, high - 12 * mm, stamp.centre, _BODY)
        draw_right(self, wide - _SIDE, high - 12 * mm, f"No. {stamp.serial}", _BODY)
        if stamp.copy > 1:
            self.setFillColor(_RED)
            draw_right(self, wide - _SIDE, high - 17 * mm, stamp.copy_said, _BODY)
        self.setFillColor(black)
        self.setLineWidth(_BOLD)
        left = (wide - width(self._title, _TITLE)) / 2
        # Filled and outlined: the font of the papers has one weight.
        self._code.append("2 Tr")
        draw_text(self, left, high - 22 * mm, self._title, _TITLE)
        self._code.append("0 Tr")
        self._draw_foot(page, pages)

    def _draw_foot(self, page: int, pages: int) -> None:
        wide, stamp = self._pagesize[0], self._stamp
        self.setStrokeColor(_LINE)
        self.setLineWidth(_HAIR)
        self.line(_SIDE, 15 * mm, wide - _SIDE, 15 * mm)
        self.setFillColor(_GREY)
        printed = _("Printed by %(who)s, %(branch)s, %(at)s, %(copy)s") % {
            "who": stamp.operator,
            "branch": stamp.branch,
            "at": f"{stamp.at:%Y-%m-%d %H:%M:%S}",
            "copy": stamp.copy_said,
        }
        code = _("Verification code %(code)s") % {"code": stamp.code_said}
        draw_text(self, _SIDE, 11 * mm, printed, _SMALL)
        draw_text(self, _SIDE, 7 * mm, code, _SMALL)
        count = _("Page %(page)s of %(pages)s") % {"page": page, "pages": pages}
        draw_right(self, wide - _SIDE, 7 * mm, count, _SMALL)
        self.setFillColor(black)


def _flow(paper: Paper, room: float) -> Iterator[Flowable]:
    if paper.lead:
        yield Lines(paper.lead, _LEAD)
        yield Spacer(1, 3 * mm)
    for block in paper.blocks:
        if isinstance(block, Signatures):
            yield _signatures(block, room, (9 if paper.slip else 16) * mm)
        else:
            yield from _block(block, room)
        yield Spacer(1, (2 if paper.slip else 4) * mm)
    for note in paper.notes:
        yield Lines(note, _SMALL + 1, colour=_GREY)


def _block(block: Facts | Table | Text, room: float) -> Iterator[Flowable]:
    if isinstance(block, Facts):
        yield _facts(block, room)
    elif isinstance(block, Table):
        if block.title:
            yield _heading(block.title)
        yield _table(block, room)
    else:
        if block.title:
            yield _heading(block.title)
        yield from _text(block, room)


def _heading(title: str) -> Flowable:
    heading = Lines(title, _HEADING)
    heading.keepWithNext = True
    return heading


def _facts(block: Facts, room: float) -> Flowable:
    """Lay label and value side by side; a last odd pair has the rest of the line."""
    pairs = max(1, block.pairs)
    label = 31 * mm
    value = room / pairs - label
    rows, spans = [], []
    waiting: list[Flowable | str] = []
    for name, text in block.rows:
        wide = pairs > 1 and width(text, _BODY) > value - 2 * SIDE
        if wide and waiting:
            rows.append(waiting + [""] * (2 * pairs - len(waiting)))
            spans.append((len(rows) - 1, len(waiting) - 1))
            waiting = []
        waiting += [Lines(name, _BODY, colour=_GREY), Lines(text, _BODY)]
        if wide or len(waiting) == 2 * pairs:
            rows.append(waiting + [""] * (2 * pairs - len(waiting)))
            if wide:
                spans.append((len(rows) - 1, 1))
            waiting = []
    if waiting:
        rows.append(waiting + [""] * (2 * pairs - len(waiting)))
        spans.append((len(rows) - 1, len(waiting) - 1))
    style: list[tuple[Any, ...]] = [*_GRID, ("VALIGN", (0, 0), (-1, -1), "TOP")]
    style += [("SPAN", (column, row), (-1, row)) for row, column in spans]
    style += [
        ("BACKGROUND", (2 * pair, row), (2 * pair, row), _SHADE)
        for row, cells in enumerate(rows)
        for pair in range(pairs)
        if cells[2 * pair]
    ]
    return Grid(rows, colWidths=[label, value] * pairs, style=style)


_GRID: list[tuple[Any, ...]] = [
    ("GRID", (0, 0), (-1, -1), _HAIR, _LINE),
    ("LEFTPADDING", (0, 0), (-1, -1), SIDE),
    ("RIGHTPADDING", (0, 0), (-1, -1), SIDE),
    ("TOPPADDING", (0, 0), (-1, -1), 2),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
]


def _table(block: Table, room: float) -> Flowable:
    rows = [Row(tuple(_cells(block, row))) for row in block.rows]
    if not rows:
        empty = block.empty or pgettext("paper", "none")
        rows.append(Row((Cell(empty, "centre", _GREY),)))
    return Rows(
        Row(tuple(Cell(text, "centre") for text in block.head), shaded=True),
        rows + [Row(tuple(_cells(block, row)), shaded=True) for row in block.totals],
        [room * part / sum(block.widths) for part in block.widths],
        size=_BODY,
        hair=_HAIR,
        line=_LINE,
        shade=_SHADE,
    )


def _cells(block: Table, row: tuple[str, ...]) -> Iterator[Cell]:
    for place, text in enumerate(row):
        money = place in block.money
        red = money and text.startswith("-")
        yield Cell(text, "right" if money else "left", _RED if red else black)


def _text(block: Text, room: float) -> Iterator[Flowable]:
    if not block.marks:
        for paragraph in block.paragraphs:
            yield Lines(paragraph, _BODY)
            yield Spacer(1, mm)
        return
    for mark, paragraph in zip(block.marks, block.paragraphs, strict=True):
        yield Grid(
            [[Lines(mark, _BODY), Lines(paragraph, _BODY)]],
            colWidths=[9 * mm, room - 9 * mm],
            style=[
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 0),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ],
        )


def _signatures(block: Signatures, room: float, height: float) -> Flowable:
    cells = [Lines(f"{label}：", _BODY) for label in block.labels]
    return Grid(
        [cells],
        colWidths=[room / len(cells)] * len(cells),
        rowHeights=[height],
        style=[("VALIGN", (0, 0), (-1, -1), "BOTTOM"), ("LEFTPADDING", (0, 0), (-1, -1), 0)],
    )
