"""What stands against taking an entry back: read only, called under the account's lock."""

import datetime as dt
from collections import defaultdict

from django.utils.translation import gettext as _

from accounts.holds import get_frozen
from accounts.models import MemberAccount
from contributions.errors import MoneyFrozen, MoneyUsed, NotCorrectable
from contributions.models import Payout, SuspenseRefund, Withdrawal
from contributions.queries import get_holdings, interest_to_the_day_since
from ledger.models import Entry, Posting
from ledger.queries import find_reversal


def account_of_entry(entry: Entry) -> MemberAccount:
    """Give the account whose deposit, transfer in, unpaid withdrawal or refund an entry booked.

    Raises:
        NotCorrectable: the entry is of another kind; the message says what undoes it.
    """
    for source in ("deposit", "transfer"):
        document = getattr(entry, source, None)
        if document is not None:
            return MemberAccount.objects.get(pk=document.member_account_id)
    paid_out = paid_out_by(entry)
    if paid_out is None:
        raise NotCorrectable(entry.document_no, entry.get_kind_display(), _advice(entry))
    if not paid_out.payouts.filter(state__in=Payout.OWED).exists():
        hint = _("The bank has paid it or could not; finance looks at its payout.")
        raise NotCorrectable(entry.document_no, entry.get_kind_display(), hint)
    return MemberAccount.objects.get(pk=paid_out.member_account_id)


def paid_out_by(entry: Entry) -> Withdrawal | SuspenseRefund | None:
    """Give the document of money that goes out which an entry booked; None for other entries."""
    return getattr(entry, "withdrawal", None) or getattr(entry, "suspense_refund", None)


def _advice(entry: Entry) -> str:
    if entry.kind in (Entry.Kind.INTEREST, Entry.Kind.SUBSIDY, Entry.Kind.OPENING_SUBSIDY):
        return _("Correct the deposit it was computed on: interest and subsidies follow by rule.")
    if entry.kind == Entry.Kind.REVERSAL:
        return _("A reversal is not reversed; book what is right anew.")
    return _("Use the business by which it was booked.")


def require_free(account: MemberAccount, entry: Entry, on: dt.date) -> None:
    """Refuse to take money out that a court holds.

    Raises:
        MoneyFrozen: less is free than the entry brought into the account.
    """
    brought_fen = brought_by(account, entry)
    frozen = get_frozen(account, on)
    if brought_fen <= 0 or not (frozen.whole or frozen.amount_fen):
        return
    free_fen = frozen.left_fen(get_holdings(account).total_fen)
    if free_fen < brought_fen:
        raise MoneyFrozen(account.number, free_fen, brought_fen)


def brought_by(account: MemberAccount, entry: Entry) -> int:
    """Give what an entry brought into an account, in fen; negative is what it took out."""
    lines = (account.flex_ledger_account_id, account.unit_ledger_account_id)
    rows = entry.postings.values_list("credit_id", "debit_id", "amount_fen")
    return sum(fen * ((credit in lines) - (debit in lines)) for credit, debit, fen in rows)


def require_no_interest_since(account: MemberAccount, entry: Entry) -> None:
    """Refuse where interest to a day, as at an exit, was paid on the money meanwhile.

    Raises:
        NotCorrectable: such interest was credited after the entry's value date.
    """
    first = entry.postings.order_by("value_date").values_list("value_date", flat=True).first()
    assert first is not None  # no entry is empty
    if interest_to_the_day_since(account, first).exists():
        hint = _("Interest to the day was paid on it since; settle the difference by hand.")
        raise NotCorrectable(entry.document_no, entry.get_kind_display(), hint)


def require_covered(account: MemberAccount) -> None:
    """Refuse books in which an account held less than nothing on some value date.

    Every component of both lines is walked day by day, because interest and subsidies are computed
    on those days.

    Raises:
        MoneyUsed: naming by how much the account would be short.
    """
    flows: dict[tuple[int, str], dict[dt.date, int]] = defaultdict(lambda: defaultdict(int))
    lines = (account.flex_ledger_account_id, account.unit_ledger_account_id)
    for side, sign in (("credit_id", 1), ("debit_id", -1)):
        rows = Posting.objects.filter(**{f"{side}__in": lines})
        for line, component, day, fen in rows.values_list(
            side, "component", "value_date", "amount_fen"
        ):
            flows[line, component][day] += sign * fen
    lowest_fen = 0
    for days in flows.values():
        held_fen = 0
        for day in sorted(days):
            held_fen += days[day]
            lowest_fen = min(lowest_fen, held_fen)
    if lowest_fen < 0:
        raise MoneyUsed(account.number, -lowest_fen)


def undone_by(entry: Entry) -> str:
    """Give the document that reversed an entry; empty when none has."""
    reversal = find_reversal(entry)
    return reversal.document_no if reversal is not None else ""
