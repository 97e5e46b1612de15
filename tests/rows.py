"""Rows that the product wrote once in a process, written again as they are: quick beginnings."""

from collections.abc import Sequence
from itertools import chain

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection
from django.db.models import Model

Rows = dict[str, list[tuple[object, ...]]]


def rows_of(labels: Sequence[str]) -> Rows:
    """Give all rows of the tables of some apps, by table, those without rows left out."""
    rows = {}
    with connection.cursor() as cursor:
        for table in (model._meta.db_table for model in _models(labels)):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows[table] = cursor.fetchall()
    return {table: lines for table, lines in rows.items() if lines}


def write_rows(rows: Rows, labels: Sequence[str]) -> None:
    """Write rows into the tables of some apps, with the keys they had."""
    with connection.cursor() as cursor:
        for table, lines in rows.items():
            marks = "(" + ", ".join(["%s"] * len(lines[0])) + ")"
            if connection.vendor == "sqlite":
                cursor.executemany(f'INSERT INTO "{table}" VALUES {marks}', lines)
            else:
                every = ", ".join([marks] * len(lines))
                values = list(chain.from_iterable(lines))
                cursor.execute(f'INSERT INTO "{table}" VALUES {every}', values)
        for statement in connection.ops.sequence_reset_sql(no_style(), _models(labels)):
            cursor.execute(statement)


def _models(labels: Sequence[str]) -> list[type[Model]]:
    configs = (apps.get_app_config(label) for label in labels)
    return [model for config in configs for model in config.get_models(include_auto_created=True)]
