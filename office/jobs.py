"""The moves of a job: queued, claimed under a lease, going on, over.

Every move is one conditional update. The database is the queue of record; ``ring`` only tells
Celery that something is there, and a lost ring is made good by the next tick.
"""

import datetime as dt
import logging
from collections.abc import Iterable
from typing import Any

from celery import current_app
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from office.idempotency import digest_of
from office.models import Centre, Job, JobLine, User
from office.services import audit, require_permission

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(seconds=60)
MOST_ATTEMPTS = 5
RUN_TASK = "office.run_job"


class LostLease(Exception):
    """Somebody else holds the job now; whoever gets this must stop and write nothing more."""


class JobKeyReused(Exception):
    """The key belongs to a job with another order."""


class NotRepeatable(Exception):
    """Only a failed or cancelled job can be started again, and only an unfinished one stopped."""


@transaction.atomic
def enqueue(
    *,
    kind: str,
    key: str,
    title: str,
    actor: User,
    payload: dict[str, Any] | None = None,
    centre: Centre | None = None,
    total: int = 0,
) -> Job:
    """Put a job into the queue and ring for it when the transaction has been committed.

    Calling again with the same key returns the first job.

    Args:
        kind: a kind registered with ``office.runner.job``.
        key: ``<event>:<centre>:<year or document>``; what must happen once has one key.
        total: how many items there are, if that is known already.

    Raises:
        JobKeyReused: the key belongs to a job of another kind or order.
    """
    order = payload or {}
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind,
                key=key,
                title=title,
                actor=actor,
                payload=order,
                centre=centre,
                total=total,
            )
    except IntegrityError:
        found = Job.objects.filter(key=key).first()
        if found is None:
            raise
        if found.kind != kind or digest_of(found.payload) != digest_of(order):
            raise JobKeyReused(
                gettext("The job key %(key)s belongs to “%(title)s”. Choose another key.")
                % {"key": key, "title": found.title}
            ) from None
        return found
    audit(actor=actor, action="jobs.enqueue", target=job, centre=centre, subject=key)
    ring_after_commit(job.pk)
    return job


def ring_after_commit(job_id: int) -> None:
    """Ring for the job once the transaction is committed."""
    transaction.on_commit(lambda: ring(job_id), robust=True)


def ring(job_id: int) -> None:
    """Tell a worker that the job is there. A dead broker delays the job, it never loses it."""
    try:
        current_app.send_task(RUN_TASK, args=[job_id], retry=False, ignore_result=True)
    except Exception as fault:
        # Whatever the broker's library raises, the tick will ring again.
        logger.warning("job %s: the broker did not take the message: %s", job_id, fault)


@transaction.atomic
def claim(*, job_id: int, now: dt.datetime, lease: dt.timedelta = LEASE) -> Job | None:
    """Take the job for one worker, under a lease and with a new fencing token.

    Returns:
        The job, or None where it is not due, is over, or another worker's lease still runs.
    """
    free = Q(state=Job.State.QUEUED, due_at__lte=now) | Q(
        state=Job.State.RUNNING, lease_until__lt=now
    )
    claimed = Job.objects.filter(free, pk=job_id).update(
        state=Job.State.RUNNING,
        lease_until=now + lease,
        attempt=F("attempt") + 1,
        fence=F("fence") + 1,
        started_at=Coalesce("started_at", now),
        error="",
    )
    return Job.objects.select_related("centre", "actor").get(pk=job_id) if claimed else None


def heartbeat(
    *,
    job: Job,
    now: dt.datetime,
    done: int | None = None,
    failed: int | None = None,
    total: int | None = None,
    lease: dt.timedelta = LEASE,
) -> None:
    """Extend the lease and tell how far the job is.

    Called inside the transaction of each chunk it also fences: a worker whose lease was taken
    over gets ``LostLease``, and its chunk is rolled back.

    Raises:
        LostLease: another worker has the job.
    """
    for name, value in (("done", done), ("failed", failed), ("total", total)):
        if value is not None:
            setattr(job, name, value)
    job.lease_until = now + lease
    _held(
        job,
        done=job.done,
        failed=job.failed,
        total=job.total,
        lease_until=job.lease_until,
    )


def finish(*, job: Job, now: dt.datetime, result: dict[str, Any] | None = None) -> None:
    """End the job well, with its JSON result.

    Raises:
        LostLease: another worker has the job.
    """
    _held(job, state=Job.State.DONE, result=result, lease_until=None, finished_at=now)


