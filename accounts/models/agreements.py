"""What member and centre have agreed, version by version."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.members import MemberAccount
from office.fields import EncryptedTextField
from office.models import Document


class Agreement(models.Model):
    """缴存使用协议: mode, amount and the clauses that were in force when it was signed.

    ``clauses`` keeps the policy values the agreement carries, with their citations; it is what
    the member signed, whatever the law says later. ``document`` is its text as signed, article by
    article, ``edition`` the digest of the values. ``effective_month`` is its first day.
    """

    class Mode(models.TextChoices):
        """How contributions are paid."""

        MONTHLY = "MONTHLY", _("monthly")
        QUARTERLY = "QUARTERLY", _("quarterly")
        HALF_YEARLY = "HALF_YEARLY", _("half-yearly")
        YEARLY = "YEARLY", _("yearly")
        FREE = "FREE", _("free")

    class State(models.TextChoices):
        """Where the agreement stands."""

        SIGNED = "SIGNED", _("signed")
        REPLACED = "REPLACED", _("replaced by a later version")
        TERMINATED = "TERMINATED", _("terminated")
        BREACHED = "BREACHED", _("breached")

    member_account = models.ForeignKey(
        MemberAccount, models.PROTECT, related_name="agreements", verbose_name=_("member account")
    )
    version = models.PositiveSmallIntegerField(_("version"))
    mode = models.CharField(_("mode of contribution"), max_length=11, choices=Mode)
    monthly_amount_fen = models.BigIntegerField(_("monthly amount (fen)"), null=True, blank=True)
    signed_date = models.DateField(_("signed on"))
    effective_month = models.DateField(_("in effect from"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.SIGNED)
    clauses = models.JSONField(_("clauses"), default=list)
    document = models.JSONField(_("text as signed"), default=dict)
    edition = models.CharField(_("edition of the law"), max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering: ClassVar = ["member_account", "version"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member_account", "version"], name="accounts_agreement_version_once"
            ),
            models.UniqueConstraint(
                fields=["member_account"],
                condition=Q(state="SIGNED"),
                name="accounts_agreement_one_signed",
            ),
            models.CheckConstraint(
                name="accounts_agreement_amount_positive",
                condition=Q(monthly_amount_fen__isnull=True) | Q(monthly_amount_fen__gt=0),
            ),
            models.CheckConstraint(
                name="accounts_agreement_periodic_modes_have_an_amount",
                condition=Q(mode="FREE") | Q(monthly_amount_fen__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_account} v{self.version}"


class DebitMandate(models.Model):
    """委托收款协议: the member's own card from which contributions are collected.

    Contributions are collected from it on the days from ``effective_date`` and before
    ``ended_date``. ``check_no`` is the bank's answer that name, identity number, card and phone
    belong to one person (四要素核验).
    """

    member_account = models.ForeignKey(
        MemberAccount, models.PROTECT, related_name="mandates", verbose_name=_("member account")
    )
    version = models.PositiveSmallIntegerField(_("version"))
    bank = models.CharField(_("bank"), max_length=40)
    card = EncryptedTextField(_("card number"))
    card_index = models.CharField(max_length=64, editable=False)
    card_last4 = models.CharField(_("last four digits"), max_length=4)
    debit_day = models.PositiveSmallIntegerField(_("day of debit"))
    signed_date = models.DateField(_("signed on"))
    effective_date = models.DateField(_("collects from"), null=True)
    check_no = models.CharField(_("check of the card"), max_length=64, blank=True, default="")
    ended_date = models.DateField(_("ended on"), null=True, blank=True)

    class Meta:
        verbose_name = _("debit mandate")
        verbose_name_plural = _("debit mandates")
        ordering: ClassVar = ["member_account", "version"]
        indexes: ClassVar = [models.Index(fields=["card_index"], name="accounts_mandate_card")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member_account", "version"], name="accounts_mandate_version_once"
            ),
            models.UniqueConstraint(
                fields=["member_account"],
                condition=Q(ended_date__isnull=True),
                name="accounts_mandate_one_running",
            ),
            models.CheckConstraint(
                name="accounts_mandate_debit_day",
                condition=Q(debit_day__gte=1, debit_day__lte=28),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank} **** {self.card_last4}"


class BreachNotice(Document):
    """违约通知: what a member did against the agreement, and what follows by it.

    ``code``, ``title`` and ``measure`` are those of the signed version, as data. One that ends
    the agreement leaves the account without one until the next version is signed.
    """

    submit_permission = "accounts.amend"
    approve_permission = "accounts.approve"

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="breaches", verbose_name=_("agreement")
    )
    code = models.CharField(_("kind of breach"), max_length=24)
    title = models.CharField(_("breach"), max_length=80)
    measure = models.CharField(_("what follows"), max_length=200)
    ends_agreement = models.BooleanField(_("ends the agreement"))
    happened_date = models.DateField(_("happened on"))
    notice_no = models.CharField(_("number of the notice"), max_length=64)

    class Meta(Document.Meta):
        verbose_name = _("notice of a breach")
        verbose_name_plural = _("notices of breaches")
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.CheckConstraint(
                name="accounts_breachnotice_is_named", condition=~Q(code="") & ~Q(notice_no="")
            ),
            models.UniqueConstraint(
                fields=["agreement", "notice_no"],
                condition=~Q(state__in=["RETURNED", "CANCELLED"]),
                name="accounts_breachnotice_once",
                violation_error_message=_("This notice is already entered."),
            ),
        ]
