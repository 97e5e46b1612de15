"""Text on paper: folded between words and characters, never cut, in whichever font has it."""

import re
from collections.abc import Iterator

from reportlab.lib.colors import Color, black
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from fundcenter.prints.fonts import runs, width

# Numbers, codes and Latin words stay whole; a closing mark stays with what it closes, an opening
# one with what it opens; every other character may end a line.
_UNITS = re.compile(
    r"[（《“‘〔【]*(?:[!-~\u00a0-\u024f]+|[^!-~\u00a0-\u024f\s])[，。；：、！？）》”’〕】…·]*|\s"
)


def draw_text(canvas: Canvas, x: float, y: float, text: str, size: int) -> None:
    """Draw a text from its left end, changing fonts where it must."""
    for font, part in runs(text):
        canvas.setFont(font, size)
        canvas.drawString(x, y, part)
        x += canvas.stringWidth(part, font, size)


def draw_right(canvas: Canvas, x: float, y: float, text: str, size: int) -> None:
    """Draw a text up to its right end."""
    draw_text(canvas, x - width(text, size), y, text, size)


def fold(text: str, size: int, room: float) -> list[str]:
    """Fold a text into lines no wider than ``room`` points; nothing of it is lost.

    A word that is wider than a line is broken where it must be.
    """
    lines = []
    for paragraph in text.split("\n"):
        if width(paragraph, size) <= room:
            lines.append(paragraph)
            continue
        line = ""
        for unit in _fitting(paragraph, size, room):
            if line and width(line + unit, size) > room:
                lines.append(line.rstrip())
                line = ""
            line += unit if line or not unit.isspace() else ""
        lines.append(line.rstrip())
    return lines


def _fitting(paragraph: str, size: int, room: float) -> Iterator[str]:
    """Yield the units of a paragraph, characters one by one where a unit alone is too wide."""
    for unit in _UNITS.findall(paragraph):
        if width(unit, size) <= room:
            yield unit
        else:
            yield from unit


class Lines(Flowable):
    """A text in a cell or on the page, as high as it needs."""

    def __init__(
        self, text: str, size: int = 9, *, right: bool = False, centred: bool = False,
        colour: Color = black,
    ) -> None:  # fmt: skip
        super().__init__()
        self.text, self.size, self.colour = text, size, colour
        self.right, self.centred = right, centred
        self.lines: list[str] = []

    def wrap(self, room: float, height: float) -> tuple[float, float]:
        """Fold to the room there is; a table asks several times for the same."""
        if room != self.width or not self.lines:
            self.lines = fold(self.text, self.size, room)
        self.width, self.height = room, self.leading * len(self.lines)
        return self.width, self.height

    def split(self, room: float, height: float) -> list[Flowable]:
        """Go on overleaf with the lines that do not fit."""
        self.wrap(room, height)
        fitting = int(height // self.leading)
        if fitting < 1 or len(self.lines) < 2:
            return []
        return [self._part(self.lines[:fitting]), self._part(self.lines[fitting:])]

    @property
    def leading(self) -> int:
        """Points from one line to the next."""
        return self.size * 3 // 2

    def draw(self) -> None:
        """Draw line by line."""
        self.canv.setFillColor(self.colour)
        y = self.height - self.size
        for line in self.lines:
            if self.right:
                draw_right(self.canv, self.width, y, line, self.size)
            else:
                left = (self.width - width(line, self.size)) / 2 if self.centred else 0
                draw_text(self.canv, left, y, line, self.size)
            y -= self.leading
        self.canv.setFillColor(black)

    def _part(self, lines: list[str]) -> "Lines":
        return Lines(
            "\n".join(lines), self.size, right=self.right, centred=self.centred, colour=self.colour
        )
