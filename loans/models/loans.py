"""Loans: the contract, what happens to it, its instalments, and what was repaid."""

from fractions import Fraction
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import MemberAccount
from kernel.money import MAX_FEN
from kernel.rates import parse_percent
from ledger.models import Entry, LedgerAccount
from loans.facts import (
    LONGEST_TERM,
    Channel,
    EventKind,
    LoanState,
    PrepaymentOption,
    RepaymentMethod,
    RiskClass,
)
from loans.models.applications import LoanApplication
from loans.states import OUT_STATES
from office.fields import EncryptedTextField
from office.models import Branch, Centre
from policy.terms import TERMS


class Loan(models.Model):
    """贷款: one contract, from its signature to its end.

    The terms are those of the contract; later changes are ``LoanEvent`` rows. ``principal_line``
    (below 121) and ``overdue_line`` (below 122) hold what is owed in the books. ``closed_date`` is
    the last business day whose day-end the loan went through; ``state`` and ``risk_class`` are as
    of then. ``state`` moves only by ``loans.states``.
    """

    State: ClassVar = LoanState

    number = models.CharField(_("loan number"), max_length=48, unique=True, editable=False)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, related_name="+", verbose_name=_("branch")
    )
    application = models.OneToOneField(
        LoanApplication, models.PROTECT, related_name="loan", verbose_name=_("loan application")
    )
    member_account = models.ForeignKey(
        MemberAccount, models.PROTECT, related_name="loans", verbose_name=_("member account")
    )
    contract_no = models.CharField(_("loan contract"), max_length=64)
    contract_date = models.DateField(_("contract signed on"))
    state = models.CharField(
        _("state"),
        max_length=11,
        choices=[(one.value, TERMS[f"LOAN_{one.value}"]) for one in LoanState],
        default=LoanState.SIGNED.value,
        editable=False,
    )
    principal_fen = models.BigIntegerField(_("principal (fen)"))
    term_months = models.PositiveSmallIntegerField(_("term (months)"))
    method = models.CharField(
        _("method of repayment"),
        max_length=15,
        choices=[(one.value, TERMS[one.value]) for one in RepaymentMethod],
    )
    home_number = models.PositiveSmallIntegerField(_("number of the home"))
    rate_percent = models.CharField(_("annual rate (%)"), max_length=10)
    due_day = models.PositiveSmallIntegerField(_("due day"))
    bank = models.CharField(_("bank"), max_length=40)
    card = EncryptedTextField(_("repayment card"))
    card_last4 = models.CharField(_("last four digits"), max_length=4)
    disbursed_date = models.DateField(_("paid out on"), null=True)
    ended_date = models.DateField(_("ended on"), null=True)
    principal_line = models.OneToOneField(
        LedgerAccount,
        models.PROTECT,
        null=True,
        related_name="loan",
        verbose_name=_("principal in the books"),
    )
    overdue_line = models.OneToOneField(
        LedgerAccount,
        models.PROTECT,
        null=True,
        related_name="overdue_loan",
        verbose_name=_("overdue principal in the books"),
    )
    risk_class = models.CharField(
        _("risk class"),
        max_length=11,
        choices=[(one.value, TERMS[one.value]) for one in RiskClass],
        default=RiskClass.NORMAL.value,
    )
    closed_date = models.DateField(_("day-end done through"), null=True)

    class Meta:
        verbose_name = _("loan")
        verbose_name_plural = _("loans")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["centre", "state", "closed_date"], name="loans_loan_day_end"),
            models.Index(fields=["member_account", "state"], name="loans_loan_of_account"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["centre", "contract_no"], name="loans_loan_contract_once"
            ),
            models.UniqueConstraint(
                fields=["member_account"],
                condition=~Q(state__in=["SETTLED", "WRITTEN_OFF", "CANCELLED"]),
                name="loans_loan_one_open_per_account",
                violation_error_message=_("The account already has an unsettled loan."),
            ),
            models.CheckConstraint(
                name="loans_loan_terms_in_range",
                condition=Q(principal_fen__gte=1, principal_fen__lte=MAX_FEN)
                & Q(term_months__gte=1, term_months__lte=LONGEST_TERM)
                & Q(due_day__gte=1, due_day__lte=31)
                & Q(home_number__gte=1, home_number__lte=9),
            ),
            models.CheckConstraint(
                name="loans_loan_known_codes",
                condition=Q(state__in=[one.value for one in LoanState])
                & Q(method__in=[one.value for one in RepaymentMethod])
                & Q(risk_class__in=[one.value for one in RiskClass]),
            ),
            models.CheckConstraint(
                name="loans_loan_paid_out_is_in_the_books",
                condition=Q(
                    state__in=["SIGNED", "SECURED", "QUEUED", "CANCELLED"],
                    disbursed_date__isnull=True,
                    principal_line__isnull=True,
                    overdue_line__isnull=True,
                )
                | Q(
                    state__in=["RUNNING", "OVERDUE", "SETTLED", "WRITTEN_OFF"],
                    disbursed_date__isnull=False,
                    principal_line__isnull=False,
                    overdue_line__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="loans_loan_ended_has_its_day",
                condition=Q(
                    state__in=["SETTLED", "WRITTEN_OFF", "CANCELLED"], ended_date__isnull=False
                )
                | Q(
                    state__in=["SIGNED", "SECURED", "QUEUED", "RUNNING", "OVERDUE"],
                    ended_date__isnull=True,
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def annual_rate(self) -> Fraction:
        """The contract's rate as a fraction of one."""
        return parse_percent(self.rate_percent)

    @property
    def is_out(self) -> bool:
        """Whether money is lent: the loan is paid out and has not ended."""
        return self.state in OUT_STATES


class LoanEvent(models.Model):
    """贷款事件: something that happened to a loan and moves its course; append-only.

    The course is replayed from the events that are not undone, in the order of ``value_date`` and
    ``id``. ``facts`` holds what the kind needs: REPRICED ``annual_rate`` (percent); PAID
    ``option`` (or none); TERM_CHANGED ``term_months``; METHOD_CHANGED ``method``.
    """

    loan = models.ForeignKey(
        Loan, models.PROTECT, related_name="loan_events", verbose_name=_("loan")
    )
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    kind = models.CharField(
        _("kind"),
        max_length=14,
        choices=[(one.value, TERMS[f"EVENT_{one.value}"]) for one in EventKind],
    )
    value_date = models.DateField(_("value date"))
    business_date = models.DateField(_("business date"))
    amount_fen = models.BigIntegerField(_("amount (fen)"), null=True)
    facts = models.JSONField(_("facts"), default=dict)
    document_no = models.CharField(_("document number"), max_length=64)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("recorded at"), db_default=Now())
    undone_date = models.DateField(_("undone on"), null=True)

    class Meta:
        verbose_name = _("loan event")
        verbose_name_plural = _("loan events")
        ordering: ClassVar = ["loan", "value_date", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["loan", "kind", "document_no"], name="loans_event_once_per_document"
            ),
            models.UniqueConstraint(
                fields=["loan"],
                condition=Q(kind="DISBURSED", undone_date__isnull=True),
                name="loans_event_paid_out_once",
            ),
            models.CheckConstraint(
                name="loans_event_sums_where_money_moves",
                condition=Q(
                    kind__in=["DISBURSED", "PAID"], amount_fen__gte=1, amount_fen__lte=MAX_FEN
                )
                | Q(
                    kind__in=["REPRICED", "TERM_CHANGED", "METHOD_CHANGED"],
                    amount_fen__isnull=True,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value_date} {self.get_kind_display()}"


class Instalment(models.Model):
    """还款计划: one instalment as the course has it after the loan's last event.

    A copy for lists and jobs: ``loans.services.project`` writes it, ``verify_books`` compares it
    with the replay.
    """

    loan = models.ForeignKey(
        Loan, models.PROTECT, related_name="instalments", verbose_name=_("loan")
    )
    number = models.PositiveSmallIntegerField(_("instalment"))
    due_date = models.DateField(_("due on"))
    principal_fen = models.BigIntegerField(_("principal (fen)"))
    interest_fen = models.BigIntegerField(_("interest (fen)"))
    balance_fen = models.BigIntegerField(_("planned principal after it (fen)"))
    paid_principal_fen = models.BigIntegerField(_("principal paid (fen)"), default=0)
    paid_interest_fen = models.BigIntegerField(_("interest paid (fen)"), default=0)
    paid_penalty_fen = models.BigIntegerField(_("penalty interest paid (fen)"), default=0)
    settled_date = models.DateField(_("paid off on"), null=True)

    class Meta:
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        ordering: ClassVar = ["loan", "number"]
        indexes: ClassVar = [
            models.Index(
                fields=["due_date"],
                condition=Q(settled_date__isnull=True),
                name="loans_instalment_unpaid",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["loan", "number"], name="loans_instalment_once"),
            models.CheckConstraint(
                name="loans_instalment_paid_no_more_than_owed",
                condition=Q(paid_principal_fen__gte=0, paid_interest_fen__gte=0)
                & Q(paid_penalty_fen__gte=0, balance_fen__gte=0)
                & Q(paid_principal_fen__lte=F("principal_fen"))
                & Q(paid_interest_fen__lte=F("interest_fen")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan} {self.number}"

    @property
    def unpaid_fen(self) -> int:
        """Principal and interest still owed."""
        paid_fen = self.paid_principal_fen + self.paid_interest_fen
        return self.principal_fen + self.interest_fen - paid_fen


class Repayment(models.Model):
    """还款: money that repaid a loan, booked on the day it came, and where the course put it.

    ``shares`` lists the sums per instalment; they are what is booked now. A repayment before it
    that is undone moves them, with a voucher of the difference: what was booked first stands in
    ``entry``. One that is undone itself has its event undone and its voucher reversed.
    """

    submit_permission: ClassVar[str] = "loans.repay"

    number = models.CharField(_("document number"), max_length=48, unique=True)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, related_name="+", verbose_name=_("branch")
    )
    loan = models.ForeignKey(
        Loan, models.PROTECT, related_name="repayments", verbose_name=_("loan")
    )
    event = models.OneToOneField(
        LoanEvent, models.PROTECT, related_name="repayment", verbose_name=_("loan event")
    )
    channel = models.CharField(
        _("channel"),
        max_length=8,
        choices=[(one.value, TERMS[f"REPAID_{one.value}"]) for one in Channel],
    )
    option = models.CharField(
        _("prepayment"),
        max_length=7,
        blank=True,
        default="",
        choices=[(one.value, TERMS[one.value]) for one in PrepaymentOption],
    )
    business_date = models.DateField(_("business date"))
    value_date = models.DateField(_("value date"))
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    penalty_fen = models.BigIntegerField(_("penalty interest (fen)"))
    interest_fen = models.BigIntegerField(_("interest (fen)"))
    principal_fen = models.BigIntegerField(_("principal (fen)"))
    suspense_fen = models.BigIntegerField(_("kept in suspense (fen)"), default=0)
    shares = models.JSONField(_("shares per instalment"), default=list)
    bank_reference = models.CharField(_("bank's reference"), max_length=64, blank=True, default="")
    entry = models.OneToOneField(
        Entry, models.PROTECT, related_name="repayment", verbose_name=_("voucher")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("recorded at"), db_default=Now())

    class Meta:
        verbose_name = pgettext_lazy("loan", "repayment")
        verbose_name_plural = pgettext_lazy("loan", "repayments")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["centre", "business_date", "made_by"], name="loans_repayment_day"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="loans_repayment_parts_add_up",
                condition=Q(
                    amount_fen=F("penalty_fen")
                    + F("interest_fen")
                    + F("principal_fen")
                    + F("suspense_fen")
                )
                & Q(amount_fen__gte=1, amount_fen__lte=MAX_FEN, penalty_fen__gte=0)
                & Q(interest_fen__gte=0, principal_fen__gte=0, suspense_fen__gte=0),
            ),
            models.CheckConstraint(
                name="loans_repayment_known_codes",
                condition=Q(channel__in=[one.value for one in Channel])
                & Q(option__in=["", *(one.value for one in PrepaymentOption)]),
            ),
            models.UniqueConstraint(
                fields=["centre", "bank_reference"],
                condition=~Q(bank_reference=""),
                name="loans_repayment_bank_reference_once",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def member_account(self) -> MemberAccount:
        """The account whose loan was repaid."""
        return self.loan.member_account

    @property
    def is_undone(self) -> bool:
        """Whether a reversal has taken it back."""
        return self.event.undone_date is not None
