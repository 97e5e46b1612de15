"""The law and its decisions, made ready for pages: sentences, badges, rows."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from policy.book import SILENT
from policy.models import Proposal, StoredDecision
from policy.queries import Cell, Row, compare_centres, find_value, get_shelf
from policy.records import read_caution, read_reason, read_value
from policy.values import Unit, Value
from policy.wording import (
    describe_citations,
    describe_key,
    describe_parameter,
    describe_reason,
    describe_subject,
    describe_value,
    describe_warning,
)

BADGES: Mapping[str, str | Promise] = {
    "SET": _("by text"),
    "ASSUMED": _("assumed"),
    "CARRIED": _("carried on"),
    "SILENT": _("silent"),
    "UNSET": _("unset"),
    "NONE": _("no value"),
}
OPEN_STATES = frozenset({"ASSUMED", "CARRIED", "UNSET", "NONE"})


class Step(StrEnum):
    """What can be done with a proposal that waits."""

    APPROVE = "APPROVE"
    RETURN = "RETURN"
    CANCEL = "CANCEL"


# Side by side


@dataclass(frozen=True)
class ShownValue:
    """A value as a page shows it."""

    text: str
    lines: tuple[str, ...]
    state: str
    badge: str | Promise
    origin: str
    period: str
    reason: str
    clauses: tuple[tuple[str, str], ...]
    demo: bool


@dataclass(frozen=True)
class ShownCell:
    """What stands in a cell: the value on the day, and all values before and after it."""

    span: int
    value: ShownValue
    history: tuple[ShownValue, ...]


@dataclass(frozen=True)
class ShownRow:
    """A parameter across the centres."""

    key: str
    title: str
    cells: tuple[ShownCell, ...]


@dataclass(frozen=True)
class Comparison:
    """The page that sets the centres side by side."""

    on: dt.date
    columns: tuple[str, ...]
    groups: tuple[tuple[str, tuple[ShownRow, ...]], ...]

    @property
    def width(self) -> int:
        """Columns of the table, the parameter's included."""
        return len(self.columns) + 1

    @property
    def count(self) -> int:
        """Parameters shown."""
        return sum(len(rows) for _name, rows in self.groups)


def comparison(
    *,
    on: dt.date,
    names: Mapping[str, str],
    subject: str = "",
    only: str = "",
    text: str = "",
) -> Comparison:
    """Make the page of all centres side by side.

    Args:
        names: what a centre is called, by its code; the code itself where it is missing.
        only: ``differs``, ``open`` (assumed, carried on or unset) or empty for all.
        text: part of a parameter's key or name.
    """
    shelf = get_shelf()
    wanted = text.strip().lower()
    groups: dict[str, list[ShownRow]] = {}
    for row in compare_centres(on, centres=list(shelf.chains), subject=subject):
        title = describe_parameter(row.parameter)
        if not _is_wanted(row, only) or wanted not in f"{row.parameter.key} {title}".lower():
            continue
        cells = tuple(_shown_cells(row, shelf.source_names))
        groups.setdefault(row.subject, []).append(ShownRow(row.parameter.key, title, cells))
    return Comparison(
        on=on,
        columns=tuple(names.get(code, code) for code in shelf.chains),
        groups=tuple((describe_subject(name), tuple(rows)) for name, rows in groups.items()),
    )


def _is_wanted(row: Row, only: str) -> bool:
    if only == "differs":
        return row.differs
    if only == "open":
        return any(cell.state in OPEN_STATES for cell in row.cells)
    return True


def _shown_cells(row: Row, names: Mapping[str, str]) -> Iterable[ShownCell]:
    """Give a cell per centre, or one for all where all read the same value."""
    first = row.cells[0]
    if all(cell.value == first.value and cell.history == first.history for cell in row.cells):
        yield _shown_cell(first, len(row.cells), names)
        return
    for cell in row.cells:
        yield _shown_cell(cell, 1, names)


def _shown_cell(cell: Cell, span: int, names: Mapping[str, str]) -> ShownCell:
    gists = {citation: gist for citation, gist in cell.clauses}
    own = cell.value.jurisdiction if cell.value else ""
    history = [
        value
        for value in cell.history
        if value is not cell.value and (value.is_set or value.jurisdiction == own)
    ]
    return ShownCell(
        span=span,
        value=_shown(cell.value, cell.state, names, gists),
        history=tuple(_shown(value, state_of(value), names, {}) for value in history),
    )


