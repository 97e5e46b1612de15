"""Finance's page: what is to be paid, what the bank sent back, and how each payout ended."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from contributions.models import Payout
from contributions.queries import list_payouts
from contributions.services import bounce_payout, confirm_payout
from fundcenter.counter.access import StaffRequest, own_document, require_day, staff_page
from fundcenter.counter.refusals import REFUSED
from settlement.services import take_back_settled

_PERMISSION = "contributions.pay_out"


@require_safe
@staff_page(_PERMISSION)
def show_list(request: StaffRequest) -> HttpResponse:
    """List what is to be paid and what came back, oldest first, and what ended on the open day."""
    return render(request, "counter/payouts.html", _page(request))


@require_POST
@staff_page(_PERMISSION)
def end(request: StaffRequest, number: str) -> HttpResponse:
    """Confirm a payout, note what the bank says of one it sent back, or book that one back."""
    payout = own_document(
        request,
        Payout.objects.select_related("withdrawal", "exit", "heir__inheritance", "refund"),
        number,
    )
    day, text = require_day(request), request.POST.get("text", "")
    try:
        with transaction.atomic():
            step = request.POST.get("step")
            if step == "FAIL":
                bounce_payout(payout=payout, failure=text, business_date=day, by=request.user)
            elif step == "BACK":
                take_back_settled(payout=payout, business_date=day, by=request.user)
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
    found = list_payouts(request.centre, day)
    paid = [one for one in found.ended if one.state == Payout.State.CONFIRMED]
    return {
        "day": day,
        "payouts": found,
        "ready_fen": sum(one.amount_fen for one in found.ready),
        "bounced_fen": sum(one.amount_fen for one in found.bounced),
        "paid_fen": sum(one.amount_fen for one in paid),
    }
