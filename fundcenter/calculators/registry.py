"""The table of all calculators: which facts each takes, which rule decides, what comes out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.facts import DormancyFacts, EligibilityFacts, IdentityFacts
from accounts.rules import (
    DormancyResult,
    IdentityResult,
    decide_dormancy,
    decide_eligibility,
    decide_identity,
)
from contributions.facts import ContributionFacts, ExitFacts, InterestFacts, WithdrawalFacts
from contributions.rules import (
    ContributionResult,
    ExitResult,
    WithdrawalResult,
    decide_contribution,
    decide_exit,
    decide_withdrawal,
)
from contributions.rules.interest import InterestResult, decide_interest
from kernel.wire import Facts
from loans.facts import (
    FundIndicatorsFacts,
    LoanQuotaFacts,
    LoanScheduleFacts,
    PenaltyFacts,
    PrepaymentFacts,
)
from loans.rules import (
    FundIndicatorsResult,
    LoanQuotaResult,
    LoanScheduleResult,
    PenaltyResult,
    PrepaymentResult,
    decide_fund_indicators,
    decide_loan_quota,
    decide_loan_schedule,
    decide_penalty,
    decide_prepayment,
)
from policy.book import PolicyBook
from policy.decisions import Decision
from policy.facts import DeadlineFacts, RetirementFacts
from policy.rules import DeadlineResult, RetirementResult, decide_deadline, decide_retirement
from subsidies.facts import OpeningSubsidyFacts, SubsidyFacts
from subsidies.rules import (
    OpeningSubsidyResult,
    SubsidyResult,
    decide_opening_subsidy,
    decide_subsidy,
)


class UnknownCalculator(KeyError):
    """No calculator has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"no calculator is called {self.name!r}; there are {', '.join(CALCULATORS)}"


@dataclass(frozen=True, slots=True)
class Calculator:
    """A pure rule with its outside face.

    ``facts`` reads the request, ``decide`` is the rule, ``result`` the type of what it works
    out, ``headline`` the key of the result that a person looks for first.
    """

    name: str
    title: Promise
    facts: type[Facts]
    decide: Callable[[Any, PolicyBook], Decision[Any]]
    result: type
    headline: str = ""


_TABLE = (
    Calculator(
        "identity", _("Check of an identity number"), IdentityFacts, decide_identity,
        IdentityResult,
    ),
    Calculator(
        "retirement", _("Retirement date"), RetirementFacts, decide_retirement, RetirementResult,
        "date",
    ),
    Calculator(
        "eligibility", _("Eligibility to open"), EligibilityFacts, decide_eligibility, NoneType
    ),
    Calculator(
        "contribution", _("Contribution"), ContributionFacts, decide_contribution,
        ContributionResult, "months_covered",
    ),
    Calculator(
        "interest", _("Interest settlement"), InterestFacts, decide_interest, InterestResult,
        "interest",
    ),
    Calculator(
        "subsidy", _("Contribution subsidy"), SubsidyFacts, decide_subsidy, SubsidyResult, "subsidy"
    ),
    Calculator(
        "opening-subsidy", _("Opening subsidy"), OpeningSubsidyFacts, decide_opening_subsidy,
        OpeningSubsidyResult, "subsidy",
    ),
    Calculator(
        "loan-quota", _("Loan quota"), LoanQuotaFacts, decide_loan_quota, LoanQuotaResult, "quota"
    ),
    Calculator(
        "loan-schedule", _("Repayment schedule"), LoanScheduleFacts, decide_loan_schedule,
        LoanScheduleResult, "payment",
    ),
    Calculator(
        "prepayment", _("Prepayment"), PrepaymentFacts, decide_prepayment, PrepaymentResult,
        "balance",
    ),
    Calculator(
        "penalty", _("Overdue penalty"), PenaltyFacts, decide_penalty, PenaltyResult, "total"
    ),
    Calculator(
        "withdrawal", _("Withdrawal"), WithdrawalFacts, decide_withdrawal, WithdrawalResult,
        "allowed",
    ),
    Calculator("exit", _("Leaving the fund"), ExitFacts, decide_exit, ExitResult, "payable_now"),
    Calculator(
        "dormancy", _("Idle account"), DormancyFacts, decide_dormancy, DormancyResult, "action"
    ),
    Calculator(
        "deadline", _("Deadline"), DeadlineFacts, decide_deadline, DeadlineResult, "due_on"
    ),
    Calculator(
        "fund-indicators", _("Fund indicators"), FundIndicatorsFacts, decide_fund_indicators,
        FundIndicatorsResult, "loan_to_deposit",
    ),
)  # fmt: skip

CALCULATORS: Mapping[str, Calculator] = {calculator.name: calculator for calculator in _TABLE}


def get_calculator(name: str) -> Calculator:
    """Return a calculator by its name.

    Raises:
        UnknownCalculator: there is none of that name.
    """
    found = CALCULATORS.get(name)
    if found is None:
        raise UnknownCalculator(name)
    return found
