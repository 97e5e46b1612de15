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


# --- application and reviews


class HouseholdUnknown(LoansRefused):
    """Nothing is on record of the borrower's household, so nobody knows who else is bound."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return _(
            "Nothing is on record of the household of %(name)s. Record the marriage with its "
            "paper, or a signed declaration of being single, and have it approved; then apply."
        ) % {"name": self.name}


class SpouseUntold(LoansRefused):
    """The spouse has no account here, and the paper tells neither birth nor sex."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return _(
            "The paper on record for %(name)s tells neither birth nor sex. Record the marriage "
            "with a present paper, or open an account for the spouse."
        ) % {"name": self.name}


class AlreadyApplies(LoansRefused):
    """The person, or the household, belongs to another application or loan that stands."""

    def __init__(self, name: str, standing: str) -> None:
        super().__init__(name, standing)
        self.name = name
        self.standing = standing

    def __str__(self) -> str:
        return _(
            "%(name)s already belongs to %(standing)s; one household has one loan. Look at that "
            "one, or have it cancelled first."
        ) % {"name": self.name, "standing": self.standing}


class AnswerMissing(LoansRefused):
    """Registers have not given the answers that an application needs; each with what to do."""

    def __init__(self, lacking: list[str]) -> None:
        super().__init__(*lacking)
        self.lacking = lacking

    def __str__(self) -> str:
        return " ".join(self.lacking)


class HouseholdChanged(LoansRefused):
    """The household on record is not the one that applied."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number

    def __str__(self) -> str:
        return _(
            "The household on record is not the one of %(number)s any more. Return it, so that it "
            "is handed in with those who belong to it now."
        ) % {"number": self.number}


class QuotaFell(LoansRefused):
    """Less can be lent now than the reviewers saw; amounts in fen."""

    def __init__(self, number: str, shown_fen: int, now_fen: int) -> None:
        super().__init__(number, shown_fen, now_fen)
        self.number = number
        self.shown_fen = shown_fen
        self.now_fen = now_fen

    def __str__(self) -> str:
        return _(
            "%(number)s was looked at with %(shown)s yuan, but only %(now)s yuan can be lent now. "
            "Return it, so that it is handed in anew."
        ) % {
            "number": self.number,
            "shown": grouped_yuan(self.shown_fen),
            "now": grouped_yuan(self.now_fen),
        }


class LookedBefore(LoansRefused):
    """Each look takes another person."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number

    def __str__(self) -> str:
        return _(
            "You have looked at %(number)s in this round already; the next look takes a colleague."
        ) % {"number": self.number}


class OneReading(LoansRefused):
    """Text and table agree on this application, so there is nothing to choose."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number

    def __str__(self) -> str:
        return _("%(number)s lies on no edge of a band: both readings give one quota.") % {
            "number": self.number
        }


class ContestWaits(LoansRefused):
    """The record is contested already, or not any more; ``number`` is the contest."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number

    def __str__(self) -> str:
        return _("This record is contested already: see %(number)s.") % {"number": self.number}
