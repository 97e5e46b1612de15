"""What supervisors and auditors see of loans: everything, and nothing to change."""

from loans.accrual_admin import AccruedInterestAdmin, InterestAccrualAdmin
from loans.application_admin import CreditContestAdmin, CreditEventAdmin, LoanApplicationAdmin
from loans.contract_admin import LoanDocumentAdmin
from loans.late_admin import (
    ClassChangeAdmin,
    ClassDecisionAdmin,
    CollectionActionAdmin,
    LegalRecordAdmin,
    LoanNoticeAdmin,
    RecoveryAdmin,
    WriteOffAdmin,
)

__all__ = [
    "AccruedInterestAdmin",
    "ClassChangeAdmin",
    "ClassDecisionAdmin",
    "CollectionActionAdmin",
    "CreditContestAdmin",
    "CreditEventAdmin",
    "InterestAccrualAdmin",
    "LegalRecordAdmin",
    "LoanApplicationAdmin",
    "LoanDocumentAdmin",
    "LoanNoticeAdmin",
    "RecoveryAdmin",
    "WriteOffAdmin",
]
