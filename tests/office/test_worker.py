"""Celery over a real Redis: the bell is heard, and a lost bell is rung again."""

import time

import pytest
from celery import current_app
from celery.contrib.testing.worker import start_worker

from office import jobs, runner, tasks
from office.models import Job
from office.runner import Progress

pytestmark = [pytest.mark.redis, pytest.mark.django_db(transaction=True)]


@runner.job("tests.bell")
def bell(job: Job, progress: Progress) -> dict:
    """Answer the bell."""
    progress.expect(1)
    progress.advance(done=1)
    return {"heard": True}


@pytest.fixture
def empty_broker():
    current_app.control.purge()
    yield
    current_app.control.purge()


@pytest.fixture
def worker(empty_broker):
    with start_worker(current_app, pool="solo", perform_ping_check=False):
        yield


@pytest.fixture
def order(maker):
    def enqueue(key: str) -> Job:
        return jobs.enqueue(kind="tests.bell", key=key, title="铃", actor=maker)

    return enqueue


def ended(job: Job, seconds: float = 10) -> Job:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        job.refresh_from_db()
        if job.is_over:
            return job
        time.sleep(0.05)
    raise AssertionError(f"job is still {job.state} after {seconds} s")


def test_a_job_is_done_soon_after_it_was_ordered(worker, order):
    job = ended(order("bell:1"))

    assert (job.state, job.result, job.attempt) == ("DONE", {"heard": True}, 1)


def test_a_message_the_broker_lost_is_rung_again_by_the_tick(empty_broker, order):
    job = order("bell:2")
    assert current_app.control.purge() == 1  # Redis was flushed

    with start_worker(current_app, pool="solo", perform_ping_check=False):
        tasks.tick.delay()
        assert ended(job).state == "DONE"


def test_a_message_delivered_five_times_does_the_job_once(worker, order):
    job = order("bell:3")
    for _ in range(5):
        jobs.ring(job.pk)

    ended(job)
    time.sleep(0.5)
    job.refresh_from_db()
    assert (job.attempt, job.fence) == (1, 1)
