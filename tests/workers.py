"""A real Celery worker on the database that the tests use."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def environment_of_this_test() -> dict[str, str]:
    """Point another process of the product at this test's database and broker."""
    where = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{where['NAME']}"
    else:
        name = f"{where['USER']}:{where['PASSWORD']}" if where["PASSWORD"] else where["USER"]
        url = f"postgres://{name}@{where['HOST']}:{where['PORT']}/{where['NAME']}"
    return {
        **os.environ,
        "DATABASE_URL": url,
        "CELERY_BROKER_URL": settings.CELERY_BROKER_URL,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }


@contextlib.contextmanager
def running_worker(log: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker until the block ends; it has 30 seconds to answer, 15 to stop."""
    command = [sys.executable, "-m", "celery", "-A", "fundcenter", "worker", "-l", "INFO"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--concurrency", "2", *arguments],
            cwd=ROOT,
            env=environment_of_this_test(),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + 30
        while not current_app.control.ping(timeout=0.5):
            assert process.poll() is None, log.read_text(encoding="utf-8", errors="replace")
            assert time.monotonic() < deadline, log.read_text(encoding="utf-8", errors="replace")
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
