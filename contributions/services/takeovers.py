"""Taking over what another system kept: a workbook handed in by one person, let in by another."""

import base64
import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from accounts.errors import OwnAccount
from accounts.models import MemberAccount
from contributions.errors import KnownWorkbook, NumberTaken, TakeoverUnclean
from contributions.models import Coverage, TakenOver, Takeover
from ledger.chart import Code
from ledger.facts import Component
from ledger.models import Entry, LedgerAccount
from ledger.postings import Move, opening_moves
from ledger.queries import get_ledger_account
from ledger.services import post
from office.documents import approve, cancel, return_, submit
from office.models import Branch, Centre, User
from office.services import audit, next_number, require_permission

_NAME_LENGTH = 120


@dataclass(frozen=True, slots=True)
class OpeningLot:
    """Money of one value date: negative fen are a taking-out; ``unit`` says whose money it is."""

    unit: bool
    component: Component
    value_date: dt.date
    amount_fen: int


@dataclass(frozen=True, slots=True)
class AccountTaken:
    """What is written for one account: its old number, its money, and its months with fen."""

    account: MemberAccount
    old_number: str
    lots: tuple[OpeningLot, ...]
    months: tuple[tuple[dt.date, int], ...]


@transaction.atomic
def hand_in_workbook(
    *,
    centre: Centre,
    branch: Branch,
    file_name: str,
    content: bytes,
    claimed: dict[str, int],
    business_date: dt.date,
    by: User,
) -> Takeover:
    """Keep a workbook as a draft, to be tried before it can be submitted.

    Args:
        claimed: control totals typed from the other system's report: counts, and sums in fen.

    Raises:
        NotAllowed: the person may not take accounts over.
        KnownWorkbook: the very same file was handed in before; look at that one.
    """
    require_permission(by, Takeover.submit_permission, centre)
    digest = hashlib.sha256(content).hexdigest()
    document = Takeover(
        number=next_number(centre, "TK", business_date),
        centre=centre,
        branch=branch,
        business_date=business_date,
        made_by=by,
        file_name=file_name[-_NAME_LENGTH:],
        sha256=digest,
        workbook=base64.b64encode(content).decode(),
        claimed=claimed,
    )
    try:
        with transaction.atomic():
            document.save(force_insert=True)
    except IntegrityError as broken:
        known = Takeover.objects.filter(centre=centre, sha256=digest)
        there = known.exclude(state__in=["RETURNED", "CANCELLED"]).first()
        raise KnownWorkbook(there.number if there else "–") from broken
    audit(
        actor=by,
        action="contributions.takeover",
        target=document,
        centre=centre,
        subject=document.number,
        after={"sha256": digest, "claimed": claimed},
    )
    return document


def workbook_of(document: Takeover) -> bytes:
    """Give the file as it was handed in."""
    return base64.b64decode(document.workbook)


def keep_findings(
    *, document: Takeover, found: dict[str, Any], problems: Sequence[dict[str, Any]], count: int
) -> Takeover:
    """Keep what the trial run of a draft has found; ``problems`` may be the first of them only."""
    Takeover.objects.filter(pk=document.pk, state=Takeover.State.DRAFT).update(
        found=found, problems=list(problems), problem_count=count
    )
    document.refresh_from_db()
    return document


@transaction.atomic
def submit_takeover(*, document: Takeover, by: User) -> Takeover:
    """Hand a tried workbook to the second person.

    Raises:
        TakeoverUnclean: it was not tried yet, or its trial found problems.
        NotAllowed, AlreadyDecided: see ``office.documents``.
        OwnAccount: the maker's own account is among them.
    """
    locked = Takeover.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if locked.found is None or locked.problem_count != 0:
        raise TakeoverUnclean(locked.number, locked.problem_count)
    _require_no_own(locked, by)
    return submit(document=document, by=by, shown=shown_takeover(locked))


