"""What the data files promise of named members, compared with what stands in the books."""

import datetime as dt
from collections.abc import Iterator
from functools import cache

from django.db.models import Sum

from accounts.models import MemberAccount
from accounts.queries import find_member_by_number, ledger_lines
from contributions.models import Deposit
from fundcenter.demo.data import MemberRow, cast_of
from fundcenter.demo.deeds import Deed
from fundcenter.demo.story import tell
from kernel.money import yuan
from office.models import Centre
from settlement.models import SettlementItem

_KINDS = {
    "interest": ("INTEREST_FLEX", "INTEREST_UNIT"),
    "subsidy": ("SUBSIDY",),
    "opening_subsidy": ("OPENING_SUBSIDY",),
}


def find_named(centre: Centre, ref: str) -> MemberAccount:
    """Find the latest account of a named member.

    Raises:
        LookupError: nobody of that name was loaded.
    """
    number = document_numbers()[centre.code, ref]
    member = find_member_by_number(centre, number)
    rows = MemberAccount.objects.filter(member=member).order_by("-opened_date", "-id")
    account = rows.first() if member else None
    if account is None:
        raise LookupError(f"{centre.code}/{ref}")
    return account


@cache
def document_numbers() -> dict[tuple[str, str], str]:
    """Give the document numbers of all named members; they follow from the seed."""
    return {
        (story.centre, step.who): step.facts["plan"].applicant.number
        for story in tell(1)
        for step in story.steps
        if step.deed is Deed.OPEN
    }


def list_surprises(centre: Centre, *, settled_until: int) -> list[str]:
    """Name everything in which a centre's books differ from its data file; empty is good.

    Args:
        settled_until: the last fund year that has been settled; later promises wait.
    """
    return [
        f"{centre.code}/{row.ref}: {surprise}"
        for row in cast_of(centre.code).members
        for surprise in _surprises(find_named(centre, row.ref), row, settled_until)
    ]


def _surprises(account: MemberAccount, row: MemberRow, settled_until: int) -> Iterator[str]:
    for name, kinds in _KINDS.items():
        promised: dict[str, int] = getattr(row.expects, name)
        for year, expected_fen in promised.items():
            if int(year) <= settled_until:
                seen_fen = _credited(account, int(year), kinds)
                yield from _compare(f"{name} {year}", seen_fen, expected_fen)
    for year, expected_fen in row.expects.balance.items():
        if int(year) == settled_until:
            balance_fen = sum(line.balance_fen for line in ledger_lines(account))
            yield from _compare(f"balance {year}", balance_fen, expected_fen)
    for day, expected_fen in row.expects.contributed_until.items():
        seen_fen = _contributed(account, dt.date.fromisoformat(day))
        yield from _compare(f"contributed until {day}", seen_fen, expected_fen)
    if row.expects.state and row.expects.state != account.state:
        yield f"state {account.state}, not {row.expects.state}"


def _compare(what: str, seen_fen: int, expected_fen: int) -> Iterator[str]:
    if seen_fen != expected_fen:
        yield f"{what} {yuan(seen_fen)}, not {yuan(expected_fen)}"


def _credited(account: MemberAccount, year: int, kinds: tuple[str, ...]) -> int:
    items = SettlementItem.objects.filter(member_account=account, year=year, kind__in=kinds)
    return int(items.aggregate(total=Sum("amount_fen"))["total"] or 0)


def _contributed(account: MemberAccount, until: dt.date) -> int:
    paid = Deposit.objects.filter(member_account=account, business_date__lte=until)
    return int(paid.aggregate(total=Sum("amount_fen"))["total"] or 0)
