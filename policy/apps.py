"""Registers the app and its guards."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from office.guards import append_only


class PolicyConfig(AppConfig):
    """Why it was allowed: dated parameters with their clauses, and stored decisions."""

    name = "policy"
    verbose_name = _("Policy")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what is append-only, a proposal may only be decided; collect whom keys touch."""
        append_only("policy_parametervalue")
        append_only("policy_storeddecision")
        append_only(
            "policy_proposal",
            allow_update_of=("state", "digest", "checked_by_id", "checked_at", "return_reason"),
        )
        autodiscover_modules("effects")
