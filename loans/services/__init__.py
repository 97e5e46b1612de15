"""What is done with loans: the only writers of their rows.

``courses`` is what every service of a running loan shares; each further module is one subject.
"""

from loans.services.courses import move_loan, project, record_loan_event, require_move
from loans.services.disbursements import disburse_loan

__all__ = [
    "disburse_loan",
    "move_loan",
    "project",
    "record_loan_event",
    "require_move",
]
