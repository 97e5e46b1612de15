"""What may be paid in and taken out, what it earns, and how a member leaves. Pure."""

from contributions.rules.contribution import ContributionResult, decide_contribution
from contributions.rules.exit import ExitResult, decide_exit
from contributions.rules.interest import InterestResult, decide_interest
from contributions.rules.withdrawal import WithdrawalResult, decide_withdrawal

__all__ = [
    "ContributionResult",
    "ExitResult",
    "InterestResult",
    "WithdrawalResult",
    "decide_contribution",
    "decide_exit",
    "decide_interest",
    "decide_withdrawal",
]
