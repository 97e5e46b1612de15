"""What is done with loans: the only writers of their rows.

``courses`` is what every service of a running loan shares; each further module is one subject.
"""

from loans.services.agreed import Offset
from loans.services.changes import (
    ChangeRequest,
    approve_change,
    cancel_change,
    return_change,
    shown_change,
    submit_change,
)
from loans.services.contracts import (
    approve_contract,
    cancel_contract,
    return_contract,
    shown_contract,
    sign_contract,
)
from loans.services.courses import move_loan, project, record_loan_event, require_move
from loans.services.disbursements import (
    LoanPayee,
    approve_disbursement,
    cancel_disbursement,
    queue_loan,
    return_disbursement,
    shown_disbursement,
    submit_disbursement,
)
from loans.services.repricing import reprice_loans
from loans.services.securities import (
    approve_release,
    approve_security,
    cancel_release,
    cancel_security,
    register_security,
    release_security,
    return_release,
    return_security,
    shown_release,
    shown_security,
)
from loans.services.undoing import (
    approve_undo,
    cancel_undo,
    return_undo,
    shown_undo,
    submit_undo,
)

__all__ = [
    "ChangeRequest",
    "LoanPayee",
    "Offset",
    "approve_change",
    "approve_contract",
    "approve_disbursement",
    "approve_release",
    "approve_security",
    "approve_undo",
    "cancel_change",
    "cancel_contract",
    "cancel_disbursement",
    "cancel_release",
    "cancel_security",
    "cancel_undo",
    "move_loan",
    "project",
    "queue_loan",
    "record_loan_event",
    "register_security",
    "release_security",
    "reprice_loans",
    "require_move",
    "return_change",
    "return_contract",
    "return_disbursement",
    "return_release",
    "return_security",
    "return_undo",
    "shown_change",
    "shown_contract",
    "shown_disbursement",
    "shown_release",
    "shown_security",
    "shown_undo",
    "sign_contract",
    "submit_change",
    "submit_disbursement",
    "submit_undo",
]
