"""A centre that changes its own law: builders for the tests of loans."""

import datetime as dt

from office.roles import Role
from policy.services import ProposedValue, approve_proposal, propose
from tests.accounts.builders import Stage


def change_law(stage: Stage, key: str, printed: object) -> None:
    """Have two supervisors set a value of the centre, and go on to its first day."""
    begins = stage.day + dt.timedelta(days=1)
    value = ProposedValue(
        jurisdiction=stage.centre.code,
        key=key,
        printed=printed,
        effective_from=begins,
        assumed=True,
        reason="按资金情况",
    )
    told = {"business_date": stage.day, "by": stage.supervisor}
    proposal = propose(value=value, centre=stage.centre, **told)
    second = stage.colleague(f"{stage.centre.code}-{key}", Role.SUPERVISOR)
    approve_proposal(proposal=proposal, by=second, digest=proposal.digest, business_date=stage.day)
    stage.on(begins)
