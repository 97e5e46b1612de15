"""When loans are gone through: in the evening of each open business day, by job."""

import datetime as dt
import time
from typing import Any

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from loans.queries import needs_day_end
from loans.services import run_day_end
from office.jobs import clear_lines, enqueue
from office.models import BusinessDay, Centre, Job
from office.runner import JobBusy, LeftOver, Progress, job, run_now
from office.services import ensure_system_maker

DAY_END = "loans.day_end"
# A chunk of overdue loans takes seconds, one that is weeks behind many of them.
LEASE = dt.timedelta(minutes=10)
_LOOK_EVERY_SECONDS = 0.2
_OVER = (Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED)


class DayEndIncomplete(LeftOver):
    """Some loans could not be brought through; the lines of the job say which and why."""

    def __init__(self, told: dict[str, Any]) -> None:
        super().__init__(told)
        self.failed: int = told["failed"]

    def __str__(self) -> str:
        said = ngettext(
            "%(count)s loan could not be brought through its day-end; the lines say why. "
            "Put it right, then run the job again.",
            "%(count)s loans could not be brought through their day-end; the lines say why. "
            "Put them right, then run the job again.",
            self.failed,
        )
        return said % {"count": self.failed}


@shared_task(name="loans.day_end")  # type: ignore[untyped-decorator]
def day_end() -> None:
    """Queue the day-end of each centre whose open day has loans left. Beat sends it every evening.

    An evening that beat missed is made up for by the next one, day by day.
    """
    for day in BusinessDay.objects.filter(state=BusinessDay.State.OPEN).select_related("centre"):
        if needs_day_end(day.centre, day.date):
            enqueue_day_end(day.centre, day.date)


def enqueue_day_end(centre: Centre, on: dt.date) -> Job:
    """Put a centre's day-end into the queue; once a day, and again where loans were left over.

    A run that ended leaves loans behind where some failed, or where one was taken up again later.
    """
    key = f"loan-day-end:{centre.code}:{on}"
    known = Job.objects.filter(kind=DAY_END, key__startswith=key, centre=centre)
    last = known.order_by("-pk").first()
    if last is not None and (last.state not in _OVER or not needs_day_end(centre, on)):
        return last
    if last is not None:
        key = f"{key}:{known.count() + 1}"
    return enqueue(
        kind=DAY_END,
        key=key,
        title=gettext("%(centre)s: day-end of loans, %(date)s")
        % {"centre": centre.short_name, "date": on},
        actor=ensure_system_maker(),
        payload={"on": on.isoformat()},
        centre=centre,
    )


def day_end_now(centre: Centre, on: dt.date) -> Job:
    """Run a centre's day-end in this process, with its row in the job table, for commands."""
    order = enqueue_day_end(centre, on)
    while order.state in (Job.State.QUEUED, Job.State.RUNNING):
        try:
            order = run_now(job=order, clock=timezone.now)
        except JobBusy:
            # A worker heard the bell first: it does the work, this process waits for it.
            time.sleep(_LOOK_EVERY_SECONDS)
            order.refresh_from_db()
    return order


@job(DAY_END, lease=LEASE)
def run(order: Job, progress: Progress) -> dict[str, Any] | None:
    """Bring the centre's loans through the day; a loan that fails has its line."""
    centre, on = order.centre, dt.date.fromisoformat(order.payload["on"])
    if centre is None:
        return None
    clear_lines(job=order)
    told = run_day_end(centre=centre, business_date=on, by=ensure_system_maker(), progress=progress)
    if told["failed"]:
        raise DayEndIncomplete(told)
    return told
