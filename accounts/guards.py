"""The guard that keeps a closed account closed; all raw SQL of this app.

A closed account never changes again: not its state, not its dates, not its reason. A member who
comes back opens a new one.
"""

from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections

TABLE = "accounts_memberaccount"
NAME = "guard_accounts_memberaccount_closed"

_POSTGRESQL_BODY = """
BEGIN
    RAISE EXCEPTION 'accounts_memberaccount: % is closed and cannot change', OLD.number
        USING ERRCODE = 'restrict_violation';
END
"""
_POSTGRESQL = (
    f"CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql"
    f" AS $guard${_POSTGRESQL_BODY}$guard$",
    f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE} FOR EACH ROW"
    f" WHEN (OLD.state = 'CLOSED') EXECUTE FUNCTION {NAME}()",
    f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {NAME}",
)
_SQLITE = (
    f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE} WHEN OLD.state = 'CLOSED'"
    f" BEGIN SELECT RAISE(ABORT, '{TABLE}: a closed account cannot change'); END",
)


def install_guards(using: str = DEFAULT_DB_ALIAS) -> None:
    """Create the guard, or replace the one that stands."""
    connection = connections[using]
    if TABLE not in connection.introspection.table_names():
        return
    drop_guards(using)
    with connection.cursor() as cursor:
        for statement in _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE:
            cursor.execute(statement)


def drop_guards(using: str = DEFAULT_DB_ALIAS) -> None:
    """Drop the guard. For migrations only: both databases refuse to alter the table beneath it."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER IF EXISTS {NAME}")
        elif TABLE in connection.introspection.table_names():
            cursor.execute(f"DROP TRIGGER IF EXISTS {NAME} ON {TABLE}")


def install_after_migrate(sender: AppConfig, using: str, **_: Any) -> None:
    """Answer ``post_migrate``."""
    install_guards(using)


def drop_before_migrate(sender: AppConfig, using: str, **_: Any) -> None:
    """Answer ``pre_migrate``."""
    drop_guards(using)


def check_guards(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Name the guard if it is missing, switched off or altered; empty is good."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = %s", [NAME]
            )
            good = cursor.fetchone() == (_SQLITE[0],)
        else:
            cursor.execute(
                "SELECT t.tgenabled, p.prosrc FROM pg_trigger t"
                " JOIN pg_proc p ON p.oid = t.tgfoid"
                " WHERE t.tgname = %s AND t.tgrelid = to_regclass(%s)",
                [NAME, TABLE],
            )
            good = cursor.fetchone() == ("A", _POSTGRESQL_BODY)
    return [] if good else [f"{TABLE}: {NAME}"]
