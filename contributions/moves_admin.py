"""What supervisors and auditors see of accounts that move, and the documents they decide."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.decide_admin import InboxAdmin
from contributions.models import (
    CarriedRecord,
    Conversion,
    LetterMove,
    Merge,
    PlatformMessage,
    TransferArrival,
    TransferIn,
    TransferOut,
)
from kernel.money import grouped_yuan
from office.admin import ReadOnlyAdmin

_DECIDED = ("number", "centre", "branch", "business_date", "state", "made_by", "checked_by")
_LETTER = (
    "return_reason", "member_account", "letter_no", "letter_state", "other_code", "other_name",
    "other_account", "payee", "bank", "card_last4", "facts",
)  # fmt: skip


class MoveAdmin(InboxAdmin):
    """Documents about accounts that move."""

    list_display = ["number", "member_account", "amount", "state", "made_by", "checked_by"]
    list_filter = ["state", "centre"]
    search_fields = ["number", "member_account__number"]
    list_select_related = ["member_account", "made_by", "checked_by"]

    @admin.display(description=_("amount (yuan)"))
    def amount(self, row: Conversion | Merge | TransferArrival | TransferOut) -> str:
        """The amount in yuan."""
        return grouped_yuan(row.amount_fen)


@admin.register(Conversion)
class ConversionAdmin(MoveAdmin):
    """Changes of identity."""

    fields = (
        *_DECIDED, "return_reason", "member_account", "to_identity", "unit_name", "proof", "amount",
        "first_month", "last_month", "month_count", "mode", "entry",
    )  # fmt: skip
    readonly_fields = fields


@admin.register(Merge)
class MergeAdmin(MoveAdmin):
    """Merges of two accounts of one person."""

    fields = (
        *_DECIDED, "return_reason", "member_account", "target", "proof", "amount", "months_joined",
        "months_double", "entry",
    )  # fmt: skip
    readonly_fields = fields


@admin.register(TransferIn)
class TransferInAdmin(InboxAdmin):
    """Requests for transfers in, with their state at the platform."""

    list_display = [
        "number", "member_account", "other_name", "letter_state", "state", "made_by", "checked_by",
    ]  # fmt: skip
    list_filter = ["letter_state", "state", "centre"]
    search_fields = ["number", "letter_no", "member_account__number"]
    list_select_related = ["member_account", "made_by", "checked_by"]
    fields = (*_DECIDED, *_LETTER, "remittance", "answer_no")
    readonly_fields = fields


@admin.register(TransferArrival)
class TransferArrivalAdmin(MoveAdmin):
    """Arrivals of transfers, booked by two persons."""

    fields = (
        *_DECIDED, "return_reason", "member_account", "transfer_in", "amount", "bank_reference",
        "agreed_no",
    )  # fmt: skip
    readonly_fields = fields


@admin.register(TransferOut)
class TransferOutAdmin(MoveAdmin):
    """Transfers out, with their state at the platform and their payment."""

    list_display = [
        "number", "member_account", "other_name", "amount", "letter_state", "state", "paid_date",
    ]  # fmt: skip
    list_filter = ["letter_state", "state", "centre"]
    search_fields = ["number", "letter_no", "member_account__number"]
    list_select_related = ["member_account"]
    fields = (*_DECIDED, *_LETTER, "amount", "entry", "bank_reference", "paid_by", "paid_date")
    readonly_fields = fields


@admin.register(LetterMove)
class LetterMoveAdmin(ReadOnlyAdmin):
    """Every move of every letter."""

    list_display = [
        "letter_no", "is_inbound", "from_state", "to_state", "business_date", "reason", "made_by",
    ]  # fmt: skip
    list_filter = ["to_state", "is_inbound", "centre"]
    search_fields = ["letter_no"]
    list_select_related = ["made_by"]


@admin.register(PlatformMessage)
class PlatformMessageAdmin(ReadOnlyAdmin):
    """Messages of the platform, and what became of them."""

    list_display = [
        "message_id", "is_sent", "kind", "letter_state", "other_code", "state", "tries", "note",
    ]  # fmt: skip
    list_filter = ["state", "kind", "is_sent", "centre"]
    search_fields = ["message_id", "letter_no"]
    exclude = ["body"]


@admin.register(CarriedRecord)
class CarriedRecordAdmin(ReadOnlyAdmin):
    """What members brought along from elsewhere."""

    centre_path = "member_account__centre"

    list_display = [
        "document_no", "member_account", "source", "identity", "month_count", "subsidy_credits",
    ]  # fmt: skip
    list_filter = ["identity"]
    search_fields = ["document_no", "member_account__number"]
    list_select_related = ["member_account"]
