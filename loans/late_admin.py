"""What supervisors and auditors see of late loans, and the documents they decide."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.decide_admin import InboxAdmin
from kernel.money import grouped_yuan
from loans.models import (
    ClassChange,
    ClassDecision,
    CollectionAction,
    LegalRecord,
    LoanNotice,
    Recovery,
    RecoveryReversal,
    WriteOff,
)
from office.admin import ReadOnlyAdmin

_DECIDED_OF = (
    "number", "centre", "branch", "business_date", "state", "made_by", "checked_by",
    "return_reason",
)  # fmt: skip
_DECIDED = (*_DECIDED_OF, "loan", "member_account")
_RECORDED = (
    "number", "centre", "branch", "business_date", "made_by", "loan", "member_account",
)  # fmt: skip


@admin.register(ClassDecision)
class ClassDecisionAdmin(InboxAdmin):
    """Decisions on risk classes."""

    list_display = ["number", "loan", "risk_class", "state", "made_by", "checked_by"]
    list_filter = ["state", "risk_class", "centre"]
    search_fields = ["number", "loan__number"]
    list_select_related = ["loan", "made_by", "checked_by"]
    fields = (*_DECIDED, "risk_class", "reason", "document_no")
    readonly_fields = fields


@admin.register(WriteOff)
class WriteOffAdmin(InboxAdmin):
    """Write-offs, one by one; there is no action for many."""

    list_display = ["number", "loan", "principal", "recovered", "state", "made_by", "checked_by"]
    list_filter = ["state", "centre"]
    search_fields = ["number", "loan__number"]
    list_select_related = ["loan", "made_by", "checked_by"]
    fields = (
        *_DECIDED, "principal", "interest", "penalty", "reason", "document_no", "needs_review",
        "review_no", "review_date", "review_by", "needs_resolution", "resolution_no",
        "resolution_date", "recovered", "entry",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("principal (yuan)"))
    def principal(self, row: WriteOff) -> str:
        """What is given up, in yuan."""
        return grouped_yuan(row.principal_fen)

    @admin.display(description=_("interest owed besides (yuan)"))
    def interest(self, row: WriteOff) -> str:
        """Interest that stands in no account, in yuan."""
        return grouped_yuan(row.interest_fen)

    @admin.display(description=_("penalty interest owed besides (yuan)"))
    def penalty(self, row: WriteOff) -> str:
        """Penalty interest that stands in no account, in yuan."""
        return grouped_yuan(row.penalty_fen)

    @admin.display(description=_("recovered (yuan)"))
    def recovered(self, row: WriteOff) -> str:
        """What came in since, in yuan."""
        return grouped_yuan(row.recovered_fen)


@admin.register(Recovery)
class RecoveryAdmin(ReadOnlyAdmin):
    """Money that came in for written-off loans."""

    list_display = ["number", "loan", "business_date", "amount", "made_by"]
    list_filter = ["centre"]
    search_fields = ["number", "loan__number"]
    list_select_related = ["loan", "made_by"]
    fields = (*_RECORDED, "write_off", "amount", "bank_reference", "entry", "undone_date")
    readonly_fields = fields

    @admin.display(description=_("amount (yuan)"))
    def amount(self, row: Recovery) -> str:
        """The amount in yuan."""
        return grouped_yuan(row.amount_fen)


@admin.register(RecoveryReversal)
class RecoveryReversalAdmin(InboxAdmin):
    """Recoveries that were booked wrongly, and who undid them."""

    list_display = ["number", "recovery", "state", "made_by", "checked_by"]
    list_filter = ["state", "centre"]
    search_fields = ["number", "recovery__number"]
    list_select_related = ["recovery", "made_by", "checked_by"]
    fields = (*_DECIDED_OF, "member_account", "recovery", "reason", "rebinds", "entry")
    readonly_fields = fields


@admin.register(ClassChange)
class ClassChangeAdmin(ReadOnlyAdmin):
    """Every class a loan has had."""

    list_display = ["loan", "day", "before", "after", "overdue", "decision"]
    list_filter = ["after", "centre"]
    search_fields = ["loan__number"]
    list_select_related = ["loan", "decision"]


@admin.register(LoanNotice)
class LoanNoticeAdmin(ReadOnlyAdmin):
    """What borrowers are to be told."""

    list_display = ["loan", "kind", "since_date", "day", "ended_date"]
    list_filter = ["kind", "centre"]
    search_fields = ["loan__number"]
    list_select_related = ["loan"]


@admin.register(CollectionAction)
class CollectionActionAdmin(ReadOnlyAdmin):
    """How borrowers were reminded."""

    list_display = ["number", "loan", "way", "outcome", "acted_date", "made_by"]
    list_filter = ["way", "outcome", "centre"]
    search_fields = ["number", "loan__number"]
    list_select_related = ["loan", "made_by"]


@admin.register(LegalRecord)
class LegalRecordAdmin(ReadOnlyAdmin):
    """Deaths and steps before court."""

    list_display = ["number", "loan", "stage", "since_date", "document_no", "made_by"]
    list_filter = ["stage", "centre"]
    search_fields = ["number", "loan__number"]
    list_select_related = ["loan", "made_by"]