def wait_for_person(*, job: Job, result: dict[str, Any] | None = None) -> None:
    """Park the job until ``resume``: a preview that needs its approval.

    Raises:
        LostLease: another worker has the job.
    """
    _held(job, state=Job.State.WAITING, result=result, lease_until=None)


def fail(*, job: Job, now: dt.datetime, error: str, result: dict[str, Any] | None = None) -> None:
    """End the job with an error; what its chunks have committed stays.

    Args:
        result: what was done all the same, where the job knows.

    Raises:
        LostLease: another worker has the job.
    """
    _held(
        job,
        state=Job.State.FAILED,
        error=error[:4000],
        result=result,
        lease_until=None,
        finished_at=now,
    )


def add_line(*, job: Job, ref: str, message: str) -> None:
    """Note an item that could not be done; a later attempt replaces the note."""
    JobLine.objects.update_or_create(job=job, ref=ref[:64], defaults={"message": message[:400]})


def clear_lines(*, job: Job, refs: Iterable[str] | None = None) -> None:
    """Forget the notes of items that have been done since; all of them without ``refs``."""
    lines = JobLine.objects.filter(job=job)
    (lines if refs is None else lines.filter(ref__in=list(refs))).delete()


@transaction.atomic
def resume(*, job: Job) -> Job:
    """Queue a waiting job again, once its person has decided; others are left as they are."""
    resumed = Job.objects.filter(pk=job.pk, state=Job.State.WAITING).update(
        state=Job.State.QUEUED, attempt=0
    )
    if resumed:
        ring_after_commit(job.pk)
    job.refresh_from_db()
    return job


@transaction.atomic
def run_again(*, job: Job, by: User) -> Job:
    """Queue a failed or cancelled job again. Items done before are not done twice.

    Raises:
        NotRepeatable: the job is waiting, running or finished.
        NotAllowed: the person may not run jobs of this centre.
    """
    require_permission(by, "jobs.run", job.centre)
    again = Job.objects.filter(pk=job.pk, state__in=[Job.State.FAILED, Job.State.CANCELLED]).update(
        state=Job.State.QUEUED, attempt=0, finished_at=None, error=""
    )
    job.refresh_from_db()
    if not again:
        raise _wrong_state(job)
    audit(actor=by, action="jobs.run_again", target=job, centre=job.centre, subject=job.key)
    ring_after_commit(job.pk)
    return job


@transaction.atomic
def cancel(*, job: Job, by: User, now: dt.datetime) -> Job:
    """Stop a job that is queued, waiting or running; a running worker stops at its next chunk.

    Raises:
        NotRepeatable: the job is over.
        NotAllowed: the person may not run jobs of this centre.
    """
    require_permission(by, "jobs.run", job.centre)
    stopped = Job.objects.filter(
        pk=job.pk, state__in=[Job.State.QUEUED, Job.State.WAITING, Job.State.RUNNING]
    ).update(state=Job.State.CANCELLED, lease_until=None, finished_at=now, fence=F("fence") + 1)
    job.refresh_from_db()
    if not stopped:
        raise _wrong_state(job)
    audit(actor=by, action="jobs.cancel", target=job, centre=job.centre, subject=job.key)
    return job


@transaction.atomic
def reclaim_stale(*, now: dt.datetime) -> list[int]:
    """Queue the jobs whose worker let the lease run out; give up after five attempts.

    Returns:
        The ids that were queued again.
    """
    stale = Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=now)
    stale.filter(attempt__gte=MOST_ATTEMPTS).update(
        state=Job.State.FAILED,
        lease_until=None,
        finished_at=now,
        fence=F("fence") + 1,
        error=gettext("The worker died %(times)s times. Look into its log, then run it again.")
        % {"times": MOST_ATTEMPTS},
    )
    ids = list(stale.values_list("pk", flat=True))
    reclaimed = []
    for job_id in ids:
        if stale.filter(pk=job_id).update(
            state=Job.State.QUEUED, lease_until=None, fence=F("fence") + 1
        ):
            reclaimed.append(job_id)
    return reclaimed


def _held(job: Job, **fields: Any) -> None:
    """Update the job only while this worker's token is the last one given out."""
    held = Job.objects.filter(pk=job.pk, fence=job.fence, state=Job.State.RUNNING)
    if not held.update(**fields):
        raise LostLease(gettext("Job %(job)s: the lease was lost.") % {"job": job.pk})
    for name, value in fields.items():
        setattr(job, name, value)


def _wrong_state(job: Job) -> NotRepeatable:
    return NotRepeatable(
        gettext("“%(title)s” is “%(state)s”; this is not possible now.")
        % {"title": job.title, "state": job.get_state_display()}
    )
