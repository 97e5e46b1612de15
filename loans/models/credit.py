"""What is remembered of how people keep their word, and how they may contest it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Member, MemberAccount
from kernel.money import MAX_FEN
from loans.models.loans import Loan
from office.models import Branch, Centre, Document


class CreditEvent(models.Model):
    """信用记录: something a centre has on record of a member's credit, by a document.

    ``in_a_row`` is, for OVERDUE, how many instalments running were missed by then. One that was
    contested with success has ``corrected_date`` and counts no more; nothing is ever deleted.
    """

    class Kind(models.TextChoices):
        """What happened."""

        OVERDUE = "OVERDUE", pgettext_lazy("credit", "instalment overdue")
        CURED = "CURED", pgettext_lazy("credit", "overdue instalments paid")
        SETTLED = "SETTLED", pgettext_lazy("credit", "loan paid off")
        WRITTEN_OFF = "WRITTEN_OFF", pgettext_lazy("credit", "loan written off")
        FRAUD = "FRAUD", pgettext_lazy("credit", "obtained by deceit")
        CONTRIBUTION_STOPPED = (
            "CONTRIBUTION_STOPPED",
            pgettext_lazy("credit", "stopped contributing after the loan"),
        )

    number = models.CharField(_("document number"), max_length=48, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, related_name="+", verbose_name=_("branch")
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="credit_events", verbose_name=_("member")
    )
    member_account = models.ForeignKey(
        MemberAccount,
        models.PROTECT,
        related_name="credit_events",
        verbose_name=_("member account"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    date = models.DateField(_("happened on"))
    business_date = models.DateField(_("business date"))
    document_no = models.CharField(_("their document"), max_length=64)
    loan = models.ForeignKey(
        Loan, models.PROTECT, null=True, related_name="credit_events", verbose_name=_("loan")
    )
    amount_fen = models.BigIntegerField(_("amount (fen)"), null=True)
    in_a_row = models.PositiveSmallIntegerField(_("missed instalments in a row"), default=0)
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("recorded at"), db_default=Now())
    corrected_date = models.DateField(_("corrected on"), null=True)

    class Meta:
        verbose_name = _("credit event")
        verbose_name_plural = _("credit events")
        ordering: ClassVar = ["-date", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["member", "kind", "date"], name="loans_credit_of_member"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member", "kind", "document_no"], name="loans_credit_once_per_document"
            ),
            models.CheckConstraint(
                name="loans_credit_known_kind",
                condition=Q(
                    kind__in=[
                        "OVERDUE", "CURED", "SETTLED", "WRITTEN_OFF", "FRAUD",
                        "CONTRIBUTION_STOPPED",
                    ]
                ),
            ),
            models.CheckConstraint(
                name="loans_credit_amount_in_range",
                condition=Q(amount_fen__isnull=True)
                | Q(amount_fen__gte=0, amount_fen__lte=MAX_FEN),
            ),
            models.CheckConstraint(
                name="loans_credit_names_its_document", condition=~Q(document_no="")
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.date} {self.get_kind_display()}"


class CreditContest(Document):
    """信用异议: what a member has against a record, answered in writing by two persons in time.

    Taken in it is a draft with its last day; the answer makes it wait for the second person, who
    signs it. CORRECTED takes the record out of what counts.
    """

    submit_permission = "loans.serve"
    approve_permission = "loans.review"

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "DRAFT", pgettext_lazy("contest", "to be answered")
        SUBMITTED = "SUBMITTED", pgettext_lazy("contest", "the answer waits for its signature")
        APPROVED = "APPROVED", pgettext_lazy("contest", "answered")
        RETURNED = "RETURNED", pgettext_lazy("contest", "the answer was returned")
        CANCELLED = "CANCELLED", pgettext_lazy("contest", "taken back by the member")

    class Outcome(models.TextChoices):
        """What was found."""

        UPHELD = "UPHELD", _("the record is right and stays")
        CORRECTED = "CORRECTED", _("the record was wrong and counts no more")

    state = models.CharField(
        _("state"), max_length=16, choices=State, default=State.DRAFT, editable=False
    )
    event = models.ForeignKey(
        CreditEvent, models.PROTECT, related_name="contests", verbose_name=_("credit event")
    )
    member_account = models.ForeignKey(
        MemberAccount,
        models.PROTECT,
        related_name="credit_contests",
        verbose_name=_("member account"),
    )
    claim = models.CharField(_("what the member says"), max_length=400)
    due_date = models.DateField(_("to be answered by"), null=True)
    decision = models.ForeignKey(
        "policy.StoredDecision",
        models.PROTECT,
        related_name="+",
        verbose_name=_("decision on the deadline"),
    )
    outcome = models.CharField(
        _("finding"), max_length=9, choices=Outcome, blank=True, default="", editable=False
    )
    answer = models.CharField(_("answer"), max_length=400, blank=True, default="", editable=False)
    answered_date = models.DateField(_("answered on"), null=True, editable=False)

    class Meta(Document.Meta):
        verbose_name = _("contest of a credit event")
        verbose_name_plural = _("contests of credit events")
        indexes: ClassVar = [
            models.Index(fields=["centre", "state", "due_date"], name="loans_contest_due"),
        ]
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.UniqueConstraint(
                fields=["event"],
                condition=Q(state__in=["DRAFT", "SUBMITTED", "RETURNED"]),
                name="loans_contest_one_open",
                violation_error_message=_("This record is contested already."),
            ),
            models.CheckConstraint(name="loans_contest_says_what", condition=~Q(claim="")),
            models.CheckConstraint(
                name="loans_contest_answer_has_its_finding",
                condition=Q(state__in=["DRAFT", "CANCELLED", "RETURNED"])
                | (~Q(outcome="") & ~Q(answer="")),
            ),
            models.CheckConstraint(
                name="loans_contest_answered_is_dated",
                condition=Q(state="APPROVED", answered_date__isnull=False)
                | (~Q(state="APPROVED") & Q(answered_date__isnull=True)),
            ),
        ]
