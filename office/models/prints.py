"""Every paper that was ever printed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from office.models.organisation import Branch, Centre

CODE_LENGTH = 12


class PrintLog(models.Model):
    """打印登记: one sheet of paper that left the printer, with what proves that it is ours.

    ``serial`` and ``code`` stand on the paper. ``scope`` is what of the object was printed, such
    as a range of days; ``copy`` counts how often that was printed, from one. ``digest`` is the
    SHA-256 of what the paper says, without number, moment and person. Append-only.
    """

    centre = models.ForeignKey(
        Centre, on_delete=models.PROTECT, related_name="+", verbose_name=_("centre")
    )
    branch = models.ForeignKey(
        Branch, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("branch")
    )
    serial = models.CharField(_("serial number"), max_length=48, unique=True)
    name = models.CharField(_("kind of paper"), max_length=32)
    title = models.CharField(_("title of the paper"), max_length=64)
    object_number = models.CharField(_("number of what was printed"), max_length=64)
    scope = models.CharField(_("part that was printed"), max_length=64, blank=True, default="")
    copy = models.PositiveIntegerField(_("copy"))
    code = models.CharField(_("verification code"), max_length=CODE_LENGTH)
    digest = models.CharField(_("digest of the content"), max_length=64)
    printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("printed by"),
    )
    at = models.DateTimeField(_("printed at"), db_default=Now())

    class Meta:
        verbose_name = _("printed paper")
        verbose_name_plural = _("printed papers")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["centre", "name", "object_number", "scope", "copy"],
                name="office_printlog_copy_once",
            ),
            models.UniqueConstraint(fields=["centre", "code"], name="office_printlog_code_once"),
            models.CheckConstraint(
                name="office_printlog_copies_count_from_one", condition=Q(copy__gte=1)
            ),
            models.CheckConstraint(
                name="office_printlog_can_be_verified",
                condition=Q(Exact(Length("code"), CODE_LENGTH)) & Q(Exact(Length("digest"), 64)),
            ),
        ]

    def __str__(self) -> str:
        return self.serial
