"""What exists of loans: applications with parties, loans with events, and the credit record."""

from loans.models.applications import HOUSEHOLD_ROLES, LoanApplication, LoanParty, LoanReview
from loans.models.credit import CreditContest, CreditEvent
from loans.models.loans import Instalment, Loan, LoanEvent, Repayment

__all__ = [
    "HOUSEHOLD_ROLES",
    "CreditContest",
    "CreditEvent",
    "Instalment",
    "Loan",
    "LoanApplication",
    "LoanEvent",
    "LoanParty",
    "LoanReview",
    "Repayment",
]
