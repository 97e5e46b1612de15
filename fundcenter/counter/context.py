"""What stands in the header of every page: place, day, person, what waits, the demo's people."""

import datetime as dt
import re
from typing import Any, cast

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import OutsideCheck
from accounts.queries import list_waiting_checks
from office import inbox
from office.models import Centre, User
from office.queries import find_open_day
from office.roles import Role

# The demo's members do business until this day; later days are opened so that one can try things.
HISTORY_ENDS = dt.date(2026, 6, 30)
_SLUG = re.compile(r"[a-z0-9-]+")
_DEMO_ROLES = (
    Role.CLERK,
    Role.CHECKER,
    Role.SUPERVISOR,
    Role.FINANCE,
    Role.AUDITOR,
)


def header(request: HttpRequest) -> dict[str, Any]:
    """Give the header's data; nothing is asked of the database before a page uses it."""
    return {
        "header": SimpleLazyObject(lambda: _header(request)),
        "demo": SimpleLazyObject(lambda: _demo(request)) if settings.DEMO else None,
        "idle_seconds": settings.SESSION_IDLE_SECONDS,
        "help_page": _help_page(request),
    }


def _help_page(request: HttpRequest) -> str:
    """Name the page whose help the header leads to; the desk's where the page has none."""
    match = request.resolver_match
    name = match.url_name if match is not None and not match.app_names else None
    return name if name and _SLUG.fullmatch(name) else "desk"


def _header(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.centre is None:
        return {}
    user = cast(User, user)
    if hasattr(request, "day"):
        day = request.day
    else:
        found = find_open_day(cast(Centre, user.centre))
        day = found.date if found else None
    return {
        "centre": user.centre,
        "branch": user.branch,
        "day": day,
        "after_history": settings.DEMO and day is not None and day > HISTORY_ENDS,
        "history_ends": HISTORY_ENDS,
        "takes_over": user.may("takeover.submit"),
        "waiting": count_waiting(user),
        "may_close_drawer": user.may("drawers.close"),
        "may_see_drawers": user.may("drawers.view"),
    }


def count_waiting(user: User) -> int:
    """Count what waits for this person as the second one."""
    if user.centre is None:
        return 0
    return inbox.count_waiting(user, _checks(user, user.centre))


def waiting_checks(user: User) -> list[OutsideCheck]:
    """List answers from outside registers that this person may confirm."""
    if user.centre is None:
        return []
    return list(_checks(user, user.centre).select_related("made_by"))


def _checks(user: User, centre: Centre) -> QuerySet[OutsideCheck]:
    """Select answers of outside registers for which this person is the second one."""
    rows = list_waiting_checks(centre)
    may = user.may("accounts.enter_platform_result")
    return rows.exclude(made_by=user) if may else rows.none()


def _demo(request: HttpRequest) -> dict[str, Any]:
    """List the demo's people: those of one's own centre, and a clerk of each other one."""
    staff = User.objects.filter(is_active=True, centre__isnull=False, role__in=_DEMO_ROLES)
    people = list(staff.select_related("centre").order_by("centre__code", "id"))
    order = {role: place for place, role in enumerate(_DEMO_ROLES)}
    people.sort(key=lambda one: (one.centre_id or 0, order[Role(one.role)], one.pk))
    user = request.user
    here = getattr(user, "centre_id", None)
    by_centre: dict[Centre, list[User]] = {}
    for one in people:
        if one.centre is not None:
            by_centre.setdefault(one.centre, []).append(one)
    return {
        "here": [one for one in people if one.centre_id == here],
        "clerks": [ones[0] for centre, ones in by_centre.items() if centre.pk != here],
        "by_centre": list(by_centre.items()),
    }
