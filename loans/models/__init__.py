"""What exists of loans: applications, contracts, loans, their payments and events, the record."""

from loans.models.accruals import AccruedInterest, InterestAccrual
from loans.models.applications import (
    HOUSEHOLD_ROLES,
    LoanApplication,
    LoanParty,
    LoanReview,
)
from loans.models.contracts import (
    LoanContract,
    LoanSecurity,
    OffsetAgreement,
    SecurityRelease,
)
from loans.models.credit import (
    CreditContest,
    CreditEvent,
)
from loans.models.late import (
    ClassChange,
    ClassDecision,
    CollectionAction,
    LegalRecord,
    LoanNotice,
)
from loans.models.loans import (
    Instalment,
    Loan,
    LoanEvent,
    Repayment,
)
from loans.models.payments import (
    Disbursement,
    DisbursementUndo,
    LoanChange,
)
from loans.models.repayments import (
    DebitBatch,
    DebitLine,
    RepaymentReversal,
)
from loans.models.writeoffs import (
    Recovery,
    RecoveryReversal,
    WriteOff,
)

__all__ = [
    "HOUSEHOLD_ROLES",
    "AccruedInterest",
    "ClassChange",
    "ClassDecision",
    "CollectionAction",
    "CreditContest",
    "CreditEvent",
    "DebitBatch",
    "DebitLine",
    "Disbursement",
    "DisbursementUndo",
    "Instalment",
    "InterestAccrual",
    "LegalRecord",
    "Loan",
    "LoanApplication",
    "LoanChange",
    "LoanContract",
    "LoanEvent",
    "LoanNotice",
    "LoanParty",
    "LoanReview",
    "LoanSecurity",
    "OffsetAgreement",
    "Recovery",
    "RecoveryReversal",
    "Repayment",
    "RepaymentReversal",
    "SecurityRelease",
    "WriteOff",
]
