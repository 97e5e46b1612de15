"""How the contract's tests put a request together."""

from tests.calculators.asking import ask


def request(name, facts, *, centre="kashgar", on="2026-01-31"):
    """The body of a request; `name` is there for the reader. Facts given as None are left in."""
    return {"centre": centre, "on": on, "facts": dict(facts)}


def results(name, body):
    """The results of an answer."""
    return ask(name, body)["results"]


def codes(answer, met):
    """The codes of the reasons that were met, were not, or could not be told."""
    return {reason["code"] for reason in answer["reasons"] if reason["met"] is met}
