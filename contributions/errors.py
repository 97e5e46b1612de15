"""Why money is not taken in or not paid out. Exceptions are facts."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.errors import AccountsRefused, DecisionRefused
from contributions.letters import LetterState
from kernel.money import grouped_yuan


class DepositRefused(DecisionRefused):
    """The law in force refuses the payment; ``decision`` lists every reason with its clause."""


class WithdrawalRefused(DecisionRefused):
    """The law refuses the withdrawal, or a person has to look first; ``decision`` says why."""


class ConversionRefused(DecisionRefused):
    """The law does not know the change of identity, or is not in force; ``decision`` says why."""


class MoveRefused(DecisionRefused):
    """The account may neither leave nor go up in another one now; ``decision`` says why."""


class ContributionsRefused(AccountsRefused):
    """Business with contributions is refused; nothing was written."""


class AboveOwnLimit(ContributionsRefused):
    """The deposit is more than the clerk books alone; amounts in fen."""

    def __init__(self, amount_fen: int, limit_fen: int) -> None:
        super().__init__(amount_fen, limit_fen)
        self.amount_fen, self.limit_fen = amount_fen, limit_fen

    def __str__(self) -> str:
        return _(
            "%(amount)s yuan are more than the %(limit)s yuan that one person books alone "
            "(approval.limits). Hand it in as a large deposit; a second person signs."
        ) % {"amount": grouped_yuan(self.amount_fen), "limit": grouped_yuan(self.limit_fen)}


class AllowedLess(ContributionsRefused):
    """Less may be paid now than when the request was taken in; amounts in fen."""

    def __init__(self, number: str, shown_fen: int, allowed_fen: int) -> None:
        super().__init__(number, shown_fen, allowed_fen)
        self.number = number
        self.shown_fen = shown_fen
        self.allowed_fen = allowed_fen

    def __str__(self) -> str:
        return _(
            "%(number)s was taken in for %(shown)s yuan, but only %(allowed)s yuan can be paid "
            "now. Return it, so that it is taken in anew."
        ) % {
            "number": self.number,
            "shown": grouped_yuan(self.shown_fen),
            "allowed": grouped_yuan(self.allowed_fen),
        }


class PayoutEnded(ContributionsRefused):
    """The payout was confirmed or failed before; each happens once."""

    def __init__(self, number: str, state: str) -> None:
        super().__init__(number, state)
        self.number = number
        self.state = state

    def __str__(self) -> str:
        return _("Payout %(number)s is “%(state)s” already; nothing was booked.") % {
            "number": self.number,
            "state": self.state,
        }


class ReferenceUsed(ContributionsRefused):
    """The bank's reference already confirms another payout."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference

    def __str__(self) -> str:
        return _(
            "The bank's reference %(reference)s already confirms another payout. Compare with the "
            "bank's receipt."
        ) % {"reference": self.reference}


