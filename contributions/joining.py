"""The months a member contributed here and elsewhere, and what else they brought along."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Max, Q, Sum

from accounts.models import MemberAccount
from contributions.facts import Identity, Stretch
from contributions.models import CarriedRecord, Transfer
from contributions.queries import list_covered_months
from contributions.rules.joining import Joined, join_months, read_joining
from kernel.months import FundYear, Month, month_span
from ledger.models import Entry, Posting
from policy.book import PolicyBook


@dataclass(frozen=True, slots=True)
class CarriedSubsidies:
    """Subsidies given elsewhere that count towards the limits here; the sum in fen."""

    amount_fen: int
    credits: int
    opening: bool


def months_of(record: CarriedRecord) -> tuple[Month, ...]:
    """List the months of a carried record; known only by number, they are the last ones."""
    if record.months:
        return tuple(Month.parse(text) for text in record.months)
    if not record.month_count or record.last_month is None:
        return ()
    last = Month.of(record.last_month)
    return month_span(last - (record.month_count - 1), last)


def list_stretches(member_account: MemberAccount) -> list[Stretch]:
    """List the months paid here and those carried from elsewhere, by identity and place."""
    own = tuple(list_covered_months(member_account))
    found = [Stretch(identity=Identity.FLEX, months=own)]
    records = list(CarriedRecord.objects.filter(member_account=member_account).order_by("id"))
    found += [
        Stretch(identity=Identity(record.identity), months=months_of(record)) for record in records
    ]
    found += [stretch for _transfer, stretch in list_untold_transfers(member_account)]
    return found


def get_contributed_months(member_account: MemberAccount, book: PolicyBook) -> Joined:
    """Give the months that count together on the book's day, here and elsewhere, each once.

    Source: transfer.joins_months, transfer.gap_tolerance.
    """
    always, tolerance = read_joining(book)
    past = [
        Stretch(
            identity=stretch.identity,
            months=tuple(month for month in stretch.months if month <= Month.of(book.on)),
        )
        for stretch in list_stretches(member_account)
    ]
    return join_months(past, always=always, tolerance=tolerance)


def get_carried_subsidies(member_account: MemberAccount, until: dt.date) -> CarriedSubsidies:
    """Sum the subsidies a member had elsewhere, as known by a day, of all accounts here."""
    sums = CarriedRecord.objects.filter(
        member_account__member=member_account.member_id,
        counts_in_subsidy=True,
        business_date__lte=until,
    ).aggregate(
        fen=Sum("subsidy_fen"),
        credits=Sum("subsidy_credits"),
        opening=Max("pk", filter=Q(opening_subsidy=True)),
    )
    return CarriedSubsidies(
        int(sums["fen"] or 0), int(sums["credits"] or 0), sums["opening"] is not None
    )


def list_untold_transfers(member_account: MemberAccount) -> list[tuple[Transfer, Stretch]]:
    """List the transfers of which no record tells the months, with the months they stand for.

    They tell a number only; it is taken to end before the month in which the money came.
    """
    told = set(
        CarriedRecord.objects.filter(member_account=member_account).values_list(
            "document_no", flat=True
        )
    )
    found = []
    for transfer in Transfer.objects.filter(member_account=member_account).order_by("id"):
        if transfer.number not in told and transfer.contributed_months:
            last = Month.of(transfer.business_date) - 1
            months = month_span(last - (transfer.contributed_months - 1), last)
            found.append((transfer, Stretch(identity=Identity(transfer.origin), months=months)))
    return found


def get_own_subsidies(member_account: MemberAccount) -> CarriedSubsidies:
    """Sum the subsidies booked into an account itself, as the books have them."""
    lines = [member_account.flex_ledger_account_id, member_account.unit_ledger_account_id]
    given = Posting.objects.filter(credit__in=lines, entry__reversal__isnull=True)
    subsidies = list(
        given.filter(entry__kind=Entry.Kind.SUBSIDY).values_list("value_date", "amount_fen")
    )
    return CarriedSubsidies(
        sum(fen for _day, fen in subsidies),
        len({FundYear.of(day).year for day, _fen in subsidies}),
        given.filter(entry__kind=Entry.Kind.OPENING_SUBSIDY).exists(),
    )


def get_given_subsidies(member_account: MemberAccount, until: dt.date) -> CarriedSubsidies:
    """Sum the subsidies a person ever had as far as is known here: in all accounts, and carried."""
    found = [get_carried_subsidies(member_account, until)]
    accounts = MemberAccount.objects.filter(member=member_account.member_id)
    found += [get_own_subsidies(account) for account in accounts]
    return CarriedSubsidies(
        sum(one.amount_fen for one in found),
        sum(one.credits for one in found),
        any(one.opening for one in found),
    )
