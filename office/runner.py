"""Which function does which kind of job, and how one is run.

An app registers its kinds in its ``tasks.py``::

    @job("settlement.settle")
    def settle(job: Job, progress: Progress) -> dict[str, Any] | None: ...

The function is called outside any transaction and commits chunk by chunk. Each chunk calls
``progress.advance`` inside its own transaction, at least once within the lease. The job may stop
anywhere and be started again, so every chunk must find out by itself what is already done.
"""

import datetime as dt
import logging
import traceback
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext

from office import jobs
from office.models import Job

logger = logging.getLogger(__name__)

Clock = Callable[[], dt.datetime]
Result = dict[str, Any] | None


class UnknownKind(LookupError):
    """No app has registered this kind of job."""


class JobBusy(Exception):
    """The job is over, waits for a person, or another worker has it."""


class WaitForPerson(Exception):
    """Raised by a job function: the work is parked until a person has decided.

    ``result`` is what the person will look at.
    """

    def __init__(self, result: Result = None) -> None:
        super().__init__()
        self.result = result


class LeftOver(Exception):
    """Raised by a job function that could not do everything: the job has failed.

    ``result`` says what was done all the same.
    """

    def __init__(self, result: Result = None) -> None:
        super().__init__(result)
        self.result = result


class Progress:
    """What a job function tells about its progress; every call also extends the lease."""

    def __init__(self, job: Job, clock: Clock, lease: dt.timedelta) -> None:
        self._job = job
        self._clock = clock
        self._lease = lease

    def expect(self, total: int) -> None:
        """Tell how many items there are, and count from nothing: a new attempt starts here."""
        jobs.heartbeat(
            job=self._job, now=self._clock(), total=total, done=0, failed=0, lease=self._lease
        )

    def advance(self, done: int = 0, failed: int = 0) -> None:
        """Add items handled since the last call. Call it inside the chunk's transaction.

        Raises:
            LostLease: another worker has the job; let it pass, it rolls the chunk back.
        """
        jobs.heartbeat(
            job=self._job,
            now=self._clock(),
            done=self._job.done + done,
            failed=self._job.failed + failed,
            lease=self._lease,
        )

    def line(self, ref: str, message: str) -> None:
        """Note why an item could not be done."""
        jobs.add_line(job=self._job, ref=ref, message=message)


JobFunction = Callable[[Job, Progress], Result]
_kinds: dict[str, tuple[JobFunction, dt.timedelta]] = {}


def job(kind: str, *, lease: dt.timedelta = jobs.LEASE) -> Callable[[JobFunction], JobFunction]:
    """Register the function that does jobs of this kind.

    Args:
        lease: the longest time between two calls of ``progress``; a dead worker's job is taken
            over after it.
    """

    def register(function: JobFunction) -> JobFunction:
        _kinds[kind] = (function, lease)
        return function

    return register


def registered_kinds() -> list[str]:
    """List the kinds of job that can be run."""
    return sorted(_kinds)


def run(*, job_id: int, clock: Clock) -> Job | None:
    """Claim the job and do it. Nothing it raises gets out; the row says how it ended.

    Args:
        clock: gives the present moment; tasks and commands pass ``timezone.now``.

    Returns:
        The job afterwards, or None where it could not be claimed.
    """
    kind = Job.objects.filter(pk=job_id).values_list("kind", flat=True).first()
    function, lease = _kinds.get(kind or "", (_unknown, jobs.LEASE))
    claimed = jobs.claim(job_id=job_id, now=clock(), lease=lease)
    if claimed is None:
        return None
    try:
        _do(claimed, function, Progress(claimed, clock, lease), clock)
    except jobs.LostLease:
        logger.warning("job %s: the lease was lost, this worker stops", job_id)
    claimed.refresh_from_db()
    return claimed


def run_now(*, job: Job, clock: Clock) -> Job:
    """Do the job in this process, for management commands.

    Raises:
        JobBusy: it is over, waits for a person, or another worker has it.
    """
    ran = run(job_id=job.pk, clock=clock)
    if ran is None:
        job.refresh_from_db()
        raise JobBusy(
            gettext("“%(title)s” cannot be run now: it is “%(state)s”.")
            % {"title": job.title, "state": job.get_state_display()}
        )
    return ran


def _do(claimed: Job, function: JobFunction, progress: Progress, clock: Clock) -> None:
    try:
        result = function(claimed, progress)
    except WaitForPerson as waiting:
        jobs.wait_for_person(job=claimed, result=waiting.result)
    except jobs.LostLease:
        raise
    except Exception as fault:
        # A job must never take its worker down, and its row must say what went wrong.
        logger.exception("job %s (%s) failed", claimed.pk, claimed.kind)
        last = traceback.extract_tb(fault.__traceback__)[-1]
        where = f"{last.name}:{last.lineno}"
        error = f"{type(fault).__name__}: {fault} ({where})"
        done = fault.result if isinstance(fault, LeftOver) else None
        jobs.fail(job=claimed, now=clock(), error=error, result=done)
    else:
        jobs.finish(job=claimed, now=clock(), result=result)


def _unknown(claimed: Job, progress: Progress) -> Result:
    raise UnknownKind(
        gettext("No app does jobs of the kind %(kind)s; known are: %(known)s.")
        % {"kind": claimed.kind, "known": ", ".join(registered_kinds())}
    )
