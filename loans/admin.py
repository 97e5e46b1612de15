"""What supervisors and auditors see of loans."""

from loans.contract_admin import LoanDocumentAdmin

__all__ = ["LoanDocumentAdmin"]  # registers the pages of contracts, payments and changes
