"""What is done with loans: the only writers of their rows.

``courses`` is what every service of a running loan shares; each further module is one subject.
"""

from loans.services.classes import (
    approve_class,
    cancel_class,
    return_class,
    shown_class,
    submit_class,
)
from loans.services.collections import record_collection, record_legal
from loans.services.courses import move_loan, project, record_loan_event, require_move
from loans.services.dayend import run_day_end
from loans.services.disbursements import disburse_loan
from loans.services.overdue import transfer_overdue
from loans.services.recoveries import recover
from loans.services.writeoffs import (
    approve_write_off,
    cancel_write_off,
    hand_in_write_off,
    propose_write_off,
    return_write_off,
    review_write_off,
    shown_write_off,
)

__all__ = [
    "approve_class",
    "approve_write_off",
    "cancel_class",
    "cancel_write_off",
    "disburse_loan",
    "hand_in_write_off",
    "move_loan",
    "project",
    "propose_write_off",
    "record_collection",
    "record_legal",
    "record_loan_event",
    "recover",
    "require_move",
    "return_class",
    "return_write_off",
    "review_write_off",
    "run_day_end",
    "shown_class",
    "shown_write_off",
    "submit_class",
    "transfer_overdue",
]
