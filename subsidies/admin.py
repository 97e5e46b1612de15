"""What supervisors see of subsidies: the consents recorded, fund year by fund year."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from kernel.money import grouped_yuan
from office.admin import ReadOnlyAdmin
from subsidies.models import EarlierSubsidy, SubsidyApproval


@admin.register(SubsidyApproval)
class SubsidyApprovalAdmin(ReadOnlyAdmin):
    """Consents to a year's subsidy; they are recorded by service and never changed."""

    list_display = ("centre", "year", "kind", "document_no", "document_date", "recorded_by")
    list_filter = ("kind", "year")


@admin.register(EarlierSubsidy)
class EarlierSubsidyAdmin(ReadOnlyAdmin):
    """What people had been credited before their accounts were taken over."""

    list_display = ("member", "credited", "credits", "document_no", "recorded_by")
    search_fields = ("document_no",)
    list_select_related = ("member", "recorded_by")
    centre_path = "member__centre"

    @admin.display(description=_("subsidies credited before (yuan)"), ordering="credited_fen")
    def credited(self, row: EarlierSubsidy) -> str:
        """The sum in yuan."""
        return grouped_yuan(row.credited_fen)
