"""The answer of a calculator, in the exact shape of the contract."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from policy.book import SILENT
from policy.decisions import Decision
from policy.values import Citation, Value
from policy.wording import describe_reason, describe_warning


def answer(
    calculator: str,
    centre: str,
    on: dt.date,
    decision: Decision[Any],
    results: Mapping[str, Any],
) -> dict[str, Any]:
    """Build the answer, with its sentences in the language in force.

    Args:
        on: the day asked about.
        results: every key of the calculator, as strings, integers, booleans or null.

    Returns:
        JSON. A value that stands for a text's silence has no first day: its ``effective_from``
        is null.
    """
    return {
        "calculator": calculator,
        "centre": centre,
        "on": on.isoformat(),
        "outcome": decision.outcome.value,
        "results": dict(results),
        "reasons": [
            {
                "code": reason.code,
                "text": describe_reason(reason),
                "met": reason.met,
                "citations": _citations(reason.citations),
            }
            for reason in decision.reasons
        ],
        "parameters": [_parameter(value) for value in decision.parameters],
        "warnings": [describe_warning(caution) for caution in decision.warnings],
    }


def _parameter(value: Value) -> dict[str, Any]:
    silent = value.jurisdiction == SILENT
    return {
        "key": value.key,
        "value": value.text,
        "unit": value.unit.value,
        "effective_from": None if silent else value.effective_from.isoformat(),
        "assumed": value.assumed,
        "reason": value.reason,
        "citations": _citations(value.citations),
    }


def _citations(citations: tuple[Citation, ...]) -> list[dict[str, str]]:
    return [{"source": citation.source, "clause": citation.clause} for citation in citations]
