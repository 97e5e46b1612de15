"""What was booked wrongly, and the reversal that undoes it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import MemberAccount
from contributions.models.deposits import Deposit
from kernel.money import MAX_FEN
from ledger.models import Entry
from office.models import Document


class Correction(Document):
    """更正: an entry of a member account that should not be, undone by its mirror (红冲).

    On the day of the wrong entry a second person is enough (抹账). Later a checker reviews it and
    a supervisor approves it: three different persons. ``effect`` is what the reversal changes in
    years that are settled already, as it was shown: rows of ``year``, ``kind`` and ``fen``.
    ``right_account`` and ``right_amount_fen`` are the deposit that should have been booked.
    """

    submit_permission = "contributions.correct"
    approve_permission = "contributions.approve"
    approve_later_permission = "contributions.approve_reversal"
    # What the centre booked wrongly is put right for the heirs too.
    after_death = True

    reviewed_by_id: int | None

    member_account = models.ForeignKey(
        MemberAccount,
        models.PROTECT,
        related_name="corrections",
        verbose_name=_("member account"),
    )
    wrong_entry = models.ForeignKey(
        Entry, models.PROTECT, related_name="corrections", verbose_name=_("wrong voucher")
    )
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    reason = models.CharField(_("what was wrong"), max_length=200)
    is_later = models.BooleanField(_("after the day it was booked"))
    effect = models.JSONField(_("effect on settled years"), default=list)
    right_account = models.ForeignKey(
        MemberAccount,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("account it belongs into"),
    )
    right_amount_fen = models.BigIntegerField(_("right amount (fen)"), null=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("reviewed by"),
    )
    reviewed_date = models.DateField(_("reviewed on"), null=True, editable=False)
    entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        null=True,
        related_name="correction",
        editable=False,
        verbose_name=_("voucher"),
    )
    right_deposit = models.OneToOneField(
        Deposit,
        models.PROTECT,
        null=True,
        related_name="correction",
        editable=False,
        verbose_name=_("right deposit"),
    )

    class Meta(Document.Meta):
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.CheckConstraint(
                name="contributions_correction_amounts_in_range",
                condition=Q(amount_fen__gte=1, amount_fen__lte=MAX_FEN)
                & (
                    Q(right_amount_fen__isnull=True, right_account__isnull=True)
                    | Q(
                        right_amount_fen__gte=1,
                        right_amount_fen__lte=MAX_FEN,
                        right_account__isnull=False,
                    )
                ),
            ),
            models.CheckConstraint(
                name="contributions_correction_says_why", condition=~Q(reason="")
            ),
            models.CheckConstraint(
                name="contributions_correction_approved_is_booked",
                condition=Q(state="SUBMITTED")
                | Q(state="APPROVED", entry__isnull=False)
                | Q(
                    state__in=["DRAFT", "RETURNED", "CANCELLED"],
                    entry__isnull=True,
                    right_deposit__isnull=True,
                ),
            ),
            models.CheckConstraint(
                name="contributions_correction_later_has_three_persons",
                condition=~Q(state="APPROVED")
                | Q(is_later=False)
                | (
                    Q(reviewed_by__isnull=False, reviewed_date__isnull=False)
                    & ~Q(reviewed_by=F("made_by"))
                    & ~Q(reviewed_by=F("checked_by"))
                ),
                violation_error_message=_("A later reversal needs three different persons."),
            ),
            models.UniqueConstraint(
                fields=["wrong_entry"],
                condition=Q(state__in=["DRAFT", "SUBMITTED", "APPROVED"]),
                name="contributions_correction_once_per_entry",
                violation_error_message=_("A correction of this voucher exists already."),
            ),
        ]

    @property
    def needs_review(self) -> bool:
        """Whether a checker has to look before a supervisor can approve."""
        return self.is_later and self.reviewed_by_id is None
