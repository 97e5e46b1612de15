"""The centre's calendar of business, and the numbers printed on documents."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from office.models.organisation import Centre


class BusinessDay(models.Model):
    """A day of a centre's books (营业日). Only into an open one may anything be posted.

    The business date comes from here, never from the clock. A centre has at most one open day;
    days are opened and closed in order and a closed day stays closed.
    """

    class State(models.TextChoices):
        OPEN = "OPEN", pgettext_lazy("business day", "Open")
        CLOSED = "CLOSED", pgettext_lazy("business day", "Closed")

    centre = models.ForeignKey(
        Centre, on_delete=models.PROTECT, related_name="business_days", verbose_name=_("centre")
    )
    date = models.DateField(_("business date"))
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.OPEN, editable=False
    )
    opened_at = models.DateTimeField(_("opened at"), db_default=Now(), editable=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("opened by"),
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("closed by"),
    )

    class Meta:
        verbose_name = _("business day")
        verbose_name_plural = _("business days")
        ordering = ["centre", "-date"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "date"], name="office_businessday_once"),
            models.UniqueConstraint(
                fields=["centre"], condition=Q(state="OPEN"), name="office_businessday_one_open"
            ),
            models.CheckConstraint(
                name="office_businessday_closed_is_signed",
                condition=Q(state="OPEN", closed_at__isnull=True, closed_by__isnull=True)
                | Q(state="CLOSED", closed_at__isnull=False, closed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.centre_id}:{self.date.isoformat()}"

    @property
    def is_open(self) -> bool:
        """Whether postings are still accepted."""
        return self.state == self.State.OPEN


class Sequence(models.Model):
    """The counter behind the document numbers of one kind, centre and calendar year."""

    centre = models.ForeignKey(
        Centre, on_delete=models.PROTECT, related_name="+", verbose_name=_("centre")
    )
    kind = models.CharField(_("kind"), max_length=8)
    year = models.PositiveSmallIntegerField(_("year"))
    following = models.PositiveIntegerField(_("next number"), default=1)

    class Meta:
        verbose_name = _("number sequence")
        verbose_name_plural = _("number sequences")
        constraints = [
            models.UniqueConstraint(fields=["centre", "kind", "year"], name="office_sequence_once"),
            models.CheckConstraint(
                name="office_sequence_starts_at_one", condition=Q(following__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}-{self.centre_id}-{self.year}: {self.following}"