class KnownWorkbook(ContributionsRefused):
    """The very same file was handed in before; ``number`` is the takeover it belongs to."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number

    def __str__(self) -> str:
        return _(
            "This very file was handed in before, as %(number)s. Look at that one; for other "
            "people hand in another file."
        ) % {"number": self.number}


class TakeoverUnclean(ContributionsRefused):
    """A workbook with problems, or one that was not tried yet, cannot be submitted."""

    def __init__(self, number: str, problems: int | None) -> None:
        super().__init__(number, problems)
        self.number = number
        self.problems = problems

    def __str__(self) -> str:
        if self.problems is None:
            return _("%(number)s has not been tried yet. Wait until its trial is over.") % {
                "number": self.number
            }
        return _(
            "%(number)s: the trial found %(problems)s problems. Mend the workbook and hand it in "
            "anew."
        ) % {"number": self.number, "problems": self.problems}


class NumberTaken(ContributionsRefused):
    """An account with this old number was taken over before."""

    def __init__(self, old_number: str) -> None:
        super().__init__(old_number)
        self.old_number = old_number

    def __str__(self) -> str:
        return _("The former account %(number)s was taken over before. Leave it out.") % {
            "number": self.old_number
        }


class YearNotSettled(ContributionsRefused):
    """Interest of an ended fund year is still to be credited by its settlement."""

    def __init__(self, number: str, end: dt.date) -> None:
        super().__init__(number, end)
        self.number = number
        self.end = end

    def __str__(self) -> str:
        return _(
            "Account %(number)s still waits for the interest settlement of %(end)s. Have that "
            "year settled first."
        ) % {"number": self.number, "end": self.end}


class InterestBelowZero(ContributionsRefused):
    """Corrections moved so much back in time that the interest to the day is below zero."""

    def __init__(self, number: str, on: dt.date) -> None:
        super().__init__(number, on)
        self.number = number
        self.on = on

    def __str__(self) -> str:
        return _(
            "The interest of account %(number)s to %(on)s would be below zero. Look at the value "
            "dates of its corrections."
        ) % {"number": self.number, "on": self.on}


class NotCorrectable(ContributionsRefused):
    """The voucher is not one that a correction undoes; ``hint`` says what does."""

    def __init__(self, document_no: str, kind: str, hint: str) -> None:
        super().__init__(document_no, kind, hint)
        self.document_no = document_no
        self.kind = kind
        self.hint = hint

    def __str__(self) -> str:
        return _("Voucher %(number)s (%(kind)s) is not undone by a correction. %(hint)s") % {
            "number": self.document_no,
            "kind": self.kind,
            "hint": self.hint,
        }


class AlreadyCorrected(ContributionsRefused):
    """The voucher was undone before, or its correction waits."""

    def __init__(self, document_no: str, by: str) -> None:
        super().__init__(document_no, by)
        self.document_no = document_no
        self.by = by

    def __str__(self) -> str:
        return _("Voucher %(number)s is undone by %(by)s already, or that one waits.") % {
            "number": self.document_no,
            "by": self.by,
        }


class MoneyUsed(ContributionsRefused):
    """The money to be taken back has left the account since; amounts in fen."""

    def __init__(self, number: str, short_fen: int) -> None:
        super().__init__(number, short_fen)
        self.number = number
        self.short_fen = short_fen

    def __str__(self) -> str:
        return _(
            "Account %(number)s would be %(short)s yuan short: the money was taken out or used "
            "meanwhile. Let the member pay that back first, then correct."
        ) % {"number": self.number, "short": grouped_yuan(self.short_fen)}


class MoneyFrozen(ContributionsRefused):
    """A court's order holds the money that would be taken back; amounts in fen."""

    def __init__(self, number: str, free_fen: int, asked_fen: int) -> None:
        super().__init__(number, free_fen, asked_fen)
        self.number = number
        self.free_fen = free_fen
        self.asked_fen = asked_fen

    def __str__(self) -> str:
        return _(
            "Account %(number)s is frozen by a court: %(free)s yuan are free, %(asked)s yuan would "
            "leave it. Ask the court first."
        ) % {
            "number": self.number,
            "free": grouped_yuan(self.free_fen),
            "asked": grouped_yuan(self.asked_fen),
        }


class DayPassed(ContributionsRefused):
    """A same-day cancellation was not approved on its day."""

    def __init__(self, number: str, booked_on: dt.date) -> None:
        super().__init__(number, booked_on)
        self.number = number
        self.booked_on = booked_on

    def __str__(self) -> str:
        return _(
            "%(number)s cancels an entry of %(day)s and could be approved on that day only. "
            "Return it, and hand it in anew as a reversal."
        ) % {"number": self.number, "day": self.booked_on}


