"""Money that comes from another centre or from a unit."""

import datetime as dt

from django.db import transaction

from accounts.errors import BadField, WrongState
from accounts.models import MemberAccount, MemberEvent
from accounts.queries import lock_member_account
from accounts.services import record_event
from contributions.models import Transfer
from contributions.services.deposits import check_input
from ledger.chart import Code
from ledger.models import Entry
from ledger.postings import transfer_in_moves
from ledger.queries import get_ledger_account
from ledger.services import KeyReused, post
from office.models import User
from office.services import audit, require_permission


@transaction.atomic
def receive_transfer(
    *,
    member_account: MemberAccount,
    origin: str,
    amount_fen: int,
    from_centre: str,
    contributed_months: int,
    first_month: dt.date | None,
    their_document_no: str,
    document_no: str,
    business_date: dt.date,
    clerk: User,
) -> Transfer:
    """Receive money from another centre or a unit, with the facts it carries.

    It is booked on the line of its origin, and its months count where a rule asks for them; it
    covers no month here. Calling again with the same ``document_no`` returns the first one.

    Args:
        origin: a code of ``Transfer.Origin``.
        amount_fen: what arrived, in fen.
        first_month: first day of the first month contributed there.
        their_document_no: number of the letter that came with it.

    Raises:
        NotAllowed, BadField, DayNotOpen: as ``receive_deposit``.
        WrongState: the account is sealed or closed.
        KeyReused: ``document_no`` belongs to a different transfer.
    """
    check_input(amount_fen, document_no)
    if origin not in Transfer.Origin.values:
        raise BadField("origin", seen=repr(origin), expected="FLEX, UNIT")
    for field, text in (("from_centre", from_centre), ("their_document_no", their_document_no)):
        if not text.strip():
            raise BadField(field)
    account = lock_member_account(member_account.pk)
    if not clerk.is_system:
        require_permission(clerk, "contributions.transfer", account.centre)
    known = Transfer.objects.filter(number=document_no).first()
    if known is not None:
        if (known.member_account_id, known.amount_fen) != (account.pk, amount_fen):
            raise KeyReused(key=f"transfer-in:{document_no}", document_no=document_no)
        return known
    if not account.is_open:
        raise WrongState(account.number, account.get_state_display())
    return book_transfer(
        Transfer(
            centre=account.centre,
            number=document_no,
            member_account=account,
            origin=origin,
            amount_fen=amount_fen,
            business_date=business_date,
            from_centre=from_centre.strip(),
            contributed_months=contributed_months,
            first_month=first_month,
            document_no=their_document_no.strip(),
            made_by=clerk,
        )
    )


def book_transfer(transfer: Transfer, kind: str = Entry.Kind.TRANSFER_IN) -> Transfer:
    """Book what came from elsewhere on the line of its origin, in the caller's transaction."""
    centre, account = transfer.centre, transfer.member_account
    flex = transfer.origin == Transfer.Origin.FLEX
    transfer.entry = post(
        centre=centre,
        key=f"transfer-in:{transfer.number}",
        kind=kind,
        business_date=transfer.business_date,
        document_no=transfer.number,
        maker=transfer.made_by,
        moves=transfer_in_moves(
            bank=get_ledger_account(centre, Code.BANK),
            member=account.flex_ledger_account if flex else account.unit_ledger_account,
            amount_fen=transfer.amount_fen,
            value_date=transfer.business_date,
        ),
    )
    transfer.save(force_insert=True)
    record_event(
        member_account=account,
        kind=MemberEvent.Kind.TRANSFERRED_IN,
        date=transfer.business_date,
        document_no=transfer.number,
        by=transfer.made_by,
    )
    audit(
        actor=transfer.made_by,
        action="contributions.transfer_in",
        target=transfer,
        centre=centre,
        subject=account.number,
        after={
            "amount_fen": transfer.amount_fen,
            "from": transfer.from_centre,
            "origin": transfer.origin,
        },
    )
    return transfer
