"""Why business with late loans is refused. Exceptions are facts."""

from django.utils.translation import gettext as _

from kernel.money import grouped_yuan
from loans.errors import LoansRefused
from policy.wording import describe_term


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


class RecoverySpent(ReserveTooSmall):
    """What came in for a written-off loan has left the reserve, so it cannot be taken back; fen."""

    def __str__(self) -> str:
        return _(
            "%(code)s %(title)s holds %(held)s yuan, less than the %(amount)s yuan to be taken "
            "back: they were used since. Fill the reserve first."
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


class ClassTooGood(LoansRefused):
    """A loan of a better risk class than the law asks for is not written off."""

    def __init__(self, number: str, seen: str, asked: str) -> None:
        super().__init__(number, seen, asked)
        self.number = number
        self.seen = seen
        self.asked = asked

    def __str__(self) -> str:
        return _(
            "risk_class: loan %(number)s is of the class “%(seen)s”; a write-off asks for "
            "“%(asked)s” (risk.write_off_class). Have a supervisor decide the class with the paper "
            "that proves the loss, and a second person confirm it, then propose again."
        ) % {
            "number": self.number,
            "seen": describe_term(self.seen),
            "asked": describe_term(self.asked),
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
