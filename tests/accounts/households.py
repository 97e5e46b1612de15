"""Couples and single people: builders for the tests of households."""

import datetime as dt
from typing import Any

from accounts.models import HouseholdRecord, Member
from accounts.services import HouseholdStatement, approve_household, submit_household
from tests.accounts.builders import Stage, number_of


def state_household(stage: Stage, member: Member, kind: str, **facts: Any) -> HouseholdRecord:
    """Hand in a record; by default of the day, with the paper 婚1."""
    clerk = facts.pop("clerk", stage.clerk)
    told = {"since": stage.day, "evidence_no": "婚1", **facts}
    return submit_household(
        member=member,
        statement=HouseholdStatement(kind=kind, **told),
        business_date=stage.day,
        clerk=clerk,
    )


def agree_household(stage: Stage, record: HouseholdRecord, by: Any = None) -> HouseholdRecord:
    """Approve as the second person."""
    return approve_household(
        document=record, digest=record.digest, business_date=stage.day, by=by or stage.checker
    )


def record_household(stage: Stage, member: Member, kind: str, **facts: Any) -> HouseholdRecord:
    """Hand in and approve."""
    return agree_household(stage, state_household(stage, member, kind, **facts))


def spouse_of(member: Member) -> dict[str, Any]:
    """Name a member as somebody's spouse."""
    paper = member.documents.get(is_current=True)
    return {
        "spouse_name": member.name,
        "spouse_document_type": paper.document_type,
        "spouse_number": paper.number,
    }


def stranger(place: int = 1) -> dict[str, Any]:
    """Name a spouse who has no account here."""
    return {
        "spouse_name": "赵丽",
        "spouse_document_type": "RESIDENT_ID",
        "spouse_number": number_of(dt.date(1991, 5, 5), place, male=False),
    }


def marry(stage: Stage, member: Member, spouse: Member | None = None) -> HouseholdRecord:
    """Record a marriage, with a stranger by default."""
    # Three digits tell the strangers of one birthday apart; a database's numbers grow beyond them.
    named = spouse_of(spouse) if spouse else stranger(member.pk % 499)
    return record_household(stage, member, "MARRIED", **named)