class NotReviewed(ContributionsRefused):
    """A later reversal waits for its checker before the supervisor."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number

    def __str__(self) -> str:
        return _("%(number)s has not been reviewed; a checker looks at it first.") % {
            "number": self.number
        }


class ExitRefused(DecisionRefused):
    """The law keeps the member from leaving, or the unit part from being paid yet."""


class ExitChanged(ContributionsRefused):
    """Other figures come out than when the exit was taken in; amounts in fen."""

    def __init__(self, number: str, shown_fen: int, now_fen: int) -> None:
        super().__init__(number, shown_fen, now_fen)
        self.number = number
        self.shown_fen = shown_fen
        self.now_fen = now_fen

    def __str__(self) -> str:
        return _(
            "%(number)s was taken in for %(shown)s yuan; now it comes to %(now)s yuan, or what "
            "waits has changed. Interest counts to the day of approval. Return it, so that it is "
            "taken in anew."
        ) % {
            "number": self.number,
            "shown": grouped_yuan(self.shown_fen),
            "now": grouped_yuan(self.now_fen),
        }


class HasLeft(ContributionsRefused):
    """The member has left already; ``exit_number`` is the document."""

    def __init__(self, number: str, exit_number: str) -> None:
        super().__init__(number, exit_number)
        self.number = number
        self.exit_number = exit_number

    def __str__(self) -> str:
        return _(
            "The member of account %(number)s has left by %(exit)s. What still waits is withdrawn "
            "as the unit part."
        ) % {"number": self.number, "exit": self.exit_number}


class NothingWaits(ContributionsRefused):
    """No unit part of a member who has left waits in the account."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number

    def __str__(self) -> str:
        return _(
            "In account %(number)s no unit part waits after an exit. Take in the exit first."
        ) % {"number": self.number}


class LetterCannotMove(ContributionsRefused):
    """The platform knows no such move of a letter from where it stands."""

    def __init__(self, letter_no: str, before: str, after: str) -> None:
        super().__init__(letter_no, before, after)
        self.letter_no = letter_no
        self.before = before
        self.after = after

    def __str__(self) -> str:
        named = {state.value: str(state.label) for state in LetterState}
        return _(
            "Letter %(letter)s stands at “%(before)s” and cannot go to “%(after)s”. Look at it "
            "again."
        ) % {
            "letter": self.letter_no,
            "before": named.get(self.before, "–"),
            "after": named.get(self.after, self.after),
        }


class ArrivalDiffers(ContributionsRefused):
    """What arrived is not what the other centre told; amounts in fen."""

    def __init__(self, number: str, told_fen: int, arrived_fen: int) -> None:
        super().__init__(number, told_fen, arrived_fen)
        self.number = number
        self.told_fen = told_fen
        self.arrived_fen = arrived_fen

    def __str__(self) -> str:
        return _(
            "%(number)s: the account information says %(told)s yuan, %(arrived)s yuan are entered, "
            "or their origins differ. Talk with the other centre, then enter its paper."
        ) % {
            "number": self.number,
            "told": grouped_yuan(self.told_fen),
            "arrived": grouped_yuan(self.arrived_fen),
        }


class TransferWaits(ContributionsRefused):
    """A transfer of the account, or its arrival, is under way already."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number

    def __str__(self) -> str:
        return _(
            "A transfer of account %(number)s, or this arrival, is entered already. Look at it on "
            "the page of transfers."
        ) % {"number": self.number}


class DisputeWaits(ContributionsRefused):
    """Another dispute about the balance of the account is not answered yet."""

    def __init__(self, number: str, waiting: str) -> None:
        super().__init__(number, waiting)
        self.number = number
        self.waiting = waiting

    def __str__(self) -> str:
        return _("Dispute %(waiting)s about account %(number)s is not answered yet.") % {
            "number": self.number,
            "waiting": self.waiting,
        }


class StepMissing(ContributionsRefused):
    """A step that comes before this one was not done; ``hint`` says which."""

    def __init__(self, number: str, hint: str) -> None:
        super().__init__(number, hint)
        self.number = number
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.number}: {self.hint}"
