"""What supervisors and auditors see of accrued loan interest: every month, loan by loan."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from kernel.money import grouped_yuan
from loans.models import AccruedInterest, InterestAccrual
from office.admin import ReadOnlyAdmin


@admin.register(InterestAccrual)
class InterestAccrualAdmin(ReadOnlyAdmin):
    """Accruals, the latest first; the loans of one are a list of their own."""

    list_display = ["number", "centre", "month_end", "accrued", "changed", "loans", "stopped"]
    list_filter = ["centre"]
    search_fields = ["number"]
    list_select_related = ["centre"]
    fields = (
        "number", "centre", "month_end", "business_date", "loans", "stopped", "before", "accrued",
        "changed", "entry", "made_by",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("accrued before (yuan)"))
    def before(self, row: InterestAccrual) -> str:
        """What stood in the books, in yuan."""
        return grouped_yuan(row.before_fen)

    @admin.display(description=_("accrued (yuan)"))
    def accrued(self, row: InterestAccrual) -> str:
        """What stands there now, in yuan."""
        return grouped_yuan(row.accrued_fen)

    @admin.display(description=_("booked (yuan)"))
    def changed(self, row: InterestAccrual) -> str:
        """The difference that was booked, in yuan."""
        return grouped_yuan(row.accrued_fen - row.before_fen)


@admin.register(AccruedInterest)
class AccruedInterestAdmin(ReadOnlyAdmin):
    """What each loan had earned by a month end."""

    centre_path = "accrual__centre"
    list_display = ["loan", "month_end", "interest", "accrual"]
    search_fields = ["loan__number", "accrual__number"]
    list_select_related = ["loan", "accrual"]
    fields = ("accrual", "loan", "month_end", "interest")
    readonly_fields = fields

    @admin.display(description=_("month end"), ordering="accrual__month_end")
    def month_end(self, row: AccruedInterest) -> str:
        """The last day counted."""
        return row.accrual.month_end.isoformat()

    @admin.display(description=_("interest (yuan)"))
    def interest(self, row: AccruedInterest) -> str:
        """The interest in yuan."""
        return grouped_yuan(row.interest_fen)
