"""The states of a transfer at the national platform, and who may move it where. Pure.

The codes are the platform's own (enquiry of progress, BDC904). That money was remitted is a
message and no state.
"""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


class Side(StrEnum):
    """Which of the two centres makes a move."""

    TO = "TO"  # where the account is to go: 转入地
    FROM = "FROM"  # where it is: 转出地


class LetterState(StrEnum):
    """Where a transfer stands, by the code of the platform."""

    DONE = "00"
    LETTER_APPROVED = "01"
    LETTER_RECEIVED = "02"
    WITHDRAWN = "05"
    IN_TALKS = "06"
    FACTS_APPROVED = "08"
    REFUSED = "13"
    DONE_AFTER_TALKS = "20"
    FAILED = "40"

    @property
    def label(self) -> str | Promise:
        """The platform's name of the state."""
        return _LABELS[self]

    @property
    def is_end(self) -> bool:
        """Whether nothing follows any more."""
        return not MOVES[self]


_LABELS: dict[LetterState, str | Promise] = {
    LetterState.DONE: pgettext_lazy("letter", "ended in order"),
    LetterState.LETTER_APPROVED: pgettext_lazy("letter", "contact letter approved"),
    LetterState.LETTER_RECEIVED: pgettext_lazy("letter", "receipt confirmed"),
    LetterState.WITHDRAWN: pgettext_lazy("letter", "request withdrawn, ended"),
    LetterState.IN_TALKS: pgettext_lazy("letter", "in talks"),
    LetterState.FACTS_APPROVED: pgettext_lazy("letter", "account information approved"),
    LetterState.REFUSED: pgettext_lazy("letter", "refused by the centre asked"),
    LetterState.DONE_AFTER_TALKS: pgettext_lazy("letter", "ended after talks"),
    LetterState.FAILED: pgettext_lazy("letter", "failed, ended"),
}

# From each state, where it may go and who takes it there.
MOVES: dict[str, dict[LetterState, Side]] = {
    "": {LetterState.LETTER_APPROVED: Side.TO},
    LetterState.LETTER_APPROVED: {
        LetterState.LETTER_RECEIVED: Side.FROM,
        LetterState.WITHDRAWN: Side.TO,
    },
    LetterState.LETTER_RECEIVED: {
        LetterState.FACTS_APPROVED: Side.FROM,
        LetterState.REFUSED: Side.FROM,
        LetterState.WITHDRAWN: Side.TO,
    },
    LetterState.REFUSED: {LetterState.FAILED: Side.TO},
    LetterState.FACTS_APPROVED: {
        LetterState.DONE: Side.TO,
        LetterState.IN_TALKS: Side.TO,
    },
    LetterState.IN_TALKS: {LetterState.DONE_AFTER_TALKS: Side.TO},
    LetterState.DONE: {},
    LetterState.WITHDRAWN: {},
    LetterState.DONE_AFTER_TALKS: {},
    LetterState.FAILED: {},
}


def may_move(before: str, after: str, side: Side) -> bool:
    """Tell whether a centre may take a letter from one state to another."""
    return MOVES.get(before, {}).get(LetterState(after)) is side
