"""A plain form made from the schema of a calculator's facts.

Facts one level down become fields of their own (``house.price``), and so do those of a few people
(``applicants.0.sex``); rows of facts are typed line by line. What a person types goes to the
calculator as it stands: its own strict reading is the only judge, and its refusal names the field.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from fundcenter.calculators.labels import code_label, label
from fundcenter.calculators.registry import Calculator
from fundcenter.calculators.schemas import Schema, facts_schema
from fundcenter.counter.form_rows import Column, columns_of, read_rows, whole, write_rows
from kernel.months import MONTH_PATTERN

_PLACE = re.compile(r"\.([0-9]+)(?=\.|$)", re.ASCII)
_ROW = re.compile(r"\[([0-9]+)\]", re.ASCII)
_FLAGS = {"true": True, "false": False}


@dataclass(slots=True)
class Field:
    """One fact on the form. ``kind`` is text, date, month, number, flag, choice, choices, rows.

    ``section`` says whose fact it is where there are several people, such as ``applicants.0``.
    """

    path: str
    kind: str
    required: bool
    group: str = ""
    options: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    section: str = ""
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
    def fact(self) -> str:
        """The path by which a refusal names the fact: ``applicants[0].sex``."""
        return _PLACE.sub(r"[\1]", self.path)

    @property
    def rows(self) -> int:
        """Lines of the box in which rows are typed."""
        return min(14, str(self.value).count("\n") + 2)


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that stand together: of nobody in particular, or of one of several people."""

    title: str
    fields: list[Field]

    @property
    def is_open(self) -> bool:
        """Whether somebody has typed here, or has to."""
        return any(one.value or one.errors or one.required for one in self.fields)


def sections(fields: list[Field]) -> list[Section]:
    """Put fields of one person together, in the order of the form."""
    found: dict[str, Section] = {}
    for one in fields:
        known = found.get(one.section)
        if known is None:
            found[one.section] = known = Section(_title(one.section), [])
        known.fields.append(one)
    return list(found.values())


def _title(section: str) -> str:
    name, _dot, place = section.partition(".")
    if not place:
        return ""
    return _("%(name)s: %(number)d") % {"name": label(name), "number": int(place) + 1}


def form_fields(calculator: Calculator) -> list[Field]:
    """Return the empty form of a calculator."""
    return list(_fields(facts_schema(calculator)))


def fill(fields: list[Field], facts: Mapping[str, Any]) -> None:
    """Write facts, as JSON holds them, into the form."""
    for one in fields:
        value: Any = facts
        for step in one.path.split("."):
            value = _below(value, step)
        one.value = _typed_text(one, value)


def read(fields: list[Field], data: QueryDict) -> dict[str, Any]:
    """Read what was typed into facts as JSON would hold them; the form keeps what was typed.

    Raises:
        BadFacts: a line has more columns than a row.
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
    return {name: _people(value) for name, value in facts.items()}


def _below(value: Any, step: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(step)
    if isinstance(value, list) and step.isdigit() and int(step) < len(value):
        return value[int(step)]
    return None


def _people(value: Any) -> Any:
    """Turn facts by place into a list; people of whom nothing was typed are none."""
    if not isinstance(value, dict) or not all(step.isdigit() for step in value):
        return value
    return [person for person in value.values() if any(fact != [] for fact in person.values())]


def mark(fields: list[Field], errors: Mapping[str, str]) -> dict[str, str]:
    """Put each problem at its field; return those that belong to none."""
    left = {}
    for path, problem in errors.items():
        own = path.removeprefix("facts.")
        for one in fields:
            if own == one.fact:
                one.errors.append(problem)
                break
            if own.startswith((f"{one.fact}.", f"{one.fact}[")):
                one.errors.append(_in_words(one, own.removeprefix(one.fact), problem))
                break
        else:
            left[path] = problem
    return left


def _in_words(one: Field, inner: str, problem: str) -> str:
    """Say in which line and column of the rows something is wrong."""
    row = _ROW.match(inner)
    if row is None:
        return f"{inner}: {problem}"
    line = _("line %(number)d") % {"number": int(row[1]) + 1}
    names = {column.name: column.label for column in one.columns}
    name = inner[row.end() :].lstrip(".").partition("[")[0]
    where = f"{line}，{names[name]}" if name in names else line
    return f"{where}：{problem}"


def _fields(
    schema: Schema, prefix: str = "", group: str = "", section: str = "", asked: bool = True
) -> Iterator[Field]:
    required = schema.get("required", ())
    for name, described in schema["properties"].items():
        known, kind = _kind(described)
        path = f"{prefix}{name}"
        if kind == "object":
            yield from _fields(known, f"{path}.", name)
        elif kind == "people":
            for place in range(known["maxItems"]):
                below, needed = f"{path}.{place}", place < known.get("minItems", 0)
                yield from _fields(known["items"], f"{below}.", "", below, needed)
        else:
            one = Field(path, kind, asked and name in required, group, section=section)
            one.options = tuple(
                known["items"]["enum"] if kind == "choices" else known.get("enum", ())
            )
            one.columns = columns_of(known["items"]) if kind == "rows" else ()
            yield one


def _kind(described: Schema) -> tuple[Schema, str]:
    known = next(
        (one for one in described.get("anyOf", ()) if one.get("type") != "null"), described
    )
    if "enum" in known:
        return known, "choice"
    if known.get("type") == "array":
        return known, _kind_of_list(known["items"])
    if known.get("format") == "date":
        return known, "date"
    if known.get("pattern") == MONTH_PATTERN:
        return known, "month"
    return known, _KINDS.get(known.get("type", ""), "text")


def _kind_of_list(item: Schema) -> str:
    if "enum" in item:
        return "choices"
    inner = item["properties"].values()
    return "people" if any(_is_table(one) for one in inner) else "rows"


def _is_table(described: Schema) -> bool:
    return described.get("type") == "array" and "properties" in described["items"]


_KINDS = {"object": "object", "boolean": "flag", "integer": "number", "string": "text"}


def _typed_text(one: Field, value: Any) -> Any:
    if one.kind == "choices":
        return list(value or ())
    if value is None:
        return ""
    if one.kind == "flag":
        return "true" if value else "false"
    if one.kind == "rows":
        return write_rows(one.columns, value)
    return str(value)


def _fact(one: Field) -> Any:
    """Return the fact, None where nothing was typed, or the text where it is no such fact."""
    if one.kind == "choices":
        return one.value
    if one.kind == "rows":
        # No line is no row: a list that is needed may well be empty.
        typed = read_rows(one.columns, one.value, f"facts.{one.fact}")
        return typed if typed or one.required else None
    if not one.value:
        return None
    if one.kind == "flag":
        return _FLAGS.get(one.value, one.value)
    if one.kind == "number":
        return whole(one.value)
    return one.value
