"""The page of one loan: what was agreed, where it stands today, every instalment and payment."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import MemberAccount
from fundcenter.counter.access import StaffRequest, own_document, require_day, staff_page
from fundcenter.counter.charts import course_chart
from fundcenter.counter.items import masked_paper
from fundcenter.counter.loan_history import given_up, late_history
from fundcenter.counter.refusals import REFUSED
from kernel.rates import printed_percent
from loans.course import Course
from loans.facts import EventKind
from loans.lines import total_owed_fen
from loans.models import Loan, LoanEvent
from loans.payment_checks import find_platform_answer, list_to_ask
from loans.queries import foresee_course, list_awaited_rates, list_loans
from loans.services import ask_again
from loans.states import UNPAID_STATES
from policy.queries import open_book
from policy.wording import describe_term


@require_safe
@staff_page("loans.view")
def show(request: StaffRequest, number: str) -> HttpResponse:
    """Show a loan of the centre; one that is not paid out yet has no course."""
    return _page(request, own_document(request, _loans(), number))


def _page(request: StaffRequest, loan: Loan, problem: str = "", status: int = 200) -> HttpResponse:
    day = request.day or loan.contract_date
    page: dict[str, Any] = {
        "loan": loan,
        "account": loan.member_account,
        "masked": masked_paper(loan.member_account),
        "parties": loan.application.parties.order_by("id"),
        "reviews": loan.application.reviews.select_related("reviewed_by"),
        "events": [describe_event(one) for one in _events(loan)],
        "repayments": loan.repayments.select_related("event", "made_by"),
        "history": late_history(loan),
        **given_up(loan),
    }
    if loan.disbursed_date is not None:
        page |= stand_of(loan, foresee_course(loan, day), day)
        page["awaited"] = [
            (on, printed_percent(rate)) for on, rate in list_awaited_rates(loan, day)
        ]
    else:
        page |= _answers(loan, day)
        page["may_ask"] = request.user.may("accounts.check_platform")
    return render(request, "counter/loan.html", {**page, "problem": problem}, status=status)


@require_POST
@staff_page("accounts.check_platform")
def ask(request: StaffRequest, number: str) -> HttpResponse:
    """Ask the platform again about the people of a loan that is not paid out; nothing is booked."""
    loan: Loan = own_document(request, _loans(), number)
    try:
        ask_again(loan=loan, business_date=require_day(request), by=request.user)
    except REFUSED as refused:
        return _page(request, loan, str(refused), status=409)
    return redirect("loan", number=number)


def _answers(loan: Loan, day: dt.date) -> dict[str, Any]:
    """List what the platform answered last of everybody whom the payment looks at, and how old."""
    book = open_book(loan.centre.code, day)
    if loan.state not in UNPAID_STATES or not book.flag("loan.platform_again"):
        return {}
    known = book.find("loan.platform_again_days")
    if known is None:
        # The payment itself names what is unset; the rest of the loan can be looked at.
        return {}
    limit = book.count(known.key)
    rows = []
    for party in list_to_ask(loan):
        found = find_platform_answer(party, day)
        age = (day - found.asked_date).days if found else None
        rows.append((party, found, age, age is None or age > limit))
    return {"answers": rows, "answer_days": limit}


def _loans() -> Any:
    return Loan.objects.select_related(
        "centre", "branch", "application", "member_account__member", "principal_line",
        "overdue_line",
    )  # fmt: skip


def stand_of(loan: Loan, course: Course, day: dt.date) -> dict[str, Any]:
    """Say where a loan that was paid out stands on a day; sums in fen."""
    owed = course.owed_on(day) if loan.is_out else ()
    upcoming = course.next_line(day) if loan.is_out else None
    return {
        "course": course,
        "lines": course.lines,
        "owed": owed,
        "owed_fen": total_owed_fen(owed),
        "penalty_fen": sum(one.penalty_fen for one in owed),
        "next": upcoming,
        "settle_fen": course.settle_fen(day) if loan.is_out else None,
        "paid_count": sum(line.settled_on is not None for line in course.lines),
        "chart": course_chart(course),
        "day": day,
    }


def _events(loan: Loan) -> Any:
    return LoanEvent.objects.filter(loan=loan).select_related("made_by").order_by("-id")


def describe_event(event: LoanEvent) -> tuple[LoanEvent, str]:
    """Say what an event changed."""
    facts = event.facts
    if event.kind == EventKind.REPRICED:
        return event, _("%(rate)s%% a year") % {"rate": facts["annual_rate"]}
    if event.kind == EventKind.TERM_CHANGED:
        return event, _("%(months)s months in all") % {"months": facts["term_months"]}
    if event.kind == EventKind.METHOD_CHANGED:
        return event, str(describe_term(facts["method"]))
    return event, str(describe_term(facts["option"])) if facts.get("option") else ""


def loans_of(account: MemberAccount) -> list[tuple[Loan, int]]:
    """List the loans of an account for the member page, the latest first, with what is left."""
    return [(loan, left_fen(loan)) for loan in list_loans(account)]


def left_fen(loan: Loan) -> int:
    """Return the principal in the books that is not repaid, in fen."""
    lines = [line for line in (loan.principal_line, loan.overdue_line) if line is not None]
    return sum(line.balance_fen for line in lines)
