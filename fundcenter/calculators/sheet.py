"""An answer as a sheet that a person reads in a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from fundcenter.calculators.labels import code_label, label, outcome_label
from fundcenter.calculators.registry import get_calculator

SIGNS: Mapping[bool | None, str] = {True: "✓", None: "▼", False: "✗"}


def sheet_lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """Write outcome, results, reasons with their clauses, values and warnings, line by line."""
    calculator = get_calculator(answer["calculator"])
    yield f"{calculator.title} · {answer['centre']} · {answer['on']}"
    yield outcome_label(answer["outcome"])
    yield from _results(answer["results"], indent="  ")
    if answer["reasons"]:
        yield _("What it rests on")
    for reason in answer["reasons"]:
        yield f"  {SIGNS[reason['met']]} {reason['text']} [{_clauses(reason['citations'])}]"
    if answer["parameters"]:
        yield _("Values used")
    for parameter in answer["parameters"]:
        mark = f" ({_('assumed')})" if parameter["assumed"] else ""
        yield f"  {parameter['key']} = {parameter['value']}{mark}"
    if answer["warnings"]:
        yield _("Warnings")
    for warning in answer["warnings"]:
        yield f"  ! {warning}"


def _results(results: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in results.items():
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            yield f"{indent}{label(key)}:"
            yield from _rows(value, indent + "  ")
        else:
            yield f"{indent}{label(key)}: {shown(value)}"


def _rows(rows: Sequence[Mapping[str, Any]], indent: str) -> Iterator[str]:
    yield indent + "  ".join(label(key) for key in rows[0])
    for row in rows:
        yield indent + "  ".join(shown(value) for value in row.values())


def shown(value: Any) -> str:
    """Write one result for a person: nothing known is a dash, yes and no are words."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "、".join(shown(item) for item in value) or "—"
    return code_label(str(value))


def _clauses(citations: Sequence[Mapping[str, str]]) -> str:
    return "; ".join(f"{citation['source']} {citation['clause']}" for citation in citations)
