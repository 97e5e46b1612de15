"""Debits of cards, and repayments taken back."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import MemberAccount
from kernel.money import MAX_FEN
from ledger.models import Entry
from loans.models.loans import Loan, Repayment
from office.models import Centre, Document


class RepaymentReversal(Document):
    """还款冲正: a repayment that should not be is taken out of the loan's course.

    ``effect`` lists what the repayments after it change by, as it was shown: rows of ``number``
    and the sums of penalty, interest, principal and suspense in fen. ``entry`` is the red-letter
    voucher, ``difference_entry`` what came out differently afterwards. ``reopens``: the repayment
    had paid the loan off.
    """

    submit_permission = "loans.repay"
    approve_permission = "loans.approve"

    member_account = models.ForeignKey(
        MemberAccount,
        models.PROTECT,
        related_name="repayment_reversals",
        verbose_name=_("member account"),
    )
    repayment = models.ForeignKey(
        Repayment, models.PROTECT, related_name="reversals", verbose_name=_("repayment")
    )
    reason = models.CharField(_("what was wrong"), max_length=200)
    effect = models.JSONField(_("effect on later repayments"), default=list)
    reopens = models.BooleanField(_("the loan runs again"), default=False)
    entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        null=True,
        related_name="repayment_reversal",
        editable=False,
        verbose_name=_("red-letter voucher"),
    )
    difference_entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        null=True,
        related_name="repayment_difference",
        editable=False,
        verbose_name=_("voucher of the difference"),
    )

    class Meta(Document.Meta):
        verbose_name = _("reversal of a repayment")
        verbose_name_plural = _("reversals of repayments")
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.UniqueConstraint(
                fields=["repayment"],
                condition=Q(state__in=["SUBMITTED", "APPROVED"]),
                name="loans_reversal_once_per_repayment",
            ),
            models.CheckConstraint(
                name="loans_reversal_approved_is_booked",
                condition=~Q(state="APPROVED") | Q(entry__isnull=False, checked_by__isnull=False),
            ),
        ]

    @property
    def loan(self) -> Loan:
        """The loan that was repaid."""
        return self.repayment.loan


class DebitBatch(models.Model):
    """扣款批次: what is to be debited from repayment cards on a day, sent to the bank as a file."""

    number = models.CharField(_("number"), max_length=48, unique=True)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    business_date = models.DateField(_("business date"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("recorded at"), db_default=Now())

    class Meta:
        verbose_name = _("batch of debits")
        verbose_name_plural = _("batches of debits")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["centre", "business_date"], name="loans_batch_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class DebitLine(models.Model):
    """扣款明细: one loan of a batch; the bank answers each line once.

    A loan has one line on its way at most, so nothing is asked for twice. ``KEPT``: the card was
    debited after the loan had ended; the money waits in suspense.
    """

    class State(models.TextChoices):
        """What the bank said."""

        SENT = "SENT", pgettext_lazy("debit", "sent")
        PAID = "PAID", pgettext_lazy("debit", "debited")
        FAILED = "FAILED", pgettext_lazy("debit", "not debited")
        KEPT = "KEPT", pgettext_lazy("debit", "debited, kept in suspense")

    batch = models.ForeignKey(
        DebitBatch, models.PROTECT, related_name="lines", verbose_name=_("batch of debits")
    )
    number = models.CharField(_("number"), max_length=64, unique=True)
    loan = models.ForeignKey(
        Loan, models.PROTECT, related_name="debit_lines", verbose_name=_("loan")
    )
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    card_last4 = models.CharField(_("last four digits"), max_length=4)
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.SENT)
    failure = models.CharField(_("bank's reason"), max_length=120, blank=True, default="")
    bank_reference = models.CharField(_("bank's reference"), max_length=64, blank=True, default="")
    answered_date = models.DateField(_("answered on"), null=True)
    repayment = models.OneToOneField(
        Repayment,
        models.PROTECT,
        null=True,
        related_name="debit_line",
        verbose_name=_("repayment"),
    )
    entry = models.OneToOneField(
        Entry, models.PROTECT, null=True, related_name="debit_line", verbose_name=_("voucher")
    )

    class Meta:
        verbose_name = _("line of a batch of debits")
        verbose_name_plural = _("lines of batches of debits")
        ordering: ClassVar = ["batch", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["loan"],
                condition=Q(state="SENT"),
                name="loans_debit_one_on_its_way_per_loan",
            ),
            models.UniqueConstraint(fields=["batch", "loan"], name="loans_debit_once_per_batch"),
            models.CheckConstraint(
                name="loans_debit_sum_in_range",
                condition=Q(amount_fen__gte=1, amount_fen__lte=MAX_FEN),
            ),
            models.CheckConstraint(
                name="loans_debit_answer_fits_its_state",
                condition=Q(state="SENT", repayment__isnull=True, entry__isnull=True)
                | Q(state="PAID", repayment__isnull=False, entry__isnull=True)
                | (Q(state="FAILED", repayment__isnull=True, entry__isnull=True) & ~Q(failure=""))
                | Q(state="KEPT", repayment__isnull=True, entry__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number
