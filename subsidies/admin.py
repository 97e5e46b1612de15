"""What supervisors see of subsidies: the consents recorded, fund year by fund year."""

from django.contrib import admin

from office.admin import ReadOnlyAdmin
from subsidies.models import SubsidyApproval


@admin.register(SubsidyApproval)
class SubsidyApprovalAdmin(ReadOnlyAdmin):
    """Consents to a year's subsidy; they are recorded by service and never changed."""

    list_display = ("centre", "year", "kind", "document_no", "document_date", "recorded_by")
    list_filter = ("kind", "year")
