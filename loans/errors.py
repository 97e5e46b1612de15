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
