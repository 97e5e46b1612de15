"""Triggers that no code path and no administrator of the application can walk around.

The one mechanism for both databases, and with it all raw SQL of this app. An app declares its
guards in ``AppConfig.ready``; they are dropped before every ``migrate`` and created after it:
SQLite rebuilds a changed table and would silently lose its triggers, PostgreSQL would refuse.
``check_guards`` compares what stands in the database with what was declared.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

M = TypeVar("M", bound=Model)

_PREFIX = "guard"

# One function serves all append-only tables. TG_ARGV holds the columns that may still change.
_POSTGRESQL_APPEND_ONLY = """
BEGIN
    IF TG_OP = 'UPDATE' AND TG_NARGS > 0
       AND to_jsonb(NEW) - TG_ARGV::text[] = to_jsonb(OLD) - TG_ARGV::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END
"""
# FOR SHARE makes a closing day wait for the postings that are under way, and the other way round.
_POSTGRESQL_OPEN_DAY = """
BEGIN
    PERFORM 1 FROM office_businessday
      WHERE centre_id = NEW.centre_id AND date = NEW.business_date AND state = 'OPEN'
      FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION '%: business day % is not open', TG_TABLE_NAME, NEW.business_date
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
"""
# The closing of a drawer holds the day's row, so an entry that got past OPEN_DAY came before it.
_POSTGRESQL_OPEN_DRAWER = """
BEGIN
    IF EXISTS (SELECT 1 FROM office_drawerclosing
      WHERE teller_id = (to_jsonb(NEW) ->> TG_ARGV[0])::bigint
        AND business_date = NEW.business_date AND reopened_by_id IS NULL) THEN
        RAISE EXCEPTION '%: the drawer of % is closed', TG_TABLE_NAME, NEW.business_date
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
"""
# The lock makes a row that comes in and the seal that closes its folder wait for each other.
_POSTGRESQL_UNSEALED = """
DECLARE
    folder bigint := (to_jsonb(NEW) ->> TG_ARGV[0])::bigint;
    is_sealed boolean;
BEGIN
    EXECUTE format('SELECT 1 FROM %I WHERE id = $1 FOR UPDATE', TG_ARGV[1]) USING folder;
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE %I = $1)', TG_ARGV[2], TG_ARGV[0])
       INTO is_sealed USING folder;
    IF is_sealed THEN
        RAISE EXCEPTION '%: % % is sealed', TG_TABLE_NAME, TG_ARGV[0], folder
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
"""
_POSTGRESQL_FUNCTIONS = {
    "guard_append_only": _POSTGRESQL_APPEND_ONLY,
    "guard_open_day": _POSTGRESQL_OPEN_DAY,
    "guard_open_drawer": _POSTGRESQL_OPEN_DRAWER,
    "guard_unsealed": _POSTGRESQL_UNSEALED,
}
_COLUMNS = {
    "sqlite": "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c "
    "WHERE t.type = 'table' ORDER BY t.name, c.cid",
    "postgresql": "SELECT table_name, column_name FROM information_schema.columns "
    "WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position",
}
_ON_INSERT = {"guard_open_day": "open_day", "guard_open_drawer": "open_drawer"}


@dataclass(frozen=True, slots=True)
class Guard:
    """One declared protection of one table."""

    table: str
    function: str
    columns: tuple[str, ...] = ()


_declared: dict[tuple[str, str], Guard] = {}


def append_only(table: str, *, allow_update_of: Sequence[str] = ()) -> None:
    """Declare that rows of the table are never changed or deleted, nor the table emptied.

    Args:
        table: database name of the table, such as ``ledger_posting``.
        allow_update_of: columns that may still change after the insert.
    """
    _declare(Guard(table, "guard_append_only", tuple(sorted(allow_update_of))))


def only_on_open_days(table: str) -> None:
    """Declare that rows enter the table on an open business day only.

    The table has the columns ``centre_id`` and ``business_date``.
    """
    _declare(Guard(table, "guard_open_day"))


def only_in_open_drawers(table: str, *, teller: str) -> None:
    """Declare that nobody adds a row to the table on a day whose drawer they have closed.

    Args:
        teller: the column that names who makes the row; the table has ``business_date`` too.
    """
    _declare(Guard(table, "guard_open_drawer", (teller,)))


def only_until_sealed(table: str, *, by: str, folder: str, seal: str, column: str) -> None:
    """Declare that rows enter the table, and change one column, only until a seal stands.

    Args:
        by: the column of both ``table`` and ``seal`` that names a row of ``folder``.
        folder: the table whose row is locked while this is looked at.
        seal: the table in which a row with the same folder ends it.
        column: what may change before, such as a mark that the row was taken out.
    """
    _declare(Guard(table, "guard_unsealed", (by, folder, seal, column)))


def _declare(guard: Guard) -> None:
    _declared[guard.table, guard.function] = guard


def declared_guards() -> list[Guard]:
    """List what the apps declared, in the order of tables."""
    return [_declared[key] for key in sorted(_declared)]


def install_guards(using: str = DEFAULT_DB_ALIAS) -> None:
    """Create the guards of all tables that exist; existing ones are replaced."""
    connection = connections[using]
    tables = _columns_of_tables(connection)
    # In one transaction, so that there is no moment without guards.
    with transaction.atomic(using), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for function, body in _POSTGRESQL_FUNCTIONS.items():
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger "
                    f"LANGUAGE plpgsql AS $guard${body}$guard$"
                )
        for guard in declared_guards():
            if guard.table not in tables:
                continue
            for name, statements in _statements(connection, guard, tables).items():
                cursor.execute(_drop_statement(connection, name, guard.table))
                for statement in statements:
                    cursor.execute(statement)


def drop_guards(using: str = DEFAULT_DB_ALIAS) -> None:
    """Drop the guards of all tables that exist. For migrations on SQLite and for tests."""
    connection = connections[using]
    tables = _columns_of_tables(connection)
    with connection.cursor() as cursor:
        for guard in declared_guards():
            if guard.table in tables:
                for name in _statements(connection, guard, tables):
                    cursor.execute(_drop_statement(connection, name, guard.table))


@contextmanager
def lifted(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Work without guards. Only the test suite needs it, to empty the tables between tests."""
    drop_guards(using)
    try:
        yield
    finally:
        install_guards(using)


