"""A teller's drawer as the books know it: what was booked on a day, by kind, and its closing."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Sum

from ledger.models import Entry, Posting
from office.drawers import Count, hold_day, sign_closing
from office.models import Centre, DrawerClosing, User
from office.services import require_permission

_BANK = "101"  # money at the bank and everything below it


@dataclass(frozen=True, slots=True)
class DrawerRow:
    """The entries of one kind: how many, their sum, and how many were reversed since."""

    kind: str
    count: int
    amount_fen: int
    in_fen: int
    out_fen: int
    reversed_count: int

    @property
    def title(self) -> str:
        """The kind in the reader's language."""
        return str(Entry.Kind(self.kind).label)


@dataclass(frozen=True, slots=True)
class Drawer:
    """What a teller booked on a day, by kind; sums in fen."""

    teller: User
    business_date: dt.date
    rows: tuple[DrawerRow, ...]

    @property
    def vouchers(self) -> int:
        """How many vouchers."""
        return sum(row.count for row in self.rows)

    @property
    def in_fen(self) -> int:
        """What came to the bank accounts."""
        return sum(row.in_fen for row in self.rows)

    @property
    def out_fen(self) -> int:
        """What left the bank accounts."""
        return sum(row.out_fen for row in self.rows)

    @property
    def amount_fen(self) -> int:
        """The sum of all vouchers."""
        return sum(row.amount_fen for row in self.rows)

    def totals(self) -> dict[str, Any]:
        """Give the JSON that a closing signs."""
        return {
            "vouchers": self.vouchers,
            "in_fen": self.in_fen,
            "out_fen": self.out_fen,
            "kinds": [
                [row.kind, row.count, row.amount_fen, row.reversed_count] for row in self.rows
            ],
        }


def get_drawer(teller: User, business_date: dt.date) -> Drawer:
    """Return what a teller booked on a day, in the order of the kinds of entries."""
    (found,) = get_drawers([teller], business_date)
    return found


def get_drawers(tellers: list[User], business_date: dt.date) -> list[Drawer]:
    """Return the drawers of several tellers, with the same three questions as of one."""
    entries = Entry.objects.filter(maker__in=tellers, business_date=business_date)
    postings = Posting.objects.filter(
        entry__maker__in=tellers, entry__business_date=business_date
    ).order_by()
    bank_in, bank_out = (Q(**{f"{side}__code__startswith": _BANK}) for side in ("debit", "credit"))
    sums = {
        (maker, kind): (amount or 0, taken or 0, paid or 0)
        for maker, kind, amount, taken, paid in postings.values_list("entry__maker", "entry__kind")
        .annotate(
            amount=Sum("amount_fen"),
            taken=Sum("amount_fen", filter=bank_in),
            paid=Sum("amount_fen", filter=bank_out),
        )
        .values_list("entry__maker", "entry__kind", "amount", "taken", "paid")
    }
    counts: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
    undone = Exists(Entry.objects.filter(reversal_of=OuterRef("pk")))
    for maker, kind, is_undone in entries.order_by().values_list("maker", "kind", undone):
        counts[maker, kind][0] += 1
        counts[maker, kind][1] += bool(is_undone)
    return [
        Drawer(teller, business_date, tuple(_rows_of(teller.pk, counts, sums)))
        for teller in tellers
    ]


def _rows_of(
    maker: int,
    counts: dict[tuple[int, str], list[int]],
    sums: dict[tuple[int, str], tuple[int, int, int]],
) -> list[DrawerRow]:
    return [
        DrawerRow(kind, counts[maker, kind][0], *sums[maker, kind], counts[maker, kind][1])
        for kind in Entry.Kind.values
        if (maker, kind) in counts
    ]


def list_drawer_entries(teller: User, business_date: dt.date) -> list[tuple[Entry, int]]:
    """List what a teller booked on a day, in order, each voucher with its sum in fen."""
    rows = Entry.objects.filter(maker=teller, business_date=business_date)
    summed = rows.annotate(sum_fen=Sum("postings__amount_fen"))
    entries = summed.select_related("reversal", "reversal_of").order_by("id")
    return [(entry, entry.sum_fen or 0) for entry in entries]


def find_tellers(centre: Centre, business_date: dt.date) -> list[User]:
    """List the people of a centre who booked something on a day or closed a drawer for it."""
    booked = Entry.objects.filter(centre=centre, business_date=business_date).order_by()
    closed = DrawerClosing.objects.filter(centre=centre, business_date=business_date).order_by()
    ids = set(booked.values_list("maker", flat=True).distinct())
    ids |= set(closed.values_list("teller", flat=True))
    rows = User.objects.filter(pk__in=ids, centre=centre).select_related("branch")
    return list(rows.order_by("branch__code", "username"))


@transaction.atomic
def close_drawer(
    *, teller: User, business_date: dt.date, seen_digest: str, count: Count
) -> DrawerClosing:
    """Close a teller's drawer of the open day; nothing more is booked in it.

    The books are counted again while no posting of the centre can be under way, so the totals
    that are signed are those of the day.

    Args:
        seen_digest: digest of the totals the teller looked at.
        count: what the teller counted; a difference from the books needs its note.

    Raises:
        NotAllowed: the role has no drawer.
        DayNotOpen: the day is not the centre's open one.
        DrawerClosed, ChangedMeanwhile, NotCounted: see ``office.drawers``.
    """
    require_permission(teller, "drawers.close", teller.centre)
    assert teller.centre is not None  # the permission belongs to posts of a centre only
    hold_day(teller.centre, business_date)
    return sign_closing(
        teller=teller,
        business_date=business_date,
        totals=get_drawer(teller, business_date).totals(),
        seen_digest=seen_digest,
        count=count,
    )
