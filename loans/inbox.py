"""How the documents about loans are described to people; see ``office.inbox``."""

from loans.application_kinds import APPLICATION_KINDS
from loans.contract_kinds import CONTRACT_KINDS
from loans.late_kinds import LATE_KINDS
from loans.refund_kind import REFUND
from loans.repayment_kinds import REPAYMENT_KINDS

KINDS = (*APPLICATION_KINDS, *CONTRACT_KINDS, *LATE_KINDS, *REPAYMENT_KINDS, REFUND)
