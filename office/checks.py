"""What must be right before the product is used: asked by ``check --deploy --database default``."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db import DatabaseError

from office import guards
from office.models import User


@checks.register(checks.Tags.database, deploy=True)
def guards_stand(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None, **_: Any
) -> list[checks.CheckMessage]:
    """Report guards that are missing, switched off or altered."""
    faults: list[checks.CheckMessage] = []
    for using in databases or []:
        faults += [
            checks.Error(
                f"The guard {fault} is missing, switched off or altered.",
                hint="Run migrate as the owner of the tables, then find out who removed it.",
                id="office.E001",
            )
            for fault in guards.check_guards(using)
        ]
    return faults


@checks.register(checks.Tags.database, deploy=True)
def no_superuser(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None, **_: Any
) -> list[checks.CheckMessage]:
    """Report staff with the superuser flag; the constraint that forbids it was then removed."""
    faults: list[checks.CheckMessage] = []
    for using in databases or []:
        try:
            count = User.objects.using(using).filter(is_superuser=True).count()
        except DatabaseError:
            continue
        if count:
            faults.append(
                checks.Error(
                    f"{count} member(s) of staff carry the superuser flag.",
                    hint="Take the flag away; every right comes from a role.",
                    id="office.E002",
                )
            )
    return faults
