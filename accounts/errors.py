"""Why business with members and their accounts is refused. Exceptions are facts."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from kernel.wire import Facts
from office.models import Centre, User
from policy.decisions import Decision
from policy.models import StoredDecision
from policy.services import record_refusal
from policy.services.decisions import Rule
from policy.wording import describe_reason


class AccountsRefused(Exception):
    """Business with a member or an account is refused; nothing was written."""


class DecisionRefused(AccountsRefused):
    """The law in force refuses, or a person has to look first; ``decision`` says why.

    The face that opened the transaction calls ``record`` after the rollback, so that the refusal
    is kept like an approval.
    """

    def __init__(
        self,
        *,
        rule: Rule,
        facts: Facts,
        decision: Decision[Any],
        centre: Centre,
        business_date: dt.date,
        subject: tuple[str, str],
        by: User,
        on: dt.date | None = None,
    ) -> None:
        super().__init__(decision.outcome.value, *subject)
        self.rule = rule
        self.facts = facts
        self.decision = decision
        self.centre = centre
        self.business_date = business_date
        self.subject = subject
        self.by = by
        self.on = on

    def __str__(self) -> str:
        reasons = [r for r in self.decision.reasons if not r.met]
        return " ".join(describe_reason(reason) for reason in reasons)

    def record(self) -> StoredDecision:
        """Keep the refusal in a transaction of its own, outside the refused one."""
        return record_refusal(
            rule=self.rule,
            facts=self.facts,
            decision=self.decision,
            centre=self.centre,
            business_date=self.business_date,
            subject=self.subject,
            by=self.by,
            on=self.on,
        )


class OpeningRefused(DecisionRefused):
    """The person may not open an account, or something about them is not known yet."""


class TermsRefused(DecisionRefused):
    """Mode or amount of the agreement do not fit the law of the month it begins in."""


class BadField(AccountsRefused):
    """A field of a form is not what it must be; ``field`` names it."""

    def __init__(
        self, field: str, message: str = "", *, seen: str = "", expected: str = ""
    ) -> None:
        """Take a whole message, or what was seen and expected; neither means it is missing."""
        super().__init__(field, message, seen, expected)
        self.field = field
        if not message and seen:
            message = _("“%(seen)s” is not possible; expected: %(expected)s.") % {
                "seen": seen,
                "expected": expected,
            }
        self.message = message or _("this is missing; fill it in.")

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


class AlreadyWaits(AccountsRefused):
    """An opening for this person already waits for a second person."""

    def __str__(self) -> str:
        return _("An opening for this person already waits. Decide that one first.")


class AlreadyOpen(AccountsRefused):
    """The person has an open account; one person has one account."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number

    def __str__(self) -> str:
        return _("The person already has the open account %(number)s; use that one.") % {
            "number": self.number
        }


class CheckMissing(AccountsRefused):
    """An outside register was not asked, has not answered, said no, or the answer is old."""

    def __init__(self, kind: str, days: int) -> None:
        super().__init__(kind, days)
        self.kind = kind
        self.days = days

    def __str__(self) -> str:
        return _(
            "%(register)s: there is no unused clean answer of the last %(days)s days about this "
            "person. Ask again."
        ) % {"register": self.kind, "days": self.days}


class CheckMismatch(AccountsRefused):
    """Two persons read different answers from one document."""

    def __str__(self) -> str:
        return _(
            "The answer differs from what the first person entered. Compare both with the document."
        )


class WrongState(AccountsRefused):
    """The account is not in a state from which this is possible; ``hint`` is the next step."""

    def __init__(self, number: str, state: str, hint: str = "") -> None:
        super().__init__(number, state, hint)
        self.number = number
        self.state = state
        self.hint = hint

    def __str__(self) -> str:
        said = _("Account %(number)s is “%(state)s”.") % {
            "number": self.number,
            "state": self.state,
        }
        return f"{said} {self.hint}".strip()


class BusinessWaits(AccountsRefused):
    """Another business of the account is under way; one after the other."""

    def __init__(self, number: str, waiting: str) -> None:
        super().__init__(number, waiting)
        self.number = number
        self.waiting = waiting

    def __str__(self) -> str:
        return _(
            "%(waiting)s from account %(number)s is not decided yet. Have it decided or taken "
            "back first."
        ) % {"number": self.number, "waiting": self.waiting}


