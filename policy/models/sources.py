"""The documents that values cite."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Source(models.Model):
    """A law, notice, interpretation or decision that parameter values rest on."""

    code = models.CharField(_("code"), max_length=64, unique=True)
    title = models.CharField(_("title"), max_length=200)
    short = models.CharField(_("short name"), max_length=64)
    number = models.CharField(_("document number"), max_length=64, blank=True, default="")
    issuer = models.CharField(_("issuer"), max_length=128, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=64, blank=True, default="")
    published = models.DateField(_("published on"), null=True, blank=True)
    effective = models.DateField(_("in force from"), null=True, blank=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="policy_source_is_named",
                condition=~Q(code="") & ~Q(title="") & ~Q(short=""),
            ),
        ]

    def __str__(self) -> str:
        return self.short


class Clause(models.Model):
    """A clause of a source, with its gist in our own words."""

    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="clauses", verbose_name=_("source")
    )
    number = models.CharField(_("clause"), max_length=64)
    gist = models.TextField(_("gist"))

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering = ["source", "id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="policy_clause_once"),
            models.CheckConstraint(name="policy_clause_is_numbered", condition=~Q(number="")),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.number}"
