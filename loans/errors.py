"""Why business with loans is refused. Exceptions are facts."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.errors import AccountsRefused, DecisionRefused
from kernel.money import grouped_yuan


class LoansRefused(AccountsRefused):
    """Business with a loan is refused; nothing was written."""


class LoanRefused(DecisionRefused):
    """The law refuses the loan, or a person has to look first; ``decision`` says why."""


class WrongLoanState(LoansRefused):
    """The loan is not in a state from which this is possible."""

    def __init__(self, number: str, state: str, hint: str = "") -> None:
        super().__init__(number, state)
        self.number = number
        self.state = state
        self.hint = hint

    def __str__(self) -> str:
        said = _("Loan %(number)s is “%(state)s”: this is not possible now.") % {
            "number": self.number,
            "state": self.state,
        }
        return f"{said} {self.hint}".rstrip()


class OutOfOrder(LoansRefused):
    """The value date lies before something that already happened to the loan."""

    def __init__(self, number: str, seen: dt.date, last: dt.date) -> None:
        super().__init__(number, seen, last)
        self.number = number
        self.seen = seen
        self.last = last

    def __str__(self) -> str:
        return _(
            "value_date: %(seen)s lies before %(last)s, the last movement of loan %(number)s. "
            "Undo what came later, then enter both in their order."
        ) % {"seen": self.seen, "last": self.last, "number": self.number}


class TooMuch(LoansRefused):
    """More money than the loan owes, where nothing may be left over; amounts in fen."""

    def __init__(self, number: str, amount_fen: int, owed_fen: int) -> None:
        super().__init__(number, amount_fen, owed_fen)
        self.number = number
        self.amount_fen = amount_fen
        self.owed_fen = owed_fen

    def __str__(self) -> str:
        return _(
            "amount_fen: %(amount)s yuan are more than loan %(number)s owes, which is %(owed)s "
            "yuan. Take that sum, or keep the rest in suspense."
        ) % {
            "amount": grouped_yuan(self.amount_fen),
            "owed": grouped_yuan(self.owed_fen),
            "number": self.number,
        }


# Repayment


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


class NotUndoable(LoansRefused):
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
    """No account serves the loan, by agreement or by the centre's text."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number

    def __str__(self) -> str:
        return _(
            "Loan %(number)s: no account serves it by agreement. Let the owner sign the offset "
            "agreement first."
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
