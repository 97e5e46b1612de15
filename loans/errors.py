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


# Late loans


class ReserveTooSmall(LoansRefused):
    """The reserve, or the money it lies in, does not hold what is to be written off; in fen."""

    def __init__(self, code: str, title: str, amount_fen: int, held_fen: int) -> None:
        super().__init__(code, amount_fen, held_fen)
        self.code = code
        self.title = title
        self.amount_fen = amount_fen
        self.held_fen = held_fen

    def __str__(self) -> str:
        return _(
            "%(code)s %(title)s holds %(held)s yuan, less than the %(amount)s yuan to be written "
            "off. Fill the reserve first."
        ) % {
            "code": self.code,
            "title": self.title,
            "held": grouped_yuan(self.held_fen),
            "amount": grouped_yuan(self.amount_fen),
        }


class AmountsDiffer(LoansRefused):
    """A record of a write-off names another sum than the one proposed, or the books hold; fen."""

    def __init__(self, field: str, seen_fen: int, expected_fen: int) -> None:
        super().__init__(field, seen_fen, expected_fen)
        self.field = field
        self.seen_fen = seen_fen
        self.expected_fen = expected_fen

    def __str__(self) -> str:
        return _(
            "%(field)s: %(seen)s yuan, but the proposal names %(expected)s yuan. Proposal, review, "
            "resolution and books must agree; cancel it and propose the right sum."
        ) % {
            "field": self.field,
            "seen": grouped_yuan(self.seen_fen),
            "expected": grouped_yuan(self.expected_fen),
        }


class RecordMissing(LoansRefused):
    """A write-off lacks a record that the law of its day asks for."""

    def __init__(self, number: str, missing: str) -> None:
        super().__init__(number, missing)
        self.number = number
        self.missing = missing

    def __str__(self) -> str:
        return _("%(number)s: “%(missing)s” is missing. Enter it first.") % {
            "number": self.number,
            "missing": self.missing,
        }


class NoWriteOff(LoansRefused):
    """No write-off of the account waits for a recovery."""

    def __init__(self, account: str) -> None:
        super().__init__(account)
        self.account = account

    def __str__(self) -> str:
        return _("No loan of account %(account)s is written off and still owed.") % {
            "account": self.account
        }


class RecoveredTooMuch(LoansRefused):
    """More came in than was written off and not recovered yet; amounts in fen."""

    def __init__(self, number: str, amount_fen: int, left_fen: int) -> None:
        super().__init__(number, amount_fen, left_fen)
        self.number = number
        self.amount_fen = amount_fen
        self.left_fen = left_fen

    def __str__(self) -> str:
        return _(
            "amount_fen: %(amount)s yuan are more than the %(left)s yuan that %(number)s still "
            "leaves open. Take that sum; interest beyond it is other income."
        ) % {
            "amount": grouped_yuan(self.amount_fen),
            "left": grouped_yuan(self.left_fen),
            "number": self.number,
        }


class NoOwedLoan(LoansRefused):
    """The account has no loan of which anything is owed."""

    def __init__(self, account: str) -> None:
        super().__init__(account)
        self.account = account

    def __str__(self) -> str:
        return _("Account %(account)s has no loan of which anything is owed.") % {
            "account": self.account
        }
