"""Interest credited within a fund year: to the day on which a member leaves or money moves."""

import datetime as dt

from django.db import transaction

from accounts.models import MemberAccount
from accounts.queries import lock_member_account
from contributions.earnings import Earned, interest_to
from contributions.errors import InterestBelowZero
from contributions.models import InterestCredit
from contributions.rules import decide_interest
from ledger.chart import Code
from ledger.models import Entry, LedgerAccount
from ledger.postings import Move, interest_moves
from ledger.queries import get_ledger_account
from ledger.services import post
from office.models import User
from office.services import audit, require_open
from policy.queries import open_book
from policy.services import record_decision


@transaction.atomic
def credit_interest(
    *, member_account: MemberAccount, business_date: dt.date, document_no: str, by: User
) -> InterestCredit:
    """Credit the interest of both lines from the last credit up to a day (excluded).

    Call it in the transaction of what makes it due, under whose permission it stands: an exit, a
    transfer out, the closing of an empty account. Calling again on the same day returns the first
    credit. The settlement of the year counts the account from this day on.

    Args:
        business_date: the open day; money earns up to the day before it.
        document_no: the document that makes it due.

    Returns:
        The credit, booked; without interest it has no voucher and is kept all the same.

    Raises:
        YearNotSettled: the settlement of an ended fund year comes first.
        InterestBelowZero: value dates were moved back so far that nothing is left to credit.
        Unset: no deposit rate is set for some day.
        DayNotOpen: the centre's books are not open for the day.

    Source: interest.*; 财会字〔1999〕33号; Regulation art. 21.
    """
    account = lock_member_account(member_account.pk)
    require_open(account.centre, business_date)
    known = InterestCredit.objects.filter(
        member_account=account, business_date=business_date
    ).first()
    if known is not None:
        return known
    book = open_book(account.centre.code, business_date)
    earned = interest_to(account, book, business_date)
    if earned.flex_fen < 0 or earned.unit_fen < 0:
        raise InterestBelowZero(account.number, business_date)
    return _keep(account, earned, business_date, document_no, by)


def _keep(
    account: MemberAccount, earned: Earned, business_date: dt.date, document_no: str, by: User
) -> InterestCredit:
    credit = InterestCredit.objects.create(
        centre=account.centre,
        member_account=account,
        document_no=document_no,
        from_date=earned.from_date,
        business_date=business_date,
        flex_fen=earned.flex_fen,
        unit_fen=earned.unit_fen,
        last_entry_id=earned.last_entry_id,
        entry=_book(account, earned, business_date, document_no, by),
        decision=record_decision(
            rule=decide_interest,
            facts=earned.facts,
            decision=earned.decision,
            centre=account.centre,
            business_date=business_date,
            subject=("contributions.interestcredit", document_no),
            by=by,
            calculator="interest",
        ),
        made_by=by,
    )
    audit(
        actor=by,
        action="contributions.credit_interest",
        target=credit,
        centre=account.centre,
        subject=account.number,
        after={
            "amount_fen": credit.amount_fen,
            "from": credit.from_date.isoformat(),
            "document": document_no,
        },
    )
    return credit


def _book(
    account: MemberAccount, earned: Earned, business_date: dt.date, document_no: str, by: User
) -> Entry | None:
    expense = get_ledger_account(account.centre, Code.INTEREST_EXPENSE)
    moves: list[Move[LedgerAccount]] = []
    for line, fen in (
        (account.flex_ledger_account, earned.flex_fen),
        (account.unit_ledger_account, earned.unit_fen),
    ):
        if fen:
            moves += interest_moves(
                expense=expense, member=line, amount_fen=fen, value_date=business_date
            )
    if not moves:
        return None
    return post(
        centre=account.centre,
        key=f"interest:{account.number}:{business_date}",
        kind=Entry.Kind.INTEREST,
        business_date=business_date,
        document_no=document_no,
        maker=by,
        moves=moves,
    )
