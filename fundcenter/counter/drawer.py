"""The drawer (轧账): what I booked today, counted and signed; all tellers for the supervisor."""

import datetime as dt
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fundcenter.counter.access import StaffRequest, own_row, require_day, staff_page
from fundcenter.counter.entry_forms import DayField, YuanField
from fundcenter.counter.refusals import REFUSED
from fundcenter.prints.registry import list_unprinted
from kernel.money import grouped_yuan
from ledger.drawers import (
    Drawer,
    close_drawer,
    find_tellers,
    get_drawer,
    get_drawers,
    list_drawer_entries,
)
from office.drawers import CLOSE, REOPEN, VIEW, Count, NotCounted, find_closing, reopen_drawer
from office.exports import export_table
from office.hindrances import list_hindrances
from office.idempotency import digest_of
from office.models import DrawerClosing, User
from office.services import audit_refusal

_DIGEST_LENGTH = 64


class CountForm(forms.Form):
    """What was counted in the drawer, and the digest of the totals it is compared with."""

    digest = forms.CharField(max_length=_DIGEST_LENGTH, widget=forms.HiddenInput)
    vouchers = forms.IntegerField(
        label=gettext_lazy("Vouchers counted"),
        min_value=0,
        max_value=99_999,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "class": "form-control num", "autofocus": True}
        ),
    )
    taken = YuanField(label=gettext_lazy("Taken in as counted (yuan)"))
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=400,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=gettext_lazy("needed where the count differs from the books"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(CLOSE)
def show_drawer(request: StaffRequest) -> HttpResponse:
    """Show one's own drawer of the open day; POST counts and closes it, once."""
    day, teller = require_day(request), request.user
    if (closing := find_closing(teller, day)) is not None:
        return redirect("drawer-closing", pk=closing.pk)
    drawer = get_drawer(teller, day)
    form = CountForm(request.POST or None, initial={"digest": digest_of(drawer.totals())})
    page: dict[str, Any] = {**_page_of(drawer), "form": form}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        count = Count(vouchers=data["vouchers"], in_fen=data["taken"], note=data["note"])
        try:
            closing = close_drawer(
                teller=teller, business_date=day, seen_digest=data["digest"], count=count
            )
        except (*REFUSED, NotCounted) as refused:
            audit_refusal(actor=teller, action=CLOSE, reason=str(refused))
            page["problem"] = str(refused)
            page["form"] = CountForm(
                initial={**data, "digest": digest_of(drawer.totals())},
            )
        else:
            return redirect("drawer-closing", pk=closing.pk)
    status = 409 if "problem" in page else 400 if form.errors else 200
    return render(request, "counter/drawer/drawer.html", page, status=status)


@require_safe
@staff_page()
def show_closing(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a closing as it was signed, to its teller and to whoever looks after the tellers."""
    closing = own_closing(request, pk)
    drawer = get_drawer(closing.teller, closing.business_date)
    page = {
        **_page_of(drawer),
        "closing": closing,
        "may_reopen": closing.stands
        and closing.business_date == request.day
        and closing.teller_id != request.user.pk
        and request.user.may(REOPEN),
        "may_see_all": request.user.may(VIEW),
    }
    return render(request, "counter/drawer/closing.html", page)


@require_safe
@staff_page(CLOSE)
def export_drawer(request: StaffRequest) -> HttpResponse:
    """Give one's own entries of the open day as a table to save."""
    day = require_day(request)
    rows = (
        (
            place,
            entry.document_no,
            entry.get_kind_display(),
            grouped_yuan(amount_fen),
            _("reversed") if hasattr(entry, "reversal") else "",
            entry.created_at,
        )
        for place, (entry, amount_fen) in enumerate(list_drawer_entries(request.user, day), start=1)
    )
    titles = ("No.", "Document no.", "Kind", "Amount (yuan)", "State", "Recorded at")
    head = [_(title) for title in titles]
    name = f"{_('Drawer')}-{request.user.username}-{day}"
    return export_table(name, head, rows, form=request.GET.get("form", "xlsx"))


@require_safe
@staff_page(VIEW)
def show_drawers(request: StaffRequest) -> HttpResponse:
    """Show the drawers of everybody in the centre on a day, and what hinders its closing."""
    return _drawers(request)


@require_POST
@staff_page(REOPEN)
def reopen(request: StaffRequest, pk: int) -> HttpResponse:
    """Open a closed drawer again, with the reason."""
    closing = own_closing(request, pk)
    try:
        reopen_drawer(closing=closing, reason=request.POST.get("reason", ""), by=request.user)
    except (*REFUSED, NotCounted) as refused:
        audit_refusal(actor=request.user, action=REOPEN, target=closing, reason=str(refused))
        return _drawers(request, problem=str(refused))
    return redirect("drawers")


def own_closing(request: StaffRequest, pk: int) -> DrawerClosing:
    """Give a closing that the person may see: one's own, or of the centre with the permission.

    Raises:
        Http404: there is none; looking for another centre's is kept in the audit trail.
    """
    rows = DrawerClosing.objects.select_related("teller", "branch", "centre", "reopened_by")
    closing = own_row(request, rows, pk)
    if closing.teller_id != request.user.pk and not request.user.may(VIEW):
        audit_refusal(actor=request.user, action=VIEW, reason=request.path, subject=str(closing))
        raise Http404
    return closing


def _drawers(request: StaffRequest, problem: str = "") -> HttpResponse:
    day = _asked_day(request)
    page: dict[str, Any] = {"day": day, "problem": problem, "is_today": day == request.day}
    if day is not None:
        tellers = find_tellers(request.centre, day)
        standing = {
            one.teller_id: one
            for one in DrawerClosing.objects.filter(
                centre=request.centre, business_date=day, reopened_by__isnull=True
            )
        }
        page["rows"] = [
            (drawer, standing.get(drawer.teller.pk)) for drawer in get_drawers(tellers, day)
        ]
        page["hindrances"] = list_hindrances(request.centre, day) if page["is_today"] else []
    return render(request, "counter/drawer/drawers.html", page, status=409 if problem else 200)


def _asked_day(request: StaffRequest) -> dt.date | None:
    """Give the day that was asked for, or the open one."""
    typed = request.GET.get("on", "")
    if not typed:
        return request.day
    try:
        asked: dt.date | None = DayField().clean(typed)
    except forms.ValidationError as wrong:
        raise Http404 from wrong
    return asked


def _page_of(drawer: Drawer) -> dict[str, Any]:
    teller: User = drawer.teller
    entries = list_drawer_entries(teller, drawer.business_date)
    return {
        "drawer": drawer,
        "teller": teller,
        "entries": entries,
        "unprinted": list_unprinted(teller, [entry.document_no for entry, _fen in entries]),
        "reversed": sum(row.reversed_count for row in drawer.rows),
    }
