"""Every decision that was ever made, with all it rested on."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from office.models import Centre


class StoredDecision(models.Model):
    """A decision as it was made: facts, values read, tests, outcome (决定). Never changed.

    ``rule`` and ``facts_type`` name the code that decided and the form of its facts, so that the
    decision can be made again from this row alone and compared. ``policy_date`` is the day on
    which the policy book was opened; ``parameters`` and ``unset`` are the rows that were read.
    """

    class Outcome(models.TextChoices):
        APPROVED = "APPROVED", _("Approved")
        NEEDS_REVIEW = "NEEDS_REVIEW", _("Needs review")
        REFUSED = "REFUSED", _("Refused")

    centre = models.ForeignKey(
        Centre, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("centre")
    )
    business_date = models.DateField(_("business date"))
    policy_date = models.DateField(_("day of the law"))
    rule = models.CharField(_("rule"), max_length=128)
    facts_type = models.CharField(_("kind of facts"), max_length=128)
    calculator = models.CharField(_("calculator"), max_length=64, blank=True, default="")
    subject_type = models.CharField(_("subject"), max_length=64)
    subject_id = models.CharField(_("number of the subject"), max_length=64)
    facts = models.JSONField(_("facts"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    result = models.JSONField(_("result"), null=True)
    reasons = models.JSONField(_("reasons"))
    warnings = models.JSONField(_("warnings"))
    parameters = models.JSONField(_("values read"))
    unset = models.JSONField(_("values found unset"))
    chain = models.JSONField(_("chain of jurisdictions"))
    code_version = models.CharField(_("version of the program"), max_length=32)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("made by"),
    )
    made_at = models.DateTimeField(_("made at"), db_default=Now())

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="policy_decision_subject"),
            models.Index(fields=["centre", "business_date"], name="policy_decision_day"),
        ]
        constraints = [
            models.CheckConstraint(
                name="policy_storeddecision_outcome_known",
                condition=Q(outcome__in=["APPROVED", "NEEDS_REVIEW", "REFUSED"]),
            ),
            models.CheckConstraint(
                name="policy_storeddecision_names_its_rule",
                condition=~Q(rule="") & ~Q(facts_type="") & ~Q(subject_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule.rpartition('.')[2]} {self.subject_type} {self.subject_id}"
