"""The two questions of an orchestrator."""

import pytest
from django.core.management import call_command
from django.db import connection


def test_a_living_process_says_so_without_asking_the_database(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}


def test_ready_means_database_migrations_and_broker(client, db):
    answer = client.get("/readyz")
    assert answer.status_code == 200, answer.json()
    assert answer.json() == {
        "status": "ok",
        "database": "ok",
        "migrations": "ok",
        "broker": "ok",
    }


def test_a_broker_that_does_not_answer_is_named(client, db, broker_at):
    broker_at("redis://127.0.0.1:1/0")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["broker"] == "unreachable"
    assert answer.json()["database"] == "ok"


@pytest.mark.postgres  # the one part whose tables come from migrations
def test_a_migration_that_is_missing_is_named_with_the_command(client, transactional_db):
    call_command("migrate", "axes", "0008", verbosity=0)
    try:
        answer = client.get("/readyz")
    finally:
        call_command("migrate", "axes", verbosity=0)
    assert answer.status_code == 503
    assert "manage.py migrate" in answer.json()["migrations"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_health_is_asked_not_told(client, db, path, method):
    assert getattr(client, method)(path).status_code == 405


def test_health_is_never_cached(client):
    assert "no-store" in client.get("/healthz")["Cache-Control"]


@pytest.mark.redis
def test_ready_over_a_real_redis(client, db):
    assert client.get("/readyz").json()["broker"] == "ok"
    assert connection.vendor == "postgresql"
