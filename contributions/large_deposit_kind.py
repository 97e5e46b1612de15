"""How a deposit that a second person signs is described to people."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contributions.models import LargeDeposit
from contributions.services import (
    approve_large_deposit,
    cancel_large_deposit,
    return_large_deposit,
    shown_large_deposit,
)
from kernel.money import grouped_yuan
from office.inbox import Kind, Rows
from office.models import User


def _facts(large: LargeDeposit) -> Rows:
    return [
        (_("Member"), large.member_account.member.name),
        (_("Months covered"), str(large.months_covered)),
        (_("Booked as"), large.deposit.number if large.deposit else _("not yet")),
    ]


def _headline(large: LargeDeposit) -> str:
    amount = grouped_yuan(large.amount_fen)
    return _("%(amount)s yuan are to be paid in, with two signatures") % {"amount": amount}


def _entries(large: LargeDeposit) -> list[Any]:
    return [large.deposit.entry] if large.deposit else []


def _approve(*, document: LargeDeposit, **decided: Any) -> object:
    return approve_large_deposit(large_deposit=document, **decided)


def _return(*, document: LargeDeposit, reason: str, by: User, **_day: Any) -> object:
    return return_large_deposit(large_deposit=document, reason=reason, by=by)


def _cancel(*, document: LargeDeposit, by: User) -> object:
    return cancel_large_deposit(large_deposit=document, by=by)


LARGE_DEPOSIT = Kind(
    name="large-deposit",
    title=gettext_lazy("Large deposit"),
    model=LargeDeposit,
    facts=_facts,
    headline=_headline,
    amount_fen=lambda large: large.amount_fen,
    entries=_entries,
    shown=shown_large_deposit,
    approve=_approve,
    return_=_return,
    cancel=_cancel,
)
