"""How tests ask: straight from the policy files, so that no database is needed."""

from typing import Any

from fundcenter.calculators.examples import example_request
from fundcenter.calculators.run import run
from policy.loader import book_from_packs

CENTRES = ("bazhong", "kashgar", "liaoning", "lianyungang", "yantai")
ABSENT = object()


def ask(name: str, request: object) -> dict[str, Any]:
    return run(name, request, books=book_from_packs)


def example(name: str, centre: str = "kashgar", **changes: Any) -> dict[str, Any]:
    """The example of a calculator with some facts changed; ABSENT takes one out."""
    request = example_request(name, centre)
    facts = request["facts"] | changes
    request["facts"] = {key: value for key, value in facts.items() if value is not ABSENT}
    return request
