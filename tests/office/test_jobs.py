"""The job table is the queue of record: one worker at a time, nothing lost, nothing twice."""

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from celery import current_app
from django.db import IntegrityError, transaction

from office import jobs, runner, tasks
from office.jobs import JobKeyReused, LostLease, NotRepeatable
from office.models import AuditEvent, Job, JobLine
from office.queries import list_due_jobs
from office.runner import JobBusy, Progress, WaitForPerson
from office.services import NotAllowed, audit
from tests.office.conftest import NOW, at_the_same_moment

pytestmark = pytest.mark.django_db
LATER = NOW + jobs.LEASE + dt.timedelta(seconds=1)
REFS = ["1001", "1002", "1003", "1004"]


@runner.job("tests.count")
def count(job: Job, progress: Progress) -> dict:
    """Count each item once; items named in ``broken`` cannot be done."""
    progress.expect(len(REFS))
    for ref in REFS:
        with transaction.atomic():
            if ref in job.payload.get("broken", []):
                progress.line(ref, "账户已冻结")
                progress.advance(failed=1)
            else:
                if not AuditEvent.objects.filter(action="counted", subject=ref).exists():
                    audit(actor=job.actor, action="counted", subject=ref)
                progress.advance(done=1)
        if job.payload.get("stop_after") == ref and job.attempt == 1:
            raise ValueError("the power went")
    return {"counted": AuditEvent.objects.filter(action="counted").count()}


@runner.job("tests.preview")
def preview(job: Job, progress: Progress) -> dict:
    """Wait for a person the first time."""
    if job.result is None:
        raise WaitForPerson({"interest": "3.58"})
    return {"posted": job.result["interest"]}


def clock() -> dt.datetime:
    return NOW


@contextmanager
def broker_at(url: str) -> Iterator[None]:
    """Send to another broker for a while; the pools of connections are made anew."""
    current_app.conf.broker_write_url = url
    current_app._after_fork()
    try:
        yield
    finally:
        current_app.conf.broker_write_url = None
        current_app._after_fork()


@pytest.fixture
def enqueue(maker, centre):
    def put(kind: str = "tests.count", key: str = "count:kashgar:2026", **payload) -> Job:
        job = jobs.enqueue(
            kind=kind, key=key, title="清点", actor=maker, centre=centre, payload=payload
        )
        Job.objects.filter(pk=job.pk).update(due_at=NOW)
        job.refresh_from_db()
        return job

    return put


def test_a_job_runs_to_its_end_and_says_what_it_did(enqueue):
    job = runner.run_now(job=enqueue(), clock=clock)

    assert (job.state, job.done, job.failed, job.total) == ("DONE", 4, 0, 4)
    assert job.result == {"counted": 4}
    assert (job.percent, job.finished_at) == (100, NOW)


def test_one_bad_item_does_not_stop_the_rest(enqueue):
    job = runner.run_now(job=enqueue(broken=["1002"]), clock=clock)

    assert (job.state, job.done, job.failed) == ("DONE", 3, 1)
    assert [(line.ref, line.message) for line in job.lines.all()] == [("1002", "账户已冻结")]


def test_the_same_key_is_the_same_job(enqueue):
    first = enqueue()

    assert enqueue() == first
    assert Job.objects.count() == 1
    assert AuditEvent.objects.filter(action="jobs.enqueue").count() == 1


def test_the_same_key_for_another_order_is_refused(enqueue):
    enqueue()

    with pytest.raises(JobKeyReused, match="count:kashgar:2026"):
        enqueue(broken=["1002"])


def test_a_finished_job_runs_no_second_time(enqueue):
    job = runner.run_now(job=enqueue(), clock=clock)

    with pytest.raises(JobBusy):
        runner.run_now(job=job, clock=clock)
    tasks.run_job(job.pk)
    assert AuditEvent.objects.filter(action="counted").count() == 4


