"""The register of printed papers: numbers, copies and the codes that prove a paper to be ours.

A paper that cannot be registered is not printed. What it says is the business of whoever prints
it; here it is known by its digest.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, Model

from office.fields import blind_index
from office.models import AuditEvent, Centre, PrintLog, User
from office.models.prints import CODE_LENGTH
from office.services import audit, next_number

SERIAL = "PR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What is printed: ``name`` and ``title`` of the kind, the object's number and its part.

    ``about`` is the row whose trail shows it, and ``subject`` whom it concerns, masked.
    ``reveals`` tells that the paper shows a number in full that pages show masked.
    """

    name: str
    title: str
    object_number: str
    scope: str
    digest: str
    about: Model | None = None
    subject: str = ""
    reveals: bool = False


@transaction.atomic
def log_print(*, printed: Printed, centre: Centre, business_date: dt.date, by: User) -> PrintLog:
    """Register one paper: give it a serial number, count the copy, make its code.

    Args:
        business_date: the day in whose year the serial number is counted.

    Returns:
        The row; ``copy`` is 1 for the first one and more for each further one of the same part.
    """
    # The sequence's row is held from here on, so two copies of one paper are counted one by one.
    serial = next_number(centre, SERIAL, business_date)
    same = PrintLog.objects.filter(
        centre=centre,
        name=printed.name,
        object_number=printed.object_number,
        scope=printed.scope,
    )
    log = PrintLog.objects.create(
        centre=centre,
        branch=by.branch,
        serial=serial,
        name=printed.name,
        title=printed.title,
        object_number=printed.object_number,
        scope=printed.scope,
        copy=(same.aggregate(last=Max("copy"))["last"] or 0) + 1,
        code=verification_code(serial, printed.digest),
        digest=printed.digest,
        printed_by=by,
    )
    audit(
        actor=by,
        action=f"prints.{printed.name}",
        target=printed.about or log,
        centre=centre,
        subject=printed.subject,
        reason=f"{printed.title} {serial}",
        result=AuditEvent.Result.SEEN if printed.reveals else AuditEvent.Result.DONE,
        after={"serial": serial, "copy": log.copy, "scope": printed.scope},
    )
    log.refresh_from_db()
    return log


def verification_code(serial: str, digest: str) -> str:
    """Give the code of a paper: nobody without our key can make one for a paper of their own."""
    return blind_index(f"print:{serial}:{digest}")[:CODE_LENGTH].upper()
