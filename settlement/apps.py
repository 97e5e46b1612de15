"""Registers the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from office.guards import append_only


class SettlementConfig(AppConfig):
    """30 June: interest and subsidies, previewed, approved, posted, proved and sealed."""

    name = "settlement"
    verbose_name = _("Settlement")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what is append-only: what was settled is never settled differently."""
        append_only("settlement_settlementitem", allow_update_of=("is_undone",))
        append_only("settlement_settlementadjustment")
        append_only("settlement_runday")
        append_only(
            "settlement_surplusdistribution",
            allow_update_of=(
                "state", "checked_by_id", "checked_at", "return_reason", "digest", "entry_id",
            ),
        )  # fmt: skip
