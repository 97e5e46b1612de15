"""Filters of lists that somebody keeps under a name."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from office.models.organisation import Centre


class SavedFilter(models.Model):
    """How somebody likes to see a list: its filters and order, as the address writes them.

    Its owner alone changes or removes it; a shared one is offered to the whole centre. No name,
    phone or number of a paper stands in it, because none is a filter.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+", verbose_name=_("centre"))
    listing = models.CharField(_("list"), max_length=40)
    name = models.CharField(_("name of the filter"), max_length=40)
    query = models.CharField(_("filter"), max_length=1000, blank=True)
    is_shared = models.BooleanField(_("for the whole centre"), default=False)
    saved_at = models.DateTimeField(_("saved at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering: ClassVar = ["listing", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "listing", "name"], name="office_savedfilter_name_once"
            ),
            models.CheckConstraint(
                name="office_savedfilter_is_named", condition=~Q(name="") & ~Q(listing="")
            ),
        ]

    def __str__(self) -> str:
        return self.name
