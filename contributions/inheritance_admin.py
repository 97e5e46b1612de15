"""What supervisors and auditors see of inheritances, their heirs and cards."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.decide_admin import InboxAdmin
from contributions.exit_kind import describe_parts
from contributions.inheritance_kinds import describe_payment, describe_share
from contributions.models import Heir, HeirCard, Inheritance
from kernel.money import grouped_yuan


class HeirInline(admin.TabularInline):  # type: ignore[type-arg]
    """The heirs of an inheritance with what each gets."""

    model = Heir
    fields = (
        "place", "name", "masked", "relation", "share", "title", "title_no", "bank", "card_last4",
        "payment",
    )  # fmt: skip
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: the service writes them."""
        return False

    @admin.display(description=_("number"))
    def masked(self, row: Heir) -> str:
        """The number of the document, masked."""
        return row.masked_number

    @admin.display(description=_("part"))
    def share(self, row: Heir) -> str:
        """The part, and what it comes to."""
        return describe_share(row)

    @admin.display(description=pgettext_lazy("heir", "payment"))
    def payment(self, row: Heir) -> str:
        """Where its payment stands."""
        return describe_payment(row) or "–"


@admin.register(Inheritance)
class InheritanceAdmin(InboxAdmin):
    """What was left by members who have died, and who got it."""

    list_display = [
        "number", "member_account", "goes_to", "total", "due_date", "is_large", "state", "made_by",
        "checked_by",
    ]  # fmt: skip
    list_filter = ["state", "goes_to", "is_large", "centre"]
    search_fields = ["number", "member_account__number", "heirs__name", "declaration_no"]
    list_select_related = ["member_account", "made_by", "checked_by"]
    show_full_result_count = False
    fields = (
        "number", "centre", "branch", "business_date", "due_date", "state", "made_by",
        "checked_by", "return_reason", "member_account", "death", "goes_to", "total",
        "made_up_of", "guarantee", "court", "declaration_no", "declaration_date", "is_large",
        "entry",
    )  # fmt: skip
    readonly_fields = fields
    inlines = [HeirInline]

    @admin.display(description=_("everything (yuan)"), ordering="total_fen")
    def total(self, row: Inheritance) -> str:
        """Everything in yuan."""
        return grouped_yuan(row.total_fen)

    @admin.display(description=_("by origin"))
    def made_up_of(self, row: Inheritance) -> str:
        """The sums by origin and component."""
        return describe_parts(row.parts) or "–"


@admin.register(HeirCard)
class HeirCardAdmin(InboxAdmin):
    """Other cards of heirs whom the bank could not pay."""

    list_display = ["number", "heir", "bank", "card_last4", "business_date", "state", "made_by"]
    list_filter = ["state", "centre"]
    search_fields = ["number", "heir__name", "heir__inheritance__number"]
    list_select_related = ["heir__inheritance", "made_by"]
    fields = (
        "number", "centre", "branch", "business_date", "state", "made_by", "checked_by",
        "return_reason", "member_account", "heir", "bank", "card_last4",
    )  # fmt: skip
    readonly_fields = fields
