"""Money of an account that serves the housing loan of its household (冲还贷)."""

import datetime as dt

from accounts.holds import get_frozen, get_loan_hold_fen
from accounts.models import MemberAccount, MemberEvent
from accounts.services import record_event
from contributions.queries import Holdings, get_holdings, get_holdings_since
from ledger.facts import Component
from ledger.models import LedgerAccount
from ledger.postings import spread
from office.models import User
from policy.book import PolicyBook

Part = tuple[LedgerAccount, Component, int]


def free_for_loan_fen(
    member_account: MemberAccount,
    book: PolicyBook,
    retained_fen: int = 0,
    since: dt.date | None = None,
) -> int:
    """Give what an account may give to a loan on the book's day, in fen.

    What a court holds stays; so does what the law keeps in the account while a loan runs, and the
    sum that an offset always leaves, or the greater one that was agreed on. They may lie on the
    same money. Interest that has accrued and is not credited yet is not touched.

    Args:
        retained_fen: what stays in the account by agreement, in fen.
        since: an earlier day from which the offset is to count; only money that has been in the
            account since then serves.

    Source: offset.retained, offset.sealed_accounts; loan.retained_ratio by way of the hold.
    """
    if not member_account.is_open:
        return 0
    sealed = member_account.state == MemberAccount.State.SEALED
    if sealed and not book.flag("offset.sealed_accounts"):
        return 0
    balance_fen = _held(member_account, since).total_fen
    stays_fen = max(get_loan_hold_fen(member_account), book.fen("offset.retained"), retained_fen)
    return max(
        0, min(get_frozen(member_account, book.on).left_fen(balance_fen), balance_fen - stays_fen)
    )


def _held(member_account: MemberAccount, since: dt.date | None) -> Holdings:
    return (
        get_holdings(member_account) if since is None else get_holdings_since(member_account, since)
    )


def take_for_loan(
    *,
    member_account: MemberAccount,
    amount_fen: int,
    document_no: str,
    business_date: dt.date,
    book: PolicyBook,
    by: User,
    since: dt.date | None = None,
) -> list[Part]:
    """Choose the money of an account that goes to a loan; the caller books it in one voucher.

    Call it under the account's lock, in the transaction of the voucher, for no more than
    ``free_for_loan_fen``. Money goes by origin in the order of withdrawals, then by component.
    Where the law takes an offset for a withdrawal, the event is written that stops subsidies.

    Args:
        document_no: the repayment's number.
        since: as ``free_for_loan_fen`` has it; the event is dated on it.

    Returns:
        Lines of the account, components and sums in fen that add up to ``amount_fen``.

    Raises:
        ValueError: the account holds less.

    Source: withdrawal.origin_order, offset.counts_as_withdrawal.
    """
    holdings = _held(member_account, since)
    lines = {
        "FLEX": (member_account.flex_ledger_account, holdings.flex),
        "UNIT": (member_account.unit_ledger_account, holdings.unit),
    }
    left_fen, parts = amount_fen, []
    for origin in book.choices("withdrawal.origin_order"):
        line, held = lines[origin]
        part_fen = min(left_fen, max(0, sum(held.values())))
        left_fen -= part_fen
        parts += [(line, one, fen) for one, fen in spread(held, part_fen).items() if fen]
    if left_fen:
        raise ValueError(f"{amount_fen} fen asked, {amount_fen - left_fen} fen held")
    if book.flag("offset.counts_as_withdrawal"):
        record_event(
            member_account=member_account,
            kind=MemberEvent.Kind.WITHDRAWAL,
            date=since or business_date,
            document_no=document_no,
            by=by,
        )
    return parts


def take_back_for_loan(
    *, member_account: MemberAccount, document_no: str, business_date: dt.date, by: User
) -> None:
    """Note that an offset came to nothing, where it had been told as a withdrawal."""
    told = MemberEvent.objects.filter(
        member_account=member_account,
        kind=MemberEvent.Kind.WITHDRAWAL,
        document_no=document_no,
    )
    if told.exists():
        record_event(
            member_account=member_account,
            kind=MemberEvent.Kind.WITHDRAWAL_UNDONE,
            date=business_date,
            document_no=document_no,
            by=by,
        )
