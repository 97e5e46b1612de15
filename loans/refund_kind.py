"""How a refund from suspense is described to people."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contributions.models import SuspenseRefund
from contributions.reissue_kind import describe_payouts
from contributions.services import cancel_refund, return_refund, shown_refund
from kernel.money import grouped_yuan
from ledger.models import Entry
from loans.models import Loan
from loans.repaying import get_suspense_fen
from loans.services import approve_suspense_refund
from office.inbox import Kind, Rows
from office.models import User


def _facts(refund: SuspenseRefund) -> Rows:
    rows = [(_("Member"), refund.member_account.member.name)]
    loan = Loan.objects.filter(centre=refund.centre_id, number=refund.kept_for).first()
    if loan is not None:
        kept = grouped_yuan(get_suspense_fen(loan))
        rows += [
            (_("Loan contract"), f"{loan.contract_no}　{loan.number}"),
            (_("In suspense for the loan now (yuan)"), kept),
        ]
    rows += [
        (_("Paid back (yuan)"), grouped_yuan(refund.amount_fen)),
        (_("Reason"), refund.reason),
        (_("Paid to"), f"{refund.payee}　{refund.bank}　****{refund.card_last4}"),
    ]
    return rows + describe_payouts(refund)


def _headline(refund: SuspenseRefund) -> str:
    return _("%(amount)s yuan go back from suspense") % {"amount": grouped_yuan(refund.amount_fen)}


def _entries(refund: SuspenseRefund) -> list[Entry]:
    found = [refund.entry]
    if refund.pk:
        found += [payout.entry for payout in refund.payouts.select_related("entry").order_by("pk")]
    return [entry for entry in found if entry is not None]


def _approve(*, document: SuspenseRefund, **decided: Any) -> object:
    return approve_suspense_refund(refund=document, **decided)


def _return(*, document: SuspenseRefund, reason: str, by: User, **_day: Any) -> object:
    return return_refund(refund=document, reason=reason, by=by)


def _cancel(*, document: SuspenseRefund, by: User, **_day: Any) -> object:
    return cancel_refund(refund=document, by=by)


REFUND = Kind(
    name="suspense-refund",
    title=gettext_lazy("Refund from suspense"),
    model=SuspenseRefund,
    facts=_facts,
    headline=_headline,
    amount_fen=lambda one: one.amount_fen,
    entries=_entries,
    shown=shown_refund,
    approve=_approve,
    return_=_return,
    cancel=_cancel,
)
