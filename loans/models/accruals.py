"""Interest that loans have earned by the end of a month and not paid yet (应收利息计提)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ledger.models import Entry
from loans.models.loans import Loan
from office.models import Centre


class InterestAccrual(models.Model):
    """应收利息计提: what a centre's loans had earned by a month end; append-only.

    Account 111 holds ``accrued_fen`` from then on: ``entry`` booked what it differs by from
    ``before_fen``, and there is none where nothing differs. ``stopped`` loans are late for too long
    to count as earning.
    """

    number = models.CharField(_("document number"), max_length=48, unique=True)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    month_end = models.DateField(_("month end"))
    business_date = models.DateField(_("business date"))
    loans = models.PositiveIntegerField(_("loans that earn"))
    stopped = models.PositiveIntegerField(_("loans too late to earn"))
    before_fen = models.BigIntegerField(_("accrued before (fen)"))
    accrued_fen = models.BigIntegerField(_("accrued (fen)"))
    entry = models.OneToOneField(
        Entry, models.PROTECT, null=True, related_name="+", verbose_name=_("entry")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("recorded at"), db_default=Now())

    class Meta:
        verbose_name = _("accrual of loan interest")
        verbose_name_plural = _("accruals of loan interest")
        ordering: ClassVar = ["-month_end", "centre"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["centre", "month_end"], name="loans_interestaccrual_once_a_month"
            ),
            models.CheckConstraint(
                name="loans_interestaccrual_not_negative",
                condition=Q(before_fen__gte=0, accrued_fen__gte=0),
            ),
            models.CheckConstraint(
                name="loans_interestaccrual_books_what_differs",
                condition=Q(entry__isnull=True, accrued_fen=F("before_fen"))
                | Q(entry__isnull=False) & ~Q(accrued_fen=F("before_fen")),
            ),
            models.CheckConstraint(
                name="loans_interestaccrual_after_the_month",
                condition=Q(business_date__gt=F("month_end")),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class AccruedInterest(models.Model):
    """应收利息明细: what one loan had earned by a month end; append-only, none for nought."""

    accrual = models.ForeignKey(
        InterestAccrual, models.PROTECT, related_name="items", verbose_name=_("accrual")
    )
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="+", verbose_name=_("loan"))
    interest_fen = models.BigIntegerField(_("interest (fen)"))

    class Meta:
        verbose_name = _("interest a loan has earned")
        verbose_name_plural = _("interest loans have earned")
        ordering: ClassVar = ["accrual", "loan"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["accrual", "loan"], name="loans_accruedinterest_once_per_loan"
            ),
            models.CheckConstraint(
                name="loans_accruedinterest_positive", condition=Q(interest_fen__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.accrual} {self.loan}"
