"""What supervisors and auditors see of contracts, securities, payments and changes of loans."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.decide_admin import InboxAdmin
from kernel.money import grouped_yuan
from loans.models import (
    Disbursement,
    DisbursementUndo,
    LoanChange,
    LoanContract,
    LoanSecurity,
    OffsetAgreement,
    SecurityRelease,
)
from office.admin import ReadOnlyAdmin

_DECIDED = (
    "number", "centre", "branch", "business_date", "state", "made_by", "checked_by",
    "return_reason",
)  # fmt: skip


class LoanDocumentAdmin(InboxAdmin):
    """Documents about a loan, read only but for the decision of those who may."""

    list_display = ["number", "business_date", "loan", "state", "made_by", "checked_by"]
    list_filter = ["state", "centre"]
    search_fields = ["number", "loan__number"]
    list_select_related = ["loan", "made_by", "checked_by"]
    date_hierarchy = "business_date"


@admin.register(LoanContract)
class LoanContractAdmin(LoanDocumentAdmin):
    """Contracts as they were signed."""

    list_display = ["number", "contract_no", "member_account", "amount", "rate_percent", "state"]
    search_fields = ["number", "contract_no", "member_account__number"]
    list_select_related = ["member_account"]
    fields = (
        *_DECIDED, "application", "loan", "contract_no", "amount", "term_months", "method",
        "home_number", "rate_percent", "table_percent", "due_day", "bank", "card_last4",
        "offset_mode", "offset_sources", "retained_fen", "decision",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("principal (yuan)"), ordering="principal_fen")
    def amount(self, row: LoanContract) -> str:
        """The principal in yuan."""
        return grouped_yuan(row.principal_fen)


@admin.register(LoanSecurity)
class LoanSecurityAdmin(LoanDocumentAdmin):
    """What secures loans."""

    list_display = ["number", "loan", "kind", "register_no", "value", "state", "released_date"]
    search_fields = ["number", "register_no", "loan__number"]
    fields = (
        *_DECIDED, "loan", "kind", "thing", "register_no", "registered_date", "value",
        "insurance_no", "released_date",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("value (yuan)"), ordering="value_fen")
    def value(self, row: LoanSecurity) -> str:
        """The value in yuan."""
        return grouped_yuan(row.value_fen)


@admin.register(SecurityRelease)
class SecurityReleaseAdmin(LoanDocumentAdmin):
    """Securities given back."""

    list_display = ["number", "business_date", "security", "certificate_no", "state", "checked_by"]
    search_fields = ["number", "certificate_no"]
    list_select_related = ["security", "checked_by"]
    fields = (*_DECIDED, "security", "certificate_no", "receiver")
    readonly_fields = fields


@admin.register(Disbursement)
class DisbursementAdmin(LoanDocumentAdmin):
    """Loans paid out."""

    list_display = ["number", "business_date", "loan", "amount", "payee", "state", "undone_date"]
    fields = (
        *_DECIDED, "loan", "amount", "rate_percent", "payee_kind", "payee", "bank",
        "account_last4", "decision", "approval_decision", "entry", "undone_date",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("amount (yuan)"), ordering="amount_fen")
    def amount(self, row: Disbursement) -> str:
        """The amount in yuan."""
        return grouped_yuan(row.amount_fen)


@admin.register(DisbursementUndo)
class DisbursementUndoAdmin(LoanDocumentAdmin):
    """Payments taken back on their own day."""

    list_display = ["number", "business_date", "disbursement", "reason", "state", "checked_by"]
    search_fields = ["number", "disbursement__number"]
    list_select_related = ["disbursement", "checked_by"]
    fields = (*_DECIDED, "disbursement", "reason", "entry")
    readonly_fields = fields


@admin.register(LoanChange)
class LoanChangeAdmin(LoanDocumentAdmin):
    """Changes of loans."""

    list_display = ["number", "business_date", "loan", "kind", "state", "made_by", "checked_by"]
    fields = (
        *_DECIDED, "loan", "kind", "reason", "new_term_months", "new_method", "bank", "card_last4",
        "offset_mode", "offset_sources", "retained_fen", "preview", "decision", "event",
    )  # fmt: skip
    readonly_fields = fields


@admin.register(OffsetAgreement)
class OffsetAgreementAdmin(ReadOnlyAdmin):
    """Agreements by which the account serves a loan."""

    list_display = ["loan", "mode", "source_order", "signed_date", "ended_date"]
    list_filter = ["centre", "mode"]
    search_fields = ["loan__number"]
    list_select_related = ["loan"]
    fields = (
        "loan", "centre", "mode", "source_order", "spouse_account", "retained_fen", "signed_date",
        "document_no", "ended_date",
    )  # fmt: skip
    readonly_fields = fields
