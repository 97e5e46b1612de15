"""How corrections are described to whoever decides them, with what they change in settled years."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contributions.models import Correction
from contributions.services import cancel_correction, return_correction, shown_correction
from kernel.money import grouped_yuan
from office.inbox import Kind, Rows
from office.models import User
from settlement.models import SettlementItem
from settlement.services import reverse_settled
from settlement.surplus_kind import SURPLUS


def describe_effect(correction: Correction) -> Rows:
    """Say year by year what a correction gives or takes back."""
    kinds = dict(SettlementItem.Kind.choices)
    return [
        (
            _("%(year)s %(kind)s") % {"year": row["year"], "kind": kinds[row["kind"]]},
            f"{'+' if row['fen'] > 0 else '−'}{grouped_yuan(abs(row['fen']))}",
        )
        for row in correction.effect
    ]


def _facts(correction: Correction) -> Rows:
    wrong = correction.wrong_entry
    way = _("reversal on a later day") if correction.is_later else _("cancelled on its own day")
    voucher = f"{wrong.document_no}　{wrong.get_kind_display()}　{wrong.business_date}"
    rows: Rows = [
        (_("Member"), correction.member_account.member.name),
        (_("Wrong voucher"), voucher),
        (_("How"), way),
        (_("What was wrong"), correction.reason),
    ]
    if correction.right_account is not None:
        right = correction.right_account
        amount = grouped_yuan(correction.right_amount_fen or 0)
        rows.append((_("Right deposit"), f"{right.number}　{right.member.name}　{amount}"))
    rows += describe_effect(correction) or [(_("Settled years"), _("nothing changes"))]
    if correction.is_later:
        reviewer = correction.reviewed_by
        seen = f"{reviewer}　{correction.reviewed_date}" if reviewer else _("not yet")
        rows.append((_("Reviewed by"), seen))
    return rows


def _headline(correction: Correction) -> str:
    amount = grouped_yuan(correction.amount_fen)
    number = correction.wrong_entry.document_no
    if correction.right_amount_fen is None:
        return _("%(number)s over %(amount)s yuan is undone") % {
            "number": number,
            "amount": amount,
        }
    return _("%(number)s over %(amount)s yuan is undone, %(right)s yuan take its place") % {
        "number": number,
        "amount": amount,
        "right": grouped_yuan(correction.right_amount_fen),
    }


def _entries(correction: Correction) -> list[Any]:
    booked = [correction.entry, getattr(correction.right_deposit, "entry", None)]
    changes = correction.adjustments.select_related("entry").order_by("pk") if correction.pk else []
    return [entry for entry in [*booked, *(one.entry for one in changes)] if entry is not None]


def _permission(correction: Correction) -> str:
    if correction.is_later and not correction.needs_review:
        return correction.approve_later_permission
    return correction.approve_permission


def _decidable(rows: QuerySet[Correction], user: User) -> QuerySet[Correction]:
    """List what waits for this person: reviews for all, reviewed reversals for supervisors."""
    first = Q(is_later=False) | Q(reviewed_by__isnull=True)
    if user.may(Correction.approve_later_permission):
        return rows.exclude(reviewed_by=user.pk)
    return rows.filter(first)


def _approve(*, document: Correction, **decided: Any) -> object:
    return reverse_settled(correction=document, **decided)


def _return(*, document: Correction, reason: str, by: User, **_day: Any) -> object:
    return return_correction(correction=document, reason=reason, by=by)


def _cancel(*, document: Correction, by: User) -> object:
    return cancel_correction(correction=document, by=by)


KINDS = (
    Kind(
        name="correction",
        title=gettext_lazy("Correction"),
        model=Correction,
        facts=_facts,
        headline=_headline,
        amount_fen=lambda one: one.amount_fen,
        decision=lambda one: getattr(one.right_deposit, "decision", None),
        entries=_entries,
        shown=shown_correction,
        approve=_approve,
        return_=_return,
        cancel=_cancel,
        approve_permission=_permission,
        decidable=_decidable,
    ),
    SURPLUS,
)
