"""Registers the roof, so that its commands and wording are found."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _

from fundcenter.checks import nothing_of_the_demo_is_left


class FundcenterConfig(AppConfig):
    """The faces of the product."""

    name = "fundcenter"
    verbose_name = _("Fund centre")

    def ready(self) -> None:
        """Register the checks of the roof."""
        checks.register(nothing_of_the_demo_is_left, checks.Tags.security, deploy=True)
