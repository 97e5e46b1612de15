"""What a centre has consented to before a subsidy may be posted."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from kernel.money import MAX_FEN
from office.models import Centre


class SubsidyApproval(models.Model):
    """One of the consents a text asks for before a year's subsidy is posted; append-only.

    Each kind is recorded once per centre and fund year, and each by another person: who has
    recorded one cannot record the other (Bazhong 二(四)1, parameter ``subsidy.approvals``).
    """

    class Kind(models.TextChoices):
        """Whose consent it is."""

        FINANCE_REVIEW = "FINANCE_REVIEW", _("review by the finance department")
        COMMITTEE = "COMMITTEE", _("consent of the management committee")

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    year = models.PositiveSmallIntegerField(
        _("fund year"), help_text=_("The calendar year whose 30 June ends it.")
    )
    kind = models.CharField(_("kind of consent"), max_length=16, choices=Kind)
    document_no = models.CharField(_("document number"), max_length=64)
    document_date = models.DateField(_("date of the document"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now())

    class Meta:
        verbose_name = _("consent to a subsidy")
        verbose_name_plural = _("consents to subsidies")
        ordering: ClassVar = ["centre", "-year", "kind"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["centre", "year", "kind"], name="subsidies_approval_kind_once"
            ),
            models.UniqueConstraint(
                fields=["centre", "year", "recorded_by"],
                name="subsidies_approval_two_persons",
                violation_error_message=_("The two consents are recorded by two persons."),
            ),
            models.CheckConstraint(
                name="subsidies_approval_known_kind",
                condition=Q(kind__in=["FINANCE_REVIEW", "COMMITTEE"]),
            ),
            models.CheckConstraint(
                name="subsidies_approval_names_its_document", condition=~Q(document_no="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.get_kind_display()} {self.document_no}"


class EarlierSubsidy(models.Model):
    """What a person had been credited in subsidies before this system kept the account.

    Lifetime cap, number of credits and the once-only opening subsidy count it in. Sums in fen;
    ``document_no`` is the takeover it came with.
    """

    member = models.OneToOneField(
        Member, models.PROTECT, related_name="earlier_subsidy", verbose_name=_("member")
    )
    credited_fen = models.BigIntegerField(_("subsidies credited before (fen)"))
    credits = models.PositiveSmallIntegerField(_("settlements that credited one"))
    opening_subsidy_fen = models.BigIntegerField(_("opening subsidy granted before (fen)"))
    document_no = models.CharField(_("document number"), max_length=64)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now())

    class Meta:
        verbose_name = _("subsidies before the takeover")
        verbose_name_plural = _("subsidies before the takeover")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="subsidies_earlier_in_range",
                condition=Q(credited_fen__gte=0, credited_fen__lte=MAX_FEN)
                & Q(opening_subsidy_fen__gte=0, opening_subsidy_fen__lte=MAX_FEN),
            ),
            models.CheckConstraint(
                name="subsidies_earlier_money_has_its_credits",
                condition=Q(credited_fen=0) | Q(credits__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_no} {self.credits}"
