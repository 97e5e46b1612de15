"""What may be paid into a member account, what may be taken out, and how a member leaves. Pure."""

from contributions.rules.contribution import ContributionResult, decide_contribution
from contributions.rules.exit import ExitResult, decide_exit
from contributions.rules.withdrawal import WithdrawalResult, decide_withdrawal

__all__ = [
    "ContributionResult",
    "ExitResult",
    "WithdrawalResult",
    "decide_contribution",
    "decide_exit",
    "decide_withdrawal",
]
