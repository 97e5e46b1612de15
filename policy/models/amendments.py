"""How the law is changed at run time: by two persons, for the future."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from office.models import Document
from policy.models.values import ValueFields


class Proposal(Document, ValueFields):
    """A new value that one supervisor enters and another one approves (参数修订单).

    It cites clauses that exist, or brings its own document, or is assumed with a reason. What it
    says never changes: a returned proposal is answered by a new one.

    ``baseline_digest`` marks a row of the policy files that differs from the database in use;
    such a proposal may leave ``effective_from`` empty: it then begins the day after approval.
    Only a value of a parameter that nobody could read before ``reaches_back`` into the past.
    """

    submit_permission: ClassVar[str] = "policy.propose"
    approve_permission: ClassVar[str] = "policy.approve"

    effective_from = models.DateField(
        _("in force from"),
        null=True,
        blank=True,
        help_text=_("A day in the future. The value before it stays for the days before."),
    )
    document_title = models.CharField(
        _("title of the new document"), max_length=200, blank=True, default=""
    )
    document_number = models.CharField(
        _("number of the new document"), max_length=64, blank=True, default=""
    )
    document_clause = models.CharField(
        _("clause of the new document"), max_length=64, blank=True, default=""
    )
    document_gist = models.TextField(
        _("gist of the clause in your own words"), blank=True, default=""
    )
    baseline_digest = models.CharField(
        _("digest of the policy file's row"), max_length=64, blank=True, default="", editable=False
    )
    reaches_back = models.BooleanField(_("reaches back"), default=False, editable=False)

    class Meta(Document.Meta):
        abstract = False
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-id"]
        constraints = [
            *Document.Meta.constraints,
            models.UniqueConstraint(
                fields=["baseline_digest"],
                condition=~Q(baseline_digest=""),
                name="policy_proposal_baseline_once",
            ),
            models.CheckConstraint(
                name="policy_proposal_dated",
                condition=Q(effective_from__isnull=False) | ~Q(baseline_digest=""),
            ),
            models.CheckConstraint(
                name="policy_proposal_future",
                condition=Q(effective_from__isnull=True)
                | Q(reaches_back=True)
                | Q(effective_from__gt=F("business_date")),
                violation_error_message=_("A value can only begin in the future."),
            ),
            models.CheckConstraint(
                name="policy_proposal_rests_on_something",
                condition=~Q(citations="") | ~Q(reason="") | ~Q(document_title=""),
            ),
            models.CheckConstraint(
                name="policy_proposal_document_has_clause",
                condition=Q(document_title="", document_clause="")
                | ~Q(document_title="") & ~Q(document_clause=""),
            ),
        ]