def test_a_job_that_breaks_keeps_what_was_done_and_goes_on_from_there(enqueue, supervisor):
    job = runner.run_now(job=enqueue(stop_after="1002"), clock=clock)
    assert job.state == "FAILED"
    assert "the power went" in job.error
    assert AuditEvent.objects.filter(action="counted").count() == 2

    # A new start counts its attempts anew; the second claim of this run is what goes on.
    Job.objects.filter(pk=job.pk).update(payload={})
    jobs.run_again(job=job, by=supervisor)
    job = runner.run_now(job=job, clock=clock)
    assert (job.state, job.result) == ("DONE", {"counted": 4})


def test_a_kind_nobody_does_fails_with_its_name(enqueue):
    job = runner.run_now(job=enqueue(kind="tests.unknown"), clock=clock)

    assert job.state == "FAILED"
    assert "tests.unknown" in job.error


def test_a_job_waits_for_its_person(enqueue):
    job = runner.run_now(job=enqueue(kind="tests.preview"), clock=clock)
    assert (job.state, job.result, job.lease_until) == ("WAITING", {"interest": "3.58"}, None)
    assert runner.run(job_id=job.pk, clock=clock) is None

    jobs.resume(job=job)
    job = runner.run_now(job=job, clock=clock)
    assert (job.state, job.result) == ("DONE", {"posted": "3.58"})


def test_only_a_waiting_job_is_resumed(enqueue):
    job = runner.run_now(job=enqueue(), clock=clock)

    assert jobs.resume(job=job).state == "DONE"


def test_a_job_that_is_held_is_not_claimed_again(enqueue):
    job = enqueue()

    assert jobs.claim(job_id=job.pk, now=NOW) is not None
    assert jobs.claim(job_id=job.pk, now=NOW + jobs.LEASE) is None


def test_a_job_that_is_not_due_is_not_claimed(enqueue):
    job = enqueue()

    assert jobs.claim(job_id=job.pk, now=NOW - dt.timedelta(seconds=1)) is None
    assert list_due_jobs(NOW - dt.timedelta(seconds=1)) == []
    assert list_due_jobs(NOW) == [job]


def test_a_dead_workers_job_is_taken_over_and_the_zombie_writes_nothing_more(enqueue):
    job = enqueue()
    zombie = jobs.claim(job_id=job.pk, now=NOW)
    assert jobs.reclaim_stale(now=NOW + jobs.LEASE) == []
    assert jobs.reclaim_stale(now=LATER) == [job.pk]
    heir = jobs.claim(job_id=job.pk, now=LATER)

    assert heir.fence > zombie.fence
    for deed in (
        lambda: jobs.heartbeat(job=zombie, now=LATER, done=4),
        lambda: jobs.finish(job=zombie, now=LATER, result={}),
        lambda: jobs.fail(job=zombie, now=LATER, error="x"),
        lambda: jobs.wait_for_person(job=zombie),
    ):
        with pytest.raises(LostLease):
            deed()
    jobs.heartbeat(job=heir, now=LATER, done=1)
    job.refresh_from_db()
    assert (job.state, job.done) == ("RUNNING", 1)


def test_a_zombies_chunk_is_rolled_back_whole(enqueue):
    job = enqueue()
    zombie = jobs.claim(job_id=job.pk, now=NOW)
    jobs.claim(job_id=job.pk, now=LATER)

    def chunk() -> None:
        with transaction.atomic():
            audit(actor=None, action="counted", subject="by a zombie")
            jobs.heartbeat(job=zombie, now=LATER, done=1)

    with pytest.raises(LostLease):
        chunk()
    assert not AuditEvent.objects.filter(subject="by a zombie").exists()


def test_a_runner_that_lost_its_lease_leaves_the_job_to_the_heir(enqueue):
    @runner.job("tests.slow")
    def slow(job: Job, progress: Progress) -> dict:
        jobs.claim(job_id=job.pk, now=LATER)
        progress.advance(done=1)
        return {"never": "reached"}

    job = runner.run(job_id=enqueue(kind="tests.slow").pk, clock=clock)

    assert (job.state, job.attempt, job.result) == ("RUNNING", 2, None)


def test_a_job_whose_workers_keep_dying_is_given_up(enqueue):
    job = enqueue()
    moment = NOW
    for _ in range(jobs.MOST_ATTEMPTS):
        assert jobs.claim(job_id=job.pk, now=moment) is not None
        moment += jobs.LEASE + dt.timedelta(seconds=1)
        jobs.reclaim_stale(now=moment)

    job.refresh_from_db()
    assert (job.state, job.finished_at) == ("FAILED", moment)
    assert "5" in job.error


