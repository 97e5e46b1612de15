"""Limits of the monthly amount, set as a yearly notice sets them."""

import datetime as dt
from typing import Any

from policy.services import ProposedValue, approve_proposal, propose
from tests.accounts.builders import Stage

MAXIMUM, MINIMUM = "contribution.monthly_maximum", "contribution.monthly_minimum"


def publish(stage: Stage, key: str, printed: str | None, since: dt.date, **changes: Any) -> None:
    """Set a value of the law by two supervisors, as the yearly notice brings it."""
    facts: dict[str, Any] = {
        "document_title": "关于调整缴存限额的通知",
        "document_clause": "一",
        "document_gist": "调整限额",
        **changes,
    }
    value = ProposedValue(
        jurisdiction=stage.centre.code,
        key=key,
        printed=printed,
        effective_from=since,
        **facts,
    )
    proposal = propose(
        value=value, centre=stage.centre, business_date=stage.day, by=stage.supervisor
    )
    second = stage.colleague(f"{stage.centre.code}-second-{proposal.pk}", stage.supervisor.role)
    approve_proposal(proposal=proposal, by=second, digest=proposal.digest, business_date=stage.day)
