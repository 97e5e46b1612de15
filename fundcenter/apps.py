"""Registers the roof, so that its commands and wording are found."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FundcenterConfig(AppConfig):
    """The faces of the product."""

    name = "fundcenter"
    verbose_name = _("Fund centre")
