"""A payment that the bank sent back, to be made again to another card."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import MemberAccount
from contributions.models.withdrawals import Payout
from office.fields import EncryptedTextField
from office.models import Document, Limited


class Reissue(Limited, Document):
    """退票重付: the payee's corrected card for a payout that the bank sent back.

    The money was booked out of the account before and is owed all the while, so nothing is booked
    here. ``check_no`` is the bank's answer that name, identity number, card and phone go
    together. Approved, a further payout is ready (``replacement``).
    """

    submit_permission = "contributions.withdraw"
    approve_permission = "contributions.approve"

    member_account = models.ForeignKey(
        MemberAccount, models.PROTECT, related_name="reissues", verbose_name=_("member account")
    )
    payout = models.ForeignKey(
        Payout, models.PROTECT, related_name="reissues", verbose_name=_("payout sent back")
    )
    bank = models.CharField(_("bank"), max_length=40)
    card = EncryptedTextField(_("card number"))
    card_last4 = models.CharField(_("last four digits"), max_length=4)
    check_no = models.CharField(_("check of the card"), max_length=64)
    replacement = models.OneToOneField(
        Payout,
        models.PROTECT,
        null=True,
        related_name="reissue",
        editable=False,
        verbose_name=_("further payout"),
    )

    class Meta(Document.Meta):
        verbose_name = _("payment made again")
        verbose_name_plural = _("payments made again")
        constraints: ClassVar = [
            *Document.Meta.constraints,
            *Limited.Meta.constraints,
            models.UniqueConstraint(
                fields=["payout"],
                condition=Q(state__in=["SUBMITTED", "APPROVED"]),
                name="contributions_reissue_once_per_payout",
                violation_error_message=_("This payment is being made again already."),
            ),
            models.CheckConstraint(
                name="contributions_reissue_is_checked",
                condition=~Q(check_no="") & ~Q(bank="") & ~Q(card_last4=""),
            ),
            models.CheckConstraint(
                name="contributions_reissue_approved_is_ready",
                condition=Q(state="SUBMITTED")
                | Q(state="APPROVED", replacement__isnull=False)
                | Q(state__in=["DRAFT", "RETURNED", "CANCELLED"], replacement__isnull=True),
            ),
        ]

    @property
    def after_death(self) -> bool:
        """Whether it follows a death: it pays an heir, and not the member who has died."""
        return self.payout.heir_id is not None

    @property
    def amount_fen(self) -> int:
        """What is paid again."""
        return self.payout.amount_fen
