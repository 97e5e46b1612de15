"""Why repayments, offsets and debits of loans are refused. Exceptions are facts."""

from django.utils.translation import gettext as _

from accounts.errors import DecisionRefused
from kernel.money import grouped_yuan
from loans.errors import LoansRefused


class PrepaymentRefused(DecisionRefused):
    """The centre does not let this be repaid before it is due; ``decision`` says why."""


class SuspenseShort(LoansRefused):
    """Less is kept in suspense for the loan than is asked of it; amounts in fen."""

    def __init__(self, number: str, asked_fen: int, kept_fen: int) -> None:
        super().__init__(number, asked_fen, kept_fen)
        self.number = number
        self.asked_fen = asked_fen
        self.kept_fen = kept_fen

    def __str__(self) -> str:
        return _(
            "amount_fen: %(asked)s yuan asked, %(kept)s yuan are kept in suspense for loan "
            "%(number)s. Take no more than that; what was used since is undone first."
        ) % {
            "asked": grouped_yuan(self.asked_fen),
            "kept": grouped_yuan(self.kept_fen),
            "number": self.number,
        }


class NotRefundable(LoansRefused):
    """What is kept in suspense for the loan does not go back now; ``reason`` says why."""

    def __init__(self, number: str, reason: str) -> None:
        super().__init__(number, reason)
        self.number = number
        self.reason = reason

    def __str__(self) -> str:
        return _("Loan %(number)s: nothing is paid back. %(reason)s") % {
            "number": self.number,
            "reason": self.reason,
        }


class ReferenceUsed(LoansRefused):
    """The bank's reference belongs to another repayment: the money is booked already."""

    def __init__(self, reference: str, other: str) -> None:
        super().__init__(reference, other)
        self.reference = reference
        self.other = other

    def __str__(self) -> str:
        return _(
            "bank_reference: %(reference)s is booked already, as %(other)s. Look at that document "
            "before you take the money in again."
        ) % {"reference": self.reference, "other": self.other}


class NotReversible(LoansRefused):
    """The repayment cannot be taken out of the loan's course; ``reason`` says why."""

    def __init__(self, number: str, reason: str) -> None:
        super().__init__(number, reason)
        self.number = number
        self.reason = reason

    def __str__(self) -> str:
        return _("%(number)s is not undone. %(reason)s") % {
            "number": self.number,
            "reason": self.reason,
        }


class EffectChanged(LoansRefused):
    """Undoing the repayment would now change other sums than were shown."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number

    def __str__(self) -> str:
        return _(
            "%(number)s: the loan has moved since; undoing it would change other sums than you "
            "saw. Return it and enter it anew."
        ) % {"number": self.number}


class NoAgreementToOffset(LoansRefused):
    """No account serves the loan by an agreement on the yearly offset."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number

    def __str__(self) -> str:
        return _(
            "Loan %(number)s: no account serves it once a year by agreement. Agree on the yearly "
            "offset with a change of the loan first."
        ) % {"number": self.number}


class ServesNoLoan(LoansRefused):
    """The account serves no loan by an agreement that could be ended."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number

    def __str__(self) -> str:
        return _(
            "Account %(number)s serves no running loan by an offset agreement, so there is none to "
            "end. Look at the loan: the agreement may have ended with it, or by a change before."
        ) % {"number": self.number}


class BadDebitFile(LoansRefused):
    """The bank's answer cannot be taken in; nothing of it was booked. ``line`` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(line, reason)
        self.line = line
        self.reason = reason

    def __str__(self) -> str:
        return _("Line %(line)d: %(reason)s Nothing of the file was booked.") % {
            "line": self.line,
            "reason": self.reason,
        }
