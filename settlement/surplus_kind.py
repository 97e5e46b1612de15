"""How the distribution of a year's value-added income is described to whoever decides it."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.money import grouped_yuan
from office.inbox import Kind, Rows
from office.models import User
from settlement.models import SurplusDistribution
from settlement.services import (
    approve_surplus,
    cancel_surplus,
    return_surplus,
    shown_surplus,
)


def signed_yuan(fen: int) -> str:
    """Write fen as yuan, with a minus sign where it is below nought."""
    return f"−{grouped_yuan(-fen)}" if fen < 0 else grouped_yuan(fen)


def _facts(one: SurplusDistribution) -> Rows:
    rows: Rows = [
        (_("Calendar year"), str(one.year)),
        (_("Value-added income (yuan)"), signed_yuan(one.surplus_fen)),
        (_("of which the flexible pool's (yuan)"), signed_yuan(one.flexible_surplus_fen)),
        (_("To the risk reserve (yuan)"), grouped_yuan(one.reserve_fen)),
        (
            _("of which out of the flexible pool's income (yuan)"),
            grouped_yuan(one.flexible_reserve_fen),
        ),
        (_("Management fee (yuan)"), grouped_yuan(one.fee_fen)),
        (_("Public housing supplement (yuan)"), grouped_yuan(one.housing_fen)),
        (_("Committee's resolution"), f"{one.resolution_no}　{one.resolution_date}"),
    ]
    if one.fee_approval_no:
        rows.append((_("Approval of the management fee"), one.fee_approval_no))
    return rows


def _headline(one: SurplusDistribution) -> str:
    if one.surplus_fen <= 0:
        return _("%(year)s brought no value-added income: its books are closed") % {
            "year": one.year
        }
    return _("%(amount)s yuan of value-added income of %(year)s are distributed") % {
        "amount": grouped_yuan(one.surplus_fen),
        "year": one.year,
    }


def _approve(*, document: SurplusDistribution, **decided: Any) -> object:
    return approve_surplus(document=document, **decided)


def _return(*, document: SurplusDistribution, reason: str, by: User, **_day: Any) -> object:
    return return_surplus(document=document, reason=reason, by=by)


def _cancel(*, document: SurplusDistribution, by: User) -> object:
    return cancel_surplus(document=document, by=by)


SURPLUS = Kind(
    name="surplus",
    title=gettext_lazy("Distribution of value-added income"),
    model=SurplusDistribution,
    facts=_facts,
    headline=_headline,
    amount_fen=lambda one: one.surplus_fen if one.surplus_fen > 0 else None,
    shown=shown_surplus,
    approve=_approve,
    return_=_return,
    cancel=_cancel,
)
