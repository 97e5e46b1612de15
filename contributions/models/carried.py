"""What a member brought along from elsewhere: months, subsidies, loans."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import MemberAccount
from contributions.facts import Identity


class CarriedRecord(models.Model):
    """缴存记录: what another centre, a unit or a merged account says of earlier contributing.

    ``months`` lists the months paid for as ``YYYY-MM``; where only their number is known they are
    the last ``month_count`` months up to ``last_month``. ``subsidy_credits`` counts the fund years
    in which a subsidy was given, ``subsidy_fen`` sums them; they count here if
    ``counts_in_subsidy``.
    """

    member_account = models.ForeignKey(
        MemberAccount, models.PROTECT, related_name="carried", verbose_name=_("member account")
    )
    document_no = models.CharField(_("document number"), max_length=64)
    business_date = models.DateField(_("business date"))
    source = models.CharField(_("from"), max_length=80)
    identity = models.CharField(
        _("identity"),
        max_length=4,
        choices=MemberAccount.Identity,
    )
    first_month = models.DateField(_("first month there"), null=True)
    last_month = models.DateField(_("last month there"), null=True)
    month_count = models.PositiveSmallIntegerField(_("months contributed there"))
    months = models.JSONField(_("months"), default=list)
    subsidy_fen = models.BigIntegerField(_("subsidies received there (fen)"), default=0)
    subsidy_credits = models.PositiveSmallIntegerField(_("years with a subsidy there"), default=0)
    opening_subsidy = models.BooleanField(_("had the opening subsidy"), default=False)
    counts_in_subsidy = models.BooleanField(_("counts towards the limits of subsidies here"))
    loans = models.PositiveSmallIntegerField(
        pgettext_lazy("carried", "loans taken there"), default=0
    )
    banned_until = models.DateField(_("banned through"), null=True)

    class Meta:
        verbose_name = _("carried record")
        verbose_name_plural = _("carried records")
        ordering: ClassVar = ["member_account", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member_account", "document_no", "identity"],
                name="contributions_carried_once_per_document",
            ),
            models.CheckConstraint(
                name="contributions_carried_known_identity",
                condition=Q(identity__in=[identity.value for identity in Identity]),
            ),
            models.CheckConstraint(
                name="contributions_carried_months_in_order",
                condition=Q(first_month__isnull=True)
                | Q(last_month__isnull=True)
                | Q(last_month__gte=F("first_month")),
            ),
            models.CheckConstraint(
                name="contributions_carried_months_have_an_end",
                condition=Q(month_count=0) | Q(last_month__isnull=False),
            ),
            models.CheckConstraint(
                name="contributions_carried_subsidy_not_negative", condition=Q(subsidy_fen__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_no} {self.source}"
