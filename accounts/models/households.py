"""Who is married to whom, and who has declared to be single: with the evidence that was seen."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.members import IdentityDocument, Member
from office.fields import EncryptedTextField, mask_document
from office.models import Centre, Document


class HouseholdRecord(Document):
    """家庭登记: what a member's household is from a day on, by the paper that was seen.

    In force once a second person has read the same paper. An approved declaration of being
    single stands by itself; a marriage and its end are rows of ``Marriage``. ``since`` is the day
    of the marriage, of its end, or of the signature. Nothing is ever taken back: a later record
    says how it is now.
    """

    submit_permission = "members.amend"
    approve_permission = "accounts.approve"

    class Kind(models.TextChoices):
        """What the paper says."""

        MARRIED = "MARRIED", _("marriage")
        UNMARRIED = "UNMARRIED", _("signed declaration of being single")
        DIVORCED = "DIVORCED", _("divorce")
        WIDOWED = "WIDOWED", _("death of the spouse")

    member = models.ForeignKey(
        Member, models.PROTECT, related_name="household_records", verbose_name=_("member")
    )
    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    since = models.DateField(_("since"))
    evidence_no = models.CharField(_("number of the paper"), max_length=64)
    spouse_name = models.CharField(_("name of the spouse"), max_length=80, blank=True, default="")
    spouse_document_type = models.CharField(
        _("spouse's kind of document"),
        max_length=32,
        blank=True,
        default="",
        choices=IdentityDocument._meta.get_field("document_type").choices,
    )
    spouse_number = EncryptedTextField(_("spouse's number"), blank=True, default="")
    spouse_index = models.CharField(max_length=64, blank=True, default="", editable=False)

    class Meta(Document.Meta):
        verbose_name = _("record of a household")
        verbose_name_plural = _("records of households")
        indexes: ClassVar = [
            models.Index(fields=["member", "since"], name="accounts_household_of_member"),
        ]
        constraints: ClassVar = [
            *Document.Meta.constraints,
            models.CheckConstraint(
                name="accounts_householdrecord_known_kind",
                condition=Q(kind__in=["MARRIED", "UNMARRIED", "DIVORCED", "WIDOWED"]),
            ),
            models.CheckConstraint(
                name="accounts_householdrecord_names_its_paper", condition=~Q(evidence_no="")
            ),
            models.CheckConstraint(
                name="accounts_householdrecord_marriage_names_the_spouse",
                condition=(Q(kind="MARRIED") & ~Q(spouse_name="") & ~Q(spouse_index=""))
                | (~Q(kind="MARRIED") & Q(spouse_name="", spouse_index="")),
            ),
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(state__in=["DRAFT", "SUBMITTED"]),
                name="accounts_householdrecord_one_waiting",
                violation_error_message=_("A record of this household already waits."),
            ),
        ]

    @property
    def masked_spouse(self) -> str:
        """The spouse's number with the birth date hidden."""
        return mask_document(self.spouse_number) if self.spouse_number else ""


class Marriage(models.Model):
    """婚姻关系: two persons from the day of marriage to the day it ends, by two records.

    It holds on the days from ``from_date`` and before ``ended_date``.
    """

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    from_date = models.DateField(_("married on"))
    ended_date = models.DateField(_("ended on"), null=True)
    record = models.OneToOneField(
        HouseholdRecord, models.PROTECT, related_name="marriage", verbose_name=_("record")
    )
    end_record = models.OneToOneField(
        HouseholdRecord,
        models.PROTECT,
        null=True,
        related_name="ended_marriage",
        verbose_name=_("record of its end"),
    )

    class Meta:
        verbose_name = _("marriage of members")
        verbose_name_plural = _("marriages of members")
        ordering: ClassVar = ["-from_date", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="accounts_marriage_ends_by_a_record",
                condition=Q(ended_date__isnull=True, end_record__isnull=True)
                | Q(ended_date__gte=F("from_date"), end_record__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record} {self.from_date}"


class Spouse(models.Model):
    """One of the two persons of a marriage, a member of the centre or not.

    ``is_living`` says that the marriage goes on; a person has one such row at most.
    """

    marriage = models.ForeignKey(
        Marriage, models.PROTECT, related_name="spouses", verbose_name=_("marriage of members")
    )
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    person_index = models.CharField(max_length=64, editable=False)
    record = models.ForeignKey(
        HouseholdRecord, models.PROTECT, related_name="+", verbose_name=_("record")
    )
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="spouse_rows", verbose_name=_("member")
    )
    is_living = models.BooleanField(_("the marriage goes on"), default=True)

    class Meta:
        verbose_name = _("spouse")
        verbose_name_plural = _("spouses")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["marriage", "person_index"], name="accounts_spouse_two_persons"
            ),
            models.UniqueConstraint(
                fields=["centre", "person_index"],
                condition=Q(is_living=True),
                name="accounts_spouse_one_marriage_per_person",
                violation_error_message=_("The person already is in a marriage that goes on."),
            ),
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(is_living=True, member__isnull=False),
                name="accounts_spouse_one_marriage_per_member",
                violation_error_message=_("The person already is in a marriage that goes on."),
            ),
            models.CheckConstraint(name="accounts_spouse_is_named", condition=~Q(person_index="")),
        ]

    def __str__(self) -> str:
        return str(self.member or self.record.spouse_name)
