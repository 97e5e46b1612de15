"""One shard of a settlement: a handful of statements in one short transaction.

A shard is done iff its rows exist: the unique key of the items lets nobody be paid twice, and a
process that dies leaves either all rows of the shard or none.
"""

from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.models import QuerySet

from accounts.models import MemberAccount
from ledger.chart import Code
from ledger.facts import Component
from ledger.models import Entry, LedgerAccount
from office.models import BusinessDay, User
from office.queries import get_open_day
from office.services import require_open
from settlement import bulk_sql, bulk_subsidy_sql
from settlement.bulk_sql import Names
from settlement.models import (
    SettlementAdjustment,
    SettlementException,
    SettlementItem,
    SettlementRun,
    Shard,
)
from settlement.terms import Terms

_KIND = SettlementItem.Kind
# What an item kind is booked as: entry kind, expense account, component of the member's money.
BOOKED: dict[str, tuple[str, Code, Component]] = {
    _KIND.INTEREST_FLEX: (Entry.Kind.INTEREST, Code.INTEREST_EXPENSE, Component.INTEREST),
    _KIND.INTEREST_UNIT: (Entry.Kind.INTEREST, Code.INTEREST_EXPENSE, Component.INTEREST),
    _KIND.SUBSIDY: (Entry.Kind.SUBSIDY, Code.SUBSIDY_EXPENSE, Component.SUBSIDY),
    _KIND.OPENING_SUBSIDY: (
        Entry.Kind.OPENING_SUBSIDY,
        Code.OPENING_SUBSIDY_EXPENSE,
        Component.SUBSIDY,
    ),
}
# The tables whose statistics decide how PostgreSQL carries the statements out.
_READ = (
    "accounts_agreement",
    "accounts_member",
    "accounts_memberaccount",
    "accounts_memberevent",
    "contributions_coverage",
    "contributions_deposit",
    "contributions_takenover",
    "contributions_interestcredit",
    "ledger_entry",
    "ledger_ledgeraccount",
    "ledger_posting",
    "settlement_runday",
    "settlement_settlementexception",
    "settlement_settlementitem",
    "subsidies_earliersubsidy",
)


@dataclass
class Totals:
    """What a shard, or a whole run, has given; sums in fen."""

    accounts: int = 0
    interest_fen: int = 0
    subsidy_fen: int = 0
    opening_subsidy_fen: int = 0
    failed: int = 0

    def add(self, other: "Totals") -> None:
        """Add another shard's totals."""
        self.accounts += other.accounts
        self.interest_fen += other.interest_fen
        self.subsidy_fen += other.subsidy_fen
        self.opening_subsidy_fen += other.opening_subsidy_fen
        self.failed += other.failed


@dataclass
class _Outcome:
    totals: Totals = field(default_factory=Totals)
    unsettled: list[int] = field(default_factory=list)


class ChangedSincePreview(Exception):
    """Posting a shard gave other totals than its preview; the shard was rolled back."""

    def __init__(self, shard: Shard, seen: Totals) -> None:
        """Keep the shard and what was seen instead."""
        super().__init__(f"{shard}: {seen}")
        self.shard = shard
        self.seen = seen


class _Undo(Exception):
    """Rolls a preview back."""


def names_of(run: SettlementRun, lo: int, hi: int, terms: Terms) -> Names:
    """Say what the statements of a shard are about."""
    changed = SettlementAdjustment.objects.filter(member_account__centre=run.centre_id)
    return Names(connection.vendor, run.centre_id, run.pk, lo, hi, terms, changed.exists())


def preview_shard(*, run: SettlementRun, lo: int, hi: int, terms: Terms, maker: User) -> Shard:
    """Do everything a posting does, keep its totals, and roll the rest back.

    Accounts that cannot be settled are noted as exceptions of the run, and stay noted.
    """
    names = names_of(run, lo, hi, terms)
    _note_exceptions(run, names)
    outcome = _Outcome()
    try:
        with transaction.atomic():
            outcome = _settle(run, names, maker)
            raise _Undo
    except _Undo:
        pass
    _note(run, "INTEREST_BELOW_ZERO", outcome.unsettled)
    found = outcome.totals
    found.failed = _count_exceptions(run, lo, hi)
    return Shard(
        run=run,
        lo=lo,
        hi=hi,
        accounts=found.accounts,
        interest_fen=found.interest_fen,
        subsidy_fen=found.subsidy_fen,
        opening_subsidy_fen=found.opening_subsidy_fen,
        failed=found.failed,
    )


@transaction.atomic
def post_shard(*, run: SettlementRun, shard: Shard, terms: Terms, maker: User) -> Totals:
    """Post a shard. The caller marks it done in the same transaction.

    Raises:
        ChangedSincePreview: the books no longer give what the second person approved.
        NoOpenDay: the centre has no open business day.
    """
    _hold_accounts(run, shard, terms)
    outcome = _settle(run, names_of(run, shard.lo, shard.hi, terms), maker)
    found = outcome.totals
    found.failed = _count_exceptions(run, shard.lo, shard.hi) + len(outcome.unsettled)
    if found != previewed(shard):
        raise ChangedSincePreview(shard, found)
    return found


