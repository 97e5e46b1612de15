"""Decisions as pages show them: one sentence first, then reasons with clauses and set values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from policy.decisions import Caution, Decision, Outcome, Reason
from policy.models import StoredDecision
from policy.records import read_caution, read_reason, read_value
from policy.values import Value
from policy.wording import (
    PARAMETER,
    Cite,
    citer,
    describe_key,
    describe_reason,
    describe_value,
    describe_warning,
)

_KINDS: Mapping[bool | None, str] = {True: "ok", None: "wait", False: "no"}
_SIGNS: Mapping[bool | None, str] = {True: "✓", None: "▼", False: "✗"}
_OUTCOME_KINDS = {"APPROVED": "ok", "NEEDS_REVIEW": "wait", "REFUSED": "no"}


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """A reason on the page; ``assumed`` names the values it rests on that no text gives."""

    sign: str
    kind: str
    said: str
    text: str
    clauses: str
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A value of the law that was read."""

    title: str
    value: str
    since: str
    clauses: str
    assumed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class SheetView:
    """A decision, ready for the page."""

    outcome: str
    kind: str
    decides: str
    reasons: tuple[ReasonRow, ...]
    warnings: tuple[str, ...]
    values: tuple[ValueRow, ...]

    @property
    def met(self) -> int:
        """How many reasons are met."""
        return sum(row.kind == "ok" for row in self.reasons)

    @property
    def open(self) -> int:
        """How many a person has to look at."""
        return sum(row.kind == "wait" for row in self.reasons)

    @property
    def failed(self) -> int:
        """How many are not met."""
        return sum(row.kind == "no" for row in self.reasons)


def sheet_of(decision: Decision[Any]) -> SheetView:
    """Lay out a decision that was just made."""
    return _lay_out(
        decision.outcome.value, decision.reasons, decision.warnings, decision.parameters
    )


def sheet_of_stored(stored: StoredDecision) -> SheetView:
    """Lay out a decision that was kept, as it was made then."""
    return _lay_out(
        stored.outcome,
        [read_reason(record) for record in stored.reasons],
        [read_caution(record) for record in stored.warnings],
        [read_value(record) for record in stored.parameters],
    )


def _lay_out(
    outcome: str,
    reasons: Iterable[Reason],
    warnings: Iterable[Caution],
    values: Iterable[Value],
) -> SheetView:
    reasons, values = list(reasons), list(values)
    assumed = {value.key: value for value in values if value.assumed}
    cite = citer()
    rows = tuple(_row(reason, assumed, cite) for reason in reasons)
    against = "no" if outcome == Outcome.REFUSED else "wait"
    decides = next((row.text for row in rows if row.kind == against), "")
    return SheetView(
        outcome=outcome,
        kind=_OUTCOME_KINDS[outcome],
        decides=decides,
        reasons=rows,
        warnings=tuple(describe_warning(caution) for caution in warnings),
        values=tuple(
            ValueRow(
                title=describe_key(value.key),
                value=describe_value(value),
                since=value.effective_from.isoformat() if value.effective_from.year > 1 else "",
                clauses="；".join(cite(value.citations)),
                assumed=value.assumed,
                reason=value.reason,
            )
            for value in values
        ),
    )


def _row(reason: Reason, assumed: Mapping[str, Value], cite: Cite) -> ReasonRow:
    cited = [citation for citation in reason.citations if citation.source != PARAMETER]
    set_values = [
        assumed[citation.clause]
        for citation in reason.citations
        if citation.source == PARAMETER and citation.clause in assumed
    ]
    bare = reason.citations if not cited and not set_values else cited
    return ReasonRow(
        sign=_SIGNS[reason.met],
        kind=_KINDS[reason.met],
        said={True: _("met"), None: _("to be looked at"), False: _("not met")}[reason.met],
        text=describe_reason(reason),
        clauses="；".join(cite(bare)),
        assumed=tuple(f"{describe_key(value.key)}：{value.reason}" for value in set_values),
    )
