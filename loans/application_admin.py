"""What supervisors and auditors see of loan applications and the credit record: read only."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kernel.documents import mask_document
from kernel.money import grouped_yuan
from loans.models import CreditContest, CreditEvent, LoanApplication, LoanParty, LoanReview
from office.admin import ReadOnlyAdmin


class _Shown(admin.TabularInline):  # type: ignore[type-arg]
    """Rows below another one; shown and not changed."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: rows come from services."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: rows change by services."""
        return False


class LoanPartyInline(_Shown):
    """The people of an application, numbers masked."""

    model = LoanParty
    fields = ("role", "name", "shown", "platform_check", "credit_check", "is_active")
    readonly_fields = fields

    @admin.display(description=_("number"))
    def shown(self, row: LoanParty) -> str:
        """The number, masked."""
        return mask_document(row.number)


class LoanReviewInline(_Shown):
    """The looks."""

    model = LoanReview
    fields = ("round", "step", "outcome", "reason", "reviewed_by", "business_date")
    readonly_fields = fields


@admin.register(LoanApplication)
class LoanApplicationAdmin(ReadOnlyAdmin):
    """Loan applications with their people and reviews; decided at the counter."""

    list_display = [
        "number", "business_date", "member_account", "product", "granted", "state", "next_step",
        "due_date",
    ]  # fmt: skip
    list_filter = ["centre", "state", "product"]
    search_fields = ["number", "member_account__number"]
    list_select_related = ["member_account"]
    date_hierarchy = "business_date"
    exclude = ["facts"]
    inlines = [LoanPartyInline, LoanReviewInline]

    @admin.display(description=_("granted (yuan)"), ordering="granted_fen")
    def granted(self, row: LoanApplication) -> str:
        """What can be granted, in yuan."""
        return grouped_yuan(row.granted_fen)


@admin.register(CreditEvent)
class CreditEventAdmin(ReadOnlyAdmin):
    """What is on the credit record of members."""

    list_display = ["number", "date", "member", "kind", "document_no", "loan", "corrected_date"]
    list_filter = ["centre", "kind"]
    search_fields = ["number", "document_no", "member__name"]
    list_select_related = ["member", "loan"]


@admin.register(CreditContest)
class CreditContestAdmin(ReadOnlyAdmin):
    """What members have against a record, and the answers."""

    list_display = ["number", "business_date", "member_account", "event", "state", "due_date"]
    list_filter = ["centre", "state"]
    search_fields = ["number", "member_account__number"]
    list_select_related = ["member_account", "event"]
