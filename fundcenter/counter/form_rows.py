"""Rows of facts typed line by line: one row a line, its columns apart by blanks."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from fundcenter.calculators.labels import code_label, label
from fundcenter.calculators.schemas import Schema
from kernel.wire import BadFacts

NOTHING = "-"
_PARTS = re.compile("[,，、]")
_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)


def whole(text: str) -> int | str:
    """Return a whole number, or the text where it is none."""
    return int(text) if _WHOLE.fullmatch(text) else text


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a row. ``kind`` is text, number, code or list."""

    name: str
    kind: str
    codes: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What a person calls the column."""
        return label(self.name)

    def read(self, cell: str) -> Any:
        """Read a cell as JSON would hold it; a code is typed by its word or as it is."""
        if self.kind == "list":
            return [part for part in _PARTS.split(cell) if part not in ("", NOTHING)]
        if cell == NOTHING:
            return None
        if self.kind == "number":
            return whole(cell)
        words = {_word(code): code for code in self.codes}
        return words.get(cell, cell)

    def write(self, value: Any) -> str:
        """Write a value into a cell."""
        if self.kind == "list":
            return ",".join(value or ()) or NOTHING
        if value is None:
            return NOTHING
        return _word(value) if self.kind == "code" else str(value)


def _word(code: str) -> str:
    """Give the word of a code; where it has blanks in it only the code itself can be typed."""
    word = str(code_label(code))
    return code if " " in word else word


def columns_of(row: Schema) -> tuple[Column, ...]:
    """Give the columns of the rows that a schema describes."""
    return tuple(_columns(row))


def _columns(row: Schema) -> Iterator[Column]:
    for name, described in row["properties"].items():
        if "enum" in described:
            yield Column(name, "code", tuple(described["enum"]))
        else:
            kind = {"array": "list", "integer": "number"}.get(described.get("type", ""), "text")
            yield Column(name, kind)


def write_rows(columns: tuple[Column, ...], rows: list[Mapping[str, Any]]) -> str:
    """Write rows as lines."""
    return "\n".join(
        " ".join(column.write(row.get(column.name)) for column in columns) for row in rows
    )


def read_rows(columns: tuple[Column, ...], text: str, path: str) -> list[dict[str, Any]]:
    """Read lines into rows; empty lines are none.

    Raises:
        BadFacts: a line has more columns than a row.
    """
    rows: list[dict[str, Any]] = []
    for line in text.splitlines():
        cells = line.split()
        if not cells:
            continue
        if len(cells) > len(columns):
            problem = _("“%(seen)s” has %(count)d columns; a line has: %(columns)s.") % {
                "seen": line.strip(),
                "count": len(cells),
                "columns": " ".join(column.label for column in columns),
            }
            raise BadFacts(f"{path}[{len(rows)}]", problem, code="BAD_LINE")
        read = ((one.name, one.read(cell)) for one, cell in zip(columns, cells, strict=False))
        rows.append({name: value for name, value in read if value is not None})
    return rows
