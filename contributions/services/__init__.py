"""What is done with contributions. Nobody else writes these rows."""

from contributions.services.deposits import contribution_facts, receive_deposit
from contributions.services.dormancy import (
    DormancyReport,
    act_on_candidates,
    approve_list,
    file_candidates,
    report_of,
    return_list,
    run_dormancy,
    shown_list,
)
from contributions.services.payouts import confirm_payout, fail_payout
from contributions.services.requests import Paper, Payee, WithdrawalRequest
from contributions.services.transfers import receive_transfer
from contributions.services.withdrawals import (
    approve_withdrawal,
    cancel_withdrawal,
    return_withdrawal,
    shown_withdrawal,
    submit_withdrawal,
)

__all__ = [
    "DormancyReport",
    "Paper",
    "Payee",
    "WithdrawalRequest",
    "act_on_candidates",
    "approve_list",
    "approve_withdrawal",
    "cancel_withdrawal",
    "confirm_payout",
    "contribution_facts",
    "fail_payout",
    "file_candidates",
    "receive_deposit",
    "receive_transfer",
    "report_of",
    "return_list",
    "return_withdrawal",
    "run_dormancy",
    "shown_list",
    "shown_withdrawal",
    "submit_withdrawal",
]
