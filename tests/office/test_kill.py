"""kill -9 in the middle of a job: somebody else goes on, nothing is lost, nothing is twice."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from office import jobs, runner
from office.models import AuditEvent, Job
from tests.office.killable import ITEMS

ROOT = Path(__file__).resolve().parents[2]


def database_url() -> str:
    """Point another process to the database of this test."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    return (
        f"postgres://{database['USER']}:{database['PASSWORD']}"
        f"@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    )


def wait_for(job: Job, done: int) -> None:
    until = time.monotonic() + 30
    while job.done < done:
        assert time.monotonic() < until, "the worker did not start"
        time.sleep(0.05)
        job.refresh_from_db()


@pytest.mark.django_db(transaction=True)
def test_a_killed_workers_job_is_finished_by_the_next_one(maker):
    job = jobs.enqueue(
        kind="tests.killable", key="kill", title="可中断", actor=maker, payload={"seconds": 0.3}
    )
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.office.killable", str(job.pk)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url()},
    )
    try:
        wait_for(job, done=3)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("RUNNING", 1)

    def later():
        return timezone.now() + jobs.LEASE

    assert jobs.reclaim_stale(now=timezone.now()) == []
    assert jobs.reclaim_stale(now=later()) == [job.pk]
    runner.run(job_id=job.pk, clock=later)

    job.refresh_from_db()
    assert (job.state, job.attempt, job.done) == ("DONE", 2, len(ITEMS))
    done = AuditEvent.objects.filter(action="killable").order_by("subject")
    assert list(done.values_list("subject", flat=True)) == ITEMS
