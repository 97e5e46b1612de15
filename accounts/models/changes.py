"""What was changed about an account or a person, by whom and on which paper."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.members import IdentityDocument, Member, MemberAccount
from office.fields import EncryptedTextField, mask_document
from office.models import Branch, Centre, Document


class ChangeRecord(models.Model):
    """变更登记: one change that a clerk made to an account; append-only, and its receipt.

    ``before`` and ``after`` hold what changed, with numbers masked.
    """

    class Kind(models.TextChoices):
        """What was changed."""

        AGREEMENT = "AGREEMENT", _("agreement")
        MANDATE = "MANDATE", _("debit mandate")
        CONTACT = "CONTACT", _("phone and address")
        SEALED = "SEALED", _("sealed")
        UNSEALED = "UNSEALED", _("unsealed")

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, related_name="+", verbose_name=_("branch")
    )
    number = models.CharField(_("document number"), max_length=64)
    business_date = models.DateField(_("business date"))
    member_account = models.ForeignKey(
        MemberAccount, models.PROTECT, related_name="changes", verbose_name=_("member account")
    )
    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    decision = models.ForeignKey(
        "policy.StoredDecision",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decision"),
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"), db_default=Now())

    class Meta:
        verbose_name = _("change of an account")
        verbose_name_plural = _("changes of accounts")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["centre", "number"], name="accounts_change_number"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member_account", "kind", "number"],
                name="accounts_changerecord_once_per_document",
            ),
            models.CheckConstraint(
                name="accounts_changerecord_known_kind",
                condition=Q(kind__in=["AGREEMENT", "MANDATE", "CONTACT", "SEALED", "UNSEALED"]),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class PersonChange(Document):
    """个人信息变更: another name or another identity document, by the paper that proves it.

    In force once a second person has read the same paper; the name and number before stay on
    record. ``old_name`` and ``old_masked`` are what stood there when it was handed in.
    """

    submit_permission = "members.amend"
    approve_permission = "accounts.approve"

    class Kind(models.TextChoices):
        """What is changed."""

        NAME = "NAME", _("another name")
        PAPER = "PAPER", _("another identity document")

    member = models.ForeignKey(
        Member, models.PROTECT, related_name="person_changes", verbose_name=_("member")
    )
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    old_name = models.CharField(_("name before"), max_length=80)
    old_masked = models.CharField(_("number before"), max_length=32)
    new_name = models.CharField(_("new name"), max_length=80, blank=True, default="")
    document_type = models.CharField(
        _("kind of document"),
        max_length=32,
        blank=True,
        default="",
        choices=IdentityDocument._meta.get_field("document_type").choices,
    )
    document_number = EncryptedTextField(_("number of the document"), blank=True, default="")
    number_index = models.CharField(max_length=64, blank=True, default="", editable=False)
    evidence_no = models.CharField(_("number of the paper"), max_length=64)

    class Meta(Document.Meta):
        verbose_name = _("change of a person")
        verbose_name_plural = _("changes of persons")
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.CheckConstraint(
                name="accounts_personchange_names_its_paper", condition=~Q(evidence_no="")
            ),
            models.CheckConstraint(
                name="accounts_personchange_says_what_is_new",
                condition=(Q(kind="NAME", number_index="") & ~Q(new_name=""))
                | (Q(kind="PAPER", new_name="") & ~Q(number_index="") & ~Q(document_type="")),
            ),
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(state__in=["DRAFT", "SUBMITTED"]),
                name="accounts_personchange_one_waiting",
                violation_error_message=_("A change of this person already waits."),
            ),
        ]

    @property
    def masked_number(self) -> str:
        """The new number with the birth date hidden."""
        return mask_document(self.document_number) if self.document_number else ""
