"""Money that comes in for a loan that was written off (核销后收回)."""

import datetime as dt

from django.db import transaction
from django.db.models import F

from accounts.errors import AlreadyEntered, BadField
from accounts.holds import require_not_own
from accounts.models import MemberAccount
from accounts.queries import lock_member_account
from accounts.services.checks import read_text
from kernel.money import MAX_FEN
from ledger.chart import Code
from ledger.models import Entry
from ledger.postings import recovery_moves
from ledger.queries import get_ledger_account
from ledger.services import post
from loans.late_errors import NoWriteOff, RecoveredTooMuch
from loans.models import Recovery, WriteOff
from loans.queries import lock_loan
from loans.services.releases import release_parties
from office.models import User
from office.services import audit, next_number, require_permission

_LENGTH = 64


def find_unrecovered(member_account: MemberAccount) -> WriteOff | None:
    """Find the write-off of an account that is not wholly recovered."""
    rows = WriteOff.objects.filter(
        member_account=member_account,
        state=WriteOff.State.APPROVED,
        recovered_fen__lt=F("principal_fen"),
    )
    return rows.select_related("loan").order_by("pk").first()


@transaction.atomic
def recover(
    *,
    member_account: MemberAccount,
    amount_fen: int,
    bank_reference: str,
    business_date: dt.date,
    by: User,
) -> Recovery:
    """Book money that came in for a written-off loan; in parts, never more than was given up.

    With the last fen the household is released: nobody owes principal any more.

    Args:
        bank_reference: the bank's reference of the receipt; the same money is booked once.

    Raises:
        NotAllowed, OwnAccount: the person may not do this.
        NoWriteOff: nothing of the account is written off and open.
        BadField: the sum or the reference is missing.
        AlreadyEntered: money with this reference was booked before.
        RecoveredTooMuch: more than is still open.
        DayNotOpen: the centre's books are not open for the day.

    Source: 财会字〔1999〕33号 (已核销后收回).
    """
    require_permission(by, Recovery.submit_permission, member_account.centre)
    account = lock_member_account(member_account.pk)
    require_not_own(account, by)
    open_one = find_unrecovered(account)
    if open_one is None:
        raise NoWriteOff(account.number)
    loan = lock_loan(open_one.loan_id)
    reference = _take(account, open_one, amount_fen, bank_reference)
    number = next_number(account.centre, "RV", business_date)
    recovery = Recovery.objects.create(
        number=number,
        centre=account.centre,
        branch=by.branch,
        loan=loan,
        member_account=account,
        write_off=open_one,
        business_date=business_date,
        amount_fen=amount_fen,
        bank_reference=reference,
        entry=_book(account, number, amount_fen, business_date, by),
        made_by=by,
    )
    audit(
        actor=by,
        action="loans.recover",
        target=recovery,
        centre=account.centre,
        subject=loan.number,
        after={"amount_fen": amount_fen, "write_off": open_one.number},
    )
    open_one.refresh_from_db()
    if not open_one.left_fen:
        release_parties(loan, business_date, by)
    return recovery


def _take(account: MemberAccount, write_off: WriteOff, amount_fen: int, bank_reference: str) -> str:
    """Count the sum as recovered, if it fits and was not booked before; return the reference."""
    reference = read_text("bank_reference", bank_reference, _LENGTH)
    if not 1 <= amount_fen <= MAX_FEN:
        raise BadField("amount_fen", seen=str(amount_fen))
    standing = Recovery.objects.filter(centre=account.centre, undone_date__isnull=True)
    if standing.filter(bank_reference=reference).exists():
        raise AlreadyEntered(reference)
    taken = WriteOff.objects.filter(
        pk=write_off.pk, recovered_fen__lte=F("principal_fen") - amount_fen
    ).update(recovered_fen=F("recovered_fen") + amount_fen)
    if not taken:
        raise RecoveredTooMuch(write_off.number, amount_fen, write_off.left_fen)
    return reference


def _book(
    account: MemberAccount, number: str, amount_fen: int, business_date: dt.date, by: User
) -> Entry:
    centre = account.centre
    return post(
        centre=centre,
        key=f"recovery:{number}",
        kind=Entry.Kind.RECOVERY,
        business_date=business_date,
        document_no=number,
        maker=by,
        moves=recovery_moves(
            bank=get_ledger_account(centre, Code.BANK),
            reserve=get_ledger_account(centre, Code.LOAN_RISK_RESERVE),
            surplus_bank=get_ledger_account(centre, Code.SURPLUS_BANK),
            amount_fen=amount_fen,
            value_date=business_date,
        ),
    )
