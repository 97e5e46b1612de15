"""What is done with contributions. Nobody else writes these rows."""

from contributions.services.conversions import (
    ConversionRequest,
    approve_conversion,
    cancel_conversion,
    return_conversion,
    shown_conversion,
    submit_conversion,
)
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
from contributions.services.interest import credit_interest
from contributions.services.payouts import confirm_payout, fail_payout
from contributions.services.requests import Paper, Payee, WithdrawalRequest
from contributions.services.takeovers import (
    AccountTaken,
    OpeningLot,
    approve_takeover,
    book_accounts,
    cancel_takeover,
    finish_takeover,
    hand_in_workbook,
    keep_findings,
    return_takeover,
    shown_takeover,
    submit_takeover,
    workbook_of,
)
from contributions.services.transfers import receive_transfer
from contributions.services.withdrawals import (
    approve_withdrawal,
    cancel_withdrawal,
    return_withdrawal,
    shown_withdrawal,
    submit_withdrawal,
)

__all__ = [
    "AccountTaken",
    "ConversionRequest",
    "DormancyReport",
    "OpeningLot",
    "Paper",
    "Payee",
    "WithdrawalRequest",
    "act_on_candidates",
    "approve_conversion",
    "approve_list",
    "approve_takeover",
    "approve_withdrawal",
    "book_accounts",
    "cancel_conversion",
    "cancel_takeover",
    "cancel_withdrawal",
    "confirm_payout",
    "contribution_facts",
    "credit_interest",
    "fail_payout",
    "file_candidates",
    "finish_takeover",
    "hand_in_workbook",
    "keep_findings",
    "receive_deposit",
    "receive_transfer",
    "report_of",
    "return_conversion",
    "return_list",
    "return_takeover",
    "return_withdrawal",
    "run_dormancy",
    "shown_conversion",
    "shown_list",
    "shown_takeover",
    "shown_withdrawal",
    "submit_conversion",
    "submit_takeover",
    "submit_withdrawal",
    "workbook_of",
]
