"""What supervisors and auditors see of reported deaths."""

from django.contrib import admin

from accounts.decide_admin import InboxAdmin
from accounts.models import DeathReport, DeathRevocation
from office.admin import ReadOnlyAdmin


@admin.register(DeathReport)
class DeathReportAdmin(ReadOnlyAdmin):
    """Deaths by their certificates, and whether the report stands."""

    list_display = [
        "number", "member_account", "died_date", "certificate_no", "informant", "business_date",
        "withdrawn_date", "made_by",
    ]  # fmt: skip
    list_filter = ["centre"]
    search_fields = ["number", "member_account__number", "certificate_no", "informant"]
    list_select_related = ["member_account", "made_by"]
    date_hierarchy = "business_date"


@admin.register(DeathRevocation)
class DeathRevocationAdmin(InboxAdmin):
    """Reports of deaths that were wrong."""

    list_display = ["number", "report", "evidence_no", "business_date", "state", "made_by"]
    list_filter = ["state", "centre"]
    search_fields = ["number", "report__number", "evidence_no"]
    list_select_related = ["report", "made_by"]
    fields = (
        "number", "centre", "branch", "business_date", "state", "made_by", "checked_by",
        "checked_at", "return_reason", "report", "evidence_no", "reason",
    )  # fmt: skip
    readonly_fields = fields
