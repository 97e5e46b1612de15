"""When workbooks of a takeover are tried and booked: in the background, with progress."""

import datetime as dt
from typing import Any

from contributions.models import Takeover
from fundcenter.takeover.booking import book_takeover, report_of, try_takeover
from office.jobs import enqueue
from office.models import Job
from office.queries import get_open_day
from office.runner import Progress, job

TRY, BOOK = "takeover.try", "takeover.book"
# Reading a workbook and writing its accounts are one step each; a busy machine takes minutes.
LEASE = dt.timedelta(minutes=20)
# Stored with the job, so in the language of the centres.
_WORDS = {TRY: "试算", BOOK: "入账"}


def enqueue_takeover(kind: str, document: Takeover) -> Job:
    """Queue the trial or the booking of a workbook; once per workbook."""
    found = document.found or {}
    return enqueue(
        kind=kind,
        key=f"{kind}:{document.number}",
        title=f"{document.centre.short_name} {document.number} {_WORDS[kind]}",
        actor=document.made_by,
        payload={"takeover": document.pk},
        centre=document.centre,
        total=found.get("accounts", 0) or document.claimed.get("accounts", 0),
    )


@job(TRY, lease=LEASE)
def try_out(order: Job, progress: Progress) -> dict[str, Any] | None:
    """Try a draft; its problems and totals wait on its page."""
    progress.expect(order.total)
    document = try_takeover(_document(order))
    progress.advance(done=(document.found or {}).get("accounts", 0))
    return {"problems": document.problem_count, **report_of(document)}


@job(BOOK, lease=LEASE)
def book(order: Job, progress: Progress) -> dict[str, Any] | None:
    """Book an approved workbook into the open business day."""
    document = _document(order)
    progress.expect(order.total)
    day = get_open_day(document.centre)
    return book_takeover(document, business_date=day.date, tick=progress.advance)


def _document(order: Job) -> Takeover:
    rows = Takeover.objects.select_related("centre", "branch", "made_by", "checked_by")
    return rows.get(pk=order.payload["takeover"])
