"""What exists of loans: applications and their parties, loans, their events and instalments."""

from loans.models.applications import HOUSEHOLD_ROLES, LoanApplication, LoanParty, LoanReview
from loans.models.loans import Instalment, Loan, LoanEvent, Repayment
from loans.models.repayments import DebitBatch, DebitLine, OffsetAgreement, RepaymentReversal

__all__ = [
    "HOUSEHOLD_ROLES",
    "DebitBatch",
    "DebitLine",
    "Instalment",
    "Loan",
    "LoanApplication",
    "LoanEvent",
    "LoanParty",
    "LoanReview",
    "OffsetAgreement",
    "Repayment",
    "RepaymentReversal",
]
