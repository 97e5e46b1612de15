"""The member page: who this is, how much is there, what may be done."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import IdentityDocument
from fundcenter.counter.access import StaffRequest, own_account, staff_page
from fundcenter.counter.member_page import member_page
from office.services import audit_sight

_LEAST_REASON = 4


@require_safe
@staff_page("members.view")
def show(request: StaffRequest, number: str) -> HttpResponse:
    """Show everything about one account on one screen."""
    account = own_account(request, number)
    page = member_page(account, request.user, request.day)
    return render(request, "counter/member.html", page)


@require_POST
@staff_page("members.reveal")
def reveal(request: StaffRequest, number: str) -> HttpResponse:
    """Show document number and phone in full, once, after the reason is in the audit trail."""
    account = own_account(request, number)
    reason = request.POST.get("reason", "").strip()
    if len(reason) < _LEAST_REASON:
        page = {
            "account": account,
            "problem": _("Write why you need to see it: at least four characters."),
        }
        return render(request, "counter/parts/reveal.html", page)
    audit_sight(
        actor=request.user,
        action="members.reveal",
        reason=reason,
        target=account,
        subject=account.number,
    )
    paper = IdentityDocument.objects.filter(member=account.member_id, is_current=True).first()
    page = {"account": account, "number": paper.number if paper else "", "revealed": True}
    return render(request, "counter/parts/reveal.html", page)
