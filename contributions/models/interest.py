"""Interest that accounts got within a fund year, before its settlement."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import MemberAccount
from kernel.money import MAX_FEN
from ledger.models import Entry
from office.models import Centre


class InterestCredit(models.Model):
    """利息入账: an account's interest up to its business date (excluded), as at an exit.

    It counts from ``from_date``: the last 30 June, or the credit before it. ``last_entry`` is the
    latest entry it looked at; what a later entry moves back in time, the next settlement counts
    from its own value date. Rows without interest have no voucher.
    """

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    member_account = models.ForeignKey(
        MemberAccount,
        models.PROTECT,
        related_name="interest_credits",
        verbose_name=_("member account"),
    )
    document_no = models.CharField(_("document number"), max_length=48)
    from_date = models.DateField(_("earned from"))
    business_date = models.DateField(_("earned until (excluded)"))
    flex_fen = models.BigIntegerField(_("interest of flexible money (fen)"))
    unit_fen = models.BigIntegerField(_("interest of unit money (fen)"))
    last_entry = models.ForeignKey(
        Entry, models.PROTECT, null=True, related_name="+", verbose_name=_("last voucher counted")
    )
    entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        null=True,
        related_name="interest_credit",
        verbose_name=_("voucher"),
    )
    decision = models.ForeignKey(
        "policy.StoredDecision", models.PROTECT, related_name="+", verbose_name=_("decision")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("recorded at"), db_default=Now())

    class Meta:
        verbose_name = _("interest credited within the year")
        verbose_name_plural = _("interest credited within the year")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member_account", "business_date"],
                name="contributions_interestcredit_once_a_day",
            ),
            models.CheckConstraint(
                name="contributions_interestcredit_period",
                condition=Q(from_date__lte=F("business_date")),
            ),
            models.CheckConstraint(
                name="contributions_interestcredit_amounts_in_range",
                condition=Q(flex_fen__gte=0, flex_fen__lte=MAX_FEN)
                & Q(unit_fen__gte=0, unit_fen__lte=MAX_FEN),
            ),
            models.CheckConstraint(
                name="contributions_interestcredit_booked_if_any",
                condition=Q(flex_fen=0, unit_fen=0, entry__isnull=True)
                | (~Q(flex_fen=0, unit_fen=0) & Q(entry__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_no} {self.business_date}"

    @property
    def amount_fen(self) -> int:
        """Interest of both lines, in fen."""
        return self.flex_fen + self.unit_fen
