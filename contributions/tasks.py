"""When jobs run: on a month's first business day idle accounts are filed, daily they end."""

import datetime as dt
from typing import Any

from celery import shared_task
from django.utils.translation import gettext

from contributions.models import DormancyCandidate
from contributions.services import (
    act_on_candidates,
    deliver_messages,
    file_candidates,
    report_of,
    take_in_messages,
)
from office.jobs import enqueue
from office.models import BusinessDay, Job
from office.runner import Progress, job
from office.services import ensure_system_maker

FILE, ACT = "contributions.file_dormant", "contributions.act_on_dormant"


@shared_task(name="contributions.dormancy")  # type: ignore[untyped-decorator]
def dormancy() -> None:
    """Queue what is due in each centre by its open business day. Beat sends it every day.

    A day that beat missed is made up for by the next one: filing has one key a month.
    """
    system = ensure_system_maker()
    for day in BusinessDay.objects.filter(state=BusinessDay.State.OPEN).select_related("centre"):
        centre, on = day.centre, day.date
        month = on.strftime("%Y-%m")
        if not Job.objects.filter(key=f"dormancy-file:{centre.code}:{month}").exists():
            enqueue(
                kind=FILE,
                key=f"dormancy-file:{centre.code}:{month}",
                title=gettext("%(centre)s: idle accounts of %(month)s")
                % {"centre": centre.short_name, "month": month},
                actor=system,
                payload={"on": on.isoformat()},
                centre=centre,
            )
        due = DormancyCandidate.objects.filter(
            dormancy_list__centre=centre,
            dormancy_list__state="APPROVED",
            outcome=DormancyCandidate.Outcome.WAITS,
            acts_date__lte=on,
        )
        if due.exists():
            enqueue(
                kind=ACT,
                key=f"dormancy-act:{centre.code}:{on}",
                title=gettext("%(centre)s: seal and close, %(date)s")
                % {"centre": centre.short_name, "date": on},
                actor=system,
                payload={"on": on.isoformat()},
                centre=centre,
            )


@shared_task(name="contributions.platform")  # type: ignore[untyped-decorator]
def exchange() -> None:
    """Send what waits for the platform, and take in what came. Beat sends it every minute.

    A message lost with a worker is asked after by the next round.
    """
    for day in BusinessDay.objects.filter(state=BusinessDay.State.OPEN).select_related("centre"):
        deliver_messages(centre=day.centre)
        take_in_messages(centre=day.centre)


@job(FILE)
def file_dormant(order: Job, progress: Progress) -> dict[str, Any] | None:
    """File the month's idle accounts; the list waits in the supervisors' inbox."""
    centre, on = order.centre, dt.date.fromisoformat(order.payload["on"])
    if centre is None:
        return None
    file_candidates(centre=centre, on=on, by=ensure_system_maker())
    return report_of(centre=centre, on=on).as_dict()


@job(ACT)
def act_on_dormant(order: Job, progress: Progress) -> dict[str, Any] | None:
    """Seal or close what is approved and was notified long enough ago."""
    centre, on = order.centre, dt.date.fromisoformat(order.payload["on"])
    if centre is None:
        return None
    act_on_candidates(centre=centre, on=on, by=ensure_system_maker())
    return report_of(centre=centre, on=on).as_dict()
