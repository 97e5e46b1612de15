"""Registers the app and its guards."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from office.guards import append_only, only_on_open_days

_DECIDED = ("state", "checked_by_id", "checked_at", "return_reason", "digest")
_BOOKED = ("approval_decision_id", "entry_id")
# What may still change in a row after it was written; the encryption of a card or a workbook is
# renewed.
_MAY_CHANGE: dict[str, tuple[str, ...]] = {
    "carriedrecord": (),
    "conversion": (*_DECIDED, "entry_id"),
    "correction": (*_DECIDED, "reviewed_by_id", "reviewed_date", "entry_id", "right_deposit_id"),
    "coverage": ("is_active",),
    "deposit": (),
    "dispute": (
        *_DECIDED,
        "bank_finding",
        "bank_document_no",
        "bank_date",
        "bank_entered_by_id",
        "outcome",
        "answer",
        "correction_id",
        "answered_date",
    ),
    "exit": (*_DECIDED, *_BOOKED, "interest_credit_id", "card"),
    "heir": ("document_number", "card"),
    "inheritance": (*_DECIDED, *_BOOKED, "interest_credit_id"),
    "interestcredit": (),
    "largedeposit": (*_DECIDED, "deposit_id"),
    "lettermove": (),
    "merge": (*_DECIDED, "entry_id", "months_joined", "months_double"),
    "payout": (
        "state",
        "bank_reference",
        "failure",
        "confirmed_by_id",
        "confirmed_date",
        "entry_id",
    ),
    "platformmessage": ("state", "tries", "note"),
    "reissue": (*_DECIDED, "replacement_id", "card"),
    "suspenserefund": (*_DECIDED, "entry_id", "card"),
    "takenover": (),
    "takeover": (
        *_DECIDED,
        "workbook",
        "found",
        "problems",
        "problem_count",
        "booked_date",
    ),
    "transfer": (),
    "transferarrival": _DECIDED,
    "transferin": (
        *_DECIDED,
        "letter_state",
        "facts",
        "remitted_fen",
        "remittance",
        "answer_no",
        "card",
    ),
    "transferout": (
        *_DECIDED,
        "letter_state",
        "facts",
        "amount_fen",
        "entry_id",
        "bank_reference",
        "paid_entry_id",
        "paid_by_id",
        "paid_date",
        "card",
    ),
    "withdrawal": (*_DECIDED, *_BOOKED, "card"),
}


class ContributionsConfig(AppConfig):
    """Money in and out of a member account, and the months it covers."""

    name = "contributions"
    verbose_name = _("Contributions")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare what is append-only; a reversed deposit's months only become inactive."""
        for table, columns in _MAY_CHANGE.items():
            append_only(f"contributions_{table}", allow_update_of=columns)
        only_on_open_days("contributions_interestcredit")
