"""Accounts that have gone quiet."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import MemberAccount
from office.models import Document


class DormancyList(Document):
    """A centre's monthly list of accounts that have gone quiet, approved as a whole."""

    submit_permission = ""
    approve_permission = "dormancy.approve"

    class Meta(Document.Meta):
        verbose_name = _("dormancy list")
        verbose_name_plural = _("dormancy lists")
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.UniqueConstraint(
                fields=["centre", "business_date"],
                condition=~Q(state="CANCELLED"),
                name="contributions_dormancylist_one_per_day",
            ),
        ]


class DormancyCandidate(models.Model):
    """One account on a dormancy list: what is to be done, notice, and what was done."""

    class Action(models.TextChoices):
        """What the rule asks for."""

        SEAL = "SEAL", _("seal")
        CLOSE = "CLOSE", _("close")
        ALERT = "ALERT", _("look at it")

    class Outcome(models.TextChoices):
        """What became of it."""

        WAITS = "WAITS", _("waits for the end of the notice")
        SEALED = "SEALED", _("sealed")
        CLOSED = "CLOSED", _("closed")
        ALERTED = "ALERTED", _("shown to a person")
        DROPPED = "DROPPED", _("no longer dormant")

    dormancy_list = models.ForeignKey(
        DormancyList, models.PROTECT, related_name="candidates", verbose_name=_("list")
    )
    member_account = models.ForeignKey(
        MemberAccount, models.PROTECT, related_name="+", verbose_name=_("member account")
    )
    action = models.CharField(_("to be done"), max_length=5, choices=Action)
    months_uncovered = models.PositiveSmallIntegerField(_("months without contribution"))
    notified_date = models.DateField(_("notified on"), null=True, blank=True)
    acts_date = models.DateField(_("acts from"), null=True, blank=True)
    done_date = models.DateField(_("done on"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=7, choices=Outcome, default=Outcome.WAITS)
    decision = models.ForeignKey(
        "policy.StoredDecision",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decision"),
    )

    class Meta:
        verbose_name = _("dormancy candidate")
        verbose_name_plural = _("dormancy candidates")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["dormancy_list", "member_account"],
                name="contributions_candidate_once_per_list",
            ),
            models.UniqueConstraint(
                fields=["member_account"],
                condition=Q(outcome="WAITS"),
                name="contributions_candidate_one_waiting",
            ),
            models.CheckConstraint(
                name="contributions_candidate_done_with_date",
                condition=Q(outcome="WAITS", done_date__isnull=True)
                | (~Q(outcome="WAITS") & Q(done_date__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_account} {self.get_action_display()}"
