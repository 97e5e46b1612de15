"""What is done with loan applications beside handing in and looking: answers, the reading."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from fundcenter.counter.access import (
    StaffRequest,
    own_account,
    own_document,
    require_day,
    staff_page,
)
from fundcenter.counter.items import decided, get_kind_or_404
from fundcenter.counter.refusals import REFUSED
from loans.services import choose_reading, enter_loan_answer
from office.idempotency import digest_of, once


@require_POST
@staff_page("loans.approve")
def choose(request: StaffRequest, number: str) -> HttpResponse:
    """Take the other reading of a clause whose text and table differ, with the reason."""
    kind = get_kind_or_404("loan-application")
    application = own_document(request, kind.rows, number)
    day = require_day(request)
    reason = request.POST.get("reading_reason", "")

    def choosing() -> object:
        return choose_reading(
            application=application, reason=reason, business_date=day, by=request.user
        )

    return decided(request, kind, application, choosing)


@require_POST
@staff_page("accounts.check_platform")
def enter_answer(request: StaffRequest, number: str) -> HttpResponse:
    """Enter what a register answered on paper about somebody of an application."""
    account = own_account(request, number)
    day, typed = require_day(request), request.POST
    said = {
        "about": typed.get("about", ""),
        "kind": typed.get("register", ""),
        "result": typed.get("result", ""),
        "document_no": typed.get("document_no", ""),
        "name": typed.get("name", ""),
        "number": typed.get("number", ""),
    }
    digest = digest_of({"account": number, "day": day.isoformat(), **said})
    try:
        with once(client="counter", key=f"loan-answer:{digest[:40]}", digest=digest) as entering:
            if not entering.is_repeated:
                entered = enter_loan_answer(
                    member_account=account, business_date=day, by=request.user, **said
                )
                entering.keep({"pk": entered.pk})
    except REFUSED as refused:
        page = {"account": account, "problem": str(refused)}
        return render(request, "counter/business/answer_refused.html", page, status=409)
    return redirect("loan-application", number=number)
