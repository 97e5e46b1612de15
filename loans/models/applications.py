"""Who asks for a loan, for which home, and who has looked at it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Member, MemberAccount, OutsideCheck
from kernel.money import MAX_FEN
from loans.facts import (
    LONGEST_TERM,
    PartyRole,
    Product,
    Purpose,
    RefusalCode,
    RepaymentMethod,
    ReviewStep,
    SecurityKind,
)
from office.fields import EncryptedTextField
from office.models import Centre, Document
from policy.terms import TERMS

# The person and the household may carry one loan; a guarantor may stand in for others beside it.
HOUSEHOLD_ROLES = [
    role.value for role in (PartyRole.BORROWER, PartyRole.SPOUSE, PartyRole.CO_BORROWER)
]


class LoanApplication(Document):
    """贷款申请: taken in by a clerk, looked at step by step, granted or refused.

    ``business_date`` is the day of acceptance: its law decides, and the answer is due by
    ``due_date``. ``facts`` is what the quota was computed from, ``quota_fen`` what came out of it,
    ``granted_fen`` what the reviewers see and approve. ``next_step`` is the look that is awaited;
    each look is a ``LoanReview``, and no person looks twice. A returned application goes through
    all looks again, in the next ``round``.
    """

    submit_permission = "loans.apply"
    approve_permission = "loans.review"

    class State(models.TextChoices):
        """A refusal is final and says why; a return asks for something better."""

        DRAFT = "DRAFT", _("Draft")
        SUBMITTED = "SUBMITTED", _("Waits for a review")
        APPROVED = "APPROVED", pgettext_lazy("loan", "Granted")
        RETURNED = "RETURNED", _("Returned")
        CANCELLED = "CANCELLED", _("Cancelled")
        REFUSED = "REFUSED", pgettext_lazy("loan", "Refused")

    member_account = models.ForeignKey(
        MemberAccount,
        models.PROTECT,
        related_name="loan_applications",
        verbose_name=_("member account"),
    )
    state = models.CharField(
        _("state"), max_length=16, choices=State.choices, default=State.DRAFT, editable=False
    )
    product = models.CharField(
        _("kind of loan"), max_length=22, choices=[(one.value, TERMS[one.value]) for one in Product]
    )
    purpose = models.CharField(
        _("use of the loan"),
        max_length=16,
        choices=[(one.value, TERMS[one.value]) for one in Purpose],
    )
    asked_fen = models.BigIntegerField(_("asked (fen)"))
    term_months = models.PositiveSmallIntegerField(_("term (months)"))
    method = models.CharField(
        _("method of repayment"),
        max_length=15,
        choices=[(one.value, TERMS[one.value]) for one in RepaymentMethod],
    )
    home_number = models.PositiveSmallIntegerField(_("number of the home"))
    price_fen = models.BigIntegerField(_("price of the home (fen)"))
    area_centi = models.PositiveIntegerField(_("floor area (hundredths of m²)"))
    address = models.CharField(_("address of the home"), max_length=160)
    purchase_date = models.DateField(_("bought or begun on"))
    purchase_no = models.CharField(_("number of the purchase contract or permit"), max_length=64)
    is_local = models.BooleanField(_("home in the centre's area"), default=True)
    is_green = models.BooleanField(_("green building"), default=False)
    family_income_fen = models.BigIntegerField(_("monthly income of the family (fen)"))
    security = models.CharField(
        _("security"), max_length=9, choices=[(one.value, TERMS[one.value]) for one in SecurityKind]
    )
    security_note = models.CharField(_("what secures it"), max_length=160)
    is_insured = models.BooleanField(_("loan insurance"), default=False)
    bank = models.CharField(_("bank of the other part"), max_length=40, blank=True, default="")
    bank_contract_no = models.CharField(
        _("bank's loan contract"), max_length=64, blank=True, default=""
    )
    bank_part_fen = models.BigIntegerField(_("the bank's part (fen)"), default=0)
    facts = models.JSONField(_("facts"), default=dict)
    quota_fen = models.BigIntegerField(_("quota (fen)"))
    granted_fen = models.BigIntegerField(_("granted (fen)"))
    reading = models.CharField(_("reading of the clause"), max_length=8, blank=True, default="")
    reading_reason = models.CharField(
        _("reason for the reading"), max_length=200, blank=True, default=""
    )
    due_date = models.DateField(_("decision due by"), null=True)
    round = models.PositiveSmallIntegerField(_("round of reviews"), default=1)
    next_step = models.CharField(
        _("awaited review"), max_length=14, blank=True, default="", editable=False
    )
    next_role = models.CharField(
        _("role that takes the awaited review"),
        max_length=10,
        blank=True,
        default="",
        editable=False,
    )
    refusal_code = models.CharField(
        _("reason of the refusal"),
        max_length=40,
        blank=True,
        default="",
        editable=False,
        choices=[(one.value, TERMS[f"REFUSED_{one.value}"]) for one in RefusalCode],
    )
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

    class Meta(Document.Meta):
        verbose_name = _("loan application")
        verbose_name_plural = _("loan applications")
        indexes: ClassVar = [
            models.Index(fields=["centre", "state", "due_date"], name="loans_application_due"),
        ]
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.CheckConstraint(
                name="loans_application_amounts_in_range",
                condition=Q(asked_fen__gte=1, asked_fen__lte=MAX_FEN)
                & Q(granted_fen__gte=1, granted_fen__lte=F("asked_fen"))
                & Q(granted_fen__lte=F("quota_fen"))
                & Q(price_fen__gte=1, price_fen__lte=MAX_FEN)
                & Q(family_income_fen__gte=0, bank_part_fen__gte=0),
            ),
            models.CheckConstraint(
                name="loans_application_term_in_range",
                condition=Q(term_months__gte=1, term_months__lte=LONGEST_TERM)
                & Q(home_number__gte=1, home_number__lte=9),
            ),
            models.CheckConstraint(
                name="loans_application_known_codes",
                condition=Q(product__in=[one.value for one in Product])
                & Q(purpose__in=[one.value for one in Purpose])
                & Q(method__in=[one.value for one in RepaymentMethod])
                & Q(security__in=[one.value for one in SecurityKind])
                & Q(next_step__in=["", *(one.value for one in ReviewStep)]),
            ),
            models.CheckConstraint(
                name="loans_application_waits_for_a_review",
                condition=Q(state="SUBMITTED") & ~Q(next_step="")
                | ~Q(state="SUBMITTED") & Q(next_step=""),
            ),
            models.CheckConstraint(
                name="loans_application_awaited_review_has_its_role",
                condition=Q(next_step="", next_role="") | (~Q(next_step="") & ~Q(next_role="")),
            ),
            models.CheckConstraint(
                name="loans_application_refusal_says_why",
                condition=(Q(state="REFUSED", checked_by__isnull=False) & ~Q(refusal_code=""))
                | (~Q(state="REFUSED") & Q(refusal_code="")),
            ),
            models.CheckConstraint(
                name="loans_application_other_reading_has_its_reason",
                condition=Q(reading="") | ~Q(reading_reason=""),
            ),
        ]


class LoanParty(models.Model):
    """贷款关系人: a person of an application or loan, with the answers of the registers about them.

    While ``is_active`` the person counts as carrying this loan: one per person, and with the
    spouse as a party, one per household. A guarantor is bound, and may be bound more than once.
    """

    application = models.ForeignKey(
        LoanApplication, models.PROTECT, related_name="parties", verbose_name=_("loan application")
    )
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    role = models.CharField(
        pgettext_lazy("loan", "role"),
        max_length=11,
        choices=[(one.value, TERMS[one.value]) for one in PartyRole],
    )
    name = models.CharField(pgettext_lazy("person", "name"), max_length=80)
    document_type = models.CharField(_("kind of document"), max_length=32)
    number = EncryptedTextField(_("number"))
    person_index = models.CharField(max_length=64, editable=False)
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="loan_parties", verbose_name=_("member")
    )
    platform_check = models.OneToOneField(
        OutsideCheck,
        models.PROTECT,
        null=True,
        related_name="loan_party",
        verbose_name=_("answer of the platform"),
    )
    credit_check = models.OneToOneField(
        OutsideCheck,
        models.PROTECT,
        null=True,
        related_name="loan_party_credit",
        verbose_name=_("answer about the debtors' list"),
    )
    overdue_in_a_row = models.PositiveSmallIntegerField(_("missed instalments in a row"), default=0)
    overdue_total = models.PositiveSmallIntegerField(_("missed instalments in all"), default=0)
    is_active = models.BooleanField(_("bound"), default=True)

    class Meta:
        verbose_name = _("party of a loan")
        verbose_name_plural = _("parties of loans")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "person_index"], name="loans_party_once_per_application"
            ),
            models.UniqueConstraint(
                fields=["person_index"],
                condition=Q(is_active=True, role__in=HOUSEHOLD_ROLES),
                name="loans_party_one_loan_per_person",
                violation_error_message=_("The person already belongs to an unsettled loan."),
            ),
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(is_active=True, role__in=HOUSEHOLD_ROLES, member__isnull=False),
                name="loans_party_one_loan_per_member",
                violation_error_message=_("The person already belongs to an unsettled loan."),
            ),
            models.CheckConstraint(
                name="loans_party_is_named", condition=~Q(name="") & ~Q(person_index="")
            ),
            models.CheckConstraint(
                name="loans_party_known_role",
                condition=Q(role__in=[one.value for one in PartyRole]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.get_role_display()}"


class LoanReview(models.Model):
    """审查记录: one look at an application by one person; append-only."""

    class Outcome(models.TextChoices):
        """What the reviewer found."""

        PASSED = "PASSED", pgettext_lazy("review", "passed")
        RETURNED = "RETURNED", pgettext_lazy("review", "returned")
        REFUSED = "REFUSED", pgettext_lazy("review", "refused")

    application = models.ForeignKey(
        LoanApplication, models.PROTECT, related_name="reviews", verbose_name=_("loan application")
    )
    round = models.PositiveSmallIntegerField(_("round of reviews"))
    step = models.CharField(
        _("review"), max_length=14, choices=[(one.value, TERMS[one.value]) for one in ReviewStep]
    )
    outcome = models.CharField(pgettext_lazy("review", "outcome"), max_length=8, choices=Outcome)
    reason = models.CharField(_("reason"), max_length=400, blank=True, default="")
    digest = models.CharField(_("digest of what was shown"), max_length=64)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reviewed by")
    )
    business_date = models.DateField(_("business date"))
    reviewed_at = models.DateTimeField(_("recorded at"), db_default=Now())

    class Meta:
        verbose_name = _("review of a loan")
        verbose_name_plural = _("reviews of loans")
        ordering: ClassVar = ["application", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "round", "step"], name="loans_review_once_per_step"
            ),
            models.UniqueConstraint(
                fields=["application", "round", "reviewed_by"],
                name="loans_review_by_different_persons",
                violation_error_message=_("Each review takes another person."),
            ),
            models.CheckConstraint(
                name="loans_review_known_codes",
                condition=Q(step__in=[one.value for one in ReviewStep])
                & Q(outcome__in=["PASSED", "RETURNED", "REFUSED"]),
            ),
            models.CheckConstraint(
                name="loans_review_refusal_says_why",
                condition=Q(outcome="PASSED") | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.get_step_display()}"
