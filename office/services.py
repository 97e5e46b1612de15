"""What is done on the ground floor: business days, document numbers, the audit trail, staff."""

import datetime as dt
import re
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Model
from django.db.models.functions import Now
from django.utils.translation import gettext

from office import guards
from office.context import get_origin
from office.hindrances import require_unhindered
from office.models import AuditEvent, Branch, BusinessDay, Centre, Sequence, User
from office.queries import find_last_day, find_open_day
from office.roles import Role

SYSTEM_MAKER = "system"

# Identity, card and telephone numbers: what a careless caller might put into the audit trail.
_PERSONAL_NUMBER = re.compile(r"(?<![0-9])(?:[0-9]{14,18}[0-9Xx]|1[3-9][0-9]{9})(?![0-9])")


class DayNotOpen(Exception):
    """The day is not the open business day of the centre: nothing may be posted into it."""


class DayOutOfOrder(Exception):
    """A business day can only be opened after the one before it has been closed."""


class NotAllowed(Exception):
    """The person's role, centre or state does not allow this."""


def require_permission(user: User, permission: str, centre: Centre | None = None) -> None:
    """Refuse a person whose role, or whose centre, does not allow this.

    Raises:
        NotAllowed: with the role seen and the permission needed.
    """
    if not user.may(permission):
        raise NotAllowed(
            gettext("%(user)s (%(role)s) may not do this; it needs the permission %(permission)s.")
            % {"user": user, "role": user.get_role_display(), "permission": permission}
        )
    if centre is not None and user.centre_id != centre.pk:
        raise NotAllowed(
            gettext("%(user)s does not work for %(centre)s.")
            % {"user": user, "centre": centre.name}
        )


# Business days


@transaction.atomic
def open_day(*, centre: Centre, date: dt.date, by: User) -> BusinessDay:
    """Open a business day, so that postings may enter it.

    Opening the day that is already open returns it.

    Args:
        date: later than every day before; the days between need not be business days.
        by: a person with ``days.open`` in this centre, or the system maker.

    Raises:
        DayOutOfOrder: another day is open, or the date is not after the last closed one.
        NotAllowed: the person may not open days.
    """
    if not by.is_system:
        require_permission(by, "days.open", centre)
    last = find_last_day(centre)
    if last is not None and last.is_open:
        if last.date == date:
            return last
        raise _still_open(last, date)
    if last is not None and date <= last.date:
        raise DayOutOfOrder(
            gettext("%(date)s cannot be opened: %(last)s is already closed. Days go forward only.")
            % {"date": date, "last": last.date}
        )
    try:
        with transaction.atomic():
            day = BusinessDay.objects.create(centre=centre, date=date, opened_by=by)
    except IntegrityError:
        # Somebody else opened a day at the same moment; the unique index let one through.
        winner = find_open_day(centre)
        if winner is None or winner.date != date:
            raise _still_open(winner, date) from None
        return winner
    audit(actor=by, action="days.open", target=day, centre=centre, after={"date": date.isoformat()})
    return day


def _still_open(open_now: BusinessDay | None, date: dt.date) -> DayOutOfOrder:
    return DayOutOfOrder(
        gettext("%(date)s cannot be opened: %(open)s is still open. Close it first.")
        % {"date": date, "open": open_now.date if open_now else "–"}
    )


@transaction.atomic
def close_day(*, centre: Centre, by: User) -> BusinessDay:
    """Close the centre's open business day for ever. It waits for postings under way.

    Raises:
        DayNotOpen: no day is open.
        DayHindered: something is still to be done, such as drawers that are open.
        NotAllowed: the person may not close days.
    """
    day = find_open_day(centre)
    if not by.is_system:
        require_permission(by, "days.close", centre)
        if day is not None:
            require_unhindered(centre, day.date)
    closed = day and BusinessDay.objects.filter(pk=day.pk, state=BusinessDay.State.OPEN).update(
        state=BusinessDay.State.CLOSED, closed_by=by, closed_at=Now()
    )
    if not day or not closed:
        raise DayNotOpen(gettext("%(centre)s has no open business day.") % {"centre": centre.name})
    day.refresh_from_db()
    audit(actor=by, action="days.close", target=day, centre=centre, after={"date": str(day.date)})
    return day


