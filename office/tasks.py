"""When jobs run: Celery rings, the job table knows the work."""

from celery import shared_task
from django.utils import timezone

from office import jobs, paper_retention, paper_store, queries, runner
from office.models import Centre

_HOURS = 3600


# A job may run for hours; its lease, not Celery, notices a worker that hangs or died.
@shared_task(  # type: ignore[untyped-decorator]
    name=jobs.RUN_TASK, time_limit=12 * _HOURS, soft_time_limit=12 * _HOURS - 60
)
def run_job(job_id: int) -> None:
    """Do the job if it is still to be done. Delivered twice or late, it does no harm."""
    runner.run(job_id=job_id, clock=timezone.now)


@shared_task(name="office.tick")  # type: ignore[untyped-decorator]
def tick() -> None:
    """Ring for everything that is due and unclaimed. Beat sends it every thirty seconds.

    A ring that got lost, a worker that died, a beat that stood still or that runs twice: all of
    it comes down to one more ring for a job that only one worker can claim.
    """
    now = timezone.now()
    jobs.reclaim_stale(now=now)
    for job in queries.list_due_jobs(now):
        jobs.ring(job.pk)


@shared_task(name="office.papers")  # type: ignore[untyped-decorator]
def tidy_papers() -> None:
    """Drop papers of forms that nobody handed in, and files that no paper names. Safe to repeat."""
    now = timezone.now()
    for centre in Centre.objects.all():
        paper_retention.drop_drafts(centre=centre, now=now)
        paper_store.sweep(centre, now)
