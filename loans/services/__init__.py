"""What is done with loans: the only writers of their rows.

``courses`` is what every service of a running loan shares; each further module is one subject.
"""

from loans.services.agreed import (
    Offset,
)
from loans.services.answers import (
    ask_again,
    ask_for_loan,
    enter_loan_answer,
    list_answers,
)
from loans.services.applications import (
    cancel_loan_application,
    resubmit_loan_application,
    shown_application,
    submit_loan_application,
    withdraw_loan_application,
)
from loans.services.changes import (
    ChangeRequest,
    approve_change,
    cancel_change,
    return_change,
    shown_change,
    submit_change,
)
from loans.services.classes import (
    approve_class,
    cancel_class,
    return_class,
    shown_class,
    submit_class,
)
from loans.services.collections import (
    record_collection,
    record_legal,
)
from loans.services.contracts import (
    approve_contract,
    cancel_contract,
    return_contract,
    shown_contract,
    sign_contract,
)
from loans.services.courses import (
    move_loan,
    project,
    record_loan_event,
    require_move,
)
from loans.services.credit import (
    accept_contest,
    approve_contest,
    cancel_contest,
    hand_in_contest_answer,
    record_credit_event,
    return_contest,
    shown_contest,
)
from loans.services.dayend import (
    run_day_end,
)
from loans.services.disbursements import (
    LoanPayee,
    approve_disbursement,
    cancel_disbursement,
    queue_loan,
    return_disbursement,
    shown_disbursement,
    submit_disbursement,
)
from loans.services.endings import (
    end_loan,
    reopen_loan,
)
from loans.services.offset_ends import (
    submit_offset_end,
)
from loans.services.offsets import (
    offset_due,
)
from loans.services.overdue import (
    transfer_overdue,
)
from loans.services.recoveries import (
    recover,
)
from loans.services.recovery_reversals import (
    approve_recovery_reversal,
    cancel_recovery_reversal,
    return_recovery_reversal,
    shown_recovery_reversal,
    submit_recovery_reversal,
)
from loans.services.refunds import (
    approve_suspense_refund,
    submit_suspense_refund,
)
from loans.services.repayments import (
    receive_repayment,
)
from loans.services.repricing import (
    reprice_loans,
)
from loans.services.reversals import (
    approve_reversal,
    cancel_reversal,
    return_reversal,
    shown_reversal,
    submit_reversal,
)
from loans.services.reviews import (
    choose_reading,
    pass_review,
    refuse_application,
    return_application,
)
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
from loans.services.writeoffs import (
    approve_write_off,
    cancel_write_off,
    hand_in_write_off,
    propose_write_off,
    return_write_off,
    review_write_off,
    shown_write_off,
)
from loans.services.yearly import (
    offset_principal,
)

__all__ = [
    "ChangeRequest",
    "LoanPayee",
    "Offset",
    "accept_contest",
    "approve_change",
    "approve_class",
    "approve_contest",
    "approve_contract",
    "approve_disbursement",
    "approve_recovery_reversal",
    "approve_release",
    "approve_reversal",
    "approve_security",
    "approve_suspense_refund",
    "approve_undo",
    "approve_write_off",
    "ask_again",
    "ask_for_loan",
    "cancel_change",
    "cancel_class",
    "cancel_contest",
    "cancel_contract",
    "cancel_disbursement",
    "cancel_loan_application",
    "cancel_recovery_reversal",
    "cancel_release",
    "cancel_reversal",
    "cancel_security",
    "cancel_undo",
    "cancel_write_off",
    "choose_reading",
    "end_loan",
    "enter_loan_answer",
    "hand_in_contest_answer",
    "hand_in_write_off",
    "list_answers",
    "move_loan",
    "offset_due",
    "offset_principal",
    "pass_review",
    "project",
    "propose_write_off",
    "queue_loan",
    "receive_repayment",
    "record_collection",
    "record_credit_event",
    "record_legal",
    "record_loan_event",
    "recover",
    "refuse_application",
    "register_security",
    "release_security",
    "reopen_loan",
    "reprice_loans",
    "require_move",
    "resubmit_loan_application",
    "return_application",
    "return_change",
    "return_class",
    "return_contest",
    "return_contract",
    "return_disbursement",
    "return_recovery_reversal",
    "return_release",
    "return_reversal",
    "return_security",
    "return_undo",
    "return_write_off",
    "review_write_off",
    "run_day_end",
    "shown_application",
    "shown_change",
    "shown_class",
    "shown_contest",
    "shown_contract",
    "shown_disbursement",
    "shown_recovery_reversal",
    "shown_release",
    "shown_reversal",
    "shown_security",
    "shown_undo",
    "shown_write_off",
    "sign_contract",
    "submit_change",
    "submit_class",
    "submit_disbursement",
    "submit_loan_application",
    "submit_offset_end",
    "submit_recovery_reversal",
    "submit_reversal",
    "submit_suspense_refund",
    "submit_undo",
    "transfer_overdue",
    "withdraw_loan_application",
]
