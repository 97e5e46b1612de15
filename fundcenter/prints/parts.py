"""What several papers say in the same way."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import IdentityDocument, MemberAccount
from kernel.money import capital_yuan, grouped_yuan
from kernel.months import FundYear


@dataclass(frozen=True, slots=True)
class Ask:
    """What the person at the counter asked for: the day of business, and what the form said."""

    day: dt.date
    data: Mapping[str, Any]


class NothingToPrint(LookupError):
    """The object has nothing of the kind; ``str()`` says what is missing."""


def in_words(fen: int) -> str:
    """Say a sum in figures and in capital characters, as papers that prove money must."""
    return _("%(amount)s yuan (%(capital)s)") % {
        "amount": grouped_yuan(fen),
        "capital": capital_yuan(fen),
    }


def day(date: dt.date | None) -> str:
    """Print a date; a missing one is a dash."""
    return date.isoformat() if date else "—"


def period(first: dt.date, last: dt.date) -> str:
    """Say a range of days; a whole fund year is called that."""
    year = FundYear.of(last)
    if (first, last) == (year.first_day, year.last_day):
        return _("%(first)s to %(last)s (fund year)") % {"first": first, "last": last}
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


def person_rows(account: MemberAccount, *, full: bool) -> list[tuple[str, str]]:
    """Say who the member is: name, papers, account. ``full`` shows the number unmasked."""
    paper = IdentityDocument.objects.filter(member=account.member_id, is_current=True).first()
    number = (paper.number if full else paper.masked) if paper else "—"
    return [
        (pgettext("paper", "Name"), account.member.name),
        (_("Kind of document"), paper.get_document_type_display() if paper else "—"),
        (_("ID number"), number),
        (_("Account number"), account.number),
    ]


def who(account: MemberAccount) -> str:
    """Name an account's member with the account, for a sentence."""
    return f"{account.member.name}（{account.number}）"
