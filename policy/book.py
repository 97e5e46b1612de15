"""The policy book: what a centre's law says on a day, read key by key.

A book resolves a key along the centre's chain of jurisdictions (city, then province, then
nation) and remembers every page that was opened, so that a decision can show just the values it
rests on and be replayed from them.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

from policy.values import Citation, Parameter, Unit, Value


class NoPolicyInForce(Exception):
    """The centre's text is not in force on the day; somebody has to look before anything moves."""

    def __init__(self, centre: str, on: dt.date) -> None:
        """Name centre and day."""
        super().__init__(f"no policy of {centre} is in force on {on}")
        self.centre = centre
        self.on = on


class Unset(Exception):
    """The parameter has no value for the centre on the day: enter one, do not guess."""

    def __init__(self, key: str, centre: str, on: dt.date) -> None:
        """Name key, centre and day."""
        super().__init__(f"{key} is unset for {centre} on {on}")
        self.key = key
        self.centre = centre
        self.on = on


T = TypeVar("T")

SILENT = "silent"  # the jurisdiction shown for values that stand for a text's silence


@dataclass(frozen=True, slots=True)
class Stretch:
    """From ``start`` (included) to ``end`` (excluded) one value holds, or none."""

    start: dt.date
    end: dt.date
    value: Value | None


