"""A table of text over many pages: each row as high as it needs, the head again on every page.

The library's own table asks and styles each cell several times, and again for each page that is
left. A statement of years has thousands of rows, so this one folds each cell once and writes a
page in one go.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Literal, Protocol

from reportlab.lib.colors import Color, black
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from fundcenter.prints.fonts import runs, width
from fundcenter.prints.lines import fold

# Points left free in a cell: beside the text, above it, below it.
SIDE, _ABOVE, _BELOW = 3, 2, 3

Side = Literal["left", "right", "centre"]


class _Writing(Protocol):
    """The part of the library's text object that is used here; its stubs leave it untyped."""

    def setTextOrigin(self, x: float, y: float) -> None: ...  # noqa: N802
    def setFont(self, name: str, size: float) -> None: ...  # noqa: N802
    def setFillColor(self, colour: Color) -> None: ...  # noqa: N802
    def textOut(self, text: str) -> None: ...  # noqa: N802


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, the side it keeps to, and its colour."""

    text: str
    side: Side = "left"
    colour: Color = black


@dataclass(frozen=True, slots=True)
class Row:
    """Cells side by side; a single one goes across the whole table."""

    cells: tuple[Cell, ...]
    shaded: bool = False


@dataclass(frozen=True, slots=True)
class _Laid:
    """A row with its texts folded to the width of their columns, and its height in points."""

    row: Row
    texts: tuple[list[str], ...]
    height: int


class Rows(Flowable):
    """Rows below a head, framed by hairlines."""

    def __init__(
        self, head: Row, rows: Sequence[Row], widths: Sequence[float], *, size: int, hair: float,
        line: Color, shade: Color,
    ) -> None:  # fmt: skip
        super().__init__()
        self.widths, self.size = widths, size
        self.hair, self.line, self.shade = hair, line, shade
        self.head = self._lay(head)
        self.rows = [self._lay(row) for row in rows]

    def wrap(self, room: float, height: float) -> tuple[float, float]:
        """Take the width of all columns and the height of all rows."""
        self.width = sum(self.widths)
        self.height = sum(laid.height for laid in self._shown())
        return self.width, self.height

    def split(self, room: float, height: float) -> list[Flowable]:
        """Fill the page with whole rows and go on overleaf, below the head again."""
        filled = list(accumulate(laid.height for laid in self._shown()))
        fitting = sum(1 for reached in filled if reached <= height) - 1
        if fitting < 1 or fitting >= len(self.rows):
            return []
        return [self._part(self.rows[:fitting]), self._part(self.rows[fitting:])]

    def draw(self) -> None:
        """Draw shades, then lines, then every text."""
        tops = [self.height - reached for reached in accumulate(
            (laid.height for laid in self._shown()), initial=0)]  # fmt: skip
        placed = list(zip(self._shown(), tops, strict=False))
        self.canv.saveState()
        self.canv.setFillColor(self.shade)
        for laid, top in placed:
            if laid.row.shaded:
                self.canv.rect(0, top - laid.height, self.width, laid.height, stroke=0, fill=1)
        self._draw_lines(self.canv, placed, tops)
        self._draw_texts(self.canv, placed)
        self.canv.restoreState()

    def _shown(self) -> list[_Laid]:
        return [self.head, *self.rows]

    def _part(self, rows: list[_Laid]) -> "Rows":
        part = Rows(
            self.head.row, (), self.widths, size=self.size, hair=self.hair, line=self.line,
            shade=self.shade,
        )  # fmt: skip
        part.rows = rows
        return part

    def _lay(self, row: Row) -> _Laid:
        rooms = self.widths if len(row.cells) > 1 else [sum(self.widths)]
        texts = tuple(
            fold(cell.text, self.size, room - 2 * SIDE)
            for cell, room in zip(row.cells, rooms, strict=True)
        )
        return _Laid(row, texts, max(map(len, texts)) * self._leading + _ABOVE + _BELOW)

    @property
    def _leading(self) -> int:
        return self.size * 3 // 2

    def _draw_lines(
        self, canvas: Canvas, placed: list[tuple[_Laid, float]], tops: list[float]
    ) -> None:
        """Draw the frame and what is between rows and columns; a whole row has no columns."""
        edges = list(accumulate(self.widths, initial=0))
        lines = [(edges[0], top, self.width, top) for top in tops]
        lines += [(edge, tops[0], edge, tops[-1]) for edge in (edges[0], edges[-1])]
        for edge in edges[1:-1]:
            lines += [(edge, upper, edge, lower) for upper, lower in _columned(placed)]
        canvas.setLineCap(1)
        canvas.setLineWidth(self.hair)
        canvas.setStrokeColor(self.line)
        canvas.lines(lines)

    def _draw_texts(self, canvas: Canvas, placed: list[tuple[_Laid, float]]) -> None:
        writing: Any = canvas.beginText()
        font, colour = "", None
        for laid, top in placed:
            for cell, left, right, lines in self._cells(laid):
                if cell.colour is not colour:
                    colour = cell.colour
                    writing.setFillColor(colour)
                free = laid.height - _ABOVE - _BELOW - len(lines) * self._leading
                y = top - _ABOVE - free / 2 - self.size
                for line in lines:
                    if line:
                        writing.setTextOrigin(self._start(cell, left, right, line), y)
                        font = _write(writing, line, self.size, font)
                    y -= self._leading
        canvas.drawText(writing)

    def _cells(self, laid: _Laid) -> Iterator[tuple[Cell, float, float, list[str]]]:
        """Give each cell with the ends of its room and its lines."""
        edges = list(accumulate(self.widths, initial=0))
        if len(laid.texts) == 1:
            edges = [0, edges[-1]]
        for cell, left, right, lines in zip(
            laid.row.cells, edges, edges[1:], laid.texts, strict=False
        ):
            yield cell, left + SIDE, right - SIDE, lines

    def _start(self, cell: Cell, left: float, right: float, line: str) -> float:
        if cell.side == "left":
            return left
        free = right - left - width(line, self.size)
        return left + (free if cell.side == "right" else free / 2)


def _columned(placed: list[tuple[_Laid, float]]) -> Iterator[tuple[float, float]]:
    """Give the stretches, from above to below, along which rows have columns."""
    upper = lower = None
    for laid, top in placed:
        if len(laid.texts) > 1:
            upper, lower = top if upper is None else upper, top - laid.height
        elif upper is not None and lower is not None:
            yield upper, lower
            upper = None
    if upper is not None and lower is not None:
        yield upper, lower


def _write(writing: _Writing, line: str, size: int, font: str) -> str:
    """Write a line in the fonts it needs; returns the last of them."""
    for needed, part in runs(line):
        if needed != font:
            writing.setFont(needed, size)
            font = needed
        writing.textOut(part)
    return font
