"""What is done to the books. Nobody else writes ledger rows, except settlement's bulk steps.

Every service either posts the whole entry and moves every balance it touches, or does nothing.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from kernel.money import MAX_FEN
from ledger.chart import CHART
from ledger.errors import (
    AlreadyReversed,
    BadLine,
    BadMove,
    EmptyEntry,
    ForeignCentre,
    InsufficientBalance,
    KeyReused,
    NotAPostingAccount,
    PostingRefused,
    UnknownLedgerAccount,
)
from ledger.facts import Component
from ledger.models import Entry, LedgerAccount, Posting
from ledger.postings import Move, reversal_moves
from office.drawers import require_drawer
from office.models import Centre, User
from office.services import require_open

__all__ = [
    "AlreadyReversed",
    "BadLine",
    "BadMove",
    "EmptyEntry",
    "ForeignCentre",
    "InsufficientBalance",
    "KeyReused",
    "NotAPostingAccount",
    "PostingRefused",
    "UnknownLedgerAccount",
    "open_books",
    "open_detail_account",
    "open_member_account",
    "open_member_accounts",
    "post",
    "reverse",
]

Moves = Sequence[Move[LedgerAccount]]


@transaction.atomic
def open_books(*, centre: Centre) -> int:
    """Open the accounts of the chart for a centre; calling again adds only what is missing.

    Returns:
        How many accounts were opened now.

    Source: 财会字〔1999〕33号 (chart of accounts).
    """
    there = set(LedgerAccount.objects.filter(centre=centre).values_list("code", flat=True))
    missing = [
        LedgerAccount(
            centre=centre,
            code=line.code,
            name=line.name,
            normal_side=line.side,
            role=line.role,
            book=line.book,
        )
        for line in CHART
        if line.code not in there
    ]
    LedgerAccount.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def open_member_account(
    *, centre: Centre, control_code: str, code: str, name: str, may_overdraw: bool = False
) -> LedgerAccount:
    """Open one line (分户) below a control account, for a member, a loan or an open item.

    Args:
        control_code: the control account, e.g. ``20102``.
        code: the line's full code, which is the control code, a dot and the number of the
            individual account: ``20102.653101000123``.
        may_overdraw: True lets the balance stand on the contrary side; members' lines never do.

    Raises:
        UnknownLedgerAccount: the centre has no such account; its books are not open.
        BadLine: the control account takes no lines, the code does not stand below it, or it is
            already taken.
    """
    (line,) = open_member_accounts(
        centre=centre,
        control_code=control_code,
        lines=[(code, name)],
        may_overdraw=may_overdraw,
    )
    return line


@transaction.atomic
def open_member_accounts(
    *,
    centre: Centre,
    control_code: str,
    lines: Iterable[tuple[str, str]],
    may_overdraw: bool = False,
) -> list[LedgerAccount]:
    """Open many lines (code, name) below one control account; all of them or none.

    Raises:
        UnknownLedgerAccount, BadLine: as ``open_member_account``.
    """
    control = LedgerAccount.objects.filter(centre=centre, code=control_code).first()
    if control is None:
        raise UnknownLedgerAccount(centre=centre.code, code=control_code)
    wanted = list(lines)
    if control.role != LedgerAccount.Role.CONTROL:
        raise BadLine(code=wanted[0][0] if wanted else "", control=control_code)
    for code, _name in wanted:
        if not code.startswith(f"{control_code}.") or len(code) > 64:
            raise BadLine(code=code, control=control_code)
    accounts = [
        LedgerAccount(
            centre=centre,
            code=code,
            name=name,
            normal_side=control.normal_side,
            role=LedgerAccount.Role.LINE,
            book=control.book,
            control=control,
            may_overdraw=may_overdraw,
        )
        for code, name in wanted
    ]
    try:
        with transaction.atomic():
            return LedgerAccount.objects.bulk_create(accounts, batch_size=5_000)
    except IntegrityError as broken:
        raise BadLine(code=wanted[0][0], control=control_code) from broken


@transaction.atomic
def open_detail_account(*, centre: Centre, parent_code: str, code: str, name: str) -> LedgerAccount:
    """Open a detail account below one of the chart, e.g. ``10101.01`` for a bank account.

    Calling again with the same code returns the account that is there.

    Raises:
        UnknownLedgerAccount: the centre has no account ``parent_code``.
        BadLine: ``code`` does not stand below ``parent_code``, or that takes lines only.
    """
    parent = LedgerAccount.objects.filter(centre=centre, code=parent_code).first()
    if parent is None:
        raise UnknownLedgerAccount(centre=centre.code, code=parent_code)
    takes_details = parent.role in (LedgerAccount.Role.SUMMARY, LedgerAccount.Role.DETAIL)
    if not takes_details or not code.startswith(f"{parent_code}.") or len(code) > 64:
        raise BadLine(code=code, control=parent_code)
    account, _created = LedgerAccount.objects.get_or_create(
        centre=centre,
        code=code,
        defaults={
            "name": name,
            "normal_side": parent.normal_side,
            "role": LedgerAccount.Role.DETAIL,
            "book": parent.book,
        },
    )
    return account


@transaction.atomic
def post(
    *,
    centre: Centre,
    key: str,
    kind: str,
    business_date: dt.date,
    document_no: str,
    maker: User,
    moves: Moves,
    memo: str = "",
) -> Entry:
    """Post an entry and move the balances of every line it touches.

    Calling again with the same key and content returns the first entry, whoever calls.

    Args:
        key: names the event once and for all in its centre, ``<event>:<document or year>[:shard]``.
        kind: a code of ``Entry.Kind``.
        business_date: the centre's open business day, given by the caller.
        document_no: the document a person can look up.
        moves: at least one; amounts in fen, greater than zero.

    Returns:
        The entry, posted: balances already include it.

    Raises:
        EmptyEntry, BadMove, NotAPostingAccount, ForeignCentre: the moves are not an entry.
        KeyReused: the key belongs to an entry of other content.
        DayNotOpen: the centre's books are not open for ``business_date``.
        DrawerClosed: the maker has closed the drawer of the day.
        InsufficientBalance: a line holds less than the entry takes from it.
    """
    _check_moves(centre, moves)
    entry = Entry(
        centre=centre,
        key=key,
        kind=kind,
        business_date=business_date,
        document_no=document_no,
        maker=maker,
        memo=memo,
    )
    return _post_entry(entry, moves)


@transaction.atomic
def reverse(
    *,
    entry: Entry,
    key: str,
    business_date: dt.date,
    maker: User,
    document_no: str,
    memo: str = "",
) -> Entry:
    """Undo an entry by 红冲: the same lines with debit and credit exchanged, linked to it.

    Calling again with the same key returns the first reversal.

    Raises:
        AlreadyReversed: another document has undone the entry before.
        BadMove: the entry is itself a reversal; post the right entry instead.
        InsufficientBalance: the member has meanwhile used the money.
        DayNotOpen, DrawerClosed, KeyReused: as ``post``.
    """
    if entry.reversal_of_id is not None:
        raise BadMove(field="reversal_of", seen=entry.key)
    undo = Entry(
        centre=entry.centre,
        key=key,
        kind=Entry.Kind.REVERSAL,
        business_date=business_date,
        document_no=document_no,
        maker=maker,
        memo=memo,
        reversal_of=entry,
    )
    return _post_entry(undo, reversal_moves(_moves_of(entry)))


def _post_entry(entry: Entry, moves: Moves) -> Entry:
    """Insert the key first, in the same transaction as the money: a duplicate stops here."""
    known = Entry.objects.filter(centre=entry.centre, key=entry.key).first()
    if known is not None:
        return _same_or_refuse(known, entry, moves)
    require_open(entry.centre, entry.business_date)
    require_drawer(entry.maker, entry.business_date)
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError:
        # A duplicate that ran at the same moment has won; anything else is a fault of ours.
        known = Entry.objects.filter(centre=entry.centre, key=entry.key).first()
        if known is not None:
            return _same_or_refuse(known, entry, moves)
        other = Entry.objects.filter(reversal_of=entry.reversal_of_id).first()
        if entry.reversal_of is not None and other is not None:
            raise AlreadyReversed(key=entry.reversal_of.key, by=other.document_no) from None
        raise
    _move_totals(moves)
    Posting.objects.bulk_create(
        [
            Posting(
                entry=entry,
                seq=seq,
                debit=move.debit,
                credit=move.credit,
                amount_fen=move.amount_fen,
                component=move.component.value,
                value_date=move.value_date,
            )
            for seq, move in enumerate(moves, start=1)
        ],
        batch_size=5_000,
    )
    return entry


def _check_moves(centre: Centre, moves: Moves) -> None:
    """Refuse what the database would refuse too, with a sentence a person understands."""
    if not moves:
        raise EmptyEntry
    takes_postings = (LedgerAccount.Role.DETAIL, LedgerAccount.Role.LINE)
    for number, move in enumerate(moves, start=1):
        field = f"moves[{number}]"
        if type(move.amount_fen) is not int or not 1 <= move.amount_fen <= MAX_FEN:
            raise BadMove(field=f"{field}.amount_fen", seen=repr(move.amount_fen))
        if type(move.value_date) is not dt.date:
            raise BadMove(field=f"{field}.value_date", seen=repr(move.value_date))
        if type(move.component) is not Component:
            raise BadMove(field=f"{field}.component", seen=repr(move.component))
        if move.debit.pk == move.credit.pk:
            raise BadMove(field=f"{field}.credit", seen=move.credit.code)
        for ledger_account in (move.debit, move.credit):
            if ledger_account.centre_id != centre.pk:
                raise ForeignCentre(code=ledger_account.code, centre=centre.code)
            if ledger_account.role not in takes_postings:
                raise NotAPostingAccount(code=ledger_account.code)


def _move_totals(moves: Moves) -> None:
    """Add to the running totals of every line touched, in ascending id so that none deadlock.

    Each update carries the condition that the line stays covered, and must hit one row.
    """
    debits_fen: dict[int, int] = defaultdict(int)
    credits_fen: dict[int, int] = defaultdict(int)
    lines: dict[int, LedgerAccount] = {}
    for move in moves:
        debits_fen[move.debit.pk] += move.amount_fen
        credits_fen[move.credit.pk] += move.amount_fen
        for ledger_account in (move.debit, move.credit):
            if ledger_account.role == LedgerAccount.Role.LINE:
                lines[ledger_account.pk] = ledger_account
    for pk in sorted(lines):
        taken_fen = debits_fen[pk] - credits_fen[pk]
        covered = (
            Q(may_overdraw=True)
            | Q(normal_side="CREDIT", credits_fen__gte=F("debits_fen") + taken_fen)
            | Q(normal_side="DEBIT", debits_fen__gte=F("credits_fen") - taken_fen)
        )
        moved = LedgerAccount.objects.filter(covered, pk=pk).update(
            debits_fen=F("debits_fen") + debits_fen[pk],
            credits_fen=F("credits_fen") + credits_fen[pk],
        )
        if moved != 1:
            fresh = LedgerAccount.objects.get(pk=pk)
            asked_fen = taken_fen if fresh.normal_side == LedgerAccount.Side.CREDIT else -taken_fen
            raise InsufficientBalance(
                ledger_account=fresh.code, balance_fen=fresh.balance_fen, asked_fen=asked_fen
            )


def _moves_of(entry: Entry) -> list[Move[LedgerAccount]]:
    """Read an entry's postings back as moves, in their order."""
    return [
        Move(
            posting.debit,
            posting.credit,
            posting.amount_fen,
            posting.value_date,
            Component(posting.component),
        )
        for posting in entry.postings.select_related("debit", "credit").order_by("seq")
    ]


def _same_or_refuse(known: Entry, wanted: Entry, moves: Moves) -> Entry:
    """Return the entry that is there if the caller means the same, and refuse otherwise."""
    same_head = (
        known.kind == wanted.kind
        and known.business_date == wanted.business_date
        and known.document_no == wanted.document_no
        and known.memo == wanted.memo
        and known.reversal_of_id == wanted.reversal_of_id
    )
    posted = [
        (move.debit.pk, move.credit.pk, move.amount_fen, move.component, move.value_date)
        for move in _moves_of(known)
    ]
    asked = [
        (move.debit.pk, move.credit.pk, move.amount_fen, move.component, move.value_date)
        for move in moves
    ]
    if not same_head or posted != asked:
        raise KeyReused(key=wanted.key, document_no=known.document_no)
    return known
