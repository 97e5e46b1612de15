"""The rules of loans, all pure: from application and quota to penalty and indicators."""

from loans.agreeing import (
    ContractResult,
    decide_loan_change,
    decide_loan_contract,
)
from loans.granting import (
    LoanApplicationResult,
    decide_loan_application,
)
from loans.indicators import (
    FundIndicatorsResult,
    decide_fund_indicators,
)
from loans.paying import (
    decide_loan_payment,
)
from loans.penalty import (
    PenaltyResult,
    Share,
    decide_penalty,
)
from loans.prepaying import (
    PrepaymentRequestResult,
    decide_prepayment_request,
)
from loans.prepayment import (
    PrepaymentResult,
    decide_prepayment,
)
from loans.quota import (
    LoanQuotaResult,
    decide_loan_quota,
)
from loans.schedule import (
    LoanScheduleResult,
    ScheduleRow,
    decide_loan_schedule,
)

__all__ = [
    "ContractResult",
    "FundIndicatorsResult",
    "LoanApplicationResult",
    "LoanQuotaResult",
    "LoanScheduleResult",
    "PenaltyResult",
    "PrepaymentRequestResult",
    "PrepaymentResult",
    "ScheduleRow",
    "Share",
    "decide_fund_indicators",
    "decide_loan_application",
    "decide_loan_change",
    "decide_loan_contract",
    "decide_loan_payment",
    "decide_loan_quota",
    "decide_loan_schedule",
    "decide_penalty",
    "decide_prepayment",
    "decide_prepayment_request",
]
