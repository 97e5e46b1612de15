"""What the calculators read and answer, as JSON schema: for the API's own description."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from fundcenter.calculators.present import results_schema
from fundcenter.calculators.registry import Calculator
from fundcenter.calculators.schemas import Schema, facts_schema
from kernel.wire import IsoDate
from policy.decisions import Outcome

_DATE: Schema = TypeAdapter(IsoDate).json_schema()


def _object(properties: Mapping[str, Any], optional: frozenset[str] = frozenset()) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


_CITATIONS: Schema = {
    "type": "array",
    "items": _object({"source": {"type": "string"}, "clause": {"type": "string"}}),
}

PROBLEM: Schema = _object(
    {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": _object({"path": {"type": "string"}, "message": {"type": "string"}}),
        },
    }
)


def request_schema(calculator: Calculator) -> Schema:
    """Describe a request."""
    centre = {"type": "string", "examples": ["kashgar"]}
    return _object({"centre": centre, "on": _DATE, "facts": facts_schema(calculator)})


def answer_schema(calculator: Calculator) -> Schema:
    """Describe an answer."""
    reason = _object(
        {
            "code": {"type": "string"},
            "text": {"type": "string"},
            "met": {"type": ["boolean", "null"]},
            "citations": _CITATIONS,
        }
    )
    parameter = {
        "type": "object",
        "properties": {
            "key": {"type": "string"},
            "value": {},
            "effective_from": {"type": ["string", "null"], "format": "date"},
            "assumed": {"type": "boolean"},
            "citations": _CITATIONS,
        },
        "required": ["key", "value", "effective_from", "assumed", "citations"],
    }
    return _object(
        {
            "calculator": {"type": "string", "const": calculator.name},
            "centre": {"type": "string"},
            "on": _DATE,
            "outcome": {"type": "string", "enum": [outcome.value for outcome in Outcome]},
            "results": results_schema(calculator.result),
            "reasons": {"type": "array", "items": reason},
            "parameters": {"type": "array", "items": parameter},
            "warnings": {"type": "array", "items": {"type": "string"}},
        }
    )
