"""What a member has against the balance of the account, and what the centre answers."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import MemberAccount
from kernel.money import MAX_FEN
from office.models import Document


class Dispute(Document):
    """余额异议: the bank reviews it, the centre reviews it again and answers in writing.

    Accepted on ``business_date``, answered by ``due_date`` (Regulation art. 37). As a draft it
    waits for the bank's review and the answer; a second person reviews both and signs. What was
    wrong is put right by a correction of its own.
    """

    submit_permission = "contributions.dispute"
    approve_permission = "contributions.approve"

    class State(models.TextChoices):
        """Where the complaint stands."""

        DRAFT = "DRAFT", _("the bank reviews")
        SUBMITTED = "SUBMITTED", _("the centre reviews again")
        APPROVED = "APPROVED", pgettext_lazy("dispute", "answered")
        RETURNED = "RETURNED", _("returned")
        CANCELLED = "CANCELLED", pgettext_lazy("dispute", "taken back by the member")

    class Outcome(models.TextChoices):
        """What the review found."""

        RIGHT = "RIGHT", _("the balance is right")
        WRONG = "WRONG", _("the balance was wrong and is corrected")

    state = models.CharField(
        _("state"), max_length=16, choices=State, default=State.DRAFT, editable=False
    )
    member_account = models.ForeignKey(
        MemberAccount, models.PROTECT, related_name="disputes", verbose_name=_("member account")
    )
    balance_fen = models.BigIntegerField(_("balance in the books (fen)"))
    claimed_fen = models.BigIntegerField(_("balance the member claims (fen)"), null=True)
    claim = models.CharField(_("what the member says"), max_length=400)
    due_date = models.DateField(_("to be answered by"), null=True)
    decision = models.ForeignKey(
        "policy.StoredDecision",
        models.PROTECT,
        related_name="+",
        verbose_name=_("decision on the deadline"),
    )
    bank_finding = models.CharField(
        _("what the bank found"), max_length=400, blank=True, default="", editable=False
    )
    bank_document_no = models.CharField(
        _("number of the bank's paper"), max_length=64, blank=True, default="", editable=False
    )
    bank_date = models.DateField(_("bank reviewed on"), null=True, editable=False)
    bank_entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("entered by"),
    )
    outcome = models.CharField(
        _("finding of the review"),
        max_length=5,
        choices=Outcome,
        blank=True,
        default="",
        editable=False,
    )
    answer = models.CharField(_("answer"), max_length=400, blank=True, default="", editable=False)
    correction = models.ForeignKey(
        "contributions.Correction",
        models.PROTECT,
        null=True,
        related_name="disputes",
        editable=False,
        verbose_name=_("correction"),
    )
    answered_date = models.DateField(_("answered on"), null=True, editable=False)

    class Meta(Document.Meta):
        verbose_name = _("dispute about a balance")
        verbose_name_plural = _("disputes about balances")
        indexes: ClassVar = [
            models.Index(fields=["centre", "state", "due_date"], name="contributions_dispute_due"),
        ]
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.UniqueConstraint(
                fields=["member_account"],
                condition=Q(state__in=["DRAFT", "SUBMITTED", "RETURNED"]),
                name="contributions_dispute_one_open",
                violation_error_message=_("A dispute about this account is not answered yet."),
            ),
            models.CheckConstraint(
                name="contributions_dispute_says_what",
                condition=~Q(claim="")
                & (Q(claimed_fen__isnull=True) | Q(claimed_fen__gte=0, claimed_fen__lte=MAX_FEN)),
            ),
            models.CheckConstraint(
                name="contributions_dispute_bank_before_answer",
                condition=Q(outcome="", answer="")
                | (Q(bank_date__isnull=False) & ~Q(bank_finding="") & ~Q(answer="")),
            ),
            models.CheckConstraint(
                name="contributions_dispute_answered_is_dated",
                condition=Q(state="SUBMITTED")
                | Q(state="APPROVED", answered_date__isnull=False)
                | (~Q(state="APPROVED") & Q(answered_date__isnull=True)),
            ),
            models.CheckConstraint(
                name="contributions_dispute_handed_in_with_answer",
                condition=~Q(state__in=["SUBMITTED", "APPROVED"]) | ~Q(answer=""),
            ),
            models.CheckConstraint(
                name="contributions_dispute_wrong_names_its_correction",
                condition=~Q(outcome="WRONG") | Q(correction__isnull=False),
                violation_error_message=_("What was wrong is corrected first."),
            ),
        ]

    @property
    def needs_bank(self) -> bool:
        """Whether the bank's review is still missing."""
        return self.bank_date is None
