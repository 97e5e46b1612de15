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
from contributions.services.transfers import receive_transfer

__all__ = [
    "DormancyReport",
    "act_on_candidates",
    "approve_list",
    "contribution_facts",
    "file_candidates",
    "receive_deposit",
    "receive_transfer",
    "report_of",
    "return_list",
    "run_dormancy",
    "shown_list",
]
