"""Money kept in suspense that goes back to who paid it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import MemberAccount
from kernel.money import MAX_FEN
from ledger.models import Entry, LedgerAccount
from office.fields import EncryptedTextField
from office.models import Document, Limited


class SuspenseRefund(Limited, Document):
    """暂存款退回: money that is kept under a number (21901) is paid back to who brought it.

    ``line`` is the detail account that holds it, ``kept_for`` the number of what it was brought
    for. Whoever keeps the money decides that it is free; here it is booked and paid. Approved, it
    is owed (21903) until its payout is confirmed.
    """

    submit_permission = "contributions.withdraw"
    approve_permission = "contributions.approve"

    member_account = models.ForeignKey(
        MemberAccount,
        models.PROTECT,
        related_name="suspense_refunds",
        verbose_name=_("member account"),
    )
    line = models.ForeignKey(
        LedgerAccount, models.PROTECT, related_name="+", verbose_name=_("kept in")
    )
    kept_for = models.CharField(_("kept for"), max_length=48)
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    reason = models.CharField(_("reason"), max_length=200)
    payee = models.CharField(_("payee"), max_length=80)
    bank = models.CharField(_("bank"), max_length=40)
    card = EncryptedTextField(_("card number"))
    card_last4 = models.CharField(_("last four digits"), max_length=4)
    entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        null=True,
        related_name="suspense_refund",
        editable=False,
        verbose_name=_("voucher"),
    )

    class Meta(Document.Meta):
        verbose_name = _("refund from suspense")
        verbose_name_plural = _("refunds from suspense")
        constraints: ClassVar = [
            *Document.Meta.constraints,
            *Limited.Meta.constraints,
            models.CheckConstraint(
                name="contributions_suspenserefund_is_whole",
                condition=Q(amount_fen__gte=1, amount_fen__lte=MAX_FEN)
                & ~Q(kept_for="")
                & ~Q(reason="")
                & ~Q(bank="")
                & ~Q(card_last4=""),
            ),
            models.CheckConstraint(
                name="contributions_suspenserefund_approved_is_booked",
                condition=Q(state="SUBMITTED")
                | Q(state="APPROVED", entry__isnull=False)
                | Q(state__in=["DRAFT", "RETURNED", "CANCELLED"], entry__isnull=True),
            ),
        ]
