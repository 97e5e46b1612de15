"""What centres of the demo decide where their text leaves a value to rules we do not hold.

Bazhong, Liaoning's model city, Lianyungang and Yantai have loan rules of their own that are not
public. So that loans can be tried there, each enters round values in the two-person amendment,
marked as a demo decision, from the day after the demo's history on: nothing before it changes.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from accounts.models import MemberAccount
from fundcenter.demo.data import LAST_DAY
from fundcenter.demo.deeds import Deed, Step
from office.models import Centre, User
from policy.services import ProposedValue, approve_proposal, propose

_DAY = dt.date(2026, 6, 29)
_FROM = LAST_DAY + dt.timedelta(days=1)
_REASON = "演示决定：本市贷款细则未公开，此值仅供演示，不得作为依据"

_VALUES: dict[str, Any] = {
    "loan.waiting_rule": "CUMULATIVE",
    "loan.minimum_cumulative_months": 6,
    "loan.quota_family": "BALANCE_MULTIPLE",
    "loan.multiplier_by": "CONSTANT",
    "loan.multiplier_bands": [{"multiplier": 15}],
    "loan.cap": "500000.00",
    "loan.price_share": "70",
    "loan.income_share": "50",
    "loan.maximum_term_years": 30,
    "loan.term_age_basis": "DELAYED",
    "loan.term_extra_years": 5,
}
# Lianyungang's text says itself how long one has to have contributed.
_SAID_BY_TEXT = {"lianyungang": ("loan.waiting_rule", "loan.minimum_cumulative_months")}
_JURISDICTIONS = {
    "bazhong": "bazhong",
    "liaoning": "liaoning-model",
    "lianyungang": "lianyungang",
    "yantai": "yantai",
}
_WHO = "manual-check"


def decision_steps(centre: str) -> tuple[Step, ...]:
    """List the steps by which a centre decides; the step belongs to no member."""
    if centre not in _JURISDICTIONS:
        return ()
    return (Step(_DAY, Deed.DESK, _WHO, {"business": "loan-law"}),)


def decide(
    step: Step, accounts: Mapping[str, MemberAccount], staff: Mapping[str, User], _clerk: User
) -> None:
    """Propose every value by one supervisor, and approve it by the other."""
    centre: Centre = accounts[step.who].centre
    for key, printed in _VALUES.items():
        if key in _SAID_BY_TEXT.get(centre.code, ()):
            continue
        proposal = propose(
            value=ProposedValue(
                jurisdiction=_JURISDICTIONS[centre.code],
                key=key,
                printed=printed,
                effective_from=_FROM,
                assumed=True,
                reason=_REASON,
                demo=True,
            ),
            centre=centre,
            business_date=step.date,
            by=staff["supervisor"],
        )
        approve_proposal(
            proposal=proposal,
            digest=proposal.digest,
            business_date=step.date,
            by=staff["supervisor2"],
        )
