"""Beginnings that many tests share: made once by the product, written again as rows afterwards."""

import copy
import dataclasses
import functools
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, ParamSpec, TypeVar

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection
from django.db.models import Model

from office.models import Centre, User
from policy.models import ParameterValue

P = ParamSpec("P")
T = TypeVar("T")
Rows = dict[str, list[tuple[object, ...]]]
APPS = (
    "office", "policy", "ledger", "accounts", "contributions", "loans", "subsidies", "settlement",
)  # fmt: skip


def remembered(make: Callable[P, T]) -> Callable[P, T]:
    """Make a beginning by the product once per process and arguments, then only write its rows.

    That is done in an empty database alone; a test that has begun otherwise makes it anew. It is
    for beginnings of one open day: the guards let nothing be written into a day that was closed.
    What comes back are rows read afresh, with the rows they pointed to when they were made.
    """
    made: dict[str, tuple[Rows, T]] = {}

    @functools.wraps(make)
    def begin(*args: P.args, **kwargs: P.kwargs) -> T:
        if not _is_empty():
            return make(*args, **kwargs)
        key = repr((args, sorted(kwargs.items())))
        if key in made:
            rows, result = made[key]
            write_rows(rows)
            return read_again(result)
        result = make(*args, **kwargs)
        made[key] = (rows_of(APPS), result)
        return read_again(result)

    return begin


def _is_empty() -> bool:
    return not any(model.objects.exists() for model in (Centre, User, ParameterValue))


def rows_of(labels: Sequence[str]) -> Rows:
    """Give all rows of the tables of some apps, by table, those without rows left out."""
    rows = {}
    with connection.cursor() as cursor:
        for label in labels:
            for model in apps.get_app_config(label).get_models(include_auto_created=True):
                table = model._meta.db_table
                cursor.execute(f'SELECT * FROM "{table}"')
                rows[table] = cursor.fetchall()
    return {table: lines for table, lines in rows.items() if lines}


def write_rows(rows: Rows) -> None:
    """Write rows in the place of what tables hold, with their keys; the next key comes after."""
    with connection.cursor() as cursor:
        for table, lines in rows.items():
            cursor.execute(f'DELETE FROM "{table}"')
            marks = "(" + ", ".join(["%s"] * len(lines[0])) + ")"
            if connection.vendor == "sqlite":
                cursor.executemany(f'INSERT INTO "{table}" VALUES {marks}', lines)
            else:
                every = ", ".join([marks] * len(lines))
                values = list(chain.from_iterable(lines))
                cursor.execute(f'INSERT INTO "{table}" VALUES {every}', values)
        written = [model for model in _all_models() if model._meta.db_table in rows]
        for statement in connection.ops.sequence_reset_sql(no_style(), written):
            cursor.execute(statement)


def _all_models() -> list[type[Model]]:
    return apps.get_models(include_auto_created=True)


def read_again(made: Any) -> Any:
    """Give the same again: rows from the database, what holds rows with them, all else copied."""
    if isinstance(made, Model):
        known = [name for name in made._state.fields_cache if made._meta.get_field(name).concrete]
        return type(made)._default_manager.select_related(*known).get(pk=made.pk)
    if isinstance(made, (tuple, list)):
        return type(made)(read_again(one) for one in made)
    if dataclasses.is_dataclass(made) and not isinstance(made, type):
        names = [one.name for one in dataclasses.fields(made)]
        twin = copy.copy(made)
        for name in names:
            setattr(twin, name, read_again(getattr(made, name)))
        return twin
    return made
