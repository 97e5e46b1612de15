"""Whatever is asked in the form of the schema gets an answer or a path, never a crash."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fundcenter.calculators.examples import FACTS
from fundcenter.calculators.registry import CALCULATORS
from fundcenter.calculators.schemas import facts_schema
from kernel.money import SIGNED_YUAN_PATTERN, YUAN_PATTERN
from kernel.months import MONTH_PATTERN
from kernel.rates import PERCENT_PATTERN
from kernel.wire import BadFacts
from tests.calculators.asking import CENTRES, ask

DAYS = st.sampled_from(
    [
        "1900-01-01", "1985-06-01", "2015-08-26", "2024-02-29", "2024-07-01", "2025-06-30",
        "2026-01-31", "2026-06-30", "2026-09-20", "2199-12-31",
    ]
)  # fmt: skip
AMOUNTS = ["0.00", "0.01", "500.00", "5950.00", "14000", "123456.78", "999999999999.99"]
TEXTS = {
    YUAN_PATTERN: st.sampled_from(AMOUNTS),
    SIGNED_YUAN_PATTERN: st.sampled_from([*AMOUNTS, "-0.01", "-500.00"]),
    PERCENT_PATTERN: st.sampled_from(["0", "0.000001", "1.50", "2.60", "2.525", "100"]),
    MONTH_PATTERN: st.sampled_from(["1900-01", "2025-12", "2026-01", "2026-06", "2199-12"]),
}
COUNTS = [0, 1, 2, 12, 60, 300, 1_000_000]


def anything(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Make values of a schema, the odd ones among them."""
    if "anyOf" in schema:
        return st.one_of([anything(one) for one in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema["type"] == "object":
        required = set(schema.get("required", ()))
        parts = {name: anything(one) for name, one in schema["properties"].items()}
        return st.fixed_dictionaries(
            {name: part for name, part in parts.items() if name in required},
            optional={name: part for name, part in parts.items() if name not in required},
        )
    if schema["type"] == "array":
        return st.lists(anything(schema["items"]), max_size=3)
    if schema["type"] == "integer":
        return st.sampled_from(COUNTS)
    if schema["type"] == "string":
        return (
            DAYS if schema.get("format") == "date" else TEXTS.get(schema.get("pattern"), st.text())
        )
    return {"boolean": st.booleans(), "null": st.none()}[schema["type"]]


@pytest.mark.parametrize("name", FACTS)
@given(data=st.data(), centre=st.sampled_from(CENTRES), on=DAYS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_asked_is_answered_or_refused_by_path(name, data, centre, on):
    facts = data.draw(anything(facts_schema(CALCULATORS[name])))
    refused_at = None
    try:
        answer = ask(name, {"centre": centre, "on": on, "facts": facts})
    except BadFacts as wrong:
        refused_at = wrong.path
    if refused_at is not None:
        assert refused_at.startswith("facts")
        return

    ends = {reason["met"] for reason in answer["reasons"]}
    expected = "REFUSED" if False in ends else "NEEDS_REVIEW" if None in ends else "APPROVED"
    assert answer["outcome"] == expected
    assert all(reason["citations"] for reason in answer["reasons"])
    assert all(reason["text"] != reason["code"] for reason in answer["reasons"])
