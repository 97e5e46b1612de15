"""Registers the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from office.guards import append_only


class SubsidiesConfig(AppConfig):
    """Contribution subsidies: who earns one, how much, and what ends it."""

    name = "subsidies"
    verbose_name = _("Subsidies")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what is append-only."""
        append_only("subsidies_subsidyapproval")
        append_only("subsidies_earliersubsidy")
