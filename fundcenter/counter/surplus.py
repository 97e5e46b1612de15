"""Distributing the value-added income of a year: fill in, check, hand to a second person."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import BadField, DecisionRefused
from fundcenter.counter.access import StaffRequest, require_day, staff_page
from fundcenter.counter.entry_forms import BusinessForm, DayField, YuanField
from fundcenter.counter.items import view_of
from fundcenter.counter.refusals import REFUSED, keep_refusal, sheet_of_refusal
from office.idempotency import digest_of, once
from office.inbox import kinds
from settlement.models import SurplusDistribution
from settlement.services import SurplusRequest, submit_surplus

_PERMISSION = SurplusDistribution.submit_permission
_FIELDS = {"management_fee_fen": "management_fee", "flexible_reserve_fen": "flexible_reserve"}


class SurplusForm(BusinessForm):
    """What was resolved about a year; everything else stands in the books."""

    year = forms.IntegerField(label=gettext_lazy("Calendar year"), min_value=1991, max_value=2199)
    management_fee = YuanField(label=gettext_lazy("Management fee (yuan)"), required=False)
    fee_approval_no = forms.CharField(
        label=gettext_lazy("Approval of the management fee"), max_length=64, required=False
    )
    flexible_reserve = YuanField(
        label=gettext_lazy("Beyond the rule, out of the flexible pool's income (yuan)"),
        required=False,
        help_text=gettext_lazy("only where the centre's text allows it"),
    )
    resolution_no = forms.CharField(label=gettext_lazy("Committee's resolution"), max_length=64)
    resolution_date = DayField(label=gettext_lazy("Resolved on"))

    def request(self) -> SurplusRequest:
        """Give what was typed as the service wants it."""
        data = self.cleaned_data
        return SurplusRequest(
            year=data["year"],
            management_fee_fen=data["management_fee"] or 0,
            fee_approval_no=data["fee_approval_no"],
            flexible_reserve_fen=data["flexible_reserve"],
            resolution_no=data["resolution_no"],
            resolution_date=data["resolution_date"],
        )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(_PERMISSION)
def fill(request: StaffRequest) -> HttpResponse:
    """Show the form: for last year, or as it was typed by whoever comes back."""
    if request.method == "POST":
        return _filled(request, SurplusForm(request.POST))
    year = require_day(request).year - 1
    return _filled(request, SurplusForm(initial={"year": year, "token": uuid.uuid4()}))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(_PERMISSION)
def check(request: StaffRequest) -> HttpResponse:
    """Show how the year would be distributed: the real service does it and is rolled back."""
    if request.method != "POST":
        return redirect("surplus")
    form, day = SurplusForm(request.POST), require_day(request)
    if not form.is_valid():
        return _filled(request, form, status=400)
    page: dict[str, Any] = {"form": form}
    try:
        with transaction.atomic():
            page["view"] = view_of(kinds()["surplus"], _submit(request, form, day))
            page["sheet"] = page["view"].sheet
            transaction.set_rollback(True)
    except BadField as wrong:
        return _mark(request, form, wrong)
    except DecisionRefused as refused:
        _refuse(form, page, refused)
    except REFUSED as refused:
        page["problem"] = str(refused)
    return render(request, "counter/surplus/check.html", page)


@require_POST
@staff_page(_PERMISSION)
def hand_in(request: StaffRequest) -> HttpResponse:
    """Hand it to a second person, once per filling-in."""
    form, day = SurplusForm(request.POST), require_day(request)
    if not form.is_valid():
        return _filled(request, form, status=400)
    page: dict[str, Any] = {"form": form}
    digest = digest_of({"typed": form.typed(), "by": request.user.pk})
    try:
        key = f"surplus:{form.cleaned_data['token']}"
        with once(client="counter", key=key, digest=digest) as doing:
            if not doing.is_repeated:
                doing.keep({"number": _submit(request, form, day).number})
            number = doing.answer["number"]
    except BadField as wrong:
        return _mark(request, form, wrong)
    except DecisionRefused as refused:
        _refuse(form, page, refused)
    except REFUSED as refused:
        page["problem"] = str(refused)
    else:
        return redirect("item", kind="surplus", number=number)
    return render(request, "counter/surplus/check.html", page, status=409)


def _submit(request: StaffRequest, form: SurplusForm, day: dt.date) -> SurplusDistribution:
    return submit_surplus(
        centre=request.centre, request=form.request(), business_date=day, by=request.user
    )


def _filled(request: StaffRequest, form: SurplusForm, status: int = 200) -> HttpResponse:
    return render(request, "counter/surplus/fill.html", {"form": form}, status=status)


def _mark(request: StaffRequest, form: SurplusForm, wrong: BadField) -> HttpResponse:
    """Go back to the form with what the service has against a field."""
    name = _FIELDS.get(wrong.field, wrong.field)
    form.refuse(name, wrong.message if name in form.fields else str(wrong))
    return _filled(request, form, status=400)


def _refuse(form: SurplusForm, page: dict[str, Any], refused: DecisionRefused) -> None:
    """Keep the refusal under the filling-in's token, and show it."""
    refused.subject = (refused.subject[0], str(form.cleaned_data["token"]))
    page["stored"] = keep_refusal(refused)
    page["sheet"] = sheet_of_refusal(refused)
