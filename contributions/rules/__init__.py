"""What may be paid in and taken out, what it earns, and how a member leaves. Pure."""

from contributions.rules.contribution import ContributionResult, decide_contribution
from contributions.rules.exit import ExitResult, decide_exit, decide_unit_part
from contributions.rules.inheritance import (
    InheritanceResult,
    decide_inheritance,
    decide_unclaimed,
)
from contributions.rules.interest import InterestResult, decide_interest
from contributions.rules.joining import ConversionResult, Joined, decide_conversion, join_months
from contributions.rules.moving import MovingResult, decide_merge, decide_transfer_out
from contributions.rules.withdrawal import WithdrawalResult, decide_withdrawal

__all__ = [
    "ContributionResult",
    "ConversionResult",
    "ExitResult",
    "InheritanceResult",
    "InterestResult",
    "Joined",
    "MovingResult",
    "WithdrawalResult",
    "decide_contribution",
    "decide_conversion",
    "decide_exit",
    "decide_inheritance",
    "decide_interest",
    "decide_merge",
    "decide_transfer_out",
    "decide_unclaimed",
    "decide_unit_part",
    "decide_withdrawal",
    "join_months",
]
