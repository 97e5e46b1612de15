"""What others ask of the ground floor."""

import datetime as dt
from typing import TypeVar

from django.db.models import Max, Model, Q, QuerySet
from django.utils.translation import gettext

from office.models import BusinessDay, Centre, Job, PrintLog, User
from office.roles import Role

M = TypeVar("M", bound=Model)


class NoOpenDay(Exception):
    """The centre has no open business day: nothing can be posted until one is opened."""


class UnknownCentre(LookupError):
    """No centre has this code."""


def get_centre(code: str) -> Centre:
    """Give the centre with the code.

    Raises:
        UnknownCentre: with the codes that exist.
    """
    centre = Centre.objects.filter(code=code).first()
    if centre is None:
        known = ", ".join(Centre.objects.values_list("code", flat=True))
        raise UnknownCentre(
            gettext("centre: “%(code)s” is not known; choose one of: %(known)s.")
            % {"code": code, "known": known or "–"}
        )
    return centre


def get_open_day(centre: Centre) -> BusinessDay:
    """Give the centre's open business day.

    Raises:
        NoOpenDay: none is open; a supervisor opens the next one.
    """
    day = find_open_day(centre)
    if day is None:
        raise NoOpenDay(
            gettext("%(centre)s has no open business day. A supervisor has to open the next one.")
            % {"centre": centre.name}
        )
    return day


def find_open_day(centre: Centre) -> BusinessDay | None:
    """Find the centre's open business day."""
    return BusinessDay.objects.filter(centre=centre, state=BusinessDay.State.OPEN).first()


def find_last_day(centre: Centre) -> BusinessDay | None:
    """Find the latest business day of the centre, open or closed."""
    return BusinessDay.objects.filter(centre=centre).order_by("-date").first()


def get_system_maker() -> User:
    """Give the user who signs what jobs make; ``services.ensure_system_maker`` makes it."""
    return User.objects.get(role=Role.SYSTEM)


def list_due_jobs(now: dt.datetime) -> list[Job]:
    """List the queued jobs whose time has come, oldest first."""
    return list(Job.objects.filter(state=Job.State.QUEUED, due_at__lte=now).order_by("id"))


def list_colleagues(user: User, permission: str) -> list[User]:
    """List who else in the person's centre could do what the permission names."""
    others = User.objects.filter(centre=user.centre, is_active=True).exclude(pk=user.pk)
    return [other for other in others if other.may(permission)]


def of_own_centre(rows: QuerySet[M], user: User, path: str = "centre") -> QuerySet[M]:
    """Narrow the rows to the person's own centre.

    Administrators and anybody without a centre get none: they do no business.

    Args:
        path: the lookup that leads from a row to its centre.
    """
    if user.centre_id is None:
        return rows.none()
    return rows.filter(Q(**{path: user.centre_id}))


def find_printed(centre: Centre, code: str) -> PrintLog | None:
    """Find a paper by the code on it; blanks, hyphens and small letters do not matter."""
    bare = "".join(char for char in code.upper() if char.isalnum())
    return (
        PrintLog.objects.filter(centre=centre, code=bare)
        .select_related("printed_by", "branch")
        .first()
    )


def count_printed(centre: Centre, name: str, object_numbers: list[str]) -> dict[str, int]:
    """Count how often papers of a kind were printed, by object; unprinted ones are left out."""
    rows = PrintLog.objects.filter(centre=centre, name=name, object_number__in=object_numbers)
    return dict(rows.values_list("object_number").annotate(copies=Max("copy")).order_by())
