"""How corrections are described to whoever decides them, with what they change in settled years."""

from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contributions.models import Correction
from contributions.services import cancel_correction, return_correction, shown_correction
from kernel.money import grouped_yuan
from kernel.posts import Post, posts_up_to
from loans.models import RepaymentReversal
from loans.repayment_kinds import REVERSAL
from office.inbox import Kind, Rows
from office.models import User
from settlement.models import SettlementItem
from settlement.services import reverse_settled, undo_repayment
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


def _approver_role(correction: Correction) -> str:
    return Post.CHECKER if correction.needs_review else correction.approver_role


def _decidable(rows: QuerySet[Correction], user: User) -> QuerySet[Correction]:
    """List what waits for this person: reviews for all, the rest for who may approve it."""
    to_review = Q(is_later=True, reviewed_by__isnull=True)
    to_approve = Q(approver_role__in=posts_up_to(user.role))
    return rows.exclude(reviewed_by=user.pk).filter(to_review | to_approve)


def _approve(*, document: Correction, **decided: Any) -> object:
    return reverse_settled(correction=document, **decided)


def _return(*, document: Correction, reason: str, by: User, **_day: Any) -> object:
    return return_correction(correction=document, reason=reason, by=by)


def _cancel(*, document: Correction, by: User) -> object:
    return cancel_correction(correction=document, by=by)


def _undo(*, document: RepaymentReversal, **decided: Any) -> object:
    return undo_repayment(reversal=document, **decided)


def _entries_of_reversal(reversal: RepaymentReversal) -> list[Any]:
    """List the loan's vouchers, then what they changed in settled years."""
    changes = reversal.adjustments.select_related("entry").order_by("pk") if reversal.pk else []
    return [*REVERSAL.entries(reversal), *(one.entry for one in changes)]


KINDS = (
    replace(REVERSAL, approve=_undo, entries=_entries_of_reversal),
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
        approver_role=_approver_role,
        decidable=_decidable,
    ),
    SURPLUS,
)