@transaction.atomic
def approve_takeover(*, document: Takeover, digest: str, by: User) -> Takeover:
    """Let a workbook in; the caller queues its booking in the same transaction.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        OwnAccount: the checker's own account is among them.
    """
    _require_no_own(document, by)
    return approve(document=document, by=by, digest=digest)


def return_takeover(*, document: Takeover, reason: str, by: User) -> Takeover:
    """Give a workbook back with the reason; see ``office.documents.return_``."""
    return return_(document=document, by=by, reason=reason)


def cancel_takeover(*, document: Takeover, by: User) -> Takeover:
    """Take a workbook back before it is decided; see ``office.documents.cancel``."""
    return cancel(document=document, by=by)


def shown_takeover(document: Takeover) -> dict[str, Any]:
    """Give what the second person sees; its digest binds the approval to this very file."""
    return document.shown_to(sha256=document.sha256, claimed=document.claimed, found=document.found)


def book_accounts(
    *, document: Takeover, taken: Sequence[AccountTaken], business_date: dt.date, part: int
) -> Entry | None:
    """Book one part of a workbook: an opening entry, the months, and the old numbers.

    Money is entered on the value dates it had, in and out, so that the first settlement counts
    the days the other system has not paid yet. Call it in the transaction of the whole workbook.

    Args:
        taken: the part's accounts, founded before in the same transaction.
        part: number of the part; with the document it names the entry once and for all.

    Returns:
        The entry, or None where the part's accounts hold nothing.

    Raises:
        NumberTaken: an old number was taken over before.
        DayNotOpen, InsufficientBalance: see ``ledger.services.post``.

    Source: 财会字〔1999〕33号 (opening of the books).
    """
    rows = [
        TakenOver(
            takeover=document,
            centre=document.centre,
            member_account=one.account,
            old_number=one.old_number,
            booked_date=business_date,
        )
        for one in taken
    ]
    try:
        with transaction.atomic():
            TakenOver.objects.bulk_create(rows)
    except IntegrityError as broken:
        numbers = [one.old_number for one in taken]
        known = TakenOver.objects.filter(centre=document.centre, old_number__in=numbers).first()
        raise NumberTaken(known.old_number if known else "–") from broken
    moves = list(_moves(get_ledger_account(document.centre, Code.BANK), taken))
    entry = None
    if moves:
        entry = post(
            centre=document.centre,
            key=f"takeover:{document.number}:{part}",
            kind=Entry.Kind.OPENING_BALANCE,
            business_date=business_date,
            document_no=document.number,
            maker=document.made_by,
            moves=moves,
        )
    Coverage.objects.bulk_create(
        (
            Coverage(member_account=row.member_account, month=month, taken_over=row, amount_fen=fen)
            for row, one in zip(rows, taken, strict=True)
            for month, fen in one.months
        ),
        batch_size=2_000,
    )
    return entry


def finish_takeover(*, document: Takeover, business_date: dt.date) -> Takeover:
    """Note that a workbook stands in the books; call it in the transaction that booked it."""
    Takeover.objects.filter(
        pk=document.pk, state=Takeover.State.APPROVED, booked_date__isnull=True
    ).update(booked_date=business_date)
    document.refresh_from_db()
    audit(
        actor=document.checked_by,
        action="contributions.take_over",
        target=document,
        centre=document.centre,
        subject=document.number,
        after={"booked_date": business_date.isoformat(), "found": document.found},
    )
    return document


def _moves(bank: LedgerAccount, taken: Iterable[AccountTaken]) -> Iterable[Move[LedgerAccount]]:
    for one in taken:
        for lot in one.lots:
            account = one.account
            yield from opening_moves(
                bank=bank,
                member=account.unit_ledger_account if lot.unit else account.flex_ledger_account,
                amount_fen=lot.amount_fen,
                value_date=lot.value_date,
                component=lot.component,
            )


def _require_no_own(document: Takeover, by: User) -> None:
    if by.pk in (document.found or {}).get("staff", []):
        raise OwnAccount(document.number)
