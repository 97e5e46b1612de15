"""Decisions and values as plain JSON, and back again. Pure.

What is written here is read again in twenty years: keys are only ever added.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from fractions import Fraction
from typing import Any

from kernel.months import Month
from policy.book import PolicyBook
from policy.decisions import Caution, Decision, Reason
from policy.values import Citation, Parameter, Unit, Value


@dataclass(frozen=True, slots=True)
class Record:
    """A decision in JSON: equal records are equal decisions."""

    outcome: str
    result: Any
    reasons: list[dict[str, Any]]
    warnings: list[dict[str, Any]]
    parameters: list[dict[str, Any]]
    unset: list[dict[str, Any]]


def record_of(decision: Decision[Any]) -> Record:
    """Write a decision down completely."""
    return Record(
        outcome=decision.outcome.value,
        result=plain(decision.result),
        reasons=[reason_record(reason) for reason in decision.reasons],
        warnings=[
            {"code": caution.code, "params": plain(caution.params)} for caution in decision.warnings
        ],
        parameters=[value_record(value) for value in decision.parameters],
        unset=[value_record(value) for value in decision.unset],
    )


def plain(thing: Any) -> Any:
    """Turn a rule's result into JSON: fen stay integers, fractions become ``"3/200"``.

    Raises:
        TypeError: for anything that has no exact form, floats above all.
    """
    if isinstance(thing, Enum):
        return plain(thing.value)
    if thing is None or isinstance(thing, int | str):
        return thing
    if isinstance(thing, Month | Fraction):
        return str(thing)
    if isinstance(thing, dt.date) and not isinstance(thing, dt.datetime):
        return thing.isoformat()
    if is_dataclass(thing) and not isinstance(thing, type):
        return {field.name: plain(getattr(thing, field.name)) for field in fields(thing)}
    if isinstance(thing, Mapping):
        return {str(key): plain(item) for key, item in thing.items()}
    if isinstance(thing, Sequence):
        return [plain(item) for item in thing]
    raise TypeError(f"{type(thing).__name__} cannot be kept exactly: {thing!r}")


def reason_record(reason: Reason) -> dict[str, Any]:
    """Write a test down."""
    return {
        "code": reason.code,
        "params": plain(reason.params),
        "met": reason.met,
        "citations": [str(citation) for citation in reason.citations],
    }


def read_reason(record: Mapping[str, Any]) -> Reason:
    """Read what :func:`reason_record` wrote."""
    citations = tuple(Citation.parse(text) for text in record["citations"])
    return Reason(record["code"], record["params"], record["met"], citations)


def read_caution(record: Mapping[str, Any]) -> Caution:
    """Read a warning that :func:`record_of` wrote."""
    return Caution(record["code"], record["params"])


def value_record(value: Value) -> dict[str, Any]:
    """Write a value down completely, so that nothing else is needed to read it again."""
    return {
        "key": value.key,
        "jurisdiction": value.jurisdiction,
        "unit": value.unit.value,
        "printed": value.printed,
        "effective_from": value.effective_from.isoformat(),
        "effective_until": value.effective_until and value.effective_until.isoformat(),
        "citations": [str(citation) for citation in value.citations],
        "assumed": value.assumed,
        "carried": value.carried,
        "reason": value.reason,
        "checked_until": value.checked_until and value.checked_until.isoformat(),
        "demo": value.demo,
    }


def read_value(record: Mapping[str, Any]) -> Value:
    """Read what :func:`value_record` wrote."""
    until, checked = record["effective_until"], record["checked_until"]
    return Value(
        key=record["key"],
        jurisdiction=record["jurisdiction"],
        unit=Unit(record["unit"]),
        printed=record["printed"],
        effective_from=dt.date.fromisoformat(record["effective_from"]),
        effective_until=dt.date.fromisoformat(until) if until else None,
        citations=tuple(Citation.parse(text) for text in record["citations"]),
        assumed=record["assumed"],
        carried=record["carried"],
        reason=record["reason"],
        checked_until=dt.date.fromisoformat(checked) if checked else None,
        demo=record["demo"],
    )


def book_of_records(
    *,
    centre: str,
    on: dt.date,
    chain: Sequence[str],
    records: Sequence[Mapping[str, Any]],
    keys: Sequence[str],
) -> PolicyBook:
    """Open the book that a stored decision was read from, and no other.

    What is not among the records was unset then and is unset now: today's values, and what
    silence means today, are kept out. Silence that was read is a record of its own.

    Args:
        chain: the jurisdictions, nearest first; ``silent`` is the last one.
        keys: every key a rule may ask for.
    """
    values = [read_value(record) for record in records]
    units = dict.fromkeys(keys, Unit.TEXT) | {value.key: value.unit for value in values}
    catalogue = {key: Parameter(key, key, key, unit) for key, unit in units.items()}
    return PolicyBook(centre=centre, on=on, chain=chain, values=values, catalogue=catalogue)
