"""What is agreed on for a loan: the contract, the offset of the account, what secures it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import MemberAccount
from kernel.money import MAX_FEN
from loans.contract_facts import OffsetMode, OffsetSource
from loans.facts import LONGEST_TERM, RepaymentMethod, SecurityKind
from loans.models.applications import LoanApplication
from loans.models.loans import Loan
from office.fields import EncryptedTextField
from office.models import Centre, Document
from policy.terms import TERMS

_STANDS = Q(state__in=["SUBMITTED", "APPROVED"])
_OFFSET_MODES = [(one.value, TERMS[f"OFFSET_{one.value}"]) for one in OffsetMode]
# Whose accounts serve the loan, in their order, as one column.
OFFSET_SOURCES = ["BORROWER", "BORROWER SPOUSE", "SPOUSE BORROWER", "SPOUSE"]


class LoanContract(Document):
    """借款合同: the terms put before the borrower, signed, and checked by a second person.

    Approved, it has made its ``loan``. ``clauses``, ``document`` and ``edition`` keep the law it
    was signed on, as agreements do. ``due_day`` is empty where it is the day of the payment.
    ``rate_percent`` is the rate agreed on, ``table_percent`` the table's of the day.
    """

    submit_permission = "loans.serve"
    approve_permission = "loans.review"

    application = models.ForeignKey(
        LoanApplication,
        models.PROTECT,
        related_name="contracts",
        verbose_name=_("loan application"),
    )
    member_account = models.ForeignKey(
        MemberAccount,
        models.PROTECT,
        related_name="loan_contracts",
        verbose_name=_("member account"),
    )
    loan = models.OneToOneField(
        Loan,
        models.PROTECT,
        null=True,
        related_name="contract",
        editable=False,
        verbose_name=_("loan"),
    )
    contract_no = models.CharField(_("loan contract"), max_length=64)
    principal_fen = models.BigIntegerField(_("principal (fen)"))
    term_months = models.PositiveSmallIntegerField(_("term (months)"))
    method = models.CharField(
        _("method of repayment"),
        max_length=15,
        choices=[(one.value, TERMS[one.value]) for one in RepaymentMethod],
    )
    home_number = models.PositiveSmallIntegerField(_("number of the home"))
    rate_percent = models.CharField(_("annual rate (%)"), max_length=10)
    table_percent = models.CharField(_("rate of the table (%)"), max_length=10)
    due_day = models.PositiveSmallIntegerField(_("due day"), null=True)
    bank = models.CharField(_("bank"), max_length=40)
    card = EncryptedTextField(_("repayment card"))
    card_last4 = models.CharField(_("last four digits"), max_length=4)
    check_no = models.CharField(_("check of the card"), max_length=64, blank=True, default="")
    offset_mode = models.CharField(
        _("offset agreement"), max_length=7, blank=True, default="", choices=_OFFSET_MODES
    )
    offset_sources = models.CharField(_("accounts in order"), max_length=15, blank=True, default="")
    retained_fen = models.BigIntegerField(_("stays in the account (fen)"), default=0)
    clauses = models.JSONField(_("clauses"), default=list)
    document = models.JSONField(_("text as signed"), default=dict)
    edition = models.CharField(_("edition of the law"), max_length=64, blank=True, default="")
    decision = models.ForeignKey(
        "policy.StoredDecision", models.PROTECT, related_name="+", verbose_name=_("decision")
    )

    class Meta(Document.Meta):
        verbose_name = _("loan contract")
        verbose_name_plural = _("loan contracts")
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.UniqueConstraint(
                fields=["application"],
                condition=_STANDS,
                name="loans_loancontract_one_per_application",
                violation_error_message=_("A contract of this application is already there."),
            ),
            models.UniqueConstraint(
                fields=["centre", "contract_no"],
                condition=_STANDS,
                name="loans_loancontract_number_once",
                violation_error_message=_("This contract number is already taken."),
            ),
            models.CheckConstraint(
                name="loans_loancontract_approved_has_its_loan",
                condition=Q(state="SUBMITTED")
                | Q(state="APPROVED", loan__isnull=False)
                | Q(state__in=["DRAFT", "RETURNED", "CANCELLED"], loan__isnull=True),
            ),
            models.CheckConstraint(
                name="loans_loancontract_terms_in_range",
                condition=Q(principal_fen__gte=1, principal_fen__lte=MAX_FEN)
                & Q(term_months__gte=1, term_months__lte=LONGEST_TERM)
                & (Q(due_day__isnull=True) | Q(due_day__gte=1, due_day__lte=28))
                & Q(retained_fen__gte=0)
                & ~Q(contract_no=""),
            ),
            models.CheckConstraint(
                name="loans_loancontract_offset_is_whole",
                condition=Q(offset_mode="", offset_sources="", retained_fen=0)
                | Q(offset_mode__in=["MONTHLY", "YEARLY"], offset_sources__in=OFFSET_SOURCES),
            ),
        ]


class OffsetAgreement(models.Model):
    """对冲还贷协议: the account serves the loan, by month or by year; one runs per loan.

    ``source_order`` names whose accounts, in their order; the card pays the rest. ``retained_fen``
    stays in each account. ``spouse_account`` is the spouse's, where it is one of the sources.
    """

    Mode: ClassVar = OffsetMode

    loan = models.ForeignKey(
        Loan, models.PROTECT, related_name="offset_agreements", verbose_name=_("loan")
    )
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    mode = models.CharField(_("offset agreement"), max_length=7, choices=_OFFSET_MODES)
    source_order = models.CharField(_("accounts in order"), max_length=15)
    spouse_account = models.ForeignKey(
        MemberAccount,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("account of the spouse"),
    )
    retained_fen = models.BigIntegerField(_("stays in the account (fen)"), default=0)
    signed_date = models.DateField(_("signed on"))
    document_no = models.CharField(_("document number"), max_length=64)
    ended_date = models.DateField(_("ended on"), null=True)

    class Meta:
        verbose_name = _("offset agreement")
        verbose_name_plural = _("offset agreements")
        ordering: ClassVar = ["loan", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["loan"],
                condition=Q(ended_date__isnull=True),
                name="loans_offsetagreement_one_runs",
            ),
            models.CheckConstraint(
                name="loans_offsetagreement_is_whole",
                condition=Q(mode__in=["MONTHLY", "YEARLY"], source_order__in=OFFSET_SOURCES)
                & Q(retained_fen__gte=0, retained_fen__lte=MAX_FEN),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan} {self.get_mode_display()}"

    @property
    def sources(self) -> tuple[OffsetSource, ...]:
        """Whose accounts serve the loan, in their order."""
        return tuple(OffsetSource(code) for code in self.source_order.split())


class LoanSecurity(Document):
    """担保登记: what secures a loan, with the register's number, seen by two persons.

    Approved, the loan is secured. ``released_date`` is set by its ``SecurityRelease``.
    """

    submit_permission = "loans.serve"
    approve_permission = "loans.review"

    loan = models.ForeignKey(
        Loan, models.PROTECT, related_name="securities", verbose_name=_("loan")
    )
    kind = models.CharField(
        _("security"), max_length=9, choices=[(one.value, TERMS[one.value]) for one in SecurityKind]
    )
    thing = models.CharField(_("what secures it"), max_length=160)
    register_no = models.CharField(_("number in the register"), max_length=64)
    registered_date = models.DateField(_("registered on"))
    value_fen = models.BigIntegerField(_("value (fen)"))
    insurance_no = models.CharField(
        _("policy of the loan insurance"), max_length=64, blank=True, default=""
    )
    released_date = models.DateField(_("released on"), null=True, editable=False)

    class Meta(Document.Meta):
        verbose_name = _("security of a loan")
        verbose_name_plural = _("securities of loans")
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.UniqueConstraint(
                fields=["centre", "kind", "register_no"],
                condition=_STANDS & Q(released_date__isnull=True),
                name="loans_loansecurity_number_once",
                violation_error_message=_("This number of the register already secures a loan."),
            ),
            models.CheckConstraint(
                name="loans_loansecurity_is_whole",
                condition=Q(value_fen__gte=1, value_fen__lte=MAX_FEN)
                & Q(kind__in=[one.value for one in SecurityKind])
                & ~Q(register_no="")
                & ~Q(thing=""),
            ),
            models.CheckConstraint(
                name="loans_loansecurity_only_registered_is_released",
                condition=Q(released_date__isnull=True) | Q(state="APPROVED"),
            ),
        ]

    @property
    def member_account(self) -> MemberAccount:
        """The account whose loan it secures."""
        return self.loan.member_account


class SecurityRelease(Document):
    """担保解除: a security given back after the loan has ended, with its certificate."""

    submit_permission = "loans.serve"
    approve_permission = "loans.review"

    security = models.ForeignKey(
        LoanSecurity, models.PROTECT, related_name="releases", verbose_name=_("security of a loan")
    )
    certificate_no = models.CharField(_("number of the certificate"), max_length=64)
    receiver = models.CharField(_("handed to"), max_length=80)

    class Meta(Document.Meta):
        verbose_name = _("release of a security")
        verbose_name_plural = _("releases of securities")
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.UniqueConstraint(
                fields=["security"], condition=_STANDS, name="loans_securityrelease_once"
            ),
            models.UniqueConstraint(
                fields=["centre", "certificate_no"],
                condition=_STANDS,
                name="loans_securityrelease_certificate_once",
                violation_error_message=_("This number of a certificate is already taken."),
            ),
        ]

    @property
    def member_account(self) -> MemberAccount:
        """The account whose loan it secured."""
        return self.security.loan.member_account
