"""Registers the app and its guards."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from ledger import guards
from office.guards import append_only, only_in_open_drawers, only_on_open_days


class LedgerConfig(AppConfig):
    """What happened to money: chart of accounts, entries, postings, balances."""

    name = "ledger"
    verbose_name = _("Ledger")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what is append-only and collect the invariants of all apps.

        The two signals belong to ``migrate``, not to business.
        """
        append_only("ledger_entry")
        append_only("ledger_posting")
        append_only(
            "ledger_ledgeraccount",
            allow_update_of=("name", "may_overdraw", "debits_fen", "credits_fen"),
        )
        only_on_open_days("ledger_entry")
        only_in_open_drawers("ledger_entry", teller="maker_id")
        pre_migrate.connect(guards.drop_before_migrate, sender=self)
        post_migrate.connect(guards.install_after_migrate, sender=self)
        autodiscover_modules("verify")
