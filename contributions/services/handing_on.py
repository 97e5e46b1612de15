"""How an approved inheritance is carried out: booked, handed on, and the account closed."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from accounts.models import MemberAccount, MemberEvent
from accounts.services import close, record_event
from contributions.inheriting import unpaid_heirs
from contributions.models import Heir, Inheritance, Payout
from contributions.queries import get_holdings
from ledger.chart import Code
from ledger.facts import Component
from ledger.models import Entry, LedgerAccount
from ledger.postings import Move, exit_moves, unclaimed_moves
from ledger.queries import get_ledger_account
from ledger.services import post
from office.models import User
from office.services import audit, next_number
from policy.book import PolicyBook

GoesTo = Inheritance.GoesTo
_INCOME = {"OTHER_INCOME": Code.OTHER_INCOME, "VALUE_ADDED_INCOME": Code.SURPLUS}


def book_inheritance(inheritance: Inheritance, book: PolicyBook, by: User) -> Entry | None:
    """Book everything out of both lines: owed to the heirs, or an income of the fund."""
    account, centre = inheritance.member_account, inheritance.centre
    lines = {"FLEX": account.flex_ledger_account, "UNIT": account.unit_ledger_account}
    moves: list[Move[LedgerAccount]] = []
    for origin, line in lines.items():
        parts = {
            Component(str(code)): int(fen)
            for seen, code, fen in inheritance.parts
            if seen == origin
        }
        if inheritance.goes_to == GoesTo.HEIRS:
            payable = get_ledger_account(centre, Code.WITHDRAWAL_PAYABLE)
            moves += exit_moves(bank=payable, member=line, parts=parts, value_date=book.on)
        else:
            code = _INCOME[book.choice("inheritance.unclaimed_to")]
            income = get_ledger_account(centre, code)
            moves += unclaimed_moves(income=income, member=line, parts=parts, value_date=book.on)
    if not moves:
        return None
    return post(
        centre=centre,
        key=f"inheritance:{inheritance.number}",
        kind=Entry.Kind.EXIT,
        business_date=book.on,
        document_no=inheritance.number,
        maker=by,
        moves=moves,
    )


def hand_on(
    inheritance: Inheritance, heirs: Sequence[Heir], business_date: dt.date, by: User
) -> list[Payout]:
    """Make the payments ready, or close the account where nobody is to be paid."""
    account = inheritance.member_account
    about: dict[str, Any] = {
        "member_account": account,
        "document_no": inheritance.number,
        "by": by,
    }
    record_event(**about, kind=MemberEvent.Kind.INHERITED, date=business_date)
    payouts = [
        pay_heir(heir=heir, business_date=business_date, by=by) for heir in heirs if heir.amount_fen
    ]
    if not payouts:
        close_when_done(inheritance, business_date, by)
    audit(
        actor=by,
        action="contributions.inherit",
        target=inheritance,
        centre=inheritance.centre,
        subject=account.number,
        after={
            "total_fen": inheritance.total_fen,
            "goes_to": inheritance.goes_to,
            "payouts": [payout.number for payout in payouts],
        },
    )
    return payouts


def pay_heir(*, heir: Heir, business_date: dt.date, by: User) -> Payout:
    """Make the payment of an heir's part ready, to the card on record."""
    centre = heir.inheritance.centre
    return Payout.objects.create(
        centre=centre,
        heir=heir,
        number=next_number(centre, "PO", business_date),
        amount_fen=heir.amount_fen,
        card_last4=heir.card_last4,
        approved_by=by,
        made_date=business_date,
    )


def close_when_done(inheritance: Inheritance, business_date: dt.date, by: User) -> None:
    """Close the account once every heir's money has arrived and nothing came in meanwhile."""
    account = inheritance.member_account
    if unpaid_heirs(account).exists() or get_holdings(account).total_fen:
        return
    nobody = inheritance.goes_to == GoesTo.NOBODY
    reasons = MemberAccount.CloseReason
    close(
        member_account=account,
        reason=reasons.NO_HEIRS if nobody else reasons.INHERITED,
        business_date=business_date,
        document_no=inheritance.number,
        by=by,
    )
