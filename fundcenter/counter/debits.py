"""Finance's page of debits: the day's batch, its file for the bank, and the bank's answer."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from fundcenter.counter.access import StaffRequest, own_document, require_day, staff_page
from fundcenter.counter.refusals import REFUSED
from loans.debiting import list_unanswered
from loans.models import DebitBatch, DebitLine
from loans.services.debits import build_debits, export_debits, take_debit_results
from office.services import audit

_PERMISSION = "loans.disburse"
_MOST_BYTES = 5 * 1024 * 1024
_BATCHES = 20


@require_safe
@staff_page(_PERMISSION)
def show_list(request: StaffRequest) -> HttpResponse:
    """List the latest batches with what the bank has answered."""
    return render(request, "counter/debits.html", _page(request))


@require_POST
@staff_page(_PERMISSION)
def build(request: StaffRequest) -> HttpResponse:
    """Make the batch of the open day."""
    try:
        with transaction.atomic():
            build_debits(centre=request.centre, business_date=require_day(request), by=request.user)
    except REFUSED as refused:
        page = {**_page(request), "problem": str(refused)}
        return render(request, "counter/debits.html", page, status=409)
    return redirect("debits")


@require_safe
@staff_page(_PERMISSION)
def export(request: StaffRequest, number: str) -> HttpResponse:
    """Give the file of a batch for the bank; who took it is in the trail."""
    batch = own_document(request, DebitBatch.objects.all(), number)
    audit(
        actor=request.user,
        action="loans.debitbatch.export",
        target=batch,
        centre=batch.centre,
        subject=batch.number,
    )
    answer = HttpResponse(export_debits(batch), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{batch.number}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@staff_page(_PERMISSION)
def take(request: StaffRequest) -> HttpResponse:
    """Take the bank's answer in: the whole file, or nothing of it."""
    sent = request.FILES.get("answer")
    problem, taken = "", 0
    try:
        content = sent.read(_MOST_BYTES + 1) if sent else b""
        text = content.decode("utf-8") if len(content) <= _MOST_BYTES else ""
        with transaction.atomic():
            taken = take_debit_results(
                centre=request.centre,
                text=text,
                business_date=require_day(request),
                by=request.user,
            )
    except (*REFUSED, UnicodeDecodeError) as refused:
        problem = str(refused)
    page = {**_page(request), "problem": problem, "taken": taken, "was_taken": not problem}
    return render(request, "counter/debits.html", page, status=409 if problem else 200)


def _page(request: StaffRequest) -> dict[str, object]:
    batches = DebitBatch.objects.filter(centre=request.centre).order_by("-id")[:_BATCHES]
    rows = []
    for batch in batches:
        lines = list(batch.lines.select_related("loan__member_account__member").order_by("id"))
        paid = [one for one in lines if one.state in (DebitLine.State.PAID, DebitLine.State.KEPT)]
        rows.append(
            {
                "batch": batch,
                "lines": lines,
                "asked_fen": sum(one.amount_fen for one in lines),
                "paid_fen": sum(one.amount_fen for one in paid),
                "waiting": sum(one.state == DebitLine.State.SENT for one in lines),
            }
        )
    day = require_day(request)
    return {"day": day, "batches": rows, "unanswered": list_unanswered(request.centre, day)}
