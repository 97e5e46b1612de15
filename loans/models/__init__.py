"""What exists of loans: applications and their parties, loans, their events and instalments."""

from loans.models.applications import HOUSEHOLD_ROLES, LoanApplication, LoanParty, LoanReview
from loans.models.late import (
    ClassChange,
    ClassDecision,
    CollectionAction,
    LegalRecord,
    LoanNotice,
)
from loans.models.loans import Instalment, Loan, LoanEvent, Repayment
from loans.models.writeoffs import Recovery, WriteOff

__all__ = [
    "HOUSEHOLD_ROLES",
    "ClassChange",
    "ClassDecision",
    "CollectionAction",
    "Instalment",
    "LegalRecord",
    "Loan",
    "LoanApplication",
    "LoanEvent",
    "LoanNotice",
    "LoanParty",
    "LoanReview",
    "Recovery",
    "Repayment",
    "WriteOff",
]