class AccountNotEmpty(AccountsRefused):
    """An account is closed only when nothing is left in it."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number

    def __str__(self) -> str:
        return _("Account %(number)s still holds money and cannot be closed.") % {
            "number": self.number
        }


class NoAgreement(AccountsRefused):
    """No agreement is in effect on the day, so nothing says what is to be paid."""

    def __init__(self, number: str, on: dt.date) -> None:
        super().__init__(number, on)
        self.number = number
        self.on = on

    def __str__(self) -> str:
        return _("Account %(number)s has no agreement in effect on %(on)s. Sign one first.") % {
            "number": self.number,
            "on": self.on,
        }


class OwnAccount(AccountsRefused):
    """Nobody handles their own account, nor their spouse's; a colleague does."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number

    def __str__(self) -> str:
        return _(
            "Account %(number)s is your own or your spouse's. Ask a colleague to handle it."
        ) % {"number": self.number}


class AlreadyEntered(AccountsRefused):
    """The same order or decision was entered before; ``document_no`` names it."""

    def __init__(self, document_no: str) -> None:
        super().__init__(document_no)
        self.document_no = document_no

    def __str__(self) -> str:
        return _("%(document)s is already entered here. Look at the one that stands.") % {
            "document": self.document_no
        }


class NotInForce(AccountsRefused):
    """The freeze is not in force, so there is nothing to lift."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number

    def __str__(self) -> str:
        return _("Freeze %(number)s is not in force on this day, so there is nothing to lift.") % {
            "number": self.number
        }


class AlreadyMarried(AccountsRefused):
    """One of the two is in a marriage that no record has ended."""

    def __init__(self, name: str, spouse: str, since: dt.date) -> None:
        super().__init__(name, spouse, since)
        self.name = name
        self.spouse = spouse
        self.since = since

    def __str__(self) -> str:
        named = {"name": self.name, "spouse": self.spouse, "since": self.since}
        if not self.spouse:
            return (
                _(
                    "%(name)s is on record as married since %(since)s. Record the divorce or the "
                    "death first, with its paper."
                )
                % named
            )
        return (
            _(
                "%(name)s is on record as married to %(spouse)s since %(since)s. Record the "
                "divorce or the death first, with its paper."
            )
            % named
        )


class NotMarried(AccountsRefused):
    """No marriage of the member is on record, so none can end."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return _(
            "No marriage of %(name)s is on record. Record the marriage first, with its paper, or a "
            "signed declaration of being single."
        ) % {"name": self.name}


class Deceased(AccountsRefused):
    """The member has died; only what follows a death is still done with the account."""

    def __init__(self, number: str, report: str, died_date: dt.date) -> None:
        super().__init__(number, report, died_date)
        self.number = number
        self.report = report
        self.died_date = died_date

    def __str__(self) -> str:
        return _(
            "The member of account %(number)s died on %(day)s (%(report)s). What is left is "
            "inheritance, freezes, complaints and papers (Regulation art. 24). If the report is "
            "wrong, withdraw it first."
        ) % {"number": self.number, "day": self.died_date, "report": self.report}


class DeathKnown(AccountsRefused):
    """The death is on record already; it is reported once."""

    def __init__(self, number: str, report: str) -> None:
        super().__init__(number, report)
        self.number = number
        self.report = report

    def __str__(self) -> str:
        return _(
            "The death of the member of account %(number)s is on record as %(report)s. Go on with "
            "the inheritance."
        ) % {"number": self.number, "report": self.report}


class Inherited(AccountsRefused):
    """The money has gone to heirs, so the report of the death is not withdrawn here any more."""

    def __init__(self, number: str, document_no: str) -> None:
        super().__init__(number, document_no)
        self.number = number
        self.document_no = document_no

    def __str__(self) -> str:
        return _(
            "The money of account %(number)s was handed on by %(document)s. Have it claimed back "
            "before a court first."
        ) % {"number": self.number, "document": self.document_no}
