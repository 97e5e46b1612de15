"""Registers the app and its guards."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from office.guards import append_only, only_on_open_days

# What may still change in a row after it was written; encrypted columns are renewed with the key.
_DECIDED = ("state", "checked_by_id", "checked_at", "return_reason", "digest")
_MAY_CHANGE: dict[str, tuple[str, ...]] = {
    "accruedinterest": (),
    "creditevent": ("corrected_date",),
    "debitbatch": (),
    "interestaccrual": (),
    "debitline": (
        "state",
        "failure",
        "bank_reference",
        "answered_date",
        "repayment_id",
        "entry_id",
    ),
    "loanevent": ("undone_date",),
    "loanreview": (),
    "offsetagreement": ("ended_date",),
    "repaymentreversal": (*_DECIDED, "entry_id", "difference_entry_id"),
    "repayment": ("penalty_fen", "interest_fen", "principal_fen", "suspense_fen", "shares"),
    "classchange": (),
    "loannotice": ("ended_date",),
    "collectionaction": (),
    "legalrecord": (),
    "recovery": ("undone_date",),
    "recoveryreversal": (*_DECIDED, "entry_id"),
}


class LoansConfig(AppConfig):
    """Home loans: application, contract, repayment, overdue, end."""

    name = "loans"
    verbose_name = _("Loans")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what the database itself has to keep."""
        for table, columns in _MAY_CHANGE.items():
            append_only(f"loans_{table}", allow_update_of=columns)
        for table in ("loanevent", "classchange", "interestaccrual", "loannotice", "recovery"):
            only_on_open_days(f"loans_{table}")
