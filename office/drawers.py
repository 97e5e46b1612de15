"""Closing a teller's drawer (轧账) and opening it again.

What the drawer holds is told by the books, which lie higher; ``ledger.drawers`` counts them under
the lock that ``hold_day`` takes.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext

from office.documents import ChangedMeanwhile
from office.idempotency import digest_of
from office.models import BusinessDay, Centre, DrawerClosing, User
from office.services import DayNotOpen, NotAllowed, audit, require_permission

CLOSE, VIEW, REOPEN = "drawers.close", "drawers.view", "drawers.reopen"


class DrawerClosed(NotAllowed):
    """The teller has closed the drawer of the day: nothing more is booked in it."""


class NotCounted(ValueError):
    """What was counted is no count, or differs from the books without a note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What the teller counted in the drawer: vouchers, money taken in (fen), and the note."""

    vouchers: int
    in_fen: int
    note: str = ""


def find_closing(teller: User, business_date: dt.date) -> DrawerClosing | None:
    """Find the closing that stands for a teller's day."""
    return DrawerClosing.objects.filter(
        teller=teller, business_date=business_date, reopened_by__isnull=True
    ).first()


def require_drawer(teller: User, business_date: dt.date) -> None:
    """Refuse to book for somebody who has closed the drawer of the day.

    Raises:
        DrawerClosed: with who may open it again.
    """
    if not teller.is_system and find_closing(teller, business_date) is not None:
        raise DrawerClosed(
            gettext(
                "%(teller)s has closed the drawer of %(date)s; nothing more is booked in it. "
                "A supervisor can reopen it and says why."
            )
            % {"teller": teller, "date": business_date}
        )


def hold_day(centre: Centre, business_date: dt.date) -> None:
    """Wait for the postings under way in the centre, and let none begin until the commit.

    Raises:
        DayNotOpen: the day is not the centre's open one.
    """
    day = BusinessDay.objects.select_for_update().filter(centre=centre, date=business_date).first()
    if day is None or not day.is_open:
        raise DayNotOpen(
            gettext("%(date)s is not open any more; its drawers were closed with it.")
            % {"date": business_date}
        )


@transaction.atomic
def sign_closing(
    *,
    teller: User,
    business_date: dt.date,
    totals: Mapping[str, Any],
    seen_digest: str,
    count: Count,
) -> DrawerClosing:
    """Sign a drawer closed. Called under ``hold_day`` with the totals counted there.

    Args:
        totals: JSON with ``vouchers`` and ``in_fen`` among its keys.
        seen_digest: digest of the totals that the teller looked at.

    Raises:
        NotAllowed: the role has no drawer.
        DrawerClosed: it is closed already.
        ChangedMeanwhile: something was booked since the teller looked.
        NotCounted: the count is none, or differs and there is no note.
    """
    require_permission(teller, CLOSE)
    if teller.centre is None or teller.branch is None:
        raise NotAllowed(gettext("Only the staff of a branch have a drawer."))
    require_drawer(teller, business_date)
    digest = digest_of(totals)
    if digest != seen_digest:
        raise ChangedMeanwhile(
            gettext("Something was booked since you looked at your drawer. Look again, then sign.")
        )
    _check_count(count, totals)
    closing = DrawerClosing(
        centre=teller.centre,
        branch=teller.branch,
        teller=teller,
        business_date=business_date,
        totals=dict(totals),
        digest=digest,
        vouchers=totals["vouchers"],
        in_fen=totals["in_fen"],
        counted_vouchers=count.vouchers,
        counted_in_fen=count.in_fen,
        note=count.note.strip()[:400],
    )
    try:
        with transaction.atomic():
            closing.save(force_insert=True)
    except IntegrityError:
        require_drawer(teller, business_date)
        raise
    _audit(closing, teller, "drawers.close")
    return closing


@transaction.atomic
def reopen_drawer(*, closing: DrawerClosing, reason: str, by: User) -> DrawerClosing:
    """Open a closed drawer again, so that its teller may go on; the closing stays on record.

    Raises:
        NotAllowed: not a supervisor of the centre, or one's own drawer.
        DayNotOpen: the business day is closed.
        NotCounted: the reason is empty.
        DrawerClosed: it was reopened before; look at the later closing.
    """
    require_permission(by, REOPEN, closing.centre)
    if by.pk == closing.teller_id:
        raise NotAllowed(gettext("Nobody reopens their own drawer. Ask another supervisor."))
    reason = reason.strip()
    if not reason:
        raise NotCounted(gettext("reason: say why the drawer is opened again."))
    hold_day(closing.centre, closing.business_date)
    reopened = DrawerClosing.objects.filter(pk=closing.pk, reopened_by__isnull=True).update(
        reopened_by=by, reopened_at=Now(), reopen_reason=reason[:400]
    )
    if not reopened:
        raise DrawerClosed(gettext("This closing was reopened before. Look at the later one."))
    closing.refresh_from_db()
    _audit(closing, by, "drawers.reopen", reason)
    return closing


def _check_count(count: Count, totals: Mapping[str, Any]) -> None:
    for field, seen in (("vouchers", count.vouchers), ("in_fen", count.in_fen)):
        if type(seen) is not int or seen < 0:
            raise NotCounted(
                gettext("%(field)s: %(seen)s is no count; zero or more is expected.")
                % {"field": field, "seen": repr(seen)}
            )
    same = (count.vouchers, count.in_fen) == (totals["vouchers"], totals["in_fen"])
    if not same and not count.note.strip():
        raise NotCounted(
            gettext("note: what was counted differs from the books. Say why, or count again.")
        )


def _audit(closing: DrawerClosing, by: User, action: str, reason: str = "") -> None:
    audit(
        actor=by,
        action=action,
        target=closing,
        centre=closing.centre,
        subject=str(closing.teller),
        reason=reason,
        after={
            "date": closing.business_date.isoformat(),
            "digest": closing.digest,
            "vouchers": [closing.vouchers, closing.counted_vouchers],
            "in_fen": [closing.in_fen, closing.counted_in_fen],
        },
    )
