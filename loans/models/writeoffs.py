"""Loans that are given up in the books (呆账核销), and what still comes in for them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import MemberAccount
from kernel.money import MAX_FEN
from ledger.models import Entry
from loans.models.loans import Loan
from office.models import Branch, Centre, Document

_HANDED_IN = ["SUBMITTED", "APPROVED"]


class WriteOff(Document):
    """核销: business proposes, finance reviews, the committee resolves, a supervisor books.

    ``business_date`` is the day of the proposal: its law says which approvals are needed. All of
    them name ``principal_fen``, which is all the books hold of the loan; ``interest_fen`` and
    ``penalty_fen`` are owed besides and stand in no account. As a draft it waits for the records
    of review and resolution. The debt itself remains; ``recovered_fen`` is what came in later.
    """

    submit_permission = "loans.serve"
    approve_permission = "loans.write_off"

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "DRAFT", _("waits for review and resolution")
        SUBMITTED = "SUBMITTED", _("waits to be booked")
        APPROVED = "APPROVED", pgettext_lazy("write-off", "written off")
        RETURNED = "RETURNED", _("returned")
        CANCELLED = "CANCELLED", _("cancelled")

    state = models.CharField(
        _("state"), max_length=16, choices=State, default=State.DRAFT, editable=False
    )
    loan = models.ForeignKey(
        Loan, models.PROTECT, related_name="write_offs", verbose_name=_("loan")
    )
    member_account = models.ForeignKey(
        MemberAccount, models.PROTECT, related_name="+", verbose_name=_("member account")
    )
    reason = models.CharField(_("reason"), max_length=400)
    document_no = models.CharField(_("number of the paper"), max_length=64)
    principal_fen = models.BigIntegerField(_("principal (fen)"))
    interest_fen = models.BigIntegerField(_("interest owed besides (fen)"))
    penalty_fen = models.BigIntegerField(_("penalty interest owed besides (fen)"))
    needs_review = models.BooleanField(_("needs the finance review"))
    needs_resolution = models.BooleanField(_("needs the committee's resolution"))
    review_no = models.CharField(
        _("number of the finance review"), max_length=64, blank=True, default="", editable=False
    )
    review_date = models.DateField(_("finance reviewed on"), null=True, editable=False)
    review_fen = models.BigIntegerField(_("reviewed (fen)"), null=True, editable=False)
    review_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("finance review entered by"),
    )
    resolution_no = models.CharField(
        _("number of the resolution"), max_length=64, blank=True, default="", editable=False
    )
    resolution_date = models.DateField(_("resolved on"), null=True, editable=False)
    resolution_fen = models.BigIntegerField(_("resolved (fen)"), null=True, editable=False)
    recovered_fen = models.BigIntegerField(_("recovered (fen)"), default=0, editable=False)
    entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        null=True,
        related_name="write_off",
        editable=False,
        verbose_name=_("voucher"),
    )

    class Meta(Document.Meta):
        verbose_name = _("write-off")
        verbose_name_plural = _("write-offs")
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.UniqueConstraint(
                fields=["loan"],
                condition=~Q(state="CANCELLED"),
                name="loans_writeoff_once_per_loan",
                violation_error_message=_("A write-off of this loan is entered already."),
            ),
            models.CheckConstraint(
                name="loans_writeoff_says_why", condition=~Q(reason="") & ~Q(document_no="")
            ),
            models.CheckConstraint(
                name="loans_writeoff_amounts_in_range",
                condition=Q(principal_fen__gte=1, principal_fen__lte=MAX_FEN)
                & Q(interest_fen__gte=0, penalty_fen__gte=0),
            ),
            models.CheckConstraint(
                name="loans_writeoff_review_whole",
                condition=Q(
                    review_no="",
                    review_date__isnull=True,
                    review_fen__isnull=True,
                    review_by__isnull=True,
                )
                | (
                    ~Q(review_no="")
                    & Q(review_date__isnull=False, review_by__isnull=False)
                    & Q(review_fen=F("principal_fen"))
                ),
                violation_error_message=_("The finance review names another sum."),
            ),
            models.CheckConstraint(
                name="loans_writeoff_resolution_whole",
                condition=Q(
                    resolution_no="", resolution_date__isnull=True, resolution_fen__isnull=True
                )
                | (
                    ~Q(resolution_no="")
                    & Q(resolution_date__isnull=False)
                    & Q(resolution_fen=F("principal_fen"))
                ),
                violation_error_message=_("The resolution names another sum."),
            ),
            models.CheckConstraint(
                name="loans_writeoff_review_before_resolution",
                condition=Q(review_date__isnull=True)
                | Q(resolution_date__isnull=True)
                | Q(resolution_date__gte=F("review_date")),
            ),
            models.CheckConstraint(
                name="loans_writeoff_handed_in_is_reviewed",
                condition=~Q(state__in=_HANDED_IN)
                | Q(needs_review=False)
                | Q(review_date__isnull=False),
            ),
            models.CheckConstraint(
                name="loans_writeoff_handed_in_is_resolved",
                condition=~Q(state__in=_HANDED_IN)
                | Q(needs_resolution=False)
                | Q(resolution_date__isnull=False),
            ),
            models.CheckConstraint(
                name="loans_writeoff_different_persons",
                condition=Q(review_by__isnull=True)
                | (
                    ~Q(review_by=F("made_by"))
                    & (Q(checked_by__isnull=True) | ~Q(review_by=F("checked_by")))
                ),
                violation_error_message=_("Proposal, review and booking take three persons."),
            ),
            models.CheckConstraint(
                name="loans_writeoff_approved_is_booked",
                condition=Q(state="SUBMITTED")
                | Q(state="APPROVED", entry__isnull=False)
                | Q(state__in=["DRAFT", "RETURNED", "CANCELLED"], entry__isnull=True),
            ),
            models.CheckConstraint(
                name="loans_writeoff_recovered_no_more_than_given_up",
                condition=Q(recovered_fen=0)
                | Q(
                    state="APPROVED",
                    recovered_fen__gte=1,
                    recovered_fen__lte=F("principal_fen"),
                ),
            ),
        ]

    @property
    def waits_for_review(self) -> bool:
        """Whether the finance review is still to be entered."""
        return self.needs_review and self.review_date is None

    @property
    def left_fen(self) -> int:
        """What was given up and has not come in since."""
        return self.principal_fen - self.recovered_fen


class Recovery(models.Model):
    """核销后收回: money that came in for a loan that was written off; append-only.

    One that was booked wrongly has ``undone_date``; the money it stood for can be booked anew.
    """

    submit_permission: ClassVar[str] = "loans.repay"

    number = models.CharField(_("document number"), max_length=48, unique=True)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, related_name="+", verbose_name=_("branch")
    )
    loan = models.ForeignKey(
        Loan, models.PROTECT, related_name="recoveries", verbose_name=_("loan")
    )
    member_account = models.ForeignKey(
        MemberAccount, models.PROTECT, related_name="+", verbose_name=_("member account")
    )
    write_off = models.ForeignKey(
        WriteOff, models.PROTECT, related_name="recoveries", verbose_name=_("write-off")
    )
    business_date = models.DateField(_("business date"))
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    bank_reference = models.CharField(_("bank's reference"), max_length=64)
    entry = models.OneToOneField(
        Entry, models.PROTECT, related_name="recovery", verbose_name=_("voucher")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("recorded at"), db_default=Now())
    undone_date = models.DateField(_("undone on"), null=True, editable=False)

    class Meta:
        verbose_name = _("recovery after a write-off")
        verbose_name_plural = _("recoveries after write-offs")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="loans_recovery_amount_in_range",
                condition=Q(amount_fen__gte=1, amount_fen__lte=MAX_FEN),
            ),
            models.UniqueConstraint(
                fields=["centre", "bank_reference"],
                condition=Q(undone_date__isnull=True),
                name="loans_recovery_bank_reference_once",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class RecoveryReversal(Document):
    """收回冲正: money booked for a written-off loan that was none of it, or another sum.

    ``rebinds``: with it the loan had been wholly recovered, so the household is bound again.
    """

    submit_permission = "loans.repay"
    approve_permission = "loans.approve"

    member_account = models.ForeignKey(
        MemberAccount, models.PROTECT, related_name="+", verbose_name=_("member account")
    )
    recovery = models.ForeignKey(
        Recovery, models.PROTECT, related_name="reversals", verbose_name=_("recovery")
    )
    reason = models.CharField(_("what was wrong"), max_length=200)
    rebinds = models.BooleanField(_("the household is bound again"), default=False)
    entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        null=True,
        related_name="recovery_reversal",
        editable=False,
        verbose_name=_("red-letter voucher"),
    )

    class Meta(Document.Meta):
        verbose_name = _("reversal of a recovery")
        verbose_name_plural = _("reversals of recoveries")
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.UniqueConstraint(
                fields=["recovery"],
                condition=Q(state__in=["SUBMITTED", "APPROVED"]),
                name="loans_recoveryreversal_once_per_recovery",
            ),
            models.CheckConstraint(
                name="loans_recoveryreversal_approved_is_booked",
                condition=~Q(state="APPROVED") | Q(entry__isnull=False, checked_by__isnull=False),
            ),
        ]
