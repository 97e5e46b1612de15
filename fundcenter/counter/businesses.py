"""What may be done with an account now, and what may not, with the reason and its clause."""

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import MemberAccount
from office.models import User
from policy.book import PolicyBook
from policy.wording import describe_citations

State = MemberAccount.State


@dataclass(frozen=True, slots=True)
class Business:
    """A business on the member page. One without an address may not be done: ``why`` says so."""

    key: int
    title: str
    url: str
    why: str = ""


def list_businesses(
    account: MemberAccount, user: User, book: PolicyBook, day: dt.date | None
) -> list[Business]:
    """List the businesses of an account in the order of their keys, for this person and day."""
    flex = account.identity == MemberAccount.Identity.FLEX
    normal, sealed = account.state == State.NORMAL, account.state == State.SEALED
    rows = [
        (
            _("Deposit"),
            "deposit",
            "contributions.deposit",
            normal and flex,
            _why_no_deposit(account, book),
        ),
        (
            _("Change the agreement"),
            "agreement",
            "accounts.amend",
            normal,
            _("The account is %(state)s.") % {"state": account.get_state_display()},
        ),
        (
            pgettext("account", "Seal"),
            "seal",
            "accounts.seal",
            normal,
            _("The account is %(state)s.") % {"state": account.get_state_display()},
        ),
        (
            _("Unseal"),
            "unseal",
            "accounts.unseal",
            sealed,
            _("The account is not sealed."),
        ),
    ]
    found = []
    for place, (title, name, permission, possible, why) in enumerate(rows, start=1):
        reason = _hindrance(user, permission, day) or ("" if possible else why)
        url = "" if reason else reverse(name, args=[account.number])
        found.append(Business(place, title, url, reason))
    return found


def _hindrance(user: User, permission: str, day: dt.date | None) -> str:
    if not user.may(permission):
        return _("Not part of your role (%(role)s).") % {"role": user.get_role_display()}
    if day is None:
        return _("No business day is open.")
    return ""


def _why_no_deposit(account: MemberAccount, book: PolicyBook) -> str:
    if account.state == State.CLOSED:
        return _("The account is closed; open a new one.")
    if account.state == State.SEALED:
        cited = "；".join(describe_citations(book.cite("dormancy.seal"))) if book.in_force else ""
        return _("The account is sealed: unseal it first. %(clause)s") % {"clause": cited}
    return _("The member contributes through a unit now.")
