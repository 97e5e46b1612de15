"""Registers the app and its guards."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _

from accounts import guards
from office.guards import append_only


class AccountsConfig(AppConfig):
    """Members, their individual accounts, agreements, holds and events."""

    name = "accounts"
    verbose_name = _("Accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what is append-only. The two signals belong to ``migrate``, not to business."""
        append_only("accounts_memberevent")
        append_only("accounts_agreement", allow_update_of=("state",))
        append_only("accounts_debitmandate", allow_update_of=("ended_date",))
        append_only(
            "accounts_identitydocument", allow_update_of=("is_current", "number", "member_id")
        )
        append_only(
            "accounts_outsidecheck",
            allow_update_of=("result", "evidence", "checked_by_id"),
        )
        decided = ("state", "checked_by_id", "checked_at", "return_reason", "digest")
        append_only("accounts_freeze", allow_update_of=(*decided, "lifted_date"))
        append_only("accounts_breachnotice", allow_update_of=decided)
        append_only("accounts_freezelift", allow_update_of=decided)
        append_only("accounts_changerecord")
        append_only("accounts_deathreport", allow_update_of=("withdrawn_date",))
        append_only("accounts_deathrevocation", allow_update_of=decided)
        append_only("accounts_personchange", allow_update_of=(*decided, "document_number"))
        append_only("accounts_ban", allow_update_of=decided)
        append_only("accounts_householdrecord", allow_update_of=(*decided, "spouse_number"))
        append_only("accounts_marriage", allow_update_of=("ended_date", "end_record_id"))
        append_only("accounts_spouse", allow_update_of=("is_living",))
        append_only("accounts_pendingbusiness", allow_update_of=("is_open",))
        append_only(
            "accounts_memberaccount",
            allow_update_of=(
                "branch_id",
                "managed_account_id",
                "identity",
                "state",
                "sealed_date",
                "closed_date",
                "close_reason",
            ),
        )
        pre_migrate.connect(guards.drop_before_migrate, sender=self)
        post_migrate.connect(guards.install_after_migrate, sender=self)
