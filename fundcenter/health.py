"""Two questions an orchestrator asks: does the process live, and can it work."""

from collections.abc import Callable

from celery import current_app
from django.db import Error as DatabaseFault
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

BROKER_SECONDS = 2


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process serves requests; asks nothing else."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when database, migrations and broker are there, else 503 naming what is not."""
    checks: dict[str, Callable[[], str]] = {
        "database": _database,
        "migrations": _migrations,
        "broker": _broker,
    }
    found = {name: check() for name, check in checks.items()}
    ready = all(answer == "ok" for answer in found.values())
    return JsonResponse(
        {"status": "ok" if ready else "not ready", **found}, status=200 if ready else 503
    )


def _database() -> str:
    try:
        connection.ensure_connection()
    except DatabaseFault:
        # No detail: the address and user of the database are nobody's business.
        return "unreachable"
    return "ok" if connection.is_usable() else "unreachable"


def _migrations() -> str:
    try:
        executor = MigrationExecutor(connection)
    except DatabaseFault:
        return "unknown"
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "ok" if not plan else f"{len(plan)} not applied: run manage.py migrate"


def _broker() -> str:
    try:
        with current_app.connection_for_write(connect_timeout=BROKER_SECONDS) as broker:
            broker.ensure_connection(max_retries=1, timeout=BROKER_SECONDS)
    except (OperationalError, OSError):
        return "unreachable"
    return "ok"
