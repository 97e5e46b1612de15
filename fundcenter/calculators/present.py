"""Results of rules → the keys and printed forms that the outside knows.

Nothing is written per calculator: the name and the type of a field say how it is printed. A field
``quota_fen`` is the key ``quota`` in yuan, a ``Fraction`` is a percentage with two decimals, an
``annual_rate`` one as tables print it, a date or month is ISO text, rows are lists of objects.
Every key is always there; what could not be computed is null.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from fractions import Fraction
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from kernel.money import SIGNED_YUAN_PATTERN, yuan
from kernel.months import MONTH_PATTERN, Month
from kernel.rates import percent, printed_percent

Json = Any
Printer = Callable[[Any], Json]

FEN = "_fen"
FACTORS = frozenset({"multiplier"})
"""Plain factors, neither money nor percentages: a whole number, or a decimal as text."""


def present(result: Any) -> dict[str, Json]:
    """Return a rule's result as JSON holds it.

    Args:
        result: the frozen dataclass that a rule decided on, or None for a rule without numbers.
    """
    if result is None:
        return {}
    kind: Any = type(result)
    return {key: print_(getattr(result, name)) for name, key, print_ in _plan(kind)}


def blank(result_type: type) -> dict[str, Json]:
    """Return the keys of a result with nothing known."""
    return dict.fromkeys(result_keys(result_type))


def result_keys(result_type: type) -> tuple[str, ...]:
    """Return the keys under which the outside knows the fields of a result, in order."""
    return tuple(key for _, key, _ in _plan(result_type))


@cache
def money_keys(result_type: type) -> frozenset[str]:
    """Return the keys of a result, rows included, that hold money."""
    found: set[str] = set()
    hints = {} if result_type is NoneType else get_type_hints(result_type)
    for name, hint in hints.items():
        if name.endswith(FEN):
            found.add(_key(name))
        for inner in _classes_in(hint):
            found |= money_keys(inner)
    return frozenset(found)


def _classes_in(hint: Any) -> list[type]:
    if isinstance(hint, type) and _names(hint) and hint is not Month:
        return [hint]
    return [found for part in get_args(hint) for found in _classes_in(part)]


def results_schema(result_type: type) -> dict[str, Json]:
    """Describe a result as JSON schema; every key is required and any may be null."""
    hints = {} if result_type is NoneType else get_type_hints(result_type)
    properties = {_key(name): _schema_of(_key(name), name, hints[name]) for name in hints}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


@cache
def _plan(result_type: type) -> tuple[tuple[str, str, Printer], ...]:
    return tuple((name, _key(name), _printer(name)) for name in _names(result_type))


@cache
def _names(result_type: Any) -> tuple[str, ...]:
    if is_dataclass(result_type):
        return tuple(field.name for field in fields(result_type))
    return tuple(getattr(result_type, "_fields", ()))


def _key(name: str) -> str:
    return name.removesuffix(FEN)


def _printer(name: str) -> Printer:
    fraction = _fraction_printer(name)
    money = name.endswith(FEN)

    def print_(value: Any) -> Json:
        kind: Any = type(value)
        if kind is int:
            return yuan(value) if money else value
        if value is None or kind is bool or kind is str:
            return value
        if kind is Fraction:
            return fraction(value)
        if isinstance(value, tuple | list) and not _names(kind):
            return [print_(item) for item in value]
        return _print_other(name, value)

    return print_


def _print_other(name: str, value: Any) -> Json:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Month):
        return str(value)
    kind: Any = type(value)
    if _names(kind):
        return present(value)
    raise TypeError(f"{name} holds a {kind.__name__}, which no face knows how to print")


def _fraction_printer(name: str) -> Printer:
    if name in FACTORS:
        return _factor
    return printed_percent if name == "annual_rate" else percent


def _factor(value: Fraction) -> int | str:
    return int(value) if value.denominator == 1 else printed_percent(value / 100)


def _schema_of(key: str, name: str, hint: Any) -> dict[str, Json]:
    members = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    kinds = [_kind_schema(key, name, member) for member in members if member is not NoneType]
    distinct = [kind for index, kind in enumerate(kinds) if kind not in kinds[:index]]
    if NoneType in members:
        distinct.append({"type": "null"})
    return distinct[0] if len(distinct) == 1 else {"anyOf": distinct}


def _kind_schema(key: str, name: str, hint: Any) -> dict[str, Json]:
    if get_origin(hint) in (tuple, list):
        return {"type": "array", "items": _schema_of(key, name, get_args(hint)[0])}
    if hint is int and name.endswith(FEN):
        return {"type": "string", "pattern": SIGNED_YUAN_PATTERN}
    if hint is Month:
        return {"type": "string", "pattern": MONTH_PATTERN}
    if hint is Fraction:
        return {"type": ["integer", "string"]} if key in FACTORS else {"type": "string"}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"type": "string", "enum": [member.value for member in hint]}
    if isinstance(hint, type) and _names(hint):
        return results_schema(hint)
    return dict(_PLAIN[hint])


_PLAIN: Mapping[Any, dict[str, Json]] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    str: {"type": "string"},
    dt.date: {"type": "string", "format": "date"},
}
