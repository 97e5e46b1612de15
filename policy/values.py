"""Dated, cited values of the law: what they are and how a printed value becomes a typed one.

Nothing here knows a database or a clock. A value is kept as its document prints it and turned
once into integer fen, an exact fraction or a plain Python object.
"""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from kernel.days import parse_date
from kernel.money import parse_yuan
from kernel.rates import parse_percent
from policy import limits


class Unit(StrEnum):
    """How a value is printed, and so what it becomes."""

    YUAN = "yuan"  # "5950.00" → 595000 fen
    PERCENT = "percent"  # "1.50" → Fraction(3, 200)
    RATIO = "ratio"  # "1.20" → Fraction(6, 5)
    COUNT = "count"  # 5
    DAYS = "days"  # 15
    MONTHS = "months"  # 12
    YEARS = "years"  # 5
    FLAG = "flag"  # true
    CHOICE = "choice"  # one of the catalogue's choices
    CHOICES = "choices"  # a list of them
    DATE = "date"  # "2025-01-22"
    TEXT = "text"  # a name or a short wording
    TABLE = "table"  # rows or a mapping, read by the rule that owns it


class BadValue(ValueError):
    """A policy file or proposal holds a value that is not of its unit."""

    def __init__(self, key: str, problem: str) -> None:
        """Name the parameter and what is wrong with it."""
        super().__init__(f"{key}: {problem}")
        self.key = key
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Citation:
    """A clause of a source, e.g. ``kashgar-interpretation`` ``五``."""

    source: str
    clause: str

    @classmethod
    def parse(cls, text: str) -> "Citation":
        """Read ``source#clause``."""
        source, separator, clause = text.partition("#")
        if not separator or not source or not clause:
            raise BadValue(text, "a citation has the form source#clause")
        return cls(source, clause)

    def __str__(self) -> str:
        return f"{self.source}#{self.clause}"


@dataclass(frozen=True, slots=True)
class Parameter:
    """An entry of the catalogue: what may be set, in which unit, and what silence means."""

    key: str
    title: str
    title_en: str
    unit: Unit
    choices: tuple[str, ...] = ()
    about: str = ""
    if_silent: Any = None  # printed form; None = silence leaves the parameter unset


@dataclass(frozen=True, slots=True)
class Value:
    """A parameter's value in a jurisdiction from a day on.

    ``effective_from`` is included, ``effective_until`` excluded (None = open). ``printed`` is
    what the document says; None marks a parameter that the jurisdiction leaves unset on purpose.
    ``assumed`` values come with a ``reason``; ``carried`` ones are assumed because they are used
    past the period they were published for.
    """

    key: str
    jurisdiction: str
    unit: Unit
    printed: Any = field(hash=False)
    effective_from: dt.date
    effective_until: dt.date | None = None
    citations: tuple[Citation, ...] = ()
    assumed: bool = False
    carried: bool = False
    reason: str = ""
    checked_until: dt.date | None = None
    demo: bool = False
    choices: tuple[str, ...] = field(default=(), compare=False)
    typed: Any = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "typed", typed_value(self))

    @property
    def is_set(self) -> bool:
        """Whether the jurisdiction says anything."""
        return self.printed is not None

    @property
    def text(self) -> str:
        """The printed value as one line of text."""
        if isinstance(self.printed, str):
            return self.printed
        return json.dumps(self.printed, ensure_ascii=False, separators=(", ", ": "))

    def in_force(self, day: dt.date) -> bool:
        """Whether the value holds on ``day``."""
        until = self.effective_until
        return self.effective_from <= day and (until is None or day < until)


def typed_value(value: Value) -> Any:
    """Turn what is printed into what rules compute with; raise :class:`BadValue` if it cannot."""
    if value.printed is None:
        return None
    try:
        if value.key in _TABLES:
            return _TABLES[value.key](value.printed)
        return _READERS[value.unit](value.printed, value.choices)
    except (TypeError, ValueError) as problem:
        seen = json.dumps(value.printed, ensure_ascii=False, default=str)[:80]
        raise BadValue(value.key, f"{seen} is not a {value.unit}: {problem}") from problem


def _text(printed: Any) -> str:
    if not isinstance(printed, str):
        raise TypeError("quote the value, so that YAML makes no number of it")
    return printed


def _yuan(printed: Any, _choices: tuple[str, ...]) -> int:
    return parse_yuan(_text(printed))


def _percent(printed: Any, _choices: tuple[str, ...]) -> Any:
    return parse_percent(_text(printed))


def _ratio(printed: Any, _choices: tuple[str, ...]) -> Any:
    return parse_percent(_text(printed)) * 100


def _whole(printed: Any, _choices: tuple[str, ...]) -> int:
    if type(printed) is not int or printed < 0:
        raise TypeError("a whole number of zero or more is expected")
    return printed


def _flag(printed: Any, _choices: tuple[str, ...]) -> bool:
    if type(printed) is not bool:
        raise TypeError("true or false is expected")
    return printed


def _choice(printed: Any, choices: tuple[str, ...]) -> str:
    if choices and printed not in choices:
        raise ValueError(f"choose one of {', '.join(choices)}")
    return _text(printed)


def _choices(printed: Any, choices: tuple[str, ...]) -> tuple[str, ...]:
    if not isinstance(printed, list):
        raise TypeError("a list is expected")
    return tuple(_choice(item, choices) for item in printed)


def _date(printed: Any, _choices: tuple[str, ...]) -> dt.date:
    return parse_date(_text(printed))


def _table(printed: Any, _choices: tuple[str, ...]) -> Any:
    if not isinstance(printed, list | dict):
        raise TypeError("a list of rows or a mapping is expected")
    return printed


# Tables that are refused when they are loaded or proposed, not when somebody first needs them.
_TABLES: Mapping[str, Callable[[Any], Any]] = {limits.KEY: limits.read_limits}
_READERS: Mapping[Unit, Callable[[Any, tuple[str, ...]], Any]] = {
    Unit.YUAN: _yuan,
    Unit.PERCENT: _percent,
    Unit.RATIO: _ratio,
    Unit.COUNT: _whole,
    Unit.DAYS: _whole,
    Unit.MONTHS: _whole,
    Unit.YEARS: _whole,
    Unit.FLAG: _flag,
    Unit.CHOICE: _choice,
    Unit.CHOICES: _choices,
    Unit.DATE: _date,
    Unit.TEXT: lambda printed, _choices: _text(printed),
    Unit.TABLE: _table,
}
