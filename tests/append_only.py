"""Lets a test database be emptied although its tables are append-only."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def triggers_asleep(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Put every trigger of the database to sleep, and wake those that do not stand again by then.

    Django announces an emptied database like a migrated one, upon which an app may lay its guards
    anew; those are left as they are.
    """
    triggers = _on_sqlite if connection.vendor == "sqlite" else _on_postgresql
    before = triggers(connection)
    _check_what_waits(connection)
    with connection.cursor() as cursor:
        for put_to_sleep, _ in before.values():
            cursor.execute(put_to_sleep)
    try:
        yield
    finally:
        awake = triggers(connection).keys()
        _check_what_waits(connection)
        with connection.cursor() as cursor:
            for name, (_, wake) in before.items():
                if name not in awake:
                    cursor.execute(wake)


def _check_what_waits(connection: BaseDatabaseWrapper) -> None:
    """Check deferred foreign keys now: PostgreSQL alters no table while one of its own waits."""
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        connection.check_constraints()


def _on_sqlite(connection: BaseDatabaseWrapper) -> dict[str, tuple[str, str]]:
    """Return, for each trigger, the statements that put it to sleep and wake it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return {name: (f'DROP TRIGGER "{name}"', sql) for name, sql in cursor.fetchall()}


def _on_postgresql(connection: BaseDatabaseWrapper) -> dict[str, tuple[str, str]]:
    """Return, for each trigger that is awake, the statements that put it to sleep and wake it."""
    modes = {"O": "ENABLE", "A": "ENABLE ALWAYS", "R": "ENABLE REPLICA"}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, quote_ident(tgname), tgenabled FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgenabled <> 'D'"
        )
        triggers = cursor.fetchall()
    return {
        f"{table}.{name}": (
            f"ALTER TABLE {table} DISABLE TRIGGER {name}",
            f"ALTER TABLE {table} {modes[mode]} TRIGGER {name}",
        )
        for table, name, mode in triggers
    }
