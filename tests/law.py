"""The law of all centres in an empty database, quickly.

Half of the tests begin with it. The files are loaded by the product once per process; afterwards
the same rows are copied in. PostgreSQL would need its sequences set too, so there it is loaded.
"""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from django.apps import apps
from django.db import connection

from policy.loader import PACKS
from policy.models import ParameterValue
from policy.services import LoadReport, load_policies

Rows = dict[str, list[tuple[object, ...]]]

_loaded: dict[tuple[dt.date, tuple[Path, ...]], tuple[LoadReport, Rows]] = {}


def load_law(on: dt.date, roots: Sequence[Path] = (PACKS,)) -> LoadReport:
    """Load the policy files, or copy what an earlier test of this process loaded the same way."""
    if connection.vendor != "sqlite" or ParameterValue.objects.exists():
        return load_policies(on=on, roots=roots)
    key = (on, tuple(roots))
    if key not in _loaded:
        _loaded[key] = (load_policies(on=on, roots=roots), _rows_of_policy())
        return _loaded[key][0]
    report, rows = _loaded[key]
    with connection.cursor() as cursor:
        for table, lines in rows.items():
            marks = ", ".join(["%s"] * len(lines[0]))
            cursor.execute(f'DELETE FROM "{table}"')
            cursor.executemany(f'INSERT INTO "{table}" VALUES ({marks})', lines)
    return report


def _rows_of_policy() -> Rows:
    models = apps.get_app_config("policy").get_models(include_auto_created=True)
    tables = [model._meta.db_table for model in models]
    with connection.cursor() as cursor:
        rows = {}
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            rows[table] = cursor.fetchall()
    return {table: lines for table, lines in rows.items() if lines}
