"""Write-offs on their way: whose record is next, and the form to enter it."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from fundcenter.counter.access import StaffRequest, own_document, require_day, staff_page
from fundcenter.counter.entry_forms import BusinessForm, DayField, SumField
from fundcenter.counter.items import masked_paper
from fundcenter.counter.refusals import REFUSED
from kernel.money import grouped_yuan
from loans.models import WriteOff
from loans.services import hand_in_write_off, review_write_off
from loans.services.writeoffs import REVIEW
from office.inbox import kinds

_OPEN = (WriteOff.State.DRAFT, WriteOff.State.RETURNED)


class RecordForm(BusinessForm):
    """The record of the finance review, or the resolution of the committee."""

    document_no = forms.CharField(label=gettext_lazy("Number of the paper"), max_length=64)
    day = DayField(label=gettext_lazy("Dated"))
    amount = SumField(
        label=gettext_lazy("Amount (yuan)"),
        help_text=gettext_lazy("as the paper says; it must be the sum proposed"),
    )


@require_safe
@staff_page("loans.view")
def show_list(request: StaffRequest) -> HttpResponse:
    """List the centre's write-offs that are not booked, the oldest first."""
    rows = WriteOff.objects.filter(
        centre=request.centre, state__in=[*_OPEN, WriteOff.State.SUBMITTED]
    )
    page = {"rows": rows.select_related("member_account__member", "loan").order_by("pk")}
    return render(request, "counter/write_offs/list.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("loans.view")
def step(request: StaffRequest, number: str) -> HttpResponse:
    """Enter the record that comes next: finance its review, then the maker the resolution."""
    rows = WriteOff.objects.select_related("member_account__member", "loan", "review_by")
    write_off = own_document(request, rows, number)
    if write_off.state not in _OPEN:
        return redirect("item", kind="write-off", number=number)
    data = request.POST if request.method == "POST" else None
    form = RecordForm(data) if _may(request, write_off) else None
    problem, status = "", 200
    if data is not None and form is None:
        problem, status = _("This step is not yours; the page says whose it is."), 403
    elif data is not None and form is not None and form.is_valid():
        try:
            with transaction.atomic():
                _enter(request, write_off, form.cleaned_data)
        except REFUSED as refused:
            problem, status = str(refused), 409
        else:
            return redirect("write-off-step", number=number)
    elif data is not None:
        status = 400
    account = write_off.member_account
    page = {
        "write_off": write_off,
        "account": account,
        "masked": masked_paper(account),
        "form": form,
        "problem": problem,
        "title": _title(write_off),
        "whose": _whose(write_off),
        "aside": kinds()["write-off"].facts(write_off),
        "sum": grouped_yuan(write_off.principal_fen),
    }
    return render(request, "counter/write_offs/step.html", page, status=status)


def _may(request: StaffRequest, write_off: WriteOff) -> bool:
    if write_off.waits_for_review:
        return request.user.may(REVIEW) and write_off.made_by_id != request.user.pk
    return write_off.made_by_id == request.user.pk


def _title(write_off: WriteOff) -> str:
    if write_off.waits_for_review:
        return _("Enter the finance review")
    return _("Enter the resolution and hand it in")


def _whose(write_off: WriteOff) -> str:
    if write_off.waits_for_review:
        return _("Finance enters its review next.")
    return _("%(maker)s enters the resolution next and hands it in.") % {"maker": write_off.made_by}


def _enter(request: StaffRequest, write_off: WriteOff, data: dict[str, Any]) -> None:
    if write_off.waits_for_review:
        review_write_off(
            write_off=write_off,
            document_no=data["document_no"],
            reviewed_date=data["day"],
            amount_fen=data["amount"],
            by=request.user,
        )
        return
    hand_in_write_off(
        write_off=write_off,
        document_no=data["document_no"],
        resolved_date=data["day"],
        amount_fen=data["amount"],
        business_date=require_day(request),
        by=request.user,
    )
