"""Who may see a page: signed in, working for a centre, with the permission, of their own centre."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import MemberAccount
from accounts.queries import get_member_account
from office.models import Branch, Centre, User
from office.queries import find_open_day
from office.services import audit_refusal

P = ParamSpec("P")
M = TypeVar("M", bound=Model)


class StaffRequest(HttpRequest):
    """A request of somebody who works for a centre; ``day`` is the centre's open day, if any."""

    user: User
    centre: Centre
    branch: Branch
    day: dt.date | None


View = Callable[Concatenate[StaffRequest, P], HttpResponse]


def staff_page(permission: str = "") -> Callable[[View[P]], Callable[..., HttpResponse]]:
    """Let a page be seen only by a centre's own staff, with a permission where one is named.

    Strangers go to the sign-in page and come back after it; administrators, who do no business,
    go to the admin. A refused permission is kept in the audit trail.
    """

    def decorate(view: View[P]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return _ask_to_sign_in(request)
            user = request.user
            if user.centre is None or user.branch is None:
                return redirect("admin:index")
            staff = cast(StaffRequest, request)
            staff.centre, staff.branch = user.centre, user.branch
            if permission:
                require_role(staff, permission)
            day = find_open_day(user.centre)
            staff.day = day.date if day else None
            return view(staff, *args, **kwargs)

        return guarded

    return decorate


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send a stranger to the sign-in page; a part of a page loaded by itself reloads the whole."""
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    return redirect_to_login(request.get_full_path(), reverse("sign-in"))


def require_role(request: StaffRequest, permission: str) -> None:
    """Refuse a person whose role lacks a permission, and keep that in the audit trail.

    Raises:
        PermissionDenied: with the role seen.
    """
    if request.user.may(permission):
        return
    audit_refusal(actor=request.user, action=permission, reason=request.path)
    raise PermissionDenied(
        _("Your role (%(role)s) may not do this. Ask a colleague whose role may.")
        % {"role": request.user.get_role_display()}
    )


def require_day(request: StaffRequest) -> dt.date:
    """Give the open business day of the request's centre.

    Raises:
        PermissionDenied: none is open, so nothing can be booked.
    """
    if request.day is None:
        raise PermissionDenied(
            _("No business day of %(centre)s is open. A supervisor opens the next one.")
            % {"centre": request.centre.name}
        )
    return request.day


def own_account(request: StaffRequest, number: str) -> MemberAccount:
    """Give an account of the request's own centre.

    Raises:
        Http404: there is none; looking for another centre's is kept in the audit trail.
    """
    try:
        return get_member_account(number, request.centre)
    except MemberAccount.DoesNotExist as unknown:
        note_foreign(request, MemberAccount.objects.filter(number=number), number)
        raise Http404 from unknown


def own_document(request: StaffRequest, rows: QuerySet[M], number: str) -> M:
    """Give a numbered document of the request's own centre.

    Raises:
        Http404: there is none; looking for another centre's is kept in the audit trail.
    """
    found = rows.filter(number=number, centre=request.centre).first()
    if found is None:
        note_foreign(request, rows.filter(number=number), number)
        raise Http404
    return found


def own_row(request: StaffRequest, rows: QuerySet[M], pk: int) -> M:
    """Give a row of the request's own centre by its key, where it has no number.

    Raises:
        Http404: there is none; looking for another centre's is kept in the audit trail.
    """
    found = rows.filter(pk=pk, centre=request.centre).first()
    if found is None:
        note_foreign(request, rows.filter(pk=pk), str(pk))
        raise Http404
    return found


def note_foreign(request: StaffRequest, rows: QuerySet[Any], number: str) -> None:
    """Keep in the audit trail that somebody asked for what another centre has."""
    if rows.exists():
        audit_refusal(
            actor=request.user,
            action="counter.foreign_centre",
            reason=request.path,
            subject=number,
        )
