"""What an account must keep while its loan runs."""

from accounts.models import LoanHold, MemberAccount


def keep_for_loan(*, member_account: MemberAccount, amount_fen: int, document_no: str) -> None:
    """Set what must stay in an account from now on; nought lets everything go.

    The app of loans calls it after every movement of the loan, in the same transaction.

    Args:
        amount_fen: what must stay, in fen.
        document_no: number of the loan application.
    """
    LoanHold.objects.update_or_create(
        member_account=member_account,
        defaults={"amount_fen": amount_fen, "document_no": document_no},
    )
