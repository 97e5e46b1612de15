"""How the quota tests ask, and the member of the published example."""

import datetime as dt
from typing import Any

from loans.facts import LoanQuotaFacts
from loans.rules import LoanQuotaResult, decide_loan_quota
from policy.decisions import Decision
from policy.loader import book_from_packs
from tests.loans.builders import applicant, book_with, monthly

DAY = dt.date(2026, 1, 31)


def decide(facts: dict[str, Any], centre: str = "kashgar") -> Decision[LoanQuotaResult]:
    return decide_loan_quota(LoanQuotaFacts.from_wire(facts), book_from_packs(centre, DAY))


def invented(facts: dict[str, Any], **printed: Any) -> Decision[LoanQuotaResult]:
    return decide_loan_quota(LoanQuotaFacts.from_wire(facts), book_with("kashgar", DAY, **printed))


def refusals(decision: Decision[LoanQuotaResult]) -> list[str]:
    return [reason.code for reason in decision.refusals]


def unset_keys(decision: Decision[LoanQuotaResult]) -> set[str]:
    return {
        str(reason.params["key"]) for reason in decision.reasons if reason.code == "parameter_unset"
    }


SEED = applicant(
    contributions=[
        *monthly("2025-01", "500.00", 6),
        *monthly("2025-07", "2000.00", 6),
        *monthly("2026-01", "3000.00", 1),
    ]
)
