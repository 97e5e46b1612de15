"""Business days and drawers: how the day stands, and what it still waits for."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kernel.money import grouped_yuan
from office.hindrances import DayHindered, list_hindrances
from office.models import BusinessDay, DrawerClosing, User
from office.queries import find_last_day, find_open_day
from office.scoped_admin import ReadOnlyAdmin
from office.services import (
    DayNotOpen,
    DayOutOfOrder,
    NotAllowed,
    audit_refusal,
    close_day,
    open_day,
)

_REFUSALS = (DayHindered, DayNotOpen, DayOutOfOrder, NotAllowed, ValueError)


class DayForm(forms.Form):
    """The day that is to be opened next."""

    date = forms.DateField(
        label=_("business date"), widget=forms.TextInput(attrs={"placeholder": "2026-01-31"})
    )


@admin.register(BusinessDay)
class BusinessDayAdmin(ReadOnlyAdmin):
    """The calendar of the books."""

    list_display = ["centre", "date", "state", "opened_by", "opened_at", "closed_by", "closed_at"]
    list_filter = ["centre", "state"]
    list_select_related = ["centre", "opened_by", "closed_by"]
    change_list_template = "admin/office/businessday/change_list.html"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show above the list how the open day stands and what hinders its closing."""
        user = request.user
        extra = dict(extra_context or {})
        if isinstance(user, User) and user.centre is not None:
            day = find_open_day(user.centre)
            last = find_last_day(user.centre)
            extra |= {
                "open_day": day,
                "last_day": last,
                "hindrances": list_hindrances(user.centre, day.date) if day else [],
                "may_open": day is None and user.may("days.open"),
                "may_close": day is not None and user.may("days.close"),
                "day_form": DayForm(),
            }
        return super().changelist_view(request, extra)

    def get_urls(self) -> list[URLPattern]:
        """Add the address to which the buttons post."""
        view = self.admin_site.admin_view(require_POST(self.turn_view))
        return [path("turn/", view, name="office_businessday_turn"), *super().get_urls()]

    def turn_view(self, request: HttpRequest) -> HttpResponse:
        """Open or close the day of the person's centre; one call into the service."""
        user = request.user
        if not isinstance(user, User) or user.centre is None:
            raise PermissionDenied
        step = request.POST.get("step", "")
        try:
            if step == "CLOSE":
                day = close_day(centre=user.centre, by=user)
            else:
                form = DayForm(request.POST)
                if not form.is_valid():
                    raise ValueError(gettext("Write the day like 2026-01-31."))
                day = open_day(centre=user.centre, date=form.cleaned_data["date"], by=user)
        except _REFUSALS as refused:
            action = "days.close" if step == "CLOSE" else "days.open"
            audit_refusal(actor=user, action=action, reason=str(refused))
            self.message_user(request, str(refused), messages.ERROR)
        else:
            self.message_user(request, f"{day.date}: {day.get_state_display()}")
        return HttpResponseRedirect(reverse("admin:office_businessday_changelist"))


@admin.register(DrawerClosing)
class DrawerClosingAdmin(ReadOnlyAdmin):
    """Drawers that were closed, with what was counted beside what was booked."""

    list_display = [
        "business_date", "teller", "branch", "vouchers", "counted_vouchers", "in_yuan",
        "difference", "note", "closed_at", "reopened_by",
    ]  # fmt: skip
    list_filter = ["centre", "branch"]
    list_select_related = ["teller", "branch", "reopened_by"]
    search_fields = ["teller__username", "teller__display_name", "note"]
    date_hierarchy = "business_date"

    @admin.display(description=_("taken in (yuan)"), ordering="in_fen")
    def in_yuan(self, row: DrawerClosing) -> str:
        """What the books took in, in yuan."""
        return grouped_yuan(row.in_fen)

    @admin.display(description=_("difference (yuan)"))
    def difference(self, row: DrawerClosing) -> str:
        """What was counted less what was booked, in yuan."""
        return grouped_yuan(row.difference_fen)
