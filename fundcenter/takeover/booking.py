"""A signed workbook into the books: read once more, written whole or not at all."""

import datetime as dt
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services import (
    PastHousehold,
    found_accounts_taken_over,
    record_households_taken_over,
)
from contributions.models import Takeover
from contributions.services import (
    AccountTaken,
    book_accounts,
    finish_takeover,
    keep_findings,
    workbook_of,
)
from fundcenter.takeover.checking import Trial, try_workbook
from fundcenter.takeover.people import Draft
from fundcenter.takeover.reading import BadWorkbook, Problem
from office.models import Centre
from subsidies.services import record_earlier_subsidies

# Each part is one entry: large enough to be quick, small enough to be read as a voucher.
PART = 2_000
MOST_KEPT = 2_000
Tick = Callable[[int], None]


class NotAsTried(Exception):
    """The books have moved on since the trial, and the workbook no longer fits them."""


def try_takeover(document: Takeover) -> Takeover:
    """Try a draft against the books of its day and keep what was found."""
    try:
        trial = try_workbook(
            workbook_of(document),
            centre=document.centre,
            business_date=document.business_date,
            claimed=document.claimed,
        )
    except BadWorkbook as broken:
        problem = Problem("", 0, "", str(broken), "unreadable")
        return keep_findings(document=document, found={}, problems=[problem.to_wire()], count=1)
    return keep_findings(
        document=document,
        found={**trial.totals, "staff": trial.staff, "subsidies_fen": _subsidies_fen(trial)},
        problems=[problem.to_wire() for problem in trial.problems[:MOST_KEPT]],
        count=len(trial.problems),
    )


def book_takeover(document: Takeover, *, business_date: dt.date, tick: Tick) -> dict[str, Any]:
    """Book an approved workbook, in one transaction; once booked, it is only reported.

    Args:
        business_date: the centre's open day.
        tick: told how many accounts were handled; it fences the transaction.

    Raises:
        NotAsTried: somebody of the workbook has opened an account here meanwhile, or the like.
    """
    if document.booked_date is not None:
        return report_of(document)
    trial = try_workbook(
        workbook_of(document),
        centre=document.centre,
        business_date=business_date,
        claimed=document.claimed,
    )
    if trial.problems:
        first = trial.problems[0]
        raise NotAsTried(
            _("%(number)s no longer fits the books: %(sheet)s row %(row)s (%(code)s). Hand in "
              "another workbook.")
            % {
                "number": document.number,
                "sheet": first.sheet,
                "row": first.row,
                "code": first.code,
            }
        )  # fmt: skip
    with transaction.atomic():
        drafts = iter(trial.drafts.items())
        households: list[PastHousehold] = []
        for part in range(1, len(trial.drafts) // PART + 2):
            chunk = list(islice(drafts, PART))
            if chunk:
                households += _book_part(document, chunk, business_date, part)
                tick(len(chunk))
        _book_households(document, households, business_date)
        finish_takeover(document=document, business_date=business_date)
    return report_of(document)


def report_of(document: Takeover) -> dict[str, Any]:
    """Say what stands in the books."""
    found = document.found or {}
    return {
        "number": document.number,
        "booked_date": document.booked_date.isoformat() if document.booked_date else None,
        **{key: value for key, value in found.items() if key != "staff"},
    }


def _book_part(
    document: Takeover, chunk: Sequence[tuple[str, Draft]], business_date: dt.date, part: int
) -> list[PastHousehold]:
    """Book some accounts; give their households, which wait until every spouse is a member."""
    centre: Centre = document.centre
    branch = document.branch
    assert branch is not None
    newcomers = [draft.newcomer for _, draft in chunk if draft.newcomer is not None]
    accounts = found_accounts_taken_over(
        centre=centre,
        branch=branch,
        newcomers=newcomers,
        document_no=document.number,
        business_date=business_date,
        by=document.made_by,
    )
    taken = [
        AccountTaken(
            account=account,
            old_number=number,
            lots=tuple(lot for _, lot in draft.lots),
            months=tuple(draft.covered()),
        )
        for account, (number, draft) in zip(accounts, chunk, strict=True)
    ]
    book_accounts(document=document, taken=taken, business_date=business_date, part=part)
    earlier = [
        (account.member, *draft.subsidy)
        for account, (_, draft) in zip(accounts, chunk, strict=True)
        if draft.subsidy is not None and any(draft.subsidy)
    ]
    record_earlier_subsidies(rows=earlier, document_no=document.number, by=document.made_by)
    return [
        PastHousehold(account.member, draft.household)
        for account, (_, draft) in zip(accounts, chunk, strict=True)
        if draft.household is not None
    ]


def _book_households(
    document: Takeover, households: Sequence[PastHousehold], business_date: dt.date
) -> None:
    branch = document.branch
    assert branch is not None
    record_households_taken_over(
        document=document,
        centre=document.centre,
        branch=branch,
        households=households,
        business_date=business_date,
    )


def _subsidies_fen(trial: Trial) -> int:
    return sum(draft.subsidy[0] for draft in trial.drafts.values() if draft.subsidy)
