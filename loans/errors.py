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


# Contract, security, payment and change


class NotGranted(LoansRefused):
    """The application is not granted, so nothing can be agreed on."""

    def __init__(self, number: str, state: str) -> None:
        super().__init__(number, state)
        self.number = number
        self.state = state

    def __str__(self) -> str:
        return _(
            "Application %(number)s is “%(state)s”. Only a granted one is followed by a contract."
        ) % {"number": self.number, "state": self.state}


class AlreadyContracted(LoansRefused):
    """The application has its contract, or another contract has the number."""

    def __init__(self, number: str, contract_no: str) -> None:
        super().__init__(number, contract_no)
        self.number = number
        self.contract_no = contract_no

    def __str__(self) -> str:
        return _(
            "contract_no: application %(number)s has a contract already, or contract "
            "%(contract_no)s is another loan's. Look at the one that stands."
        ) % {"number": self.number, "contract_no": self.contract_no}


class AlreadyThere(LoansRefused):
    """Another document of the same loan stands or waits; ``number`` names what it is about."""

    def __init__(self, number: str, what: str) -> None:
        super().__init__(number, what)
        self.number = number
        self.what = what

    def __str__(self) -> str:
        return _(
            "%(what)s of %(number)s is already there. Have it decided or taken back first."
        ) % {
            "what": self.what,
            "number": self.number,
        }


class MustQueue(LoansRefused):
    """The day's quota or the fund does not let this loan be paid now; it waits its turn."""

    def __init__(self, number: str, why: str, place: int) -> None:
        super().__init__(number, why, place)
        self.number = number
        self.why = why
        self.place = place

    def __str__(self) -> str:
        return _("Loan %(number)s waits at place %(place)s of the queue: %(why)s") % {
            "number": self.number,
            "place": self.place,
            "why": self.why,
        }


class AnotherDay(LoansRefused):
    """What was made on one day cannot be carried out on another one."""

    def __init__(self, number: str, made: dt.date, seen: dt.date) -> None:
        super().__init__(number, made, seen)
        self.number = number
        self.made = made
        self.seen = seen

    def __str__(self) -> str:
        return _(
            "business_date: %(number)s is of %(made)s and the open day is %(seen)s. Return it and "
            "make it anew."
        ) % {"number": self.number, "made": self.made, "seen": self.seen}


class NotBound(LoansRefused):
    """The security is not registered here, or was released before."""

    def __init__(self, register_no: str) -> None:
        super().__init__(register_no)
        self.register_no = register_no

    def __str__(self) -> str:
        return _(
            "register_no: %(number)s does not secure a loan now: it is not confirmed yet, or was "
            "released before."
        ) % {"number": self.register_no}


class CourseMoved(LoansRefused):
    """What was shown before the change is not how the loan stands now."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number

    def __str__(self) -> str:
        return _(
            "Loan %(number)s has moved on since the change was made: payment or last due day would "
            "come out otherwise than shown. Return the change and make it anew."
        ) % {"number": self.number}


class NotUndoable(LoansRefused):
    """A payment is taken back on its own day only, before anything else happened to the loan."""

    def __init__(self, number: str, paid: dt.date, seen: dt.date) -> None:
        super().__init__(number, paid, seen)
        self.number = number
        self.paid = paid
        self.seen = seen

    def __str__(self) -> str:
        return _(
            "business_date: payment %(number)s of %(paid)s cannot be taken back on %(seen)s. That "
            "is possible on its own day, before anything else is booked to the loan; later the "
            "loan is repaid early."
        ) % {"number": self.number, "paid": self.paid, "seen": self.seen}


class NoLoan(LoansRefused):
    """The account has no loan, application or security of which this can be done."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number

    def __str__(self) -> str:
        return _(
            "Account %(number)s has nothing any more of which this can be done. Look at the "
            "member's page; somebody else may have done it."
        ) % {"number": self.number}


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
