"""What an account has earned since interest was last credited: books read, the pure rule run."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import MemberAccount
from contributions.errors import YearNotSettled
from contributions.facts import InterestFacts
from contributions.models import InterestCredit, Merge, TakenOver
from contributions.rules.interest import (
    CreditedUntil,
    InterestResult,
    LineMovement,
    decide_interest,
    earning_movements,
    interest_by_line,
    interest_facts_of,
)
from kernel.months import FundYear
from ledger.facts import Component
from ledger.models import Entry, Posting
from policy.book import PolicyBook, Unset
from policy.decisions import Decision

_RATE = "interest.deposit_rate"


@dataclass(frozen=True, slots=True)
class Earned:
    """Interest of both lines up to a day (excluded), in fen, and the sheet it stands on."""

    from_date: dt.date
    flex_fen: int
    unit_fen: int
    last_entry_id: int | None
    facts: InterestFacts
    decision: Decision[InterestResult]


def find_credited(
    member_account: MemberAccount, after: dt.date, until: dt.date
) -> CreditedUntil | None:
    """Find up to when interest was credited within ``after`` (excluded) … ``until`` (included)."""
    last = (
        InterestCredit.objects.filter(
            member_account=member_account, business_date__gt=after, business_date__lte=until
        )
        .order_by("-business_date")
        .values_list("business_date", "last_entry_id")
        .first()
    )
    return None if last is None else CreditedUntil(last[0], last[1] or 0)


def list_movements(member_account: MemberAccount, until: dt.date) -> list[LineMovement]:
    """List what moved both lines of an account by value dates up to ``until`` (included)."""
    lines = {
        member_account.flex_ledger_account_id: True,
        member_account.unit_ledger_account_id: False,
    }
    found = []
    for side, sign in (("credit_id", 1), ("debit_id", -1)):
        rows = Posting.objects.filter(**{f"{side}__in": list(lines)}, value_date__lte=until)
        found += [
            LineMovement(date, sign * fen, lines[line], entry)
            for line, date, fen, entry in rows.values_list(
                side, "value_date", "amount_fen", "entry_id"
            )
        ]
    return sorted(found, key=lambda move: (move.date, move.entry_id, move.amount_fen))


def interest_to(member_account: MemberAccount, book: PolicyBook, on: dt.date) -> Earned:
    """Compute the interest of an account from its last credit up to a day (excluded).

    Call it under the account's lock where the sum is to be booked.

    Raises:
        YearNotSettled: interest of an ended fund year is still to be credited; it comes first.
        Unset: no deposit rate is set for some day.

    Source: interest.*.
    """
    moves = list_movements(member_account, on)
    require_settled(member_account, moves, book, on)
    today = InterestCredit.objects.filter(member_account=member_account, business_date=on)
    if today.exists():
        return _earned(moves, _all_credited(moves, on), book, on)
    return _earned(moves, _credited_before(member_account, moves, on), book, on)


def earned_then(credit: InterestCredit, book: PolicyBook) -> Earned:
    """Compute a credit again from what it looked at, for the proof."""
    account, on = credit.member_account, credit.business_date
    moves = [
        move for move in list_movements(account, on) if move.entry_id <= (credit.last_entry_id or 0)
    ]
    return _earned(moves, _credited_before(account, moves, on), book, on)


def _all_credited(moves: list[LineMovement], on: dt.date) -> CreditedUntil:
    return CreditedUntil(on, max((move.entry_id for move in moves), default=0))


def _credited_before(
    member_account: MemberAccount, moves: list[LineMovement], on: dt.date
) -> CreditedUntil | None:
    """Find what was credited before a credit of this day, by the settlement of the day too."""
    last = max((move.entry_id for move in moves), default=0)
    if _settlement_of(member_account, on).filter(entry_id__lte=last).exists():
        return _all_credited(moves, on)
    start = FundYear.of(on).previous_settlement
    return find_credited(member_account, start, on - dt.timedelta(days=1))


def _earned(
    moves: list[LineMovement], credited: CreditedUntil | None, book: PolicyBook, on: dt.date
) -> Earned:
    earning = earning_movements(moves, credited)
    by_line = interest_by_line(earning, book.fresh(on), on)
    if by_line is None:
        raise Unset(_RATE, book.centre, on)
    facts = interest_facts_of(earning, on)
    return Earned(
        from_date=credited.date if credited else FundYear.of(on).previous_settlement,
        flex_fen=by_line[0],
        unit_fen=by_line[1],
        last_entry_id=max((move.entry_id for move in moves), default=None),
        facts=facts,
        decision=decide_interest(facts, book.fresh(on)),
    )


def require_settled(
    member_account: MemberAccount, moves: list[LineMovement], book: PolicyBook, on: dt.date
) -> None:
    """Refuse while an ended fund year owes the account interest: its settlement comes first.

    Raises:
        YearNotSettled: naming the 30 June.
    """
    last = FundYear.of(on).previous_settlement
    taken = TakenOver.objects.filter(member_account=member_account)
    # What another system kept until then, it has settled too.
    kept_from = taken.values_list("booked_date", flat=True).first() or member_account.opened_date
    end = FundYear.of(kept_from).last_day
    merges = Merge.objects.filter(target=member_account, entry__isnull=False)
    came = dict(merges.values_list("entry_id", "entry__business_date"))
    while end <= last:
        # What another account brought in later, had its year settled there.
        own = [move for move in moves if came.get(move.entry_id, end) <= end]
        if book.at(end).in_force and _owes(member_account, own, book, end):
            raise YearNotSettled(member_account.number, end)
        end = FundYear(end.year + 1).last_day


def _owes(
    member_account: MemberAccount, moves: list[LineMovement], book: PolicyBook, end: dt.date
) -> bool:
    """Tell whether a fund year earned something that no settlement has credited."""
    credited = find_credited(member_account, FundYear.of(end).previous_settlement, end)
    known = [move for move in moves if move.date <= end]
    by_line = interest_by_line(earning_movements(known, credited), book.fresh(end), end)
    if by_line is None or sum(by_line) <= 0:
        return False
    return not _settlement_of(member_account, end).exists()


def _settlement_of(member_account: MemberAccount, day: dt.date) -> QuerySet[Posting]:
    """List what the settlement of a 30 June credited to an account; none on other days."""
    lines = [member_account.flex_ledger_account_id, member_account.unit_ledger_account_id]
    if day != FundYear.of(day).last_day:
        return Posting.objects.none()
    return Posting.objects.filter(
        credit__in=lines,
        component=Component.INTEREST.value,
        value_date=day,
        entry__kind=Entry.Kind.INTEREST,
        entry__interest_credit__isnull=True,
    )
