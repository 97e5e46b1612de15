"""What waits for a second person, and answers on paper that somebody else entered."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Opening
from fundcenter.counter.access import StaffRequest, staff_page
from fundcenter.counter.context import waiting_checks
from fundcenter.counter.desk import waiting_openings


@require_safe
@staff_page()
def show_inbox(request: StaffRequest) -> HttpResponse:
    """List what this person may decide, and what of their own waits for somebody else."""
    return inbox(request)


def inbox(request: StaffRequest, problem: str = "") -> HttpResponse:
    """Show the inbox, with the reason where a decision was not possible."""
    own = Opening.objects.filter(
        centre=request.centre, made_by=request.user, state=Opening.State.SUBMITTED
    )
    page = {
        "problem": problem,
        "to_check": waiting_openings(request.user),
        "checks": waiting_checks(request.user),
        "own": own.select_related("branch").order_by("id"),
        "may_check": request.user.may(Opening.approve_permission),
    }
    return render(request, "counter/inbox.html", page, status=409 if problem else 200)
