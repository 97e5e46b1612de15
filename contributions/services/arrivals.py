"""Arrivals of transfers (转入到账): what stands in the bank account, booked by two persons."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.errors import BadField, WrongState
from accounts.holds import require_not_own
from accounts.models import MemberAccount
from accounts.queries import lock_member_account
from contributions.account_information import (
    AccountInformation,
    read_information,
)
from contributions.errors import ArrivalDiffers, TransferWaits
from contributions.facts import Identity
from contributions.letters import LetterState, Side
from contributions.models import (
    CarriedRecord,
    PlatformMessage,
    Transfer,
    TransferArrival,
    TransferIn,
)
from contributions.services.letters import move_letter, tell
from contributions.services.transfers import book_transfer
from kernel.money import MAX_FEN
from kernel.months import Month
from office.documents import approve, cancel, return_, submit
from office.models import User
from office.services import next_number, require_permission
from policy.queries import open_book


@transaction.atomic
def submit_arrival(
    *,
    transfer_in: TransferIn,
    flex_fen: int,
    unit_fen: int,
    bank_reference: str,
    business_date: dt.date,
    by: User,
    agreed_no: str = "",
) -> TransferArrival:
    """Enter what arrived at the bank, by origin, and hand it to a second person.

    Args:
        bank_reference: number of the bank's receipt; it is entered once.
        agreed_no: paper of the talks, where the sums differ from the account information.

    Raises:
        NotAllowed, OwnAccount: the person may not do this for the account.
        BadField: a sum or the reference cannot be right.
        WrongState: the letter does not stand where money is booked, or the account is closed.
        ArrivalDiffers: the sums are not those of the information; talk with the other centre.
        TransferWaits: the arrival is entered already.
    """
    require_permission(by, TransferArrival.submit_permission, transfer_in.centre)
    for field, fen in (("flex_fen", flex_fen), ("unit_fen", unit_fen)):
        if type(fen) is not int or not 0 <= fen <= MAX_FEN:
            raise BadField(field, seen=repr(fen), expected=f"0–{MAX_FEN}")
    if (flex_fen or unit_fen) and not 0 < len(bank_reference.strip()) <= 64:
        raise BadField("bank_reference")
    account = lock_member_account(transfer_in.member_account_id)
    require_not_own(account, by)
    arrival = TransferArrival(
        number=next_number(account.centre, "TA", business_date),
        centre=account.centre,
        branch=by.branch or account.branch,
        business_date=business_date,
        made_by=by,
        transfer_in=transfer_in,
        member_account=account,
        flex_fen=flex_fen,
        unit_fen=unit_fen,
        bank_reference=bank_reference.strip(),
        agreed_no=agreed_no.strip()[:64],
    )
    transfer_in.refresh_from_db()
    _require_bookable(arrival, transfer_in, account)
    try:
        with transaction.atomic():
            arrival.save(force_insert=True)
            return submit(document=arrival, by=by, shown=shown_arrival(arrival))
    except IntegrityError as broken:
        raise TransferWaits(account.number) from broken


@transaction.atomic
def approve_arrival(
    *, arrival: TransferArrival, digest: str, business_date: dt.date, by: User
) -> TransferArrival:
    """Book what arrived on the lines of its origin, keep what came with it, end the letter.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        OwnAccount: it is the checker's own account.
        WrongState, ArrivalDiffers: it no longer fits the letter or the account.
        DayNotOpen: the centre's books are not open for the day.

    Source: transfer.*; 财会字〔1999〕33号.
    """
    account = lock_member_account(arrival.member_account_id)
    require_not_own(account, by)
    transfer_in = TransferIn.objects.select_for_update(of=("self",)).get(pk=arrival.transfer_in_id)
    approve(document=arrival, by=by, digest=digest)
    _require_bookable(arrival, transfer_in, account)
    told = read_information(transfer_in.facts)
    talks = transfer_in.letter_state == LetterState.IN_TALKS
    to = LetterState.DONE_AFTER_TALKS if talks else LetterState.DONE
    move_letter(transfer_in, to, side=Side.TO, business_date=business_date, by=by)
    for origin, fen in ((Identity.FLEX, arrival.flex_fen), (Identity.UNIT, arrival.unit_fen)):
        if fen:
            _book(arrival, transfer_in, account, told, (origin, fen), business_date, by)
    _keep_records(arrival, transfer_in, account, told, business_date)
    tell(transfer_in, PlatformMessage.Kind.STATE, to=to, body={"amount_fen": arrival.amount_fen})
    return arrival


def return_arrival(*, arrival: TransferArrival, reason: str, by: User) -> TransferArrival:
    """Give an arrival back with the reason; it can be entered anew.

    Raises:
        ValueError: the reason is empty.
        SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return return_(document=arrival, by=by, reason=reason)


