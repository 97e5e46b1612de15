"""A plain form made from the schema of a calculator's facts.

Facts one level down become fields of their own (``house.price``); lists are typed as JSON below
an example. What a person types goes to the calculator as it stands: its own strict reading is
the only judge, and its refusal names the field.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from fundcenter.calculators.labels import code_label, label
from fundcenter.calculators.registry import Calculator
from fundcenter.calculators.schemas import Schema, facts_schema
from kernel.months import MONTH_PATTERN
from kernel.strict_json import BadJson, loads_strict
from kernel.wire import BadFacts

_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)
LINE = 100
_FLAGS = {"true": True, "false": False}


@dataclass(slots=True)
class Field:
    """One fact on the form. ``kind`` is text, date, month, number, flag, choice, choices, json."""

    path: str
    kind: str
    required: bool
    group: str = ""
    options: tuple[str, ...] = ()
    value: Any = ""
    errors: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The fact's own name."""
        return self.path.rpartition(".")[2]

    @property
    def label(self) -> str:
        """What a person calls the fact, below the group it belongs to."""
        return f"{label(self.group)} · {label(self.name)}" if self.group else label(self.name)

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """(code, words, chosen) for each code, the unknown first where the fact may be absent."""
        if self.kind == "flag":
            found = [("true", _("yes")), ("false", _("no"))]
        else:
            found = [(code, code_label(code)) for code in self.options]
        if not self.required and self.kind != "choices":
            found.insert(0, ("", _("unknown")))
        chosen = self.value if isinstance(self.value, list) else [self.value]
        return [(code, words, code in chosen) for code, words in found]

    @property
    def rows(self) -> int:
        """Lines of the box in which JSON is typed."""
        return min(14, str(self.value).count("\n") + 2)


def form_fields(calculator: Calculator) -> list[Field]:
    """Return the empty form of a calculator."""
    return list(_fields(facts_schema(calculator)))


def fill(fields: list[Field], facts: Mapping[str, Any]) -> None:
    """Write facts, as JSON holds them, into the form."""
    for one in fields:
        value: Any = facts
        for step in one.path.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        one.value = _typed_text(one.kind, value)


def read(fields: list[Field], data: QueryDict) -> dict[str, Any]:
    """Read what was typed into facts as JSON would hold them; the form keeps what was typed.

    Raises:
        BadFacts: a list is no JSON.
    """
    for one in fields:
        one.value = data.getlist(one.path) if one.kind == "choices" else data.get(one.path, "")
    facts: dict[str, Any] = {}
    for one in fields:
        place = facts
        *parents, name = one.path.split(".")
        for step in parents:
            place = place.setdefault(step, {})
        value = _fact(one)
        if value is not None:
            place[name] = value
    return facts


def mark(fields: list[Field], errors: Mapping[str, str]) -> dict[str, str]:
    """Put each problem at its field; return those that belong to none."""
    left = {}
    for path, problem in errors.items():
        own = path.removeprefix("facts.")
        for one in fields:
            if own == one.path or own.startswith((f"{one.path}.", f"{one.path}[")):
                one.errors.append(problem if own == one.path else f"{own}: {problem}")
                break
        else:
            left[path] = problem
    return left


def _fields(schema: Schema, prefix: str = "", group: str = "") -> Iterator[Field]:
    required = schema.get("required", ())
    for name, described in schema["properties"].items():
        known, kind = _kind(described)
        path = f"{prefix}{name}"
        if kind == "object":
            yield from _fields(known, f"{path}.", name)
            continue
        options = known["items"]["enum"] if kind == "choices" else known.get("enum", ())
        yield Field(path, kind, name in required, group, tuple(options))


def _kind(described: Schema) -> tuple[Schema, str]:
    known = next(
        (one for one in described.get("anyOf", ()) if one.get("type") != "null"), described
    )
    if "enum" in known:
        return known, "choice"
    if known.get("type") == "array":
        return known, "choices" if "enum" in known["items"] else "json"
    if known.get("format") == "date":
        return known, "date"
    if known.get("pattern") == MONTH_PATTERN:
        return known, "month"
    return known, _KINDS.get(known.get("type", ""), "text")


_KINDS = {"object": "object", "boolean": "flag", "integer": "number", "string": "text"}


def _typed_text(kind: str, value: Any) -> Any:
    if kind == "choices":
        return list(value or ())
    if value is None:
        return ""
    if kind == "flag":
        return "true" if value else "false"
    if kind == "json":
        return _laid_out(value)
    return str(value)


def _laid_out(value: Any, indent: str = "") -> str:
    """Write JSON so that a person finds a row: in one line where it fits, else item by item."""
    short = json.dumps(value, ensure_ascii=False)
    if len(short) <= LINE or not isinstance(value, dict | list):
        return short
    inner = f"{indent}  "
    if isinstance(value, dict):
        items = [f"{json.dumps(key)}: {_laid_out(item, inner)}" for key, item in value.items()]
    else:
        items = [_laid_out(item, inner) for item in value]
    body = ",\n".join(f"{inner}{item}" for item in items)
    first, last = "{}" if isinstance(value, dict) else "[]"
    return f"{first}\n{body}\n{indent}{last}"


def _fact(one: Field) -> Any:
    """Return the fact, None where nothing was typed, or the text where it is no such fact."""
    if one.kind == "choices":
        return one.value
    if not one.value:
        return None
    if one.kind == "flag":
        return _FLAGS.get(one.value, one.value)
    if one.kind == "number":
        return int(one.value) if _WHOLE.fullmatch(one.value) else one.value
    if one.kind == "json":
        try:
            return loads_strict(one.value)
        except BadJson as wrong:
            inner = wrong.params.get("path") or ""
            problem = wrong.message.removeprefix(f"{inner}: ")
            raise BadFacts(f"facts.{one.path}{inner}", problem, code=wrong.code) from wrong
    return one.value
