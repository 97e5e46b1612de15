"""The documents of loans, as people see them."""

from loans.repayment_kinds import REPAYMENT_KINDS

KINDS = (*REPAYMENT_KINDS,)
