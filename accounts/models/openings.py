"""How an account comes to be: outside checks and the two-person opening."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.members import MemberAccount
from office.fields import EncryptedTextField
from office.models import Centre, Document


class OutsideCheck(models.Model):
    """A question put to an outside register about a person, and its answer with evidence.

    No answer stays PENDING and opens nothing. An answer received otherwise than through the
    adapter is entered by one person with its document and confirmed by another.
    """

    class Kind(models.TextChoices):
        """Which register is asked."""

        PLATFORM = "PLATFORM", _("national platform")
        CREDIT = "CREDIT", _("list of dishonest debtors")
        UNIT_PENSION = "UNIT_PENSION", _("pension insurance of employees")

    class Purpose(models.TextChoices):
        """What the answer is for."""

        OPENING = "OPENING", _("opening an account")
        LOAN = "LOAN", _("applying for a loan")

    class Result(models.TextChoices):
        """What the register says."""

        PENDING = "PENDING", _("no answer yet")
        PASS = "PASS", _("nothing stands against it")
        FAIL = "FAIL", _("something stands against it")

    class Channel(models.TextChoices):
        """How the answer came."""

        ADAPTER = "ADAPTER", _("through the interface")
        MANUAL = "MANUAL", _("entered from a document")

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    kind = models.CharField(_("register"), max_length=12, choices=Kind)
    purpose = models.CharField(_("purpose"), max_length=7, choices=Purpose)
    number_index = models.CharField(max_length=64, editable=False)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=80)
    asked_date = models.DateField(_("asked on"))
    asked_at = models.DateTimeField(_("recorded at"), db_default=Now())
    result = models.CharField(
        pgettext_lazy("register", "answer"), max_length=7, choices=Result, default=Result.PENDING
    )
    evidence = models.JSONField(_("evidence"), default=dict)
    channel = models.CharField(_("channel"), max_length=7, choices=Channel)
    document_no = models.CharField(_("document number"), max_length=64, blank=True, default="")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("checked by"),
    )

    class Meta:
        verbose_name = _("outside check")
        verbose_name_plural = _("outside checks")
        indexes: ClassVar = [
            models.Index(
                fields=["centre", "number_index", "kind", "asked_date"],
                name="accounts_check_of_person",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="accounts_check_two_persons",
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("made_by")),
                violation_error_message=_("The checker cannot be the maker."),
            ),
            models.CheckConstraint(
                name="accounts_check_manual_answers_have_a_document_and_a_checker",
                condition=Q(channel="ADAPTER")
                | Q(result="PENDING")
                | (Q(checked_by__isnull=False) & ~Q(document_no="")),
            ),
            models.CheckConstraint(
                name="accounts_check_known_codes",
                condition=Q(kind__in=["PLATFORM", "CREDIT", "UNIT_PENSION"])
                & Q(purpose__in=["OPENING", "LOAN"])
                & Q(result__in=["PENDING", "PASS", "FAIL"])
                & Q(channel__in=["ADAPTER", "MANUAL"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.asked_date} {self.get_result_display()}"


class Opening(Document):
    """开户单: what one clerk has taken in and a second person turns into an account.

    ``facts`` is what the member declared (no number of a paper, phone or card in it: those stand
    in encrypted columns); ``decision`` is what the rule said about it. Each check opens one
    account at most.
    """

    submit_permission = "accounts.open"
    approve_permission = "accounts.approve"

    name = models.CharField(pgettext_lazy("person", "name"), max_length=80)
    document_type = models.CharField(_("kind of document"), max_length=32)
    document_number = EncryptedTextField(_("number of the document"))
    number_index = models.CharField(max_length=64, editable=False)
    phone = EncryptedTextField(_("phone"), blank=True, default="")
    bank = models.CharField(_("bank"), max_length=40)
    card = EncryptedTextField(_("card number"))
    facts = models.JSONField(_("facts"))
    decision = models.ForeignKey(
        "policy.StoredDecision",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decision"),
    )
    platform_check = models.OneToOneField(
        OutsideCheck,
        models.PROTECT,
        null=True,
        related_name="opening",
        verbose_name=_("platform check"),
    )
    member_account = models.OneToOneField(
        MemberAccount,
        models.PROTECT,
        null=True,
        related_name="opening",
        verbose_name=_("member account"),
    )

    class Meta(Document.Meta):
        verbose_name = _("opening")
        verbose_name_plural = _("openings")
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.UniqueConstraint(
                fields=["centre", "number_index"],
                condition=Q(state="SUBMITTED"),
                name="accounts_opening_one_waiting_per_person",
                violation_error_message=_("An opening for this person already waits."),
            ),
            models.CheckConstraint(
                name="accounts_opening_approved_with_account_and_check",
                condition=~Q(state="APPROVED")
                | Q(member_account__isnull=False, platform_check__isnull=False),
            ),
        ]