def check_guards(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Compare the database with what was declared.

    Returns:
        ``table: trigger`` for each guard that is missing, switched off or altered; empty is good.
    """
    connection = connections[using]
    found = _found_triggers(connection)
    tables = _columns_of_tables(connection)
    faults = []
    for guard in declared_guards():
        if guard.table not in tables:
            faults.append(f"{guard.table}: table")
            continue
        for name, statements in _statements(connection, guard, tables).items():
            wanted = statements[0]
            if connection.vendor == "postgresql":
                wanted = _wanted_on_postgresql(guard, name, tables[guard.table])
            if found.get(name) != wanted:
                faults.append(f"{guard.table}: {name}")
    return faults


def find_shared(model: type[M], **where: Any) -> M | None:
    """Find one row and keep it from changing until the transaction ends; others may do so too.

    Django has no FOR SHARE. SQLite needs none: its only writer is already this transaction.

    Args:
        where: columns of the table and the values they must equal.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    quoted = connection.ops.quote_name
    conditions = " AND ".join(f"{quoted(column)} = %s" for column in where)
    lock = " FOR SHARE" if connection.vendor == "postgresql" else ""
    statement = f"SELECT * FROM {quoted(model._meta.db_table)} WHERE {conditions}{lock}"
    return next(iter(model._default_manager.raw(statement, list(where.values()))), None)


def install_after_migrate(sender: AppConfig, using: str, **_: Any) -> None:
    """Answer ``post_migrate``: the tables of all apps stand, guard them."""
    install_guards(using)


def drop_before_migrate(sender: AppConfig, using: str, **_: Any) -> None:
    """Answer ``pre_migrate``: triggers stand in the way of changed columns.

    SQLite rebuilds the table and loses them; PostgreSQL refuses to alter a column they name.
    """
    drop_guards(using)


def _columns_of_tables(connection: BaseDatabaseWrapper) -> dict[str, list[str]]:
    """List the columns of every table in one question.

    Django's own description of a SQLite table parses the SQL that made it: seconds for ours.
    """
    columns: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS[connection.vendor])
        for table, column in cursor.fetchall():
            columns.setdefault(table, []).append(column)
    return columns


def _drop_statement(connection: BaseDatabaseWrapper, name: str, table: str) -> str:
    if connection.vendor == "postgresql":
        return f"DROP TRIGGER IF EXISTS {name} ON {table}"
    return f"DROP TRIGGER IF EXISTS {name}"


def _statements(
    connection: BaseDatabaseWrapper, guard: Guard, tables: dict[str, list[str]]
) -> dict[str, list[str]]:
    """Give the statements that create each trigger of the guard, by the trigger's name."""
    give = _postgresql_statements if connection.vendor == "postgresql" else _sqlite_statements
    return give(guard, tables[guard.table])


def _fixed_columns(guard: Guard, columns: list[str]) -> list[str]:
    """List the columns of the table that may not change after the insert."""
    return [column for column in columns if column not in guard.columns]


def _update_event(guard: Guard, columns: list[str]) -> str:
    """Ask for updates of fixed columns only.

    A bulk update of the free columns then does not call the trigger once per row, which doubled
    its time when measured on PostgreSQL.
    """
    if not guard.columns:
        return "UPDATE"
    fixed = ", ".join(f'"{name}"' for name in _fixed_columns(guard, columns))
    return f"UPDATE OF {fixed}"


