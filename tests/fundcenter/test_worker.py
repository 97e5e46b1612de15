"""The doorbell: a message reaches a worker that works on the same books."""

import time

import pytest
from celery import current_app

pytestmark = pytest.mark.redis


def test_a_worker_over_redis_knows_the_tasks_of_every_app(celery_worker):
    (registered,) = current_app.control.inspect(timeout=1).registered().values()
    assert {"office.tick", "office.run_job"} <= set(registered)


def test_a_ring_is_answered_within_a_second_or_two(celery_worker, tmp_path):
    current_app.send_task("office.tick")
    deadline = time.monotonic() + 10
    log = tmp_path / "worker.log"
    while "office.tick" not in log.read_text().split("celery@", 1)[-1].split("ready.")[-1]:
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)
