"""Accounts that another system kept before this one (接管): the workbook, and what came of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Range
from django.utils.translation import gettext_lazy as _

from accounts.models import MemberAccount
from office.fields import EncryptedTextField
from office.models import Centre, Document


class Takeover(Document):
    """接管单: a workbook of accounts from another system, checked by machine and by two persons.

    ``workbook`` is the file itself, base64 below the encryption; ``sha256`` names it and stands in
    what the second person approves. ``claimed`` are the control totals a person typed from the
    other system's own report, ``found`` those of the workbook: only equal ones can be submitted.
    Sums are in fen. A workbook is booked whole or not at all, on ``booked_date``.
    """

    submit_permission = "takeover.submit"
    approve_permission = "takeover.approve"

    file_name = models.CharField(_("name of the file"), max_length=120)
    sha256 = models.CharField(_("digest of the file"), max_length=64)
    workbook = EncryptedTextField(_("workbook"))
    claimed = models.JSONField(_("control totals typed"))
    found = models.JSONField(_("control totals found"), null=True)
    problems = models.JSONField(_("problems found"), default=list)
    problem_count = models.PositiveIntegerField(_("number of problems"), null=True)
    booked_date = models.DateField(_("booked on"), null=True, editable=False)

    class Meta(Document.Meta):
        verbose_name = _("takeover")
        verbose_name_plural = _("takeovers")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.UniqueConstraint(
                fields=["centre", "sha256"],
                condition=~Q(state__in=["RETURNED", "CANCELLED"]),
                name="contributions_takeover_workbook_once",
                violation_error_message=_("This workbook was handed in before."),
            ),
            models.CheckConstraint(
                name="contributions_takeover_digest_length",
                condition=Q(Range(Length("sha256"), (64, 64))),
            ),
            models.CheckConstraint(
                name="contributions_takeover_submitted_without_problems",
                condition=~Q(state__in=["SUBMITTED", "APPROVED"])
                | Q(problem_count=0, found__isnull=False),
                violation_error_message=_("Mend the workbook first."),
            ),
            models.CheckConstraint(
                name="contributions_takeover_booked_is_approved",
                condition=Q(booked_date__isnull=True) | Q(state="APPROVED"),
            ),
        ]


class TakenOver(models.Model):
    """An account that came with a workbook, under the number it had before; once per number."""

    takeover = models.ForeignKey(
        Takeover, models.PROTECT, related_name="accounts", verbose_name=_("takeover")
    )
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    member_account = models.OneToOneField(
        MemberAccount,
        models.PROTECT,
        related_name="taken_over",
        verbose_name=_("member account"),
    )
    old_number = models.CharField(_("former account number"), max_length=40)
    booked_date = models.DateField(_("booked on"))

    class Meta:
        verbose_name = _("account taken over")
        verbose_name_plural = _("accounts taken over")
        ordering: ClassVar = ["takeover", "old_number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["centre", "old_number"], name="contributions_takenover_number_once"
            ),
            models.CheckConstraint(
                name="contributions_takenover_number_given", condition=~Q(old_number="")
            ),
        ]

    def __str__(self) -> str:
        return self.old_number
