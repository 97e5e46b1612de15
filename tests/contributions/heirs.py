"""Members who have died, and their heirs: builders for the tests of inheritance."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from accounts.models import DeathReport, DeathRevocation, MemberAccount
from accounts.services import DeathStatement, report_death, submit_revocation
from contributions.models import Inheritance, Payout
from contributions.services import (
    Declaration,
    HeirClaim,
    approve_inheritance,
    submit_inheritance,
    submit_unclaimed,
)
from tests.accounts.builders import Stage, number_of

WIFE = number_of(dt.date(1961, 2, 3), 21, male=False)
SON = number_of(dt.date(1988, 4, 5), 22)
CARDS = {"阿依古丽": "6216600000000008888", "艾尔肯": "6217000000000007777"}


def die(stage: Stage, account: MemberAccount, **changes: Any) -> DeathReport:
    """Report a death of some days ago."""
    clerk = changes.pop("clerk", stage.clerk)
    facts = {
        "died_date": stage.day - dt.timedelta(days=9),
        "certificate_no": "亡2026-1",
        "certificate_date": stage.day - dt.timedelta(days=7),
        "informant": "阿依古丽",
        "informant_relation": "配偶",
        **changes,
    }
    return report_death(
        member_account=account,
        statement=DeathStatement(**facts),
        business_date=stage.day,
        clerk=clerk,
    )


def live(stage: Stage, account: MemberAccount, **changes: Any) -> DeathRevocation:
    """Hand in that the report was wrong."""
    facts = {"evidence_no": "公安证明1", "reason": "同名同姓，登记错人", **changes}
    clerk = facts.pop("clerk", stage.clerk)
    return submit_revocation(member_account=account, business_date=stage.day, clerk=clerk, **facts)


def claim(name: str = "阿依古丽", **changes: Any) -> HeirClaim:
    """What one heir claims: everything, unless the changes say otherwise."""
    part = {} if "share_fen" in changes else {"numerator": 1, "denominator": 1}
    facts = {
        "name": name,
        "document_type": "RESIDENT_ID",
        "document_number": WIFE,
        "relation": "SPOUSE",
        "title": "NOTARISED_DEED",
        "title_no": "公证2026-1",
        "bank": "中国银行",
        "card": CARDS.get(name, "6216600000000001111"),
        **part,
        **changes,
    }
    return HeirClaim(**facts)


def wife_and_son(first: tuple[int, int], second: tuple[int, int]) -> list[HeirClaim]:
    """Two heirs with their parts, in this order."""
    return [
        claim(numerator=first[0], denominator=first[1]),
        claim(
            "艾尔肯",
            document_number=SON,
            relation="CHILD",
            numerator=second[0],
            denominator=second[1],
        ),
    ]


def inherit(
    stage: Stage, account: MemberAccount, claims: Sequence[HeirClaim] = (), **changes: Any
) -> Inheritance:
    """Take in what the heirs claim; one heir who gets everything by default."""
    clerk = changes.pop("clerk", stage.clerk)
    return submit_inheritance(
        member_account=account,
        claims=claims or [claim()],
        business_date=stage.day,
        clerk=clerk,
        **changes,
    )


def find_nobody(stage: Stage, account: MemberAccount, **changes: Any) -> Inheritance:
    """Take in a court's declaration that nobody inherits."""
    facts = {"court": "喀什市人民法院", "number": "认财1", "date": stage.day, **changes}
    return submit_unclaimed(
        member_account=account,
        declaration=Declaration(**facts),
        business_date=stage.day,
        clerk=stage.clerk,
    )


def approve(stage: Stage, inheritance: Inheritance, by: Any = None) -> list[Payout]:
    """Approve as the second person; a supervisor above the limit."""
    person = by or (stage.supervisor if inheritance.is_large else stage.checker)
    return approve_inheritance(
        document=inheritance, digest=inheritance.digest, business_date=stage.day, by=person
    )
