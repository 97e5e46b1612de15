"""That a member has died: reported by whoever comes with the certificate, or found to be wrong."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.members import MemberAccount
from office.models import Branch, Centre, Document


class DeathReport(models.Model):
    """死亡登记: a member has died, by a certificate that was seen; in force at once.

    It stops every business of the account but inheritance, freezes, complaints and papers, so one
    clerk is enough to write it. ``sealed_it``: the account was normal before. ``withdrawn_date``:
    the day on which two persons found it wrong; None = it stands.
    """

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, related_name="+", verbose_name=_("branch")
    )
    number = models.CharField(_("document number"), max_length=48, unique=True)
    business_date = models.DateField(_("business date"))
    member_account = models.ForeignKey(
        MemberAccount,
        models.PROTECT,
        related_name="death_reports",
        verbose_name=_("member account"),
    )
    died_date = models.DateField(_("died on"))
    certificate_no = models.CharField(_("number of the death certificate"), max_length=64)
    certificate_date = models.DateField(_("date of the death certificate"))
    informant = models.CharField(_("informant"), max_length=80)
    informant_relation = models.CharField(_("informant's relation"), max_length=40)
    sealed_it = models.BooleanField(_("sealed the account"))
    withdrawn_date = models.DateField(_("withdrawn on"), null=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"), db_default=Now())

    class Meta:
        verbose_name = _("report of a death")
        verbose_name_plural = _("reports of deaths")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member_account"],
                condition=Q(withdrawn_date__isnull=True),
                name="accounts_deathreport_one_stands",
                violation_error_message=_("The death of this member is on record already."),
            ),
            models.CheckConstraint(
                name="accounts_deathreport_names_certificate_and_informant",
                condition=~Q(certificate_no="") & ~Q(informant=""),
            ),
            models.CheckConstraint(
                name="accounts_deathreport_days_follow_each_other",
                condition=Q(certificate_date__gte=F("died_date"))
                & Q(business_date__gte=F("certificate_date")),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class DeathRevocation(Document):
    """撤销死亡登记: the report was wrong, by another paper that two persons have read."""

    submit_permission = "accounts.report_death"
    approve_permission = "accounts.approve"
    after_death = True

    report = models.ForeignKey(
        DeathReport,
        models.PROTECT,
        related_name="revocations",
        verbose_name=_("report of a death"),
    )
    evidence_no = models.CharField(_("number of the paper"), max_length=64)
    reason = models.CharField(_("reason"), max_length=200)

    class Meta(Document.Meta):
        verbose_name = _("withdrawal of a death report")
        verbose_name_plural = _("withdrawals of death reports")
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.CheckConstraint(
                name="accounts_deathrevocation_says_why",
                condition=~Q(evidence_no="") & ~Q(reason=""),
            ),
            models.UniqueConstraint(
                fields=["report"],
                condition=~Q(state__in=["RETURNED", "CANCELLED"]),
                name="accounts_deathrevocation_one_per_report",
                violation_error_message=_("The withdrawal of this report is already entered."),
            ),
        ]
