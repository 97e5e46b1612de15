"""What may be done with an account now, and what may not, with the reason and its clause."""

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import DeathReport, MemberAccount, PendingBusiness
from fundcenter.counter.business import Group, Life
from fundcenter.counter.businesses import BUSINESSES
from office.models import User
from policy.book import PolicyBook

State = MemberAccount.State
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Offer:
    """A business on the member page. One without an address may not be done: ``why`` says so."""

    place: int
    group: Group
    title: str | Promise
    url: str
    why: str = ""

    @property
    def key(self) -> str:
        """The digit that opens it, with Alt; beyond nine with Shift too (``s1``), then none."""
        if self.place <= _DIGITS:
            return str(self.place)
        return f"s{self.place - _DIGITS}" if self.place <= 2 * _DIGITS else ""

    @property
    def shown_key(self) -> str:
        """The key as the page prints it; empty where there is none."""
        return f"Alt+{self.key.replace('s', '⇧')}" if self.key else ""


def list_offers(
    account: MemberAccount,
    user: User,
    book: PolicyBook,
    day: dt.date | None,
    death: DeathReport | None,
) -> list[Offer]:
    """List the businesses of an account in the order of their keys, for this person and day.

    Args:
        death: the report of the member's death that stands; it ends what only the living do.
    """
    under_way = PendingBusiness.objects.filter(member_account=account, is_open=True).first()
    rows = []
    for business in BUSINESSES:
        if business.of_one_role and not user.may(business.permission):
            continue
        if business.life is Life.ENDED and death is None:
            continue
        why = _hindrance(user, business.permission, day)
        if not why and account.state == State.CLOSED:
            why = _("The account is closed; open a new one.")
        if not why and death is not None and business.life is Life.GOES_ON:
            why = _(
                "Died on %(day)s (%(number)s): now inheritance, freezes, complaints and papers "
                "(Regulation art. 24)."
            ) % {"day": death.died_date.isoformat(), "number": death.number}
        if not why and business.takes_turns and under_way is not None:
            why = _("%(number)s is under way; have it decided first.") % {
                "number": under_way.number
            }
        if not why and day is not None:
            why = business.why_not(account, book, day)
        rows.append((business.group, business.title, business.name, why))
    order = list(Group)
    rows.sort(key=lambda row: order.index(row[0]))
    return [
        Offer(place, group, title, "" if why else reverse(name, args=[account.number]), why)
        for place, (group, title, name, why) in enumerate(rows, start=1)
    ]


def _hindrance(user: User, permission: str, day: dt.date | None) -> str:
    if not user.may(permission):
        return _("Not part of your role (%(role)s).") % {"role": user.get_role_display()}
    if day is None:
        return _("No business day is open.")
    return ""
