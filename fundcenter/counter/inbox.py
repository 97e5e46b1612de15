"""What waits for a second person, and answers on paper that somebody else entered."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fundcenter.counter.access import StaffRequest, staff_page
from fundcenter.counter.context import waiting_checks
from office.inbox import list_made, list_waiting, may_decide_something
from office.models import Document


@require_safe
@staff_page()
def show_inbox(request: StaffRequest) -> HttpResponse:
    """List what this person may decide, and what of their own waits for somebody else."""
    return inbox(request)


def inbox(request: StaffRequest, problem: str = "") -> HttpResponse:
    """Show the inbox, with the reason where a decision was not possible."""
    page = {
        "problem": problem,
        "to_check": list_waiting(request.user),
        "checks": waiting_checks(request.user),
        "own": list_made(request.centre, request.user, Document.State.SUBMITTED),
        "may_check": may_decide_something(request.user),
    }
    return render(request, "counter/inbox.html", page, status=409 if problem else 200)
