"""Registers the app and its guards."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from office.guards import append_only, only_on_open_days


class ContributionsConfig(AppConfig):
    """Money in and out of a member account, and the months it covers."""

    name = "contributions"
    verbose_name = _("Contributions")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what is append-only; a reversed deposit's months only become inactive."""
        decided = ("state", "checked_by_id", "checked_at", "return_reason", "digest")
        append_only("contributions_deposit")
        append_only("contributions_transfer")
        append_only(
            "contributions_takeover",
            allow_update_of=(
                *decided,
                "workbook",  # its encryption is renewed
                "found",
                "problems",
                "problem_count",
                "booked_date",
            ),
        )
        append_only("contributions_takenover")
        append_only("contributions_interestcredit")
        only_on_open_days("contributions_interestcredit")
        append_only("contributions_coverage", allow_update_of=("is_active",))
        append_only("contributions_carriedrecord")
        append_only("contributions_conversion", allow_update_of=(*decided, "entry_id"))
        append_only(
            "contributions_merge",
            allow_update_of=(*decided, "entry_id", "months_joined", "months_double"),
        )
        append_only(
            "contributions_withdrawal",
            allow_update_of=(
                *decided,
                "approval_decision_id",
                "entry_id",
                "card",  # its encryption is renewed
            ),
        )
        append_only(
            "contributions_correction",
            allow_update_of=(
                *decided,
                "reviewed_by_id",
                "reviewed_date",
                "entry_id",
                "right_deposit_id",
            ),
        )
        append_only(
            "contributions_payout",
            allow_update_of=(
                "state",
                "bank_reference",
                "failure",
                "confirmed_by_id",
                "confirmed_date",
                "entry_id",
            ),
        )
