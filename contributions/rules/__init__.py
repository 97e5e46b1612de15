"""What may be paid in and taken out, what it earns, and how a member leaves. Pure."""

from contributions.rules.contribution import ContributionResult, decide_contribution
from contributions.rules.exit import ExitResult, decide_exit, decide_unit_part
from contributions.rules.interest import InterestResult, decide_interest
from contributions.rules.joining import ConversionResult, Joined, decide_conversion, join_months
from contributions.rules.moving import MovingResult, decide_merge, decide_transfer_out
from contributions.rules.withdrawal import WithdrawalResult, decide_withdrawal

__all__ = [
    "ContributionResult",
    "ConversionResult",
    "ExitResult",
    "InterestResult",
    "Joined",
    "MovingResult",
    "WithdrawalResult",
    "decide_contribution",
    "decide_conversion",
    "decide_exit",
    "decide_interest",
    "decide_merge",
    "decide_transfer_out",
    "decide_unit_part",
    "decide_withdrawal",
    "join_months",
]