def _postgresql_statements(guard: Guard, columns: list[str]) -> dict[str, list[str]]:
    given = guard.columns
    if guard.function in _ON_INSERT:
        # Triggers of one event run in the order of their names: the day first, then the drawer.
        events = {_ON_INSERT[guard.function]: "BEFORE INSERT ON {table} FOR EACH ROW"}
    elif guard.function == "guard_unsealed":
        given, column = guard.columns[:-1], guard.columns[-1]
        when = f'BEFORE INSERT OR UPDATE OF "{column}" ON {{table}} FOR EACH ROW'
        events = {"unsealed": when}
    else:
        events = {
            "change": f"BEFORE DELETE OR {_update_event(guard, columns)} ON {{table}} FOR EACH ROW",
            "truncate": "BEFORE TRUNCATE ON {table} FOR EACH STATEMENT",
        }
    arguments = ", ".join(f"'{argument}'" for argument in given)
    statements = {}
    for event, when in events.items():
        name = f"{_PREFIX}_{guard.table}_{event}"
        statements[name] = [
            f"CREATE TRIGGER {name} {when.format(table=guard.table)} "
            f"EXECUTE FUNCTION {guard.function}({arguments})",
            # A superuser's session_replication_role = replica would skip an ordinary trigger.
            f"ALTER TABLE {guard.table} ENABLE ALWAYS TRIGGER {name}",
        ]
    return statements


def _sqlite_statements(guard: Guard, columns: list[str]) -> dict[str, list[str]]:
    table = guard.table
    if guard.function == "guard_open_day":
        name = f"{_PREFIX}_{table}_open_day"
        return {
            name: [
                f"CREATE TRIGGER {name} BEFORE INSERT ON {table} WHEN NOT EXISTS ("
                "SELECT 1 FROM office_businessday WHERE centre_id = NEW.centre_id "
                "AND date = NEW.business_date AND state = 'OPEN') "
                f"BEGIN SELECT RAISE(ABORT, '{table}: business day is not open'); END"
            ]
        }
    if guard.function == "guard_open_drawer":
        name, (teller,) = f"{_PREFIX}_{table}_open_drawer", guard.columns
        return {
            name: [
                f"CREATE TRIGGER {name} BEFORE INSERT ON {table} WHEN EXISTS ("
                f"SELECT 1 FROM office_drawerclosing WHERE teller_id = NEW.{teller} "
                "AND business_date = NEW.business_date AND reopened_by_id IS NULL) "
                f"BEGIN SELECT RAISE(ABORT, '{table}: the drawer is closed'); END"
            ]
        }
    if guard.function == "guard_unsealed":
        return _sqlite_unsealed(table, *guard.columns)
    changed = ""
    if guard.columns:
        fixed = _fixed_columns(guard, columns)
        changed = "WHEN " + " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in fixed)
    events = {"UPDATE": _update_event(guard, columns), "DELETE": "DELETE"}
    names = {event: f"{_PREFIX}_{table}_{event.lower()}" for event in ("UPDATE", "DELETE")}
    return {
        name: [
            f"CREATE TRIGGER {name} BEFORE {events[event]} ON {table} "
            f"{changed if event == 'UPDATE' else ''} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: {event} refused'); END"
        ]
        for event, name in names.items()
    }


def _sqlite_unsealed(
    table: str, by: str, folder: str, seal: str, column: str
) -> dict[str, list[str]]:
    """Give the two triggers; the lock on the folder is SQLite's one writer."""
    when = f'WHEN EXISTS (SELECT 1 FROM {seal} WHERE "{by}" = NEW."{by}")'
    stop = f"BEGIN SELECT RAISE(ABORT, '{table}: {by} of {folder} is sealed'); END"
    events = {"unsealed": "INSERT", "unsealed_update": f'UPDATE OF "{column}"'}
    return {
        f"{_PREFIX}_{table}_{name}": [
            f"CREATE TRIGGER {_PREFIX}_{table}_{name} BEFORE {event} ON {table} {when} {stop}"
        ]
        for name, event in events.items()
    }


def _found_triggers(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Read the triggers that stand: by name, in the form ``check_guards`` compares."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            return dict(cursor.fetchall())
        cursor.execute(
            "SELECT t.tgname, t.tgenabled, t.tgqual IS NULL, p.proname, t.tgargs, p.prosrc, "
            "(SELECT string_agg(a.attname, ',' ORDER BY a.attnum) FROM pg_attribute a "
            " WHERE a.attrelid = t.tgrelid AND a.attnum = ANY (t.tgattr)) "
            "FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
        )
        found = {}
        for name, enabled, always, function, arguments, source, fixed in cursor.fetchall():
            free = bytes(arguments).decode().rstrip("\0").replace("\0", ",")
            found[name] = f"{enabled}|{always}|{function}|{free}|{fixed or ''}|{source}"
        return found


def _wanted_on_postgresql(guard: Guard, name: str, columns: list[str]) -> str:
    """Describe the trigger as ``_found_triggers`` would find it intact: ENABLE ALWAYS is ``A``."""
    fixed = ""
    if guard.columns and name.endswith("_change"):
        fixed = ",".join(_fixed_columns(guard, columns))
    given = guard.columns
    if guard.function == "guard_unsealed":
        given, fixed = guard.columns[:-1], guard.columns[-1]
    body = _POSTGRESQL_FUNCTIONS[guard.function]
    return f"A|True|{guard.function}|{','.join(given)}|{fixed}|{body}"