def _hold_accounts(run: SettlementRun, shard: Shard, terms: Terms) -> None:
    """Keep members from leaving while their shard is posted on 30 June itself.

    On later days an exit waits for the settlement by itself; on this one it would credit the
    same interest at the same moment.
    """
    if get_open_day(run.centre).date == terms.end:
        held = MemberAccount.objects.select_for_update(of=("self",)).filter(
            centre=run.centre, pk__gte=shard.lo, pk__lt=shard.hi
        )
        list(held.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=10_000))


def previewed(shard: Shard) -> Totals:
    """Read the totals a shard was previewed with."""
    return Totals(
        accounts=shard.accounts,
        interest_fen=shard.interest_fen,
        subsidy_fen=shard.subsidy_fen,
        opening_subsidy_fen=shard.opening_subsidy_fen,
        failed=shard.failed,
    )


def _settle(run: SettlementRun, names: Names, maker: User) -> _Outcome:
    day = require_open(run.centre, get_open_day(run.centre).date)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Compiling the statements takes longer than a shard's rows do.
            cursor.execute("SET LOCAL jit = off")
        cursor.execute(bulk_sql.interest(names))
        if names.terms.subsidy is not None:
            cursor.execute(bulk_subsidy_sql.subsidy(names))
        if names.terms.opening is not None:
            cursor.execute(bulk_sql.opening_subsidy(names))
        cursor.execute(bulk_sql.totals(names))
        rows = {kind: (int(n), int(paid), int(fen)) for kind, n, paid, fen in cursor.fetchall()}
        cursor.execute(bulk_sql.unsettled(names))
        unsettled = [row[0] for row in cursor.fetchall()]
    _book(run, names, day, maker, [kind for kind, (_, paid, _) in rows.items() if paid])
    fen = {kind: rows[kind][2] if kind in rows else 0 for kind in _KIND.values}
    totals = Totals(
        accounts=rows.get(_KIND.INTEREST_FLEX, (0, 0, 0))[0],
        interest_fen=fen[_KIND.INTEREST_FLEX] + fen[_KIND.INTEREST_UNIT],
        subsidy_fen=fen[_KIND.SUBSIDY],
        opening_subsidy_fen=fen[_KIND.OPENING_SUBSIDY],
    )
    return _Outcome(totals, unsettled)


def _book(
    run: SettlementRun, names: Names, day: BusinessDay, maker: User, kinds: list[str]
) -> None:
    """Post one entry per kind and shard, with one line per member, and move the lines' totals."""
    expenses = dict(
        LedgerAccount.objects.filter(
            centre=run.centre, code__in=[code for _, code, _ in BOOKED.values()]
        ).values_list("code", "pk")
    )
    entries = []
    for kind in sorted(kinds):
        entry_kind, code, component = BOOKED[kind]
        entry = Entry.objects.create(
            centre=run.centre,
            business_date=day.date,
            kind=entry_kind,
            key=entry_key(run, kind, names.lo, names.hi),
            document_no=run.number,
            memo=f"{run.year} {kind}",
            maker=maker,
        )
        with connection.cursor() as cursor:
            cursor.execute(
                bulk_sql.postings(names, kind, entry.pk, expenses[code], component.value)
            )
        entries.append(entry.pk)
    if entries:
        with connection.cursor() as cursor:
            cursor.execute(bulk_sql.line_totals(entries))


def refresh_statistics() -> None:
    """Let PostgreSQL count anew what the statements read.

    After a takeover or a year of work its figures may be so old that it looks row by row.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(_READ)}")


def entry_prefix(centre_code: str, year: int) -> str:
    """Give what the keys of a year's settlement entries begin with."""
    return f"settlement:{centre_code}:{year}:"


def entry_key(run: SettlementRun, kind: str, lo: int, hi: int) -> str:
    """Give the key of a shard's entry; later rounds have keys of their own."""
    later = f":round-{run.round}" if run.round > 1 else ""
    return f"{entry_prefix(run.centre.code, run.year)}{kind}:{lo}-{hi}{later}"


def _note_exceptions(run: SettlementRun, names: Names) -> None:
    for code, statement in bulk_sql.exceptions(names):
        with connection.cursor() as cursor:
            cursor.execute(statement)
            found = [row[0] for row in cursor.fetchall()]
        _note(run, code, found)


def _note(run: SettlementRun, code: str, accounts: list[int]) -> None:
    SettlementException.objects.bulk_create(
        (SettlementException(run=run, member_account_id=pk, code=code) for pk in accounts),
        batch_size=2_000,
        ignore_conflicts=True,
    )


def _count_exceptions(run: SettlementRun, lo: int, hi: int) -> int:
    return SettlementException.objects.filter(
        run=run, member_account_id__gte=lo, member_account_id__lt=hi
    ).count()


def id_ranges(accounts: QuerySet[MemberAccount], size: int) -> list[tuple[int, int]]:
    """Cut accounts into ranges of ids with at most ``size`` of them each."""
    ids = accounts.order_by("pk").values_list("pk", flat=True)
    starts = []
    lo = ids.first()
    while lo is not None:
        starts.append(lo)
        lo = next(iter(ids.filter(pk__gte=lo)[size : size + 1]), None)
    last = ids.last()
    ends = [*starts[1:], (last or 0) + 1]
    return list(zip(starts, ends, strict=True))
