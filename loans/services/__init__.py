"""What is done with loans: the only writers of their rows.

``courses`` is what every service of a running loan shares; each further module is one subject.
"""

from loans.services.courses import move_loan, project, record_loan_event, require_move
from loans.services.disbursements import disburse_loan
from loans.services.endings import end_loan, reopen_loan
from loans.services.offsets import (
    end_offset_agreement,
    offset_due,
    offset_principal,
    sign_offset_agreement,
)
from loans.services.repayments import receive_repayment
from loans.services.reversals import (
    approve_reversal,
    cancel_reversal,
    return_reversal,
    shown_reversal,
    submit_reversal,
)

__all__ = [
    "approve_reversal",
    "cancel_reversal",
    "disburse_loan",
    "end_loan",
    "end_offset_agreement",
    "move_loan",
    "offset_due",
    "offset_principal",
    "project",
    "receive_repayment",
    "record_loan_event",
    "reopen_loan",
    "require_move",
    "return_reversal",
    "shown_reversal",
    "sign_offset_agreement",
    "submit_reversal",
]
