"""When settlements run: previews by themselves on 30 June, postings once two have signed."""

import datetime as dt
import time
from typing import Any

from celery import shared_task
from django.utils import timezone

from kernel.months import FundYear
from office.jobs import enqueue
from office.models import BusinessDay, Job
from office.runner import JobBusy, Progress, job, run_now
from office.services import ensure_system_maker
from settlement.errors import SettlementRefused
from settlement.models import SettlementRun
from settlement.queries import list_runs, list_unsettled
from settlement.services import open_run, post_run, preview_run

PREVIEW, POST = "settlement.preview", "settlement.post"
# A shard of the closing window takes seconds; a busy machine many of them.
LEASE = dt.timedelta(minutes=10)
_LOOK_EVERY_SECONDS = 0.2
# Stored with the job, so in the language of the centres.
_WORDS = {PREVIEW: "预结息", POST: "入账"}


class JobFailed(Exception):
    """The job that previews or posts ended with an error; its row says which."""


@shared_task(name="settlement.due")  # type: ignore[untyped-decorator]
def due() -> None:
    """Queue the previews that are due by each centre's open business day. Beat sends it daily.

    A centre whose beat stood still on 30 June is previewed on the day it is back.
    """
    for day in BusinessDay.objects.filter(state=BusinessDay.State.OPEN).select_related("centre"):
        year = FundYear.of(day.date).year
        if day.date < FundYear(year).last_day:
            year -= 1
        if list_runs(day.centre, year).exists() or not list_unsettled(day.centre, year).exists():
            continue
        try:
            run = open_run(centre=day.centre, year=year, by=ensure_system_maker())
        except SettlementRefused:
            # What stands in the way shows in the preflight; the next day asks again.
            continue
        enqueue_step(PREVIEW, run)


def enqueue_step(kind: str, run: SettlementRun) -> Job:
    """Put the preview or the posting of a run into the queue; once per run."""
    return enqueue(
        kind=kind,
        key=f"{kind}:{run.number}",
        title=f"{run.centre.short_name} {run.year} {run.number} {_WORDS[kind]}",
        actor=run.made_by,
        payload={"run": run.pk},
        centre=run.centre,
        total=list_unsettled(run.centre, run.year).count() if kind == PREVIEW else run.accounts,
    )


def preview_now(run: SettlementRun) -> SettlementRun:
    """Preview in this process, with its row in the job table, for commands."""
    return _now(PREVIEW, run)


def post_now(run: SettlementRun) -> SettlementRun:
    """Post in this process, with its row in the job table, for commands."""
    return _now(POST, run)


def _now(kind: str, run: SettlementRun) -> SettlementRun:
    order = enqueue_step(kind, run)
    while order.state in (Job.State.QUEUED, Job.State.RUNNING):
        try:
            order = run_now(job=order, clock=timezone.now)
        except JobBusy:
            # A worker heard the bell first: it does the work, this process waits for it.
            time.sleep(_LOOK_EVERY_SECONDS)
            order.refresh_from_db()
    if order.state != Job.State.DONE:
        raise JobFailed(f"{order.title}: {order.get_state_display()} {order.error}")
    run.refresh_from_db()
    return run


@job(PREVIEW, lease=LEASE)
def preview(order: Job, progress: Progress) -> dict[str, Any] | None:
    """Preview a draft; the totals wait in the supervisors' inbox."""
    progress.expect(order.total)
    return _totals(preview_run(_run_of(order), tick=progress.advance))


@job(POST, lease=LEASE)
def post(order: Job, progress: Progress) -> dict[str, Any] | None:
    """Post an approved run; what an earlier attempt has posted is counted, not posted again."""
    progress.expect(order.total)
    return _totals(post_run(_run_of(order), tick=progress.advance))


def _run_of(order: Job) -> SettlementRun:
    return SettlementRun.objects.select_related("centre", "made_by").get(pk=order.payload["run"])


def _totals(run: SettlementRun) -> dict[str, Any]:
    return {
        "number": run.number,
        "accounts": run.accounts,
        "interest_fen": run.interest_fen,
        "subsidy_fen": run.subsidy_fen,
        "failed": run.failed,
    }
