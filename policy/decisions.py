"""Decisions and the calculation sheets they are written on.

A rule opens a :class:`Sheet` on a policy book, writes down each test it makes with the
parameters the test rests on, and closes the sheet into a :class:`Decision`. What was read, what
was tested and what came out stay together for ever.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from policy.book import PolicyBook
from policy.values import Citation, Value

Param = str | int | None
R = TypeVar("R")


class Outcome(StrEnum):
    """What a decision says. A refusal beats a review, a review beats an approval."""

    APPROVED = "APPROVED"
    NEEDS_REVIEW = "NEEDS_REVIEW"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class Reason:
    """One test: a code and its parameters (worded for the reader later), and how it ended.

    ``met`` is None when a fact or a parameter that only a person can supply is missing.
    Amounts among ``params`` are yuan strings, dates and months ISO strings.
    """

    code: str
    params: Mapping[str, Param]
    met: bool | None
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Caution:
    """A reading that a supervisor might take differently: a code and its parameters."""

    code: str
    params: Mapping[str, Param] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision(Generic[R]):
    """What a rule decided: outcome, result, every reason, every value it rests on."""

    outcome: Outcome
    result: R
    reasons: tuple[Reason, ...]
    warnings: tuple[Caution, ...]
    parameters: tuple[Value, ...]
    unset: tuple[Value, ...] = ()  # values that were looked up and say nothing on purpose

    @property
    def approved(self) -> bool:
        """Whether the business may go on."""
        return self.outcome is Outcome.APPROVED

    @property
    def refusals(self) -> tuple[Reason, ...]:
        """The reasons that are not met, in clause order."""
        return tuple(reason for reason in self.reasons if reason.met is False)


class Sheet:
    """A calculation sheet: collects the tests of one decision in the order of the clauses."""

    def __init__(self, book: PolicyBook) -> None:
        self.book = book
        self._reasons: list[Reason] = []
        self._warnings: list[Caution] = []

    def test(self, code: str, met: bool | None, *keys: str, **params: Param) -> bool | None:
        """Write down a test that rests on the parameters ``keys``; return ``met``."""
        for key in keys:
            self.book.find(key)
        self._reasons.append(Reason(code, params, met, self.book.cite(*keys)))
        return met

    def unset(self, key: str) -> None:
        """Write down that ``key`` has no value, so that a person has to look."""
        self._reasons.append(
            Reason(
                "parameter_unset",
                {"key": key, "centre": self.book.centre, "on": self.book.on.isoformat()},
                None,
                (Citation("parameter", key),),
            )
        )

    def in_force(self) -> bool:
        """Test that the centre's text is in force; write down a review when it is not."""
        if self.book.in_force:
            return True
        self.test(
            "no_policy_in_force",
            None,
            "policy.begins",
            centre=self.book.centre,
            on=self.book.on.isoformat(),
        )
        return False

    def warn(self, code: str, **params: Param) -> None:
        """Write down a warning."""
        warning = Caution(code, params)
        if warning not in self._warnings:
            self._warnings.append(warning)

    @property
    def outcome(self) -> Outcome:
        """What the tests so far amount to."""
        ends = {reason.met for reason in self._reasons}
        if False in ends:
            return Outcome.REFUSED
        return Outcome.NEEDS_REVIEW if None in ends else Outcome.APPROVED

    def decide(self, result: R) -> Decision[R]:
        """Close the sheet. Values carried past their published period add their warning."""
        opened = self.book.opened
        for value in opened:
            if value.carried:
                self.warn("carried_value", key=value.key, value=value.text, reason=value.reason)
        return Decision(
            outcome=self.outcome,
            result=result,
            reasons=tuple(self._reasons),
            warnings=tuple(self._warnings),
            parameters=tuple(value for value in opened if value.is_set),
            unset=tuple(value for value in opened if not value.is_set),
        )
