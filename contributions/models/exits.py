"""Leaving (退出): what is paid now, what waits, and when the account closes."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import MemberAccount
from contributions.models.interest import InterestCredit
from kernel.money import MAX_FEN
from ledger.models import Entry
from office.fields import EncryptedTextField
from office.models import Document, Limited


class Exit(Limited, Document):
    """退出: a member leaves, or takes the unit part that had to wait sealed after leaving.

    ``parts`` lists [origin, component, fen] of what is paid now, interest to the day included,
    and ``waiting_parts`` of the unit part that stays; ``waits_until`` None = nothing waits, or no
    date in the text. What is approved is what was shown, to the fen, or nothing. ``closes``: the
    account closes once the payment is confirmed, or at once where there is nothing to pay.
    """

    submit_permission = "contributions.exit"
    approve_permission = "contributions.approve"

    class Part(models.TextChoices):
        """What is left with it."""

        WHOLE = "WHOLE", _("leaving")
        UNIT_PART = "UNIT_PART", _("unit part after the sealed months")

    member_account = models.ForeignKey(
        MemberAccount, models.PROTECT, related_name="exits", verbose_name=_("member account")
    )
    part = models.CharField(_("what it is"), max_length=9, choices=Part)
    guarantee = models.BooleanField(_("stands surety for another's loan"))
    unit_sealed_date = models.DateField(_("unit part sealed on"), null=True)
    paid_fen = models.BigIntegerField(_("paid now (fen)"))
    interest_fen = models.BigIntegerField(_("of this interest to the day (fen)"))
    parts = models.JSONField(_("paid now by origin"), default=list)
    waiting_fen = models.BigIntegerField(_("waits sealed (fen)"), default=0)
    waiting_parts = models.JSONField(_("waits by origin"), default=list)
    waits_until = models.DateField(_("waits until"), null=True)
    closes = models.BooleanField(_("closes the account"))
    payee = models.CharField(_("payee"), max_length=80)
    bank = models.CharField(_("bank"), max_length=40, blank=True, default="")
    card = EncryptedTextField(_("card number"), blank=True, default="")
    card_last4 = models.CharField(_("last four digits"), max_length=4, blank=True, default="")
    due_date = models.DateField(_("decision due by"), null=True)
    decision = models.ForeignKey(
        "policy.StoredDecision", models.PROTECT, related_name="+", verbose_name=_("decision")
    )
    approval_decision = models.ForeignKey(
        "policy.StoredDecision",
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("decision at approval"),
    )
    interest_credit = models.OneToOneField(
        InterestCredit,
        models.PROTECT,
        null=True,
        related_name="exit",
        editable=False,
        verbose_name=_("interest credited within the year"),
    )
    entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        null=True,
        related_name="exit",
        editable=False,
        verbose_name=_("voucher"),
    )

    class Meta(Document.Meta):
        verbose_name = pgettext_lazy("document", "exit")
        verbose_name_plural = pgettext_lazy("documents", "exits")
        indexes: ClassVar = [
            models.Index(fields=["centre", "state", "due_date"], name="contributions_exit_due"),
        ]
        constraints: ClassVar = [
            *Document.Meta.constraints,
            *Limited.Meta.constraints,
            models.CheckConstraint(
                name="contributions_exit_amounts_in_range",
                condition=Q(paid_fen__gte=0, paid_fen__lte=MAX_FEN)
                & Q(waiting_fen__gte=0, waiting_fen__lte=MAX_FEN)
                & Q(interest_fen__gte=0),
            ),
            models.CheckConstraint(
                name="contributions_exit_known_part",
                condition=Q(part="WHOLE")
                | Q(part="UNIT_PART", unit_sealed_date__isnull=False, waiting_fen=0, closes=True),
            ),
            models.CheckConstraint(
                name="contributions_exit_closes_only_empty",
                condition=Q(closes=False) | Q(waiting_fen=0),
            ),
            models.CheckConstraint(
                name="contributions_exit_pays_to_a_card",
                condition=Q(paid_fen=0) | (~Q(bank="") & ~Q(card_last4="")),
            ),
            models.CheckConstraint(
                name="contributions_exit_approved_is_booked",
                condition=Q(state="SUBMITTED")
                | (
                    Q(state="APPROVED", approval_decision__isnull=False)
                    & (Q(paid_fen=0, entry__isnull=True) | Q(paid_fen__gt=0, entry__isnull=False))
                )
                | Q(
                    state__in=["DRAFT", "RETURNED", "CANCELLED"],
                    entry__isnull=True,
                    approval_decision__isnull=True,
                ),
            ),
        ]
