"""What follows the money when an account goes up in another: months, events, carried records."""

import datetime as dt

from accounts.models import MemberEvent
from accounts.services import record_event
from contributions.facts import Identity
from contributions.joining import get_own_subsidies, list_untold_transfers
from contributions.models import CarriedRecord, Coverage, Merge
from office.models import User

# What rules ask for; the rest of its history stays with the closed account.
_KINDS = (
    MemberEvent.Kind.WITHDRAWAL,
    MemberEvent.Kind.VOLUNTARY_WITHDRAWAL,
    MemberEvent.Kind.LOAN_APPLIED,
    MemberEvent.Kind.LOAN_DISBURSED,
    MemberEvent.Kind.ARREARS,
)
_TIES = (
    MemberEvent.Kind.LOAN_SETTLED,
    MemberEvent.Kind.GUARANTEE_GIVEN,
    MemberEvent.Kind.GUARANTEE_ENDED,
)


def follow(merge: Merge, business_date: dt.date, by: User) -> tuple[int, int]:
    """Let months, events and records of the closed account follow into the one that stays.

    A month paid in both stays covered by the one that was there; its money moved all the same.

    Returns:
        How many months followed, and how many were paid in both.
    """
    kinds = [*_KINDS, *(f"{kind}_UNDONE" for kind in _KINDS), *_TIES]
    for event in MemberEvent.objects.filter(member_account=merge.member_account, kind__in=kinds):
        record_event(
            member_account=merge.target,
            kind=event.kind,
            date=event.date,
            document_no=event.document_no,
            by=by,
        )
    _carry_records(merge, business_date)
    _carry_subsidies(merge, business_date)
    return _join_coverage(merge)


def _join_coverage(merge: Merge) -> tuple[int, int]:
    there = set(
        Coverage.objects.filter(member_account=merge.target, is_active=True).values_list(
            "month", flat=True
        )
    )
    rows = list(Coverage.objects.filter(member_account=merge.member_account, is_active=True))
    joined = Coverage.objects.bulk_create(
        Coverage(
            member_account=merge.target,
            month=row.month,
            deposit_id=row.deposit_id,
            taken_over_id=row.taken_over_id,
            amount_fen=row.amount_fen,
        )
        for row in rows
        if row.month not in there
    )
    return len(joined), len(rows) - len(joined)


def _carry_records(merge: Merge, business_date: dt.date) -> None:
    """Copy what the closed account had brought along, and what was told with older transfers."""
    for record in CarriedRecord.objects.filter(member_account=merge.member_account).order_by("id"):
        record.pk = None
        record.member_account = merge.target
        record.business_date = business_date
        record.save(force_insert=True)
    for transfer, stretch in list_untold_transfers(merge.member_account):
        CarriedRecord.objects.create(
            member_account=merge.target,
            document_no=transfer.number,
            business_date=business_date,
            source=transfer.from_centre,
            identity=stretch.identity.value,
            last_month=stretch.months[-1].first_day,
            month_count=len(stretch.months),
            counts_in_subsidy=False,
        )


def _carry_subsidies(merge: Merge, business_date: dt.date) -> None:
    """Note the subsidies given into the closed account: limits bind the person, not the account."""
    given = get_own_subsidies(merge.member_account)
    if given.credits or given.opening:
        CarriedRecord.objects.create(
            member_account=merge.target,
            document_no=merge.number,
            business_date=business_date,
            source=merge.member_account.number,
            identity=Identity.FLEX.value,
            month_count=0,
            subsidy_fen=given.amount_fen,
            subsidy_credits=given.credits,
            opening_subsidy=given.opening,
            counts_in_subsidy=True,
        )
