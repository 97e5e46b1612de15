"""What must be right before real members are served: asked by ``check --deploy``."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks


def nothing_of_the_demo_is_left(
    app_configs: Sequence[AppConfig] | None, **_: Any
) -> list[checks.CheckMessage]:
    """Report settings that are right for one desk and wrong for a fund centre."""
    faults: list[checks.CheckMessage] = []
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        faults.append(
            checks.Error(
                "The books are kept in SQLite, which has one writer and no second machine.",
                hint="Set DATABASE_URL to a PostgreSQL of version 14 or newer.",
                id="fundcenter.E001",
            )
        )
    if settings.CELERY_BROKER_URL.startswith("filesystem"):
        faults.append(
            checks.Error(
                "Tasks travel as files, which only one machine can read.",
                hint="Set CELERY_BROKER_URL to a Redis.",
                id="fundcenter.E002",
            )
        )
    if settings.DEMO:
        faults.append(
            checks.Error(
                "DEMO is on: anybody may become anybody with one click.",
                hint="Set DEMO=false, or take it out of .env.",
                id="fundcenter.E003",
            )
        )
    if settings.SETTLEMENT_APPROVER:
        faults.append(
            checks.Error(
                "SETTLEMENT_APPROVER is set: settlements are approved without a second person.",
                hint="Leave it empty; the preview then waits in the inbox.",
                id="fundcenter.E004",
            )
        )
    return faults
