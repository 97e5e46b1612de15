"""Outside registers: the seam a real interface is put into, and a simulator for one machine.

Only an answer opens an account. A register that cannot be reached answers PENDING.
"""

from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import IdentityDocument, MemberAccount, OutsideCheck
from office.fields import blind_index
from office.models import Centre

Kind: TypeAlias = OutsideCheck.Kind
Result: TypeAlias = OutsideCheck.Result
Purpose: TypeAlias = OutsideCheck.Purpose

# How long an answer may be used, in days. No text says: it is long enough for a second person
# to look on the next working day after a long holiday, and short enough to be still true.
FRESH_DAYS: int = getattr(settings, "CHECK_FRESH_DAYS", 10)


class RegisterDown(Exception):
    """The register did not answer, or not in a form one can read."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a register says; the evidence is kept with the answer and holds no full number."""

    result: Result
    evidence: dict[str, Any] = field(default_factory=dict)


class Registers(Protocol):
    """What an interface to the outside registers offers."""

    def ask(
        self, *, centre: Centre, kind: Kind, purpose: Purpose, number: str, name: str
    ) -> Answer:
        """Ask one register about one person.

        Args:
            number: the document number in its one spelling.

        Raises:
            RegisterDown: no answer; the question stays open.
        """
        ...


class NoRegisters:
    """No interface is set up: every question stays open until a document answers it."""

    def ask(
        self, *, centre: Centre, kind: Kind, purpose: Purpose, number: str, name: str
    ) -> Answer:
        """Answer nothing."""
        raise RegisterDown("no interface is set up")


class LocalRegisters:
    """A simulator: the platform knows the accounts of all centres in this database.

    Beyond these it knows the persons given to it, by document number and register; a result of
    ``None`` is a register that does not answer.
    """

    def __init__(self, outside: dict[str, dict[str, str | None]] | None = None) -> None:
        """Take the simulated persons, from the setting SIMULATED_PERSONS by default."""
        known = outside if outside is not None else getattr(settings, "SIMULATED_PERSONS", {})
        self._outside = known

    def ask(
        self, *, centre: Centre, kind: Kind, purpose: Purpose, number: str, name: str
    ) -> Answer:
        """Answer from this database and the table of simulated persons."""
        simulated = self._outside.get(number, {})
        if kind.value in simulated:
            result = simulated[kind.value]
            if result is None:
                raise RegisterDown("simulated: no answer")
            return Answer(Result(result), {"source": "simulator"})
        if kind == Kind.PLATFORM and purpose == Purpose.OPENING:
            held = self._open_elsewhere(centre, number)
            if held is not None:
                return Answer(
                    Result.FAIL,
                    {"source": "simulator", "centre": held.centre.code, "open": True},
                )
        return Answer(Result.PASS, {"source": "simulator"})

    @staticmethod
    def _open_elsewhere(centre: Centre, number: str) -> MemberAccount | None:
        members = IdentityDocument.objects.filter(number_index=blind_index(number))
        return (
            MemberAccount.objects.filter(member__in=members.values("member"))
            .exclude(state=MemberAccount.State.CLOSED)
            .exclude(centre=centre)
            .select_related("centre")
            .first()
        )


def get_registers() -> Registers:
    """Give the interface that is set up: the setting REGISTERS, the simulator in a demo.

    Anywhere else no setting means no interface, so that nothing simulated opens an account.
    """
    default = "LocalRegisters" if getattr(settings, "DEMO", False) else "NoRegisters"
    path = getattr(settings, "REGISTERS", "") or f"{__name__}.{default}"
    registers: Registers = import_string(path)()
    return registers
