"""What exists of loans: applications, contracts, loans, their payments, events and instalments."""

from loans.models.applications import HOUSEHOLD_ROLES, LoanApplication, LoanParty, LoanReview
from loans.models.contracts import LoanContract, LoanSecurity, OffsetAgreement, SecurityRelease
from loans.models.loans import Instalment, Loan, LoanEvent, Repayment
from loans.models.payments import Disbursement, DisbursementUndo, LoanChange

__all__ = [
    "HOUSEHOLD_ROLES",
    "Disbursement",
    "DisbursementUndo",
    "Instalment",
    "Loan",
    "LoanApplication",
    "LoanChange",
    "LoanContract",
    "LoanEvent",
    "LoanParty",
    "LoanReview",
    "LoanSecurity",
    "OffsetAgreement",
    "Repayment",
    "SecurityRelease",
]
