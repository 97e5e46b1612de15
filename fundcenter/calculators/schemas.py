"""What calculators read, as JSON schema."""

from collections.abc import Mapping
from typing import Any

from fundcenter.calculators.registry import Calculator

Schema = dict[str, Any]


def facts_schema(calculator: Calculator) -> Schema:
    """Describe the facts of a calculator in one piece, without references."""
    schema = calculator.facts.model_json_schema(by_alias=True)
    definitions = schema.pop("$defs", {})
    inlined = _inline(schema, definitions)
    assert isinstance(inlined, dict)
    return inlined


def _inline(node: Any, definitions: Mapping[str, Any]) -> Any:
    """Put definitions where they are referred to: OpenAPI would look for them elsewhere."""
    if isinstance(node, list):
        return [_inline(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        beside = {key: value for key, value in node.items() if key != "$ref"}
        return _inline(definitions[name] | beside, definitions)
    return {key: _inline(value, definitions) for key, value in node.items()}
