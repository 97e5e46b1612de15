"""The desk: one search box, and what waits for whom."""

import datetime as dt
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import IdentityDocument, MemberAccount, Opening
from accounts.queries import search
from contributions.limits import list_bounds, outside_limits
from contributions.models import Deposit
from fundcenter.counter.access import StaffRequest, staff_page
from fundcenter.counter.context import waiting_checks
from ledger.drawers import get_drawer
from office.drawers import CLOSE
from office.inbox import count_made_on, list_made, list_waiting, may_decide_something
from office.models import Document
from policy.models import StoredDecision
from policy.queries import open_book

_SHOWN = 8
_OPEN_STATES = [Document.State.DRAFT, Document.State.SUBMITTED]


@require_safe
@staff_page()
def show_desk(request: StaffRequest) -> HttpResponse:
    """Show search, open and returned items, what waits for one's check, and today's totals."""
    user, centre = request.user, request.centre
    made = list_made(centre, user, *_OPEN_STATES, Document.State.RETURNED)
    page: dict[str, Any] = {
        "open_items": [one for one in made if one.item.state in _OPEN_STATES][:_SHOWN],
        "returned": [one for one in made if one.item.state not in _OPEN_STATES][:_SHOWN],
        "to_check": list_waiting(user)[:_SHOWN],
        "checks": waiting_checks(user)[:_SHOWN],
        "may_check": may_decide_something(user),
        "may_open": user.may(Opening.submit_permission),
        "may_deposit": user.may("contributions.deposit"),
    }
    if request.day is not None:
        page.update(_today(request, request.day))
    return render(request, "counter/desk.html", page)


def _today(request: StaffRequest, day: dt.date) -> dict[str, Any]:
    """Count the open day by kind, one's own beside everybody's; sum one's own drawer."""
    own = Q(made_by=request.user)
    refused = StoredDecision.objects.filter(
        centre=request.centre, business_date=day, outcome=StoredDecision.Outcome.REFUSED
    ).aggregate(mine=Count("id", filter=own), all=Count("id"))
    deposits = Deposit.objects.filter(own, centre=request.centre, business_date=day)
    latest = deposits.select_related("member_account__member").order_by("-id")
    return {
        "made": count_made_on(request.centre, day, request.user),
        "drawer": get_drawer(request.user, day) if request.user.may(CLOSE) else None,
        "refused": refused,
        "outside_limits": _outside_limits(request, day),
        "latest": latest[:_SHOWN],
    }


def _outside_limits(request: StaffRequest, day: dt.date) -> int | None:
    """Count the agreements outside the limits; only for those who answer for the limits."""
    if not request.user.may("policy.approve"):
        return None
    bounds = list_bounds(open_book(request.centre.code, day))
    return outside_limits(request.centre, bounds).count()


@require_POST
@staff_page("members.view")
def search_members(request: StaffRequest) -> HttpResponse:
    """Answer what was typed: the rows for the desk, or the member's page where Enter found one."""
    typed = request.POST.get("q", "").strip()
    found = search(request.centre, typed) if len(typed) > 1 or not typed.isascii() else []
    if request.POST.get("go") and len(found) == 1:
        return _go_to(request, found[0])
    page = {
        "typed": typed,
        "found": _with_documents(found),
        "may_open": request.user.may(Opening.submit_permission),
    }
    template = (
        "counter/parts/found.html" if request.headers.get("HX-Request") else ("counter/found.html")
    )
    return render(request, template, page)


def _go_to(request: HttpRequest, account: MemberAccount) -> HttpResponse:
    address = reverse("member", args=[account.number])
    if not request.headers.get("HX-Request"):
        return redirect(address)
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = address
    return answer


def _with_documents(found: list[MemberAccount]) -> list[tuple[MemberAccount, str]]:
    """Join each account with the masked number of its member's paper."""
    papers = IdentityDocument.objects.filter(
        member_id__in={account.member_id for account in found}, is_current=True
    )
    masked = {paper.member_id: paper.masked for paper in papers}
    return [(account, masked.get(account.member_id, "")) for account in found]
