"""The end of a teller's day: what was booked, what was counted, and the signature below both."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _

from office.models.organisation import Branch, Centre


class DrawerClosing(models.Model):
    """轧账: a teller has closed the drawer of a day and signs for it.

    ``totals`` is what the books said at that moment, ``digest`` its SHA-256. The vouchers in the
    drawer and the money they took in are counted by the teller; a difference needs its note.
    While a closing stands the teller books nothing on that day (a guard on the entries keeps
    it). A supervisor may reopen the drawer; the closing stays and another one follows.
    """

    centre = models.ForeignKey(
        Centre, models.PROTECT, related_name="+", db_index=False, verbose_name=_("centre")
    )
    branch = models.ForeignKey(
        Branch, models.PROTECT, related_name="+", db_index=False, verbose_name=_("branch")
    )
    teller = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="drawer_closings",
        db_index=False,
        verbose_name=_("teller"),
    )
    business_date = models.DateField(_("business date"))
    totals = models.JSONField(_("totals of the books"))
    digest = models.CharField(_("digest of the totals"), max_length=64)
    vouchers = models.PositiveIntegerField(_("vouchers booked"))
    in_fen = models.BigIntegerField(_("taken in by the books (fen)"))
    counted_vouchers = models.PositiveIntegerField(_("vouchers counted"))
    counted_in_fen = models.BigIntegerField(_("taken in as counted (fen)"))
    note = models.CharField(_("note on the difference"), max_length=400, blank=True, default="")
    closed_at = models.DateTimeField(_("closed at"), db_default=Now())
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("reopened by"),
    )
    reopened_at = models.DateTimeField(_("reopened at"), null=True)
    reopen_reason = models.CharField(
        _("reason for reopening"), max_length=400, blank=True, default=""
    )

    class Meta:
        verbose_name = _("drawer closing")
        verbose_name_plural = _("drawer closings")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["centre", "business_date"], name="office_drawer_day"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["teller", "business_date"],
                condition=Q(reopened_by__isnull=True),
                name="office_drawerclosing_once",
                violation_error_message=_("This drawer is closed already."),
            ),
            models.CheckConstraint(
                name="office_drawerclosing_signed",
                condition=GreaterThanOrEqual(Length("digest"), 64)
                & Q(in_fen__gte=0, counted_in_fen__gte=0),
            ),
            models.CheckConstraint(
                name="office_drawerclosing_difference_is_explained",
                condition=Q(counted_vouchers=F("vouchers"), counted_in_fen=F("in_fen"))
                | ~Q(note=""),
                violation_error_message=_("A difference needs its note."),
            ),
            models.CheckConstraint(
                name="office_drawerclosing_reopening_is_signed",
                condition=Q(reopened_by__isnull=True, reopened_at__isnull=True, reopen_reason="")
                | Q(reopened_by__isnull=False, reopened_at__isnull=False) & ~Q(reopen_reason=""),
            ),
            models.CheckConstraint(
                name="office_drawerclosing_two_persons",
                condition=Q(reopened_by__isnull=True) | ~Q(reopened_by=F("teller")),
                violation_error_message=_("Nobody reopens their own drawer."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.teller} {self.business_date.isoformat()}"

    @property
    def stands(self) -> bool:
        """Whether the drawer is closed by this row."""
        return self.reopened_by_id is None

    @property
    def difference_fen(self) -> int:
        """What was counted less what was booked."""
        return self.counted_in_fen - self.in_fen
