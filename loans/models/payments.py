"""Loans paid out, taken back on the same day, and changed while they run."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import MemberAccount
from kernel.money import MAX_FEN
from ledger.models import Entry
from loans.contract_facts import ChangeKind, OffsetMode, PayeeKind
from loans.facts import RepaymentMethod
from loans.models.contracts import OFFSET_SOURCES
from loans.models.loans import Loan, LoanEvent
from office.fields import EncryptedTextField
from office.models import Document
from policy.terms import TERMS

_STANDS = Q(state__in=["SUBMITTED", "APPROVED"])


class Disbursement(Document):
    """放款: the payment of a loan, made by finance, approved by a supervisor and booked then.

    A loan has one that stands; one taken back has its ``undone_date``. ``rate_percent`` is the
    rate the loan runs at, by the table of the day of the payment.
    """

    submit_permission = "loans.disburse"
    approve_permission = "loans.approve"

    loan = models.ForeignKey(
        Loan, models.PROTECT, related_name="disbursements", verbose_name=_("loan")
    )
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    rate_percent = models.CharField(_("annual rate (%)"), max_length=10)
    payee_kind = models.CharField(
        _("kind of payee"),
        max_length=8,
        choices=[(one.value, TERMS[one.value]) for one in PayeeKind],
    )
    payee = models.CharField(_("payee"), max_length=80)
    bank = models.CharField(_("bank"), max_length=40)
    account_no = EncryptedTextField(_("account of the payee"))
    account_last4 = models.CharField(_("last four digits"), max_length=4)
    decision = models.ForeignKey(
        "policy.StoredDecision", models.PROTECT, related_name="+", verbose_name=_("decision")
    )
    approval_decision = models.ForeignKey(
        "policy.StoredDecision",
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("decision at approval"),
    )
    entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        null=True,
        related_name="disbursement",
        editable=False,
        verbose_name=_("voucher"),
    )
    undone_date = models.DateField(_("undone on"), null=True, editable=False)

    class Meta(Document.Meta):
        verbose_name = _("payment of a loan")
        verbose_name_plural = _("payments of loans")
        indexes: ClassVar = [
            models.Index(
                fields=["centre", "business_date", "state"], name="loans_disbursement_day"
            ),
        ]
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.UniqueConstraint(
                fields=["loan"],
                condition=_STANDS & Q(undone_date__isnull=True),
                name="loans_disbursement_one_per_loan",
                violation_error_message=_("A payment of this loan is already there."),
            ),
            models.CheckConstraint(
                name="loans_disbursement_amount_in_range",
                condition=Q(amount_fen__gte=1, amount_fen__lte=MAX_FEN)
                & ~Q(payee="")
                & ~Q(account_last4=""),
            ),
            models.CheckConstraint(
                name="loans_disbursement_approved_is_booked",
                condition=Q(state="SUBMITTED")
                | Q(state="APPROVED", entry__isnull=False, approval_decision__isnull=False)
                | Q(state__in=["DRAFT", "RETURNED", "CANCELLED"], entry__isnull=True),
            ),
            models.CheckConstraint(
                name="loans_disbursement_only_booked_is_undone",
                condition=Q(undone_date__isnull=True) | Q(state="APPROVED"),
            ),
        ]

    @property
    def member_account(self) -> MemberAccount:
        """The account of the borrower."""
        return self.loan.member_account


class DisbursementUndo(Document):
    """放款冲回: a payment taken back on its own day, because the bank has not carried it out."""

    submit_permission = "loans.disburse"
    approve_permission = "loans.approve"

    disbursement = models.ForeignKey(
        Disbursement, models.PROTECT, related_name="undos", verbose_name=_("payment of a loan")
    )
    reason = models.CharField(_("reason"), max_length=200)
    entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        null=True,
        related_name="disbursement_undo",
        editable=False,
        verbose_name=_("voucher"),
    )

    class Meta(Document.Meta):
        verbose_name = _("payment of a loan taken back")
        verbose_name_plural = _("payments of loans taken back")
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.UniqueConstraint(
                fields=["disbursement"], condition=_STANDS, name="loans_disbursementundo_once"
            ),
            models.CheckConstraint(name="loans_disbursementundo_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="loans_disbursementundo_approved_is_booked",
                condition=Q(state="SUBMITTED")
                | Q(state="APPROVED", entry__isnull=False)
                | Q(state__in=["DRAFT", "RETURNED", "CANCELLED"], entry__isnull=True),
            ),
        ]

    @property
    def member_account(self) -> MemberAccount:
        """The account of the borrower."""
        return self.disbursement.loan.member_account


class LoanChange(Document):
    """贷款变更: another term, method, card or offset agreement, or a loan given up unpaid.

    Only the columns of its ``kind`` are filled. ``preview`` holds payment and last due day before
    and after, as the second person sees them. Approved, it has its loan event where the course
    moves.
    """

    submit_permission = "loans.serve"
    approve_permission = "loans.review"

    Kind: ClassVar = ChangeKind

    loan = models.ForeignKey(Loan, models.PROTECT, related_name="changes", verbose_name=_("loan"))
    kind = models.CharField(
        pgettext_lazy("loan", "change"),
        max_length=6,
        choices=[(one.value, TERMS[f"CHANGE_{one.value}"]) for one in ChangeKind],
    )
    reason = models.CharField(_("reason"), max_length=200)
    new_term_months = models.PositiveSmallIntegerField(_("new term (months)"), null=True)
    new_method = models.CharField(
        _("new method of repayment"),
        max_length=15,
        blank=True,
        default="",
        choices=[(one.value, TERMS[one.value]) for one in RepaymentMethod],
    )
    bank = models.CharField(_("bank"), max_length=40, blank=True, default="")
    card = EncryptedTextField(_("repayment card"), blank=True, default="")
    card_last4 = models.CharField(_("last four digits"), max_length=4, blank=True, default="")
    check_no = models.CharField(_("check of the card"), max_length=64, blank=True, default="")
    offset_mode = models.CharField(
        _("offset agreement"),
        max_length=7,
        blank=True,
        default="",
        choices=[(one.value, TERMS[f"OFFSET_{one.value}"]) for one in OffsetMode],
    )
    offset_sources = models.CharField(_("accounts in order"), max_length=15, blank=True, default="")
    retained_fen = models.BigIntegerField(_("stays in the account (fen)"), default=0)
    preview = models.JSONField(_("before and after"), default=dict)
    decision = models.ForeignKey(
        "policy.StoredDecision",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decision"),
    )
    event = models.OneToOneField(
        LoanEvent,
        models.PROTECT,
        null=True,
        related_name="change",
        editable=False,
        verbose_name=_("loan event"),
    )

    class Meta(Document.Meta):
        verbose_name = _("change of a loan")
        verbose_name_plural = _("changes of loans")
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.UniqueConstraint(
                fields=["loan"],
                condition=Q(state="SUBMITTED"),
                name="loans_loanchange_one_waits",
                violation_error_message=_("A change of this loan already waits."),
            ),
            models.CheckConstraint(
                name="loans_loanchange_says_what",
                condition=Q(
                    kind="TERM", new_term_months__isnull=False, new_method="", card_last4=""
                )
                | (Q(kind="METHOD", new_term_months__isnull=True) & ~Q(new_method=""))
                | (Q(kind="CARD", new_term_months__isnull=True) & ~Q(card_last4=""))
                | Q(kind="OFFSET", offset_mode="", offset_sources="")
                | Q(
                    kind="OFFSET",
                    offset_mode__in=["MONTHLY", "YEARLY"],
                    offset_sources__in=OFFSET_SOURCES,
                )
                | Q(kind="CANCEL", new_term_months__isnull=True, new_method="", card_last4=""),
            ),
            models.CheckConstraint(name="loans_loanchange_says_why", condition=~Q(reason="")),
        ]

    @property
    def member_account(self) -> MemberAccount:
        """The account of the borrower."""
        return self.loan.member_account
