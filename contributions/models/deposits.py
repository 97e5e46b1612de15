"""Money that came in, and the months it covers."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Agreement, MemberAccount
from contributions.models.takeovers import TakenOver
from kernel.money import MAX_FEN
from ledger.models import Entry
from office.models import Branch, Centre


class Deposit(models.Model):
    """缴存: one payment of a member, booked on the day it came in."""

    class Channel(models.TextChoices):
        """By which way the money came."""

        COUNTER = "COUNTER", _("counter")
        DEBIT = "DEBIT", _("entrusted collection")
        ONLINE = "ONLINE", _("online")

    centre = models.ForeignKey(
        Centre, models.PROTECT, related_name="+", db_index=False, verbose_name=_("centre")
    )
    branch = models.ForeignKey(
        Branch, models.PROTECT, related_name="+", db_index=False, verbose_name=_("branch")
    )
    number = models.CharField(_("document number"), max_length=48, unique=True)
    member_account = models.ForeignKey(
        MemberAccount,
        models.PROTECT,
        related_name="deposits",
        db_index=False,
        verbose_name=_("member account"),
    )
    business_date = models.DateField(_("business date"))
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    mode = models.CharField(_("mode of contribution"), max_length=11, choices=Agreement.Mode)
    monthly_amount_fen = models.BigIntegerField(_("monthly amount (fen)"), null=True)
    months_covered = models.PositiveSmallIntegerField(_("months covered"))
    channel = models.CharField(_("channel"), max_length=7, choices=Channel)
    entry = models.OneToOneField(
        Entry, models.PROTECT, related_name="deposit", verbose_name=_("voucher")
    )
    decision = models.ForeignKey(
        "policy.StoredDecision",
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("decision"),
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("made by"),
    )
    made_at = models.DateTimeField(_("recorded at"), db_default=Now())

    class Meta:
        verbose_name = _("deposit")
        verbose_name_plural = _("deposits")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(
                fields=["member_account", "business_date", "amount_fen"],
                name="contributions_deposit_totals",
            ),
            models.Index(
                fields=["centre", "business_date", "made_by"], name="contributions_deposit_day"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="contributions_deposit_amount_in_range",
                condition=Q(amount_fen__gte=1, amount_fen__lte=MAX_FEN),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Coverage(models.Model):
    """缴存月份: a month that is paid for; no active month is covered twice.

    ``month`` is the month's first day. ``amount_fen`` is the part of the deposit that falls on
    it; the months of one deposit add up to its amount. A month that was paid for before the
    account was taken over from another system has no deposit here: it names the takeover.
    """

    member_account = models.ForeignKey(
        MemberAccount,
        models.PROTECT,
        related_name="coverage",
        db_index=False,
        verbose_name=_("member account"),
    )
    month = models.DateField(_("month"))
    deposit = models.ForeignKey(
        Deposit, models.PROTECT, null=True, related_name="coverage", verbose_name=_("deposit")
    )
    taken_over = models.ForeignKey(
        TakenOver,
        models.PROTECT,
        null=True,
        related_name="coverage",
        verbose_name=_("account taken over"),
    )
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("covered month")
        verbose_name_plural = _("covered months")
        ordering: ClassVar = ["member_account", "month"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member_account", "month"],
                condition=Q(is_active=True),
                name="contributions_coverage_month_once",
            ),
            models.CheckConstraint(
                name="contributions_coverage_amount_positive", condition=Q(amount_fen__gt=0)
            ),
            models.CheckConstraint(
                name="contributions_coverage_first_of_month", condition=Q(month__day=1)
            ),
            models.CheckConstraint(
                name="contributions_coverage_one_origin",
                condition=Q(deposit__isnull=False, taken_over__isnull=True)
                | Q(deposit__isnull=True, taken_over__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class Transfer(models.Model):
    """转入: money that came from another centre or from a unit, with the facts it carries."""

    class Origin(models.TextChoices):
        """As whom the member had contributed it."""

        FLEX = "FLEX", _("flexible employment")
        UNIT = "UNIT", _("employee of a unit")

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    number = models.CharField(_("document number"), max_length=48, unique=True)
    member_account = models.ForeignKey(
        MemberAccount, models.PROTECT, related_name="transfers", verbose_name=_("member account")
    )
    origin = models.CharField(pgettext_lazy("money", "origin"), max_length=4, choices=Origin)
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    business_date = models.DateField(_("business date"))
    from_centre = models.CharField(_("from"), max_length=80)
    contributed_months = models.PositiveSmallIntegerField(_("months contributed there"))
    first_month = models.DateField(_("first month there"), null=True, blank=True)
    document_no = models.CharField(_("their document"), max_length=64)
    entry = models.OneToOneField(
        Entry, models.PROTECT, related_name="transfer", verbose_name=_("voucher")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )

    class Meta:
        verbose_name = _("transfer in")
        verbose_name_plural = _("transfers in")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="contributions_transfer_amount_in_range",
                condition=Q(amount_fen__gte=1, amount_fen__lte=MAX_FEN),
            ),
            models.UniqueConstraint(
                fields=["centre", "from_centre", "document_no"],
                name="contributions_transfer_document_once",
            ),
        ]

    def __str__(self) -> str:
        return self.number