@transaction.atomic
def open_days_until(*, centre: Centre, until: dt.date, by: User) -> BusinessDay:
    """Close and open day after day until ``until`` is the open business day.

    Every calendar day becomes a business day. For the demo and for takeovers: the days on the
    way, into which nothing is posted, are written as opened and closed, in one statement.

    Raises:
        DayOutOfOrder: the open or last day is later than ``until``.
        NotAllowed: the person may not open or not close days.
    """
    last = find_last_day(centre)
    if last is None or last.date >= until:
        return open_day(centre=centre, date=until, by=by)
    if last.is_open:
        close_day(centre=centre, by=by)
    count = (until - last.date).days - 1
    between = [last.date + dt.timedelta(days=n) for n in range(1, count + 1)]
    BusinessDay.objects.bulk_create(
        BusinessDay(
            centre=centre,
            date=date,
            state=BusinessDay.State.CLOSED,
            opened_by=by,
            closed_by=by,
            closed_at=Now(),
        )
        for date in between
    )
    day = open_day(centre=centre, date=until, by=by)
    if between:
        passed = {"from": str(between[0]), "until": str(between[-1]), "days": count}
        audit(actor=by, action="days.pass", target=day, centre=centre, after=passed)
    return day


def require_open(centre: Centre, date: dt.date) -> BusinessDay:
    """Give the business day, which stays open until the caller's transaction ends.

    Call it inside the transaction that posts.

    Raises:
        DayNotOpen: the date is not the open business day of the centre.
    """
    day = guards.find_shared(BusinessDay, centre_id=centre.pk, date=date)
    if day is None or not day.is_open:
        open_now = find_open_day(centre)
        raise DayNotOpen(
            gettext("%(date)s is not an open business day of %(centre)s; open is: %(open)s.")
            % {
                "date": date,
                "centre": centre.name,
                "open": open_now.date if open_now else gettext("none"),
            }
        )
    return day


# Document numbers


def next_number(centre: Centre, kind: str, business_date: dt.date) -> str:
    """Give the next number of a kind of document, such as ``DP-kashgar-2026-000123``.

    Part of the caller's transaction: a document that is rolled back gives its number back.

    Args:
        kind: two to eight capital letters, one kind per class of document.
    """
    return next_numbers(centre, kind, business_date, 1)[0]


@transaction.atomic
def next_numbers(centre: Centre, kind: str, business_date: dt.date, count: int) -> list[str]:
    """Give ``count`` consecutive numbers at once, for batches."""
    year = business_date.year
    sequence, _ = Sequence.objects.get_or_create(centre=centre, kind=kind, year=year)
    # The update holds the row until the transaction ends, so the value read back is ours.
    Sequence.objects.filter(pk=sequence.pk).update(following=F("following") + count)
    sequence.refresh_from_db()
    first = sequence.following - count
    return [f"{kind}-{centre.code}-{year}-{n:06d}" for n in range(first, first + count)]


# The audit trail


