"""The states of a loan and the moves between them, as one table. Pure.

No face, no admin and no job moves a loan otherwise: ``loans.services.courses.move_loan`` looks
here and updates conditionally on the state that was read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from loans.facts import LoanState


class Move(StrEnum):
    """What moves a loan from state to state."""

    SECURE = "SECURE"
    QUEUE = "QUEUE"
    DISBURSE = "DISBURSE"
    UNDO = "UNDO"
    CANCEL = "CANCEL"
    FALL_LATE = "FALL_LATE"
    CURE = "CURE"
    SETTLE = "SETTLE"
    REOPEN = "REOPEN"
    WRITE_OFF = "WRITE_OFF"


@dataclass(frozen=True, slots=True)
class Step:
    """From which states a move leads where."""

    sources: frozenset[LoanState]
    target: LoanState


def _step(target: LoanState, *sources: LoanState) -> Step:
    return Step(frozenset(sources), target)


MOVES: Mapping[Move, Step] = {
    Move.SECURE: _step(LoanState.SECURED, LoanState.SIGNED),
    Move.QUEUE: _step(LoanState.QUEUED, LoanState.SECURED),
    Move.DISBURSE: _step(LoanState.RUNNING, LoanState.SECURED, LoanState.QUEUED),
    # The payment was taken back on its own day; it can be made again.
    Move.UNDO: _step(LoanState.SECURED, LoanState.RUNNING),
    Move.CANCEL: _step(LoanState.CANCELLED, LoanState.SIGNED, LoanState.SECURED, LoanState.QUEUED),
    Move.FALL_LATE: _step(LoanState.OVERDUE, LoanState.RUNNING),
    Move.CURE: _step(LoanState.RUNNING, LoanState.OVERDUE),
    Move.SETTLE: _step(LoanState.SETTLED, LoanState.RUNNING, LoanState.OVERDUE),
    # A payment that had ended the loan was undone.
    Move.REOPEN: _step(LoanState.RUNNING, LoanState.SETTLED),
    Move.WRITE_OFF: _step(LoanState.WRITTEN_OFF, LoanState.OVERDUE),
}
# Signed, not paid out.
UNPAID_STATES = frozenset({LoanState.SIGNED, LoanState.SECURED, LoanState.QUEUED})
# Money is lent.
OUT_STATES = frozenset({LoanState.RUNNING, LoanState.OVERDUE})
OPEN_STATES = UNPAID_STATES | OUT_STATES
# Something is owed, by the borrower's own doing or after it was given up in the books.
OWED_STATES = OUT_STATES | {LoanState.WRITTEN_OFF}
# Nothing is owed any more: what secured the loan is given back.
OVER_STATES = frozenset({LoanState.SETTLED, LoanState.CANCELLED})
