"""The rules of loans, all pure: quota, schedule, prepayment, penalty, indicators."""

from loans.indicators import FundIndicatorsResult, decide_fund_indicators
from loans.penalty import PenaltyResult, Share, decide_penalty
from loans.prepaying import PrepaymentRequestResult, decide_prepayment_request
from loans.prepayment import PrepaymentResult, decide_prepayment
from loans.quota import LoanQuotaResult, decide_loan_quota
from loans.schedule import LoanScheduleResult, ScheduleRow, decide_loan_schedule

__all__ = [
    "FundIndicatorsResult",
    "LoanQuotaResult",
    "LoanScheduleResult",
    "PenaltyResult",
    "PrepaymentRequestResult",
    "PrepaymentResult",
    "ScheduleRow",
    "Share",
    "decide_fund_indicators",
    "decide_loan_quota",
    "decide_loan_schedule",
    "decide_penalty",
    "decide_prepayment",
    "decide_prepayment_request",
]