def audit(
    *,
    actor: User | None,
    action: str,
    target: Model | None = None,
    centre: Centre | None = None,
    subject: str = "",
    result: str = AuditEvent.Result.DONE,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> AuditEvent:
    """Write one line of the audit trail into the caller's transaction.

    Terminal and request come from ``office.context``. Identity, card and telephone numbers in
    the texts and values are masked, whoever put them there.

    Args:
        action: code of the deed, such as ``accounts.open``.
        target: the row that was acted on.
        centre: whose business it is; the actor's own centre by default.
        subject: a masked label of whom it concerns.
    """
    origin = get_origin()
    return AuditEvent.objects.create(
        actor=actor,
        role=actor.role if actor else "",
        centre_id=centre.pk if centre else actor.centre_id if actor else None,
        branch_id=actor.branch_id if actor else None,
        terminal=origin.terminal,
        request_id=origin.request_id,
        action=action,
        object_type=target._meta.label_lower if target else "",
        object_id=str(target.pk) if target else "",
        subject=_without_personal_numbers(subject)[:128],
        result=result,
        reason=_without_personal_numbers(reason)[:400],
        before=_without_personal_numbers(before),
        after=_without_personal_numbers(after),
    )


def audit_refusal(
    *,
    actor: User | None,
    action: str,
    reason: str,
    target: Model | None = None,
    centre: Centre | None = None,
    subject: str = "",
) -> AuditEvent:
    """Write that something was refused, in a transaction of its own.

    Call it after the refused transaction has been rolled back, from the view, task or command;
    inside another transaction it raises, because the line would be lost with it.
    """
    with transaction.atomic(durable=True):
        return audit(
            actor=actor,
            action=action,
            target=target,
            centre=centre,
            subject=subject,
            result=AuditEvent.Result.REFUSED,
            reason=reason,
        )


def audit_sight(
    *, actor: User, action: str, reason: str, target: Model | None = None, subject: str = ""
) -> AuditEvent:
    """Write that a person is about to see sensitive data, and why, in its own transaction.

    Show the data only after this returns.
    """
    with transaction.atomic(durable=True):
        return audit(
            actor=actor,
            action=action,
            target=target,
            subject=subject,
            result=AuditEvent.Result.SEEN,
            reason=reason,
        )


def _without_personal_numbers(value: Any) -> Any:
    if isinstance(value, str):
        return _PERSONAL_NUMBER.sub(lambda found: "****" + found[0][-4:], value)
    if isinstance(value, dict):
        return {key: _without_personal_numbers(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_personal_numbers(item) for item in value]
    return value


# Staff


@transaction.atomic
def ensure_system_maker() -> User:
    """Give the user who signs what jobs make, and create it where it does not exist yet."""
    maker, _ = User.objects.get_or_create(
        role=Role.SYSTEM,
        defaults={
            "username": SYSTEM_MAKER,
            "display_name": "系统",
            "is_active": False,
            "password": "!",
        },
    )
    return maker


@transaction.atomic
def save_staff(*, user: User, by: User | None) -> User:
    """Store a new or changed staff member and audit what changed.

    Args:
        user: the unsaved or changed row; the password is already hashed.
        by: a security administrator; None only when the first staff are set up by a command.

    Raises:
        NotAllowed: not a security administrator, or somebody changing their own entry.
        ValidationError: role, centre and branch do not fit together.
    """
    if by is not None:
        require_permission(by, "staff.manage")
        if by.pk == user.pk:
            raise NotAllowed(gettext("Nobody changes their own role or state."))
    stored = User.objects.filter(pk=user.pk).first() if user.pk else None
    user.full_clean(exclude=["password"])
    user.save()
    audit(
        actor=by,
        action="staff.change" if stored else "staff.add",
        target=user,
        centre=user.centre,
        subject=user.display_name,
        before=_staff_facts(stored) if stored else None,
        after=_staff_facts(user),
    )
    return user


def _staff_facts(user: User) -> dict[str, Any]:
    return {
        "username": user.username,
        "role": user.role,
        "centre": user.centre.code if user.centre else None,
        "branch": user.branch.code if user.branch else None,
        "is_active": user.is_active,
    }


def create_centre(
    *, code: str, name: str, short_name: str, jurisdiction: str, branches: dict[str, str]
) -> Centre:
    """Create a centre with its branches, or return the one that exists.

    Args:
        jurisdiction: the policy pack, such as ``kashgar``.
        branches: name by code; missing ones are added.
    """
    with transaction.atomic():
        centre, _ = Centre.objects.get_or_create(
            code=code,
            defaults={"name": name, "short_name": short_name, "jurisdiction": jurisdiction},
        )
        for branch_code, branch_name in branches.items():
            Branch.objects.get_or_create(
                centre=centre, code=branch_code, defaults={"name": branch_name}
            )
    return centre
