"""Plumbing that every test shares; builders of people and accounts live in their app's tests."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase

from tests.append_only import triggers_asleep
from tests.workers import running_worker


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import the browser's tests where they were not asked for: Playwright is large."""
    return True if collection_path.name == "browser" and not _browser_asked_for(config) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this run has no server for; pytest counts it as deselected.

    `bootstrap.py test` brings every server, and a part that runs no test there is a failure.
    """
    missing = {
        "postgres": "postgresql" not in settings.DATABASES["default"]["ENGINE"],
        "redis": not settings.CELERY_BROKER_URL.startswith("redis"),
        "browser": not _browser_asked_for(config),
    }
    left_out = [
        item
        for item in items
        if any(missing[mark] and item.get_closest_marker(mark) for mark in missing)
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _browser_asked_for(config: pytest.Config) -> bool:
    return config.option.markexpr == "browser"


@pytest.fixture(scope="session", autouse=True)
def _append_only_tables_can_be_emptied_between_tests() -> Iterator[None]:
    """Let Django empty the tables after a test that really commits.

    The guards that make history append-only refuse that too, so they sleep while it happens.
    """
    original = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        with triggers_asleep(connection):
            original(self)

    TransactionTestCase._fixture_teardown = teardown
    yield
    TransactionTestCase._fixture_teardown = original


@pytest.fixture
def celery_worker(transactional_db: None, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker over the real broker; its test needs the mark `redis`."""
    with running_worker(tmp_path / "worker.log") as process:
        yield process
