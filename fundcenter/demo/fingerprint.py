"""One digest of the books, the same on every database that holds the same business.

Nothing that a database or a clock chooses goes in: no primary keys, no moments, no ciphertext.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from accounts.models import MemberAccount, MemberEvent
from contributions.models import Coverage
from ledger.models import LedgerAccount, Posting
from office.models import BusinessDay, Centre
from settlement.models import SettlementItem

_SETTLED = ("INTEREST", "SUBSIDY", "OPENING_SUBSIDY")
_MONEY = ("debit__code", "credit__code", "amount_fen", "component", "value_date")


def fingerprint(centre: Centre) -> dict[str, str]:
    """Give a digest per part of a centre's business, so that a difference tells where to look."""
    parts = {
        "accounts": _accounts(centre),
        "lines": _lines(centre),
        "postings": _postings(centre),
        "coverage": _coverage(centre),
        "events": _events(centre),
        "settled": _settled(centre),
        "days": _days(centre),
    }
    # Account numbers begin with the centre's primary key, which a database chose.
    chosen = re.compile(rf"(?<=[\".]){centre.pk:03d}(?=[0-9]{{9}}\")")
    return {name: _digest(rows, chosen) for name, rows in parts.items()}


def _digest(rows: Iterator[tuple[Any, ...]], chosen: re.Pattern[str]) -> str:
    """Hash rows in an order of their own: databases sort Chinese text differently."""
    texts = (json.dumps(row, ensure_ascii=False, default=str) for row in rows)
    lines = sorted(chosen.sub("", text) for text in texts)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _accounts(centre: Centre) -> Iterator[tuple[Any, ...]]:
    yield from MemberAccount.objects.filter(centre=centre).values_list(
        "number",
        "member__name",
        "member__birth_date",
        "member__sex",
        "branch__code",
        "state",
        "first_time",
        "opened_date",
        "sealed_date",
        "closed_date",
        "close_reason",
    )


def _lines(centre: Centre) -> Iterator[tuple[Any, ...]]:
    yield from LedgerAccount.objects.filter(centre=centre).values_list(
        "code", "name", "debits_fen", "credits_fen"
    )


def _postings(centre: Centre) -> Iterator[tuple[Any, ...]]:
    own = Posting.objects.filter(entry__centre=centre)
    head = ("entry__document_no", "entry__business_date", "entry__maker__username")
    # A settlement's entries are named after ranges of primary keys, and their lines follow them.
    settled = own.filter(entry__kind__in=_SETTLED)
    yield from settled.values_list(*head, "entry__kind", *_MONEY)
    others = own.exclude(entry__kind__in=_SETTLED)
    yield from others.values_list(*head, "entry__key", "seq", *_MONEY)


def _coverage(centre: Centre) -> Iterator[tuple[Any, ...]]:
    yield from Coverage.objects.filter(member_account__centre=centre).values_list(
        "member_account__number", "month", "deposit__number", "amount_fen", "is_active"
    )


def _events(centre: Centre) -> Iterator[tuple[Any, ...]]:
    yield from MemberEvent.objects.filter(member_account__centre=centre).values_list(
        "member_account__number", "kind", "date", "document_no"
    )


def _settled(centre: Centre) -> Iterator[tuple[Any, ...]]:
    yield from SettlementItem.objects.filter(run__centre=centre).values_list(
        "member_account__number", "year", "kind", "amount_fen", "base_fen"
    )


def _days(centre: Centre) -> Iterator[tuple[Any, ...]]:
    yield from BusinessDay.objects.filter(centre=centre).values_list("date", "state")
