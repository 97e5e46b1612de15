"""What a paper says, apart from how it looks: blocks of plain text, made for one reader.

A paper is made in the language of the law, so its digest does not depend on who prints it.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from office.idempotency import digest_of

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels with their values, one or two pairs on a line."""

    rows: tuple[tuple[str, str], ...]
    pairs: int = 2


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the head is repeated on each page, ``totals`` stand below its last row.

    ``widths`` are parts of the page's width; ``money`` names the columns that align right, where
    a sum below zero is printed in red, as red-letter entries are.
    """

    head: Row
    rows: tuple[Row, ...]
    widths: tuple[int, ...]
    money: tuple[int, ...] = ()
    totals: tuple[Row, ...] = ()
    title: str = ""
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A heading with paragraphs; ``marks`` stand before them, such as ✓ or a number."""

    paragraphs: tuple[str, ...]
    title: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines to sign on, side by side."""

    labels: tuple[str, ...]


Block = Facts | Table | Text | Signatures


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as it is handed out.

    ``scope`` is the part of the object it covers, such as a range of days, empty where it is the
    whole. ``lead`` is the sentence that says it all, printed large. A ``slip`` is half a sheet.
    """

    title: str
    blocks: tuple[Block, ...]
    scope: str = ""
    lead: str = ""
    notes: tuple[str, ...] = ()
    slip: bool = False

    @property
    def texts(self) -> list[str]:
        """Every text on the paper."""
        return list(_texts(asdict(self)))

    @property
    def digest(self) -> str:
        """The SHA-256 of everything the paper says."""
        return digest_of(asdict(self))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
