"""How a payment that is made again is described to people, and how any document was paid."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from contributions.models import Exit, Payout, Reissue, SuspenseRefund, Withdrawal
from contributions.services import (
    approve_reissue,
    cancel_reissue,
    return_reissue,
    shown_reissue,
)
from kernel.money import grouped_yuan
from office.inbox import Kind, Rows
from office.models import User


def describe_payouts(document: Withdrawal | Exit | SuspenseRefund) -> Rows:
    """Say of each payout of a document where it stands, in their order."""
    return [
        (pgettext("document", "Payout"), describe_payout(payout))
        for payout in document.payouts.order_by("pk")
    ]


def describe_payout(payout: Payout) -> str:
    """Say of one payout where it goes, where it stands, and what the bank said."""
    said = payout.bank_reference or payout.failure
    parts = [payout.number, f"****{payout.card_last4}", str(payout.get_state_display()), said]
    return "　".join(part for part in parts if part)


def _facts(reissue: Reissue) -> Rows:
    source, payout = reissue.payout.source, reissue.payout
    rows = [
        (_("Payee"), payout.payee),
        (_("Paid for"), f"{source.number}　{source._meta.verbose_name}"),
        (_("Sent back by the bank"), describe_payout(payout)),
        (_("Paid to"), f"{payout.payee}　{reissue.bank} ****{reissue.card_last4}"),
        (_("Check of the card"), reissue.check_no),
    ]
    if reissue.replacement is not None:
        rows.append((pgettext("document", "Payout"), describe_payout(reissue.replacement)))
    return rows


def _headline(reissue: Reissue) -> str:
    return _("%(amount)s yuan are paid again, to card ****%(card)s") % {
        "amount": grouped_yuan(reissue.amount_fen),
        "card": reissue.card_last4,
    }


def _approve(*, document: Reissue, **decided: Any) -> object:
    return approve_reissue(reissue=document, **decided)


def _return(*, document: Reissue, reason: str, by: User, **_day: Any) -> object:
    return return_reissue(reissue=document, reason=reason, by=by)


def _cancel(*, document: Reissue, by: User) -> object:
    return cancel_reissue(reissue=document, by=by)


REISSUE = Kind(
    name="reissue",
    title=gettext_lazy("Payment made again"),
    model=Reissue,
    facts=_facts,
    headline=_headline,
    amount_fen=lambda reissue: reissue.amount_fen,
    shown=shown_reissue,
    approve=_approve,
    return_=_return,
    cancel=_cancel,
)
