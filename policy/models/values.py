"""The dated values of the law, and along which jurisdictions a centre reads them."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from policy.loader import load_catalogue
from policy.values import Citation, Unit, Value


class ValueFields(models.Model):
    """Abstract: what a value says, whether in force or only proposed.

    ``printed`` is what the document prints; null marks a parameter that the jurisdiction leaves
    unset on purpose. ``citations`` holds one ``source#clause`` per line.
    """

    jurisdiction = models.CharField(_("jurisdiction"), max_length=64)
    key = models.CharField(_("parameter"), max_length=96)
    unit = models.CharField(
        _("unit"), max_length=8, choices=[(unit.value, unit.value) for unit in Unit]
    )
    printed = models.JSONField(_("value as printed"), null=True, blank=True)
    effective_until = models.DateField(
        _("in force until"),
        null=True,
        blank=True,
        help_text=_("First day on which it no longer holds; empty = until the next value."),
    )
    citations = models.TextField(
        _("clauses"), blank=True, default="", help_text=_("One source#clause per line.")
    )
    assumed = models.BooleanField(
        _("assumed"), default=False, help_text=_("No text says so; the reason is given below.")
    )
    carried = models.BooleanField(
        _("carried on"),
        default=False,
        help_text=_("Used past the period for which it was published."),
    )
    reason = models.TextField(_("reason"), blank=True, default="")
    demo = models.BooleanField(_("demo decision"), default=False)

    class Meta:
        abstract = True

    @property
    def cited(self) -> tuple[Citation, ...]:
        """The clauses the value rests on."""
        return tuple(Citation.parse(line) for line in self.citations.split("\n") if line)


class ParameterValue(ValueFields):
    """A value of a parameter in a jurisdiction from a day on (参数值). Rows are never changed.

    A value ends where the next one begins, or on its own ``effective_until``. A later
    ``revision`` of the same day takes the place of the earlier one, which stays readable;
    ``withdrawn`` marks a revision that takes the value out of the book again.
    """

    class Origin(models.TextChoices):
        BASELINE = "BASELINE", _("Policy files")
        AMENDMENT = "AMENDMENT", _("Amendment by two persons")

    effective_from = models.DateField(_("in force from"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    checked_until = models.DateField(
        _("checked until"),
        null=True,
        blank=True,
        help_text=_("Somebody verified that it still holds up to this day."),
    )
    origin = models.CharField(_("origin"), max_length=9, choices=Origin.choices)
    proposal = models.OneToOneField(
        "policy.Proposal",
        on_delete=models.PROTECT,
        null=True,
        related_name="value",
        verbose_name=_("proposal"),
    )
    entered_at = models.DateTimeField(_("entered at"), db_default=Now())

    class Meta:
        verbose_name = _("parameter value")
        verbose_name_plural = _("parameter values")
        ordering = ["jurisdiction", "key", "effective_from", "revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "key", "effective_from", "revision"],
                name="policy_parametervalue_once",
            ),
            models.CheckConstraint(
                name="policy_parametervalue_period",
                condition=Q(effective_until__isnull=True)
                | Q(effective_until__gt=F("effective_from")),
            ),
            models.CheckConstraint(
                name="policy_parametervalue_rests_on_something",
                condition=~Q(citations="") | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="policy_parametervalue_assumed_has_reason",
                condition=Q(assumed=False) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="policy_parametervalue_text_is_cited",
                condition=Q(assumed=True) | Q(printed__isnull=True) | ~Q(citations=""),
            ),
            models.CheckConstraint(
                name="policy_parametervalue_unset_has_reason",
                condition=Q(printed__isnull=False) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="policy_parametervalue_carried_is_assumed",
                condition=Q(carried=False) | Q(assumed=True),
            ),
            models.CheckConstraint(
                name="policy_parametervalue_amended_by_proposal",
                condition=Q(origin="BASELINE", proposal__isnull=True)
                | Q(origin="AMENDMENT", proposal__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.jurisdiction}:{self.key} {self.effective_from.isoformat()}"

    def as_value(self) -> Value:
        """Give the value that rules read.

        Raises:
            BadValue: what is printed is not of its unit.
        """
        parameter = load_catalogue().get(self.key)
        return Value(
            key=self.key,
            jurisdiction=self.jurisdiction,
            unit=Unit(self.unit),
            printed=self.printed,
            effective_from=self.effective_from,
            effective_until=self.effective_until,
            citations=self.cited,
            assumed=self.assumed,
            carried=self.carried,
            reason=self.reason,
            checked_until=self.checked_until,
            demo=self.demo,
            choices=parameter.choices if parameter else (),
        )

    def holds_on(self, day: dt.date) -> bool:
        """Tell whether the day lies in the value's own period."""
        until = self.effective_until
        return self.effective_from <= day and (until is None or day < until)


class Chain(models.Model):
    """Along which jurisdictions a centre reads its law: city, then province, then nation."""

    centre_code = models.CharField(_("centre"), max_length=32, unique=True)
    jurisdictions = models.JSONField(_("jurisdictions"))

    class Meta:
        verbose_name = _("chain of jurisdictions")
        verbose_name_plural = _("chains of jurisdictions")
        ordering = ["centre_code"]
        constraints = [
            models.CheckConstraint(name="policy_chain_is_named", condition=~Q(centre_code="")),
        ]

    def __str__(self) -> str:
        return f"{self.centre_code}: {' → '.join(self.jurisdictions)}"


class Edition(models.Model):
    """The one row that says which law the database holds: a digest of all of it.

    Whoever changes a value writes the new digest in the same transaction, so that every process
    notices with one small query that its copy is old. The same law has the same digest, also
    after a change that was rolled back.
    """

    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [
            models.CheckConstraint(name="policy_edition_only_one", condition=Q(id=1)),
        ]

    def __str__(self) -> str:
        return self.digest[:12]
