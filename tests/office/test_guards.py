"""What is append-only stays so, whoever asks and however."""

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from office import guards
from office.idempotency import once
from office.models import AuditEvent, IdempotencyKey
from office.services import audit


@pytest.fixture
def line(clerk):
    return audit(actor=clerk, action="accounts.open", subject="a line")


def refused(statement: str, *values: object) -> None:
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE office_auditevent SET reason = 'nothing happened'",
        "UPDATE office_auditevent SET actor_id = NULL",
        "DELETE FROM office_auditevent",
    ],
)
def test_raw_sql_cannot_change_the_audit_trail(line, statement):
    refused(statement)


def test_the_orm_cannot_either(line):
    for deed in (
        lambda: AuditEvent.objects.update(reason="x"),
        lambda: AuditEvent.objects.all().delete(),
        lambda: line.delete(),
        lambda: line.save(),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            deed()


def test_a_row_cannot_be_replaced_by_inserting_it_again(line):
    again = {
        "sqlite": "INSERT OR REPLACE INTO office_auditevent "
        "SELECT * FROM office_auditevent WHERE id = %s",
        "postgresql": "INSERT INTO office_auditevent "
        "SELECT * FROM office_auditevent WHERE id = %s "
        "ON CONFLICT (id) DO UPDATE SET reason = 'nothing happened'",
    }
    refused(again[connection.vendor], line.pk)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_table_cannot_be_emptied(line):
    refused("TRUNCATE office_auditevent")


@pytest.mark.postgres
def test_replica_mode_does_not_switch_the_guards_off(line):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    refused("DELETE FROM office_auditevent")


def test_a_column_that_may_change_does_and_the_others_do_not(db):
    with once(client="counter", key="k", digest="d") as request:
        request.keep({"number": 1})

    assert IdempotencyKey.objects.get().answer == {"number": 1}
    for column in ("key", "digest", "client"):
        refused(f"UPDATE office_idempotencykey SET {column} = 'other'")
    refused("UPDATE office_idempotencykey SET answer = NULL, digest = 'other'")
    refused("DELETE FROM office_idempotencykey")


def test_all_declared_guards_stand(db):
    assert guards.check_guards() == []
    assert {guard.table for guard in guards.declared_guards()} >= {
        "office_auditevent",
        "office_idempotencykey",
    }


@pytest.mark.django_db(transaction=True)
def test_a_dropped_guard_is_noticed_and_migrate_brings_it_back():
    with connection.cursor() as cursor:
        event = "change" if connection.vendor == "postgresql" else "delete"
        on = " ON office_auditevent" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER guard_office_auditevent_{event}{on}")

    assert guards.check_guards() == [f"office_auditevent: guard_office_auditevent_{event}"]
    errors = run_checks(databases=["default"], include_deployment_checks=True)
    assert "office.E001" in {error.id for error in errors}

    call_command("migrate", verbosity=0)
    assert guards.check_guards() == []


@pytest.mark.postgres
@pytest.mark.parametrize("deed", ["DISABLE TRIGGER", "ENABLE TRIGGER"])
def test_a_guard_that_sleeps_is_noticed(db, deed):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE office_auditevent {deed} guard_office_auditevent_change")

    assert guards.check_guards() == ["office_auditevent: guard_office_auditevent_change"]


@pytest.mark.postgres
def test_a_guard_whose_body_was_emptied_is_noticed(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION guard_append_only() RETURNS trigger "
            "LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
        )

    assert "office_auditevent: guard_office_auditevent_change" in guards.check_guards()


@pytest.mark.django_db(transaction=True)
def test_guards_that_were_lifted_come_back(clerk):
    audit(actor=clerk, action="x")
    with guards.lifted():
        AuditEvent.objects.all().delete()

    assert guards.check_guards() == []
