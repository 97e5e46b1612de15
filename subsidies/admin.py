"""What supervisors and finance see of subsidies, and where they record a year's consents."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kernel.money import grouped_yuan
from kernel.months import FundYear
from office.admin import ReadOnlyAdmin
from office.models import BusinessDay, Centre, User
from office.queries import find_open_day
from office.services import NotAllowed, audit_refusal
from subsidies.models import EarlierSubsidy, SubsidyApproval
from subsidies.queries import list_consents
from subsidies.services import PERMISSIONS, AlreadyRecorded, BadConsent, record_approval

SHOWN_YEARS = 6


class ConsentForm(forms.Form):
    """A consent as it stands on paper; each person is offered the kinds their role records."""

    year = forms.IntegerField(
        label=_("fund year"),
        min_value=1901,
        max_value=2199,
        help_text=_("The calendar year whose 30 June ends it."),
    )
    kind = forms.ChoiceField(label=_("kind of consent"), choices=SubsidyApproval.Kind.choices)
    document_no = forms.CharField(label=_("document number"), max_length=64)
    document_date = forms.DateField(
        label=_("date of the document"), widget=forms.DateInput(attrs={"placeholder": "2026-06-30"})
    )

    def offer(self, user: User) -> None:
        """Offer the kinds the person may record; the service refuses any other."""
        self.fields["kind"].widget.choices = [
            (kind.value, kind.label) for kind, needed in PERMISSIONS.items() if user.may(needed)
        ]


@admin.register(SubsidyApproval)
class SubsidyApprovalAdmin(ReadOnlyAdmin):
    """Consents to a year's subsidy; they are recorded by service and never changed."""

    list_display = ("centre", "year", "kind", "document_no", "document_date", "recorded_by")
    list_filter = ("kind", "year")
    list_select_related = ("centre", "recorded_by")
    change_list_template = "admin/subsidies/subsidyapproval/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the page that shows each year's consents and records one."""
        view = self.admin_site.admin_view(self.record_view)
        return [path("record/", view, name="subsidies_record"), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what is recorded; who may record a consent gets the button."""
        more = {**(extra_context or {}), "may_record": _may_record(request)}
        return super().changelist_view(request, more)

    def record_view(self, request: HttpRequest) -> HttpResponse:
        """Show what each fund year has and misses; post records one by the service."""
        user = request.user
        if not isinstance(user, User) or user.centre is None or not _may_record(request):
            raise PermissionDenied
        day = find_open_day(user.centre)
        form = ConsentForm(request.POST or None)
        form.offer(user)
        typed = request.method == "POST" and form.is_valid()
        if typed and self._recorded(request, user, user.centre, form, day):
            return HttpResponseRedirect(reverse("admin:subsidies_record"))
        newest = FundYear.of(day.date).year if day else None
        years = range(newest, newest - SHOWN_YEARS, -1) if newest else ()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Consents to subsidies, year by year"),
            "form": form,
            "day": day,
            "years": list_consents(user.centre, years),
        }
        template = "admin/subsidies/subsidyapproval/record.html"
        return TemplateResponse(request, template, context, status=409 if form.errors else 200)

    def _recorded(
        self,
        request: HttpRequest,
        user: User,
        centre: Centre,
        form: ConsentForm,
        day: BusinessDay | None,
    ) -> bool:
        """Call the service once; a refusal stands at its field and in the audit trail."""
        field = None
        try:
            if day is None:
                raise BadConsent("", gettext("No business day is open; open one first."))
            made = record_approval(
                centre=centre, business_date=day.date, by=user, **form.cleaned_data
            )
        except BadConsent as refused:
            field, problem = refused.field or None, refused.message
        except (AlreadyRecorded, NotAllowed) as refused:
            problem = str(refused)
        else:
            said = gettext("Recorded: %(consent)s.") % {"consent": made}
            self.message_user(request, said, messages.SUCCESS)
            return True
        form.add_error(field, problem)
        audit_refusal(actor=user, action="subsidies.approve", centre=centre, reason=problem)
        return False


def _may_record(request: HttpRequest) -> bool:
    user = request.user
    return isinstance(user, User) and any(user.may(needed) for needed in PERMISSIONS.values())


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