class PolicyBook:
    """The values of one centre, opened on one day.

    Args:
        centre: the centre's code, e.g. ``kashgar``.
        on: the day whose law is read.
        chain: jurisdictions from the nearest to the nation, e.g. ``("kashgar", "cn")``.
        values: every dated value of those jurisdictions.
        catalogue: all parameters by key; an unknown key is a programming error.
    """

    def __init__(
        self,
        *,
        centre: str,
        on: dt.date,
        chain: Sequence[str],
        values: Iterable[Value],
        catalogue: Mapping[str, Parameter],
    ) -> None:
        self.centre = centre
        self.on = on
        self.chain = tuple(chain)
        self._catalogue = catalogue
        self._pages: dict[str, dict[str, list[Value]]] = {}
        self._opened: dict[Value, None] = {}
        for value in sorted(values, key=lambda value: value.effective_from):
            self._pages.setdefault(value.key, {}).setdefault(value.jurisdiction, []).append(value)

    def at(self, day: dt.date) -> "PolicyBook":
        """Open the same book on another day; what is read there is remembered here too."""
        other = object.__new__(PolicyBook)
        other.__dict__.update(self.__dict__, on=day)
        return other

    def fresh(self, day: dt.date) -> "PolicyBook":
        """Open the same values on ``day`` with nothing read yet (for a new decision)."""
        other = self.at(day)
        other._opened = {}
        return other

    def reading(self, values: Iterable[Value]) -> "PolicyBook":
        """Open the same book with these values in the place of all that it says on their keys."""
        other = self.fresh(self.on)
        other.chain = self.chain if SILENT in self.chain else (*self.chain, SILENT)
        other._pages = self._pages | {value.key: {value.jurisdiction: [value]} for value in values}
        return other

    @property
    def opened(self) -> tuple[Value, ...]:
        """Every value read so far, in the order of first reading, unset ones included."""
        return tuple(self._opened)

    @property
    def in_force(self) -> bool:
        """Whether the centre's own text has begun."""
        return self.find("policy.begins") is not None

    def find(self, key: str) -> Value | None:
        """Return the value in force, what silence means, or None when it is unset."""
        value = self._resolve(key, self.on) or self._silence(key)
        if value is None:
            return None
        self._opened[value] = None
        return value if value.is_set else None

    def get(self, key: str) -> Value:
        """Return the value in force; raise :class:`Unset` when there is none."""
        value = self.find(key)
        if value is None:
            raise Unset(key, self.centre, self.on)
        return value

    def stretches(self, key: str, start: dt.date, end: dt.date) -> tuple[Stretch, ...]:
        """Cut ``start`` (included) … ``end`` (excluded) where the value of ``key`` changes.

        A stretch without a value in force has None; the caller must notice.
        """
        edges = (
            edge
            for values in self._pages.get(key, {}).values()
            for value in values
            for edge in (value.effective_from, value.effective_until)
        )
        days = sorted({start} | {edge for edge in edges if edge is not None and start < edge < end})
        stretches: list[Stretch] = []
        for first, last in zip(days, [*days[1:], end], strict=True):
            value = self._resolve(key, first)
            value = value if value is not None and value.is_set else None
            if value is not None:
                self._opened[value] = None
            if stretches and stretches[-1].value == value:
                first = stretches.pop().start
            stretches.append(Stretch(first, last, value))
        return tuple(stretches)

    def history(self, key: str, start: dt.date, end: dt.date) -> tuple[Value, ...]:
        """Return the values in force anywhere in ``start`` (included) … ``end`` (excluded)."""
        found = (stretch.value for stretch in self.stretches(key, start, end))
        return tuple(dict.fromkeys(value for value in found if value is not None))

    def cite(self, *keys: str) -> tuple[Citation, ...]:
        """Return the clauses that the values of ``keys`` rest on, in order, each once.

        A value that rests on no clause is assumed; it is cited as the parameter itself.
        """
        found: dict[Citation, None] = {}
        for key in keys:
            value = self._resolve(key, self.on) or self._silence(key)
            own = value.citations if value else ()
            found.update(dict.fromkeys(own or (Citation("parameter", key),)))
        return tuple(found)

    # Typed reading: each returns the plain value and raises Unset when there is none.

    def fen(self, key: str) -> int:
        """Read an amount in fen."""
        return self._typed(key, Unit.YUAN, int)

    def rate(self, key: str) -> Fraction:
        """Read a percentage as a fraction of one."""
        return self._typed(key, Unit.PERCENT, Fraction)

    def ratio(self, key: str) -> Fraction:
        """Read a plain factor."""
        return self._typed(key, Unit.RATIO, Fraction)

    def count(self, key: str) -> int:
        """Read a count of months, years, days or things."""
        value = self.get(key)
        if value.unit not in (Unit.COUNT, Unit.DAYS, Unit.MONTHS, Unit.YEARS):
            raise TypeError(f"{key} is a {value.unit}, not a count")
        return int(value.typed)

    def flag(self, key: str) -> bool:
        """Read a switch."""
        return self._typed(key, Unit.FLAG, bool)

    def choice(self, key: str) -> str:
        """Read the reading that was chosen."""
        return self._typed(key, Unit.CHOICE, str)

    def choices(self, key: str) -> tuple[str, ...]:
        """Read a list of codes."""
        return self._typed(key, Unit.CHOICES, tuple)

    def table(self, key: str) -> Any:
        """Read rows or a mapping, as printed."""
        value = self.get(key)
        if value.unit is not Unit.TABLE:
            raise TypeError(f"{key} is a {value.unit}, not a table")
        return value.typed

    def _typed(self, key: str, unit: Unit, kind: type[T]) -> T:
        value = self.get(key)
        if value.unit is not unit or not isinstance(value.typed, kind):
            raise TypeError(f"{key} is a {value.unit}, not a {unit}")
        return value.typed

    def _resolve(self, key: str, day: dt.date) -> Value | None:
        if key not in self._catalogue:
            raise KeyError(f"{key} is not in the catalogue of parameters")
        pages = self._pages.get(key, {})
        for jurisdiction in self.chain:
            for value in reversed(pages.get(jurisdiction, [])):
                if value.in_force(day):
                    return value
        return None

    def _silence(self, key: str) -> Value | None:
        parameter = self._catalogue[key]
        if parameter.if_silent is None:
            return None
        return Value(
            key=key,
            jurisdiction=SILENT,
            unit=parameter.unit,
            printed=parameter.if_silent,
            effective_from=dt.date.min,
            assumed=True,
            reason=f"原文未作规定：{parameter.about}" if parameter.about else "原文未作规定",
            choices=parameter.choices,
        )
