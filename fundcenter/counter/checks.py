"""Answers of outside registers that came on paper: entered by one person, confirmed by another."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.models import OutsideCheck
from accounts.services import confirm_check, enter_check
from fundcenter.counter.access import StaffRequest, own_row, require_day, staff_page
from fundcenter.counter.inbox import inbox
from fundcenter.counter.opening import check_page, opening_form
from fundcenter.counter.refusals import REFUSED
from kernel.documents import DocumentType
from office.idempotency import digest_of, once


@require_POST
@staff_page("accounts.check_platform")
def enter(request: StaffRequest) -> HttpResponse:
    """Enter what a document says about the person on the check page, and show that page again."""
    form = opening_form(request, request.POST)
    if not form.is_valid():
        return redirect("opening")
    data = form.cleaned_data
    kind, result = request.POST.get("kind", ""), request.POST.get("result", "")
    document_no = request.POST.get("document_no", "")
    if kind not in OutsideCheck.Kind.values:
        raise Http404
    said = {"kind": kind, "result": result, "document": document_no}
    key = f"paper:{data['token']}:{digest_of(said)[:32]}"
    try:
        with once(client="counter", key=key, digest=digest_of(said)) as entering:
            if not entering.is_repeated:
                entered = enter_check(
                    centre=request.centre,
                    kind=kind,
                    purpose=OutsideCheck.Purpose.OPENING,
                    document_type=DocumentType(data["document_type"]),
                    number=data["number"],
                    name=data["name"],
                    result=result,
                    document_no=document_no,
                    business_date=require_day(request),
                    by=request.user,
                )
                entering.keep({"pk": entered.pk})
    except REFUSED as refused:
        return check_page(request, form, problem=str(refused))
    return check_page(request, form)


@require_POST
@staff_page("accounts.enter_platform_result")
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """Confirm an entered answer by reading its document a second time."""
    found = own_row(request, OutsideCheck.objects.all(), pk)
    try:
        confirm_check(check=found, result=request.POST.get("result", ""), by=request.user)
    except REFUSED as refused:
        return inbox(request, problem=str(refused))
    return redirect("inbox")
