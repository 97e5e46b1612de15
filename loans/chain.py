"""Which looks an application gets, and who may take them: read from the policy book. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.money import parse_yuan
from loans.facts import ReviewStep
from policy.book import PolicyBook

CHECKER, SUPERVISOR = "CHECKER", "SUPERVISOR"
# A supervisor may look where a checker may; nobody looks twice.
PERMISSIONS = {CHECKER: "loans.review", SUPERVISOR: "loans.approve"}


@dataclass(frozen=True, slots=True)
class Look:
    """A step of the chain and the role that takes it."""

    step: ReviewStep
    role: str

    @property
    def permission(self) -> str:
        """What a person must be allowed to take it."""
        return PERMISSIONS[self.role]


def read_chain(book: PolicyBook, granted_fen: int) -> tuple[Look, ...]:
    """List the looks that an application over a sum needs, in their order.

    Raises:
        ValueError: the table names an unknown step or role, or no step at all for the sum.

    Source: loan.approval_chain; Regulation art. 26.
    """
    looks = []
    for row in book.table("loan.approval_chain"):
        if row["role"] not in PERMISSIONS:
            raise ValueError(f"loan.approval_chain: unknown role {row['role']}")
        above = row.get("above")
        if above is None or granted_fen > parse_yuan(above):
            looks.append(Look(ReviewStep(row["step"]), row["role"]))
    if not looks:
        raise ValueError("loan.approval_chain: no step looks at this sum")
    return tuple(looks)


def next_look(chain: Sequence[Look], after: str = "") -> Look | None:
    """Give the look that comes after a step; the first one without a step, None at the end."""
    if not after:
        return chain[0]
    steps = [look.step.value for look in chain]
    place = steps.index(after) + 1
    return chain[place] if place < len(chain) else None