def test_a_stopped_job_stops_at_its_next_chunk(enqueue, supervisor):
    job = enqueue()
    held = jobs.claim(job_id=job.pk, now=NOW)
    jobs.cancel(job=job, by=supervisor, now=NOW)

    with pytest.raises(LostLease):
        jobs.heartbeat(job=held, now=NOW, done=1)
    with pytest.raises(NotRepeatable):
        jobs.cancel(job=job, by=supervisor, now=NOW)


def test_only_failed_and_stopped_jobs_run_again(enqueue, supervisor):
    job = enqueue()
    with pytest.raises(NotRepeatable):
        jobs.run_again(job=job, by=supervisor)
    done = runner.run_now(job=job, clock=clock)
    with pytest.raises(NotRepeatable):
        jobs.run_again(job=done, by=supervisor)


def test_a_clerk_starts_and_stops_no_jobs(enqueue, clerk):
    job = enqueue()
    for move in (
        lambda: jobs.run_again(job=job, by=clerk),
        lambda: jobs.cancel(job=job, by=clerk, now=NOW),
    ):
        with pytest.raises(NotAllowed):
            move()


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "RUNNING"},
        {"lease_until": NOW},
        {"state": "DONE"},
        {"finished_at": NOW},
        {"state": "NONSENSE"},
        {"done": -1},
    ],
)
def test_the_database_refuses_a_job_that_cannot_be(enqueue, wrong):
    job = enqueue()

    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(**wrong)


def test_a_failed_line_is_noted_once_with_its_last_reason(enqueue):
    job = enqueue()
    jobs.add_line(job=job, ref="1001", message="余额不足")
    jobs.add_line(job=job, ref="1001", message="账户已封存")
    jobs.add_line(job=job, ref="1002", message="账户已冻结")
    assert JobLine.objects.get(ref="1001").message == "账户已封存"

    jobs.clear_lines(job=job, refs=["1001"])
    assert list(JobLine.objects.values_list("ref", flat=True)) == ["1002"]


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_delays_the_job_but_does_not_lose_it(enqueue, caplog):
    with caplog.at_level(logging.WARNING), broker_at("redis://127.0.0.1:1/0"):
        job = enqueue()

    assert "the broker did not take the message" in caplog.text
    assert job.state == "QUEUED"
    assert list_due_jobs(NOW) == [job]


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_order_leaves_no_job(enqueue):
    with transaction.atomic():
        enqueue()
        transaction.set_rollback(True)

    assert Job.objects.count() == 0


def test_the_tick_takes_back_what_a_dead_worker_held(enqueue):
    job = enqueue()
    jobs.claim(job_id=job.pk, now=NOW - dt.timedelta(days=300))
    Job.objects.filter(pk=job.pk).update(
        due_at=NOW - dt.timedelta(days=300),
        state="RUNNING",
        lease_until=NOW - dt.timedelta(days=300),
    )
    tasks.tick()

    job.refresh_from_db()
    assert job.state == "QUEUED"


@pytest.mark.django_db(transaction=True)
def test_of_ten_workers_one_claims_the_job(enqueue):
    job = enqueue()
    claims = at_the_same_moment(10, lambda _: jobs.claim(job_id=job.pk, now=NOW))

    assert sum(claim is not None for claim in claims) == 1, claims


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_ten_deliveries_of_one_job_have_one_effect(enqueue):
    job = enqueue()
    at_the_same_moment(10, lambda _: runner.run(job_id=job.pk, clock=clock))

    job.refresh_from_db()
    assert (job.state, job.attempt) == ("DONE", 1)
    assert AuditEvent.objects.filter(action="counted").count() == 4


@pytest.mark.django_db(transaction=True)
def test_ten_orders_with_one_key_make_one_job(maker, centre):
    def order(_: int) -> int:
        return jobs.enqueue(
            kind="tests.count", key="k", title="清点", actor=maker, centre=centre
        ).pk

    assert len(set(at_the_same_moment(10, order))) == 1