def cancel_arrival(*, arrival: TransferArrival, by: User) -> TransferArrival:
    """Take back an arrival that is not decided, as its maker.

    Raises:
        NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return cancel(document=arrival, by=by)


def shown_arrival(arrival: TransferArrival) -> dict[str, Any]:
    """Give what the second person sees of an arrival; its digest binds the approval."""
    return arrival.shown_to(
        transfer_in=arrival.transfer_in_id,
        sums=[arrival.flex_fen, arrival.unit_fen],
        bank_reference=arrival.bank_reference,
        agreed_no=arrival.agreed_no,
        facts=arrival.transfer_in.facts,
    )


def _require_bookable(
    arrival: TransferArrival, transfer_in: TransferIn, account: MemberAccount
) -> None:
    if not account.is_open:
        hint = _("A closed account takes no money; open a new one.")
        raise WrongState(account.number, account.get_state_display(), hint)
    if transfer_in.letter_state not in (LetterState.FACTS_APPROVED, LetterState.IN_TALKS):
        hint = _("Money is booked once the other centre has sent its account information.")
        raise WrongState(transfer_in.number, transfer_in.get_letter_state_display(), hint)
    told = read_information(transfer_in.facts).amounts
    same = (told.flex, told.unit) == (arrival.flex_fen, arrival.unit_fen)
    talks = transfer_in.letter_state == LetterState.IN_TALKS
    if not same and not (talks and arrival.agreed_no):
        raise ArrivalDiffers(
            transfer_in.number, told.flex + told.unit, arrival.flex_fen + arrival.unit_fen
        )


def _book(
    arrival: TransferArrival,
    transfer_in: TransferIn,
    account: MemberAccount,
    told: AccountInformation,
    part: tuple[Identity, int],
    business_date: dt.date,
    by: User,
) -> Transfer:
    origin, fen = part
    stretches = [one for one in told.stretches if one.identity == origin.value]
    first = min((one.first for one in stretches if one.first), default=None)
    return book_transfer(
        Transfer(
            centre=account.centre,
            number=f"{arrival.number}-{origin.value}",
            member_account=account,
            origin=origin.value,
            amount_fen=fen,
            business_date=business_date,
            from_centre=transfer_in.other_name,
            contributed_months=sum(one.count for one in stretches),
            first_month=first.first_day if first else None,
            document_no=f"{transfer_in.letter_no}-{origin.value}",
            made_by=by,
        )
    )


def _keep_records(
    arrival: TransferArrival,
    transfer_in: TransferIn,
    account: MemberAccount,
    told: AccountInformation,
    business_date: dt.date,
) -> None:
    """Keep months by identity; subsidies, loans and bans are told with flexible work."""
    counts = open_book(account.centre.code, business_date).flag("transfer.subsidy_counts")
    for origin in Identity:
        parts = [one for one in told.stretches if one.identity == origin.value]
        months = sorted({month for one in parts for month in one.months})
        ends = [month for one in parts for month in (one.first, one.last) if month]
        flex = origin is Identity.FLEX
        if not parts and not flex:
            continue
        CarriedRecord.objects.create(
            member_account=account,
            document_no=f"{arrival.number}-{origin.value}",
            business_date=business_date,
            source=transfer_in.other_name,
            identity=origin.value,
            first_month=min(ends).first_day if ends else None,
            last_month=max(ends).first_day if ends else None,
            month_count=len(months) or sum(one.count for one in parts),
            months=[str(Month(*month)) for month in months],
            subsidy_fen=told.subsidy_credited if flex else 0,
            subsidy_credits=told.subsidy_credits if flex else 0,
            opening_subsidy=told.opening_subsidy and flex,
            counts_in_subsidy=counts and flex,
            loans=told.loans if flex else 0,
            banned_until=told.banned_until if flex else None,
        )