def state_of(value: Value) -> str:
    """Give the badge of a value that stands in the law: SET, ASSUMED, CARRIED or UNSET."""
    if not value.is_set:
        return "UNSET"
    if value.carried:
        return "CARRIED"
    return "ASSUMED" if value.assumed else "SET"


def _shown(
    value: Value | None, state: str, names: Mapping[str, str], gists: Mapping[Any, str]
) -> ShownValue:
    if value is None:
        return ShownValue("–", (), state, BADGES[state], "", "", "", (), False)
    clauses = tuple(
        (
            f"{names.get(citation.source, citation.source)} {citation.clause}",
            gists.get(citation, ""),
        )
        for citation in value.citations
    )
    until = value.effective_until
    silent = value.jurisdiction == SILENT
    return ShownValue(
        text=describe_value(value),
        lines=tuple(table_lines(value.printed)) if value.unit is Unit.TABLE else (),
        state=state,
        badge=BADGES[state],
        origin="" if silent else value.jurisdiction,
        period="" if silent else f"{value.effective_from} – {until or ''}".rstrip(),
        reason=value.reason,
        clauses=clauses,
        demo=value.demo,
    )


def table_lines(printed: Any) -> Iterable[str]:
    """Write a table value row by row."""
    if isinstance(printed, Mapping):
        for name, field in printed.items():
            yield f"{name}: {_flat(field)}"
    else:
        for row in printed or ():
            yield _flat(row)


def _flat(field: Any) -> str:
    if isinstance(field, Mapping):
        return " · ".join(f"{name}: {_flat(item)}" for name, item in field.items())
    if isinstance(field, list):
        return ", ".join(_flat(item) for item in field)
    return str(field)


# One proposal


@dataclass(frozen=True)
class Effect:
    """What a proposal would change: what is in force beside what would be."""

    title: str
    now: ShownValue
    then: ShownValue
    document: str
    centres: tuple[str, ...]
    is_late: bool


def effect_of(proposal: Proposal, today: dt.date) -> Effect:
    """Set a proposal beside what the jurisdiction says on the day before it would begin."""
    shelf = get_shelf()
    begins = proposal.effective_from or today + dt.timedelta(days=1)
    now = find_value(proposal.jurisdiction, proposal.key, begins - dt.timedelta(days=1))
    then = Value(
        key=proposal.key,
        jurisdiction=proposal.jurisdiction,
        unit=Unit(proposal.unit),
        printed=proposal.printed,
        effective_from=begins,
        effective_until=proposal.effective_until,
        citations=proposal.cited,
        assumed=proposal.assumed,
        carried=proposal.carried,
        reason=proposal.reason,
        demo=proposal.demo,
    )
    names, gists = shelf.source_names, shelf.gists
    parts = [proposal.document_title, proposal.document_number, proposal.document_clause]
    return Effect(
        title=describe_key(proposal.key),
        now=_shown(now, state_of(now) if now else "NONE", names, gists),
        then=_shown(then, state_of(then), names, gists),
        document=" · ".join(part for part in parts if part),
        centres=tuple(
            code for code, chain in shelf.chains.items() if proposal.jurisdiction in chain
        ),
        is_late=proposal.is_undecided and begins <= today and not proposal.reaches_back,
    )


# One decision


@dataclass(frozen=True)
class Sheet:
    """A stored decision as a sheet of paper shows it."""

    reasons: tuple[tuple[bool | None, str, tuple[str, ...]], ...]
    warnings: tuple[str, ...]
    parameters: tuple[tuple[str, str, ShownValue], ...]
    facts: tuple[tuple[str, str], ...]
    result: tuple[tuple[str, str], ...]


def describe_decision(stored: StoredDecision) -> Sheet:
    """Say a stored decision in the reader's language."""
    names = get_shelf().source_names
    reasons = [read_reason(record) for record in stored.reasons]
    values = [read_value(record) for record in [*stored.parameters, *stored.unset]]
    return Sheet(
        reasons=tuple(
            (reason.met, describe_reason(reason), tuple(describe_citations(reason.citations)))
            for reason in reasons
        ),
        warnings=tuple(describe_warning(read_caution(record)) for record in stored.warnings),
        parameters=tuple(
            (
                value.key,
                describe_key(value.key),
                _shown(
                    value, "SILENT" if value.jurisdiction == SILENT else state_of(value), names, {}
                ),
            )
            for value in values
        ),
        facts=tuple(_fields(stored.facts)),
        result=tuple(_fields(stored.result)),
    )


def _fields(record: Any) -> Sequence[tuple[str, str]]:
    if not isinstance(record, Mapping):
        return [("", _flat(record))]
    return [(name, _flat(field)) for name, field in record.items()]
