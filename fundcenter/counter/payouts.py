"""Finance's page: what is to be paid, with its sum; each payout is confirmed or failed once."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from contributions.models import Payout
from contributions.queries import list_payouts
from contributions.services import confirm_payout, fail_payout
from fundcenter.counter.access import StaffRequest, own_document, require_day, staff_page
from fundcenter.counter.refusals import REFUSED

_PERMISSION = "contributions.pay_out"


@require_safe
@staff_page(_PERMISSION)
def show_list(request: StaffRequest) -> HttpResponse:
    """List what is to be paid, oldest first, and what ended on the open day."""
    return render(request, "counter/payouts.html", _page(request))


@require_POST
@staff_page(_PERMISSION)
def end(request: StaffRequest, number: str) -> HttpResponse:
    """Confirm a payout by the bank's reference, or fail it with what the bank says."""
    payout = own_document(
        request, Payout.objects.select_related("withdrawal", "exit", "heir__inheritance"), number
    )
    day, text = require_day(request), request.POST.get("text", "")
    try:
        with transaction.atomic():
            if request.POST.get("step") == "FAIL":
                fail_payout(payout=payout, failure=text, business_date=day, by=request.user)
            else:
                confirm_payout(
                    payout=payout, bank_reference=text, business_date=day, by=request.user
                )
    except REFUSED as refused:
        page = {**_page(request), "problem": str(refused), "number": number}
        return render(request, "counter/payouts.html", page, status=409)
    return redirect("payouts")


def _page(request: StaffRequest) -> dict[str, object]:
    day = require_day(request)
    ready, ended = list_payouts(request.centre, day)
    return {
        "day": day,
        "ready": ready,
        "ready_fen": sum(payout.amount_fen for payout in ready),
        "ended": ended,
        "paid_fen": sum(p.amount_fen for p in ended if p.state == Payout.State.CONFIRMED),
    }
