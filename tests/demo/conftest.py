"""The named members of the demo, loaded once for the tests of a module and rolled back after."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import TestCase

from fundcenter.demo.data import CENTRES
from office.models import Centre
from tests.demo.books import Books

ROOT = Path(__file__).resolve().parents[2]


class _Kept(TestCase):
    """Django's own way to hold a transaction open and roll it back, for longer than a test."""


@pytest.fixture(scope="module")
def books(django_db_setup: None, django_db_blocker) -> Iterator[Books]:
    """The centres as far as a test asks for them; the last fund year is settled too."""
    with django_db_blocker.unblock():
        atomics = _Kept._enter_atomics()
        try:
            if connection.vendor == "postgresql":
                # Another process works meanwhile, longer than a transaction may idle in use.
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            yield Books()
        finally:
            _Kept._rollback_atomics(atomics)


@pytest.fixture(scope="module")
def centre(request: pytest.FixtureRequest, books: Books) -> Centre:
    """One centre, and those before it. Of this scope, because each test is rolled back."""
    return books.up_to(request.param)


@pytest.fixture(scope="module")
def portfolio(books: Books) -> Books:
    """All five centres."""
    books.up_to(CENTRES[-1])
    return books


@pytest.fixture(scope="module")
def sqlite_books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """The fingerprints of the same portfolio, made by another process on SQLite."""
    path = tmp_path_factory.mktemp("books") / "books.db"
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{path}",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    show = "from tests.demo.books import print_fresh_books; print_fresh_books()"
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", show]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    found: dict[str, dict[str, str]] = json.loads(done.stdout)
    return found
