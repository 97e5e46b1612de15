"""What is done with loans: the only writers of their rows.

``courses`` is what every service of a running loan shares; each further module is one subject.
"""

from loans.services.answers import ask_for_loan, enter_loan_answer, list_answers
from loans.services.applications import (
    cancel_loan_application,
    resubmit_loan_application,
    shown_application,
    submit_loan_application,
)
from loans.services.courses import move_loan, project, record_loan_event, require_move
from loans.services.credit import (
    accept_contest,
    approve_contest,
    cancel_contest,
    hand_in_contest_answer,
    record_credit_event,
    return_contest,
    shown_contest,
)
from loans.services.disbursements import disburse_loan
from loans.services.reviews import (
    choose_reading,
    pass_review,
    refuse_application,
    return_application,
)

__all__ = [
    "accept_contest",
    "approve_contest",
    "ask_for_loan",
    "cancel_contest",
    "cancel_loan_application",
    "choose_reading",
    "disburse_loan",
    "enter_loan_answer",
    "hand_in_contest_answer",
    "list_answers",
    "move_loan",
    "pass_review",
    "project",
    "record_credit_event",
    "record_loan_event",
    "refuse_application",
    "require_move",
    "resubmit_loan_application",
    "return_application",
    "return_contest",
    "shown_application",
    "shown_contest",
    "submit_loan_application",
]
