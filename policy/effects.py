"""Whom a change of the law touches. Apps count their own rows in a module ``effects``::

    @touches("contribution.", "agreement.")
    def agreements(centres: Sequence[str], proposal: Proposal) -> list[Touched]: ...

The map from the beginning of a key to its counts is all there is: a key that nobody counts for
touches accounts only when they come to the window.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from policy.models import Proposal


@dataclass(frozen=True, slots=True)
class Touched:
    """A number of rows and what they are, in the reader's language."""

    text: str
    count: int


Counter = Callable[[Sequence[str], Proposal], list[Touched]]
_counters: list[tuple[tuple[str, ...], Counter]] = []


def touches(*prefixes: str) -> Callable[[Counter], Counter]:
    """Register a count for the keys that begin so."""

    def register(counter: Counter) -> Counter:
        _counters.append((prefixes, counter))
        return counter

    return register


def list_touched(proposal: Proposal, centres: Sequence[str]) -> list[Touched]:
    """Count whom a proposal touches in the centres that read it, in the order of the apps."""
    return [
        touched
        for prefixes, counter in _counters
        if proposal.key.startswith(prefixes)
        for touched in counter(centres, proposal)
    ]
