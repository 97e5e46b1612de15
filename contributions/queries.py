"""What is read of contributions. No query reads the clock; sums are in fen."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    DateField,
    Exists,
    F,
    Field,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, ExtractMonth, ExtractYear

from accounts.households import list_households_taken_over
from accounts.models import HouseholdRecord, MemberAccount
from accounts.queries import ledger_lines
from contributions.models import (
    Coverage,
    Deposit,
    Dispute,
    Payout,
    Reissue,
    SuspenseRefund,
    TakenOver,
    Takeover,
    Transfer,
    Withdrawal,
)
from kernel.months import FundYear, Month
from ledger.facts import Component
from ledger.models import Entry, LedgerAccount, Posting
from ledger.queries import Statement, balances_by_component, get_statement
from office.models import Centre
from policy.book import PolicyBook

CYCLE_MONTHS = {"MONTHLY": 1, "QUARTERLY": 3, "HALF_YEARLY": 6, "YEARLY": 12}


@dataclass(frozen=True)
class Holdings:
    """What an account holds, by origin of the money and by what it once was."""

    flex: dict[Component, int]
    unit: dict[Component, int]

    @property
    def flex_fen(self) -> int:
        """All flexible money."""
        return sum(self.flex.values())

    @property
    def unit_fen(self) -> int:
        """All unit money."""
        return sum(self.unit.values())

    @property
    def total_fen(self) -> int:
        """Everything in the account."""
        return self.flex_fen + self.unit_fen


def limit_year_start(book: PolicyBook, on: dt.date) -> dt.date:
    """Give the first day of the year over which the centre's annual limit counts."""
    if book.choice("contribution.limit_year") == "CALENDAR_YEAR":
        return dt.date(on.year, 1, 1)
    return FundYear.of(on).first_day


def paid_between(
    member_account: MemberAccount, business_date: dt.date, year_start: dt.date
) -> tuple[int, int]:
    """Sum what was paid in the calendar month of a day and in the year that began before it.

    Reversed deposits do not count; what was paid in the old system before a takeover does.
    """
    month_start = business_date.replace(day=1)
    sums = Deposit.objects.filter(
        member_account=member_account,
        business_date__gte=min(month_start, year_start),
        business_date__lte=business_date,
        entry__reversal__isnull=True,
    ).aggregate(
        month=Sum("amount_fen", filter=Q(business_date__gte=month_start)),
        year=Sum("amount_fen", filter=Q(business_date__gte=year_start)),
    )
    before = Posting.objects.filter(
        entry__kind=Entry.Kind.OPENING_BALANCE,
        credit=member_account.flex_ledger_account_id,
        component=Posting.Component.PRINCIPAL,
        value_date__gte=min(month_start, year_start),
        value_date__lte=business_date,
    ).aggregate(
        month=Sum("amount_fen", filter=Q(value_date__gte=month_start)),
        year=Sum("amount_fen", filter=Q(value_date__gte=year_start)),
    )
    return (
        int(sums["month"] or 0) + int(before["month"] or 0),
        int(sums["year"] or 0) + int(before["year"] or 0),
    )


def covered_until(member_account: MemberAccount) -> Month | None:
    """Give the last month that is paid for; None when nothing was ever paid."""
    last = Coverage.objects.filter(member_account=member_account, is_active=True).aggregate(
        last=Max("month")
    )["last"]
    return Month.of(last) if last else None


def list_covered_months(member_account: MemberAccount) -> list[Month]:
    """List the months that are paid for, in order: the calendar of the member page."""
    rows = Coverage.objects.filter(member_account=member_account, is_active=True)
    return [Month.of(month) for month in rows.order_by("month").values_list("month", flat=True)]


def get_holdings(member_account: MemberAccount) -> Holdings:
    """Return the balance of an account by origin and component."""
    flex, unit = (balances_by_component(line) for line in ledger_lines(member_account))
    return Holdings(flex, unit)


def get_holdings_since(member_account: MemberAccount, day: dt.date) -> Holdings:
    """Return the least that an account has held of each kind of money since a day, by value dates.

    What may be booked with the value date of the day: it leaves no later day short.
    """
    flex, unit = (_least_since(line, day) for line in ledger_lines(member_account))
    return Holdings(flex, unit)


def _least_since(line: LedgerAccount, day: dt.date) -> dict[Component, int]:
    flows: dict[dt.date, dict[Component, int]] = defaultdict(lambda: defaultdict(int))
    for side, sign in (("credit", 1), ("debit", -1)):
        rows = Posting.objects.filter(**{side: line}, value_date__gt=day)
        for on, component, fen in rows.values_list("value_date", "component", "amount_fen"):
            flows[on][Component(component)] += sign * fen
    held = balances_by_component(line)
    least = dict(held)
    for on in sorted(flows, reverse=True):
        for component, fen in flows[on].items():
            held[component] -= fen
            least[component] = min(least[component], held[component])
    return {component: max(fen, 0) for component, fen in least.items()}


def get_member_statement(
    member_account: MemberAccount, first_date: dt.date, last_date: dt.date
) -> Statement:
    """Return the statement of both lines of an account over business days."""
    return get_statement(ledger_lines(member_account), first_date, last_date)


def owing_accounts(centre: Centre, on: dt.date) -> QuerySet[Any]:
    """Select the accounts that owe contributions on a day, by agreement and covered months.

    A cycle is due once its last month has ended; free mode knows no arrears. Each row carries
    ``since_number``, ``owed_months`` and ``owed_fen``.
    """
    now = Month.of(on)
    covered = Coverage.objects.filter(member_account=OuterRef("pk"), is_active=True).order_by()
    last = covered.values("member_account").annotate(month=Max("month"))
    # The month after the last covered one; an account never paid into owes from its opening.
    since = Coalesce(
        Subquery(last.values(number=_month_number("month") + 1), output_field=IntegerField()),
        _month_number("opened_date"),
    )
    cycle = _by_cycle(lambda months: months, IntegerField())
    rows = MemberAccount.objects.filter(
        centre=centre,
        state=MemberAccount.State.NORMAL,
        identity=MemberAccount.Identity.FLEX,
        agreements__state="SIGNED",
        agreements__mode__in=CYCLE_MONTHS,
    ).alias(
        paid_from=_by_cycle(lambda months: (now - months).first_day, DateField()),
        opened_until=_by_cycle(lambda months: (now - months + 1).first_day, DateField()),
    )
    # Who has paid up is told by one look into the index, so that only the others are counted.
    rows = rows.filter(
        ~Exists(covered.filter(month__gte=OuterRef("paid_from"))),
        Q(opened_date__lt=F("opened_until")) | Exists(covered),
    )
    number = Value(now.year * 12 + now.month)
    owed: QuerySet[Any] = rows.annotate(
        since_number=since, owed_months=(number - since) / cycle * cycle
    )
    owed = owed.annotate(
        owed_fen=Cast(F("owed_months"), BigIntegerField())
        * Coalesce(F("agreements__monthly_amount_fen"), 0),
    )
    return owed.select_related("member")


def _by_cycle(value: Callable[[int], Any], field: "Field[Any, Any]") -> Case:
    """Give what follows from the months of an agreement's cycle, in the database."""
    return Case(
        *(When(agreements__mode=mode, then=Value(value(n))) for mode, n in CYCLE_MONTHS.items()),
        output_field=field,
    )


def _month_number(column: str) -> Any:
    """Number the months since the year 0, as a whole number on both databases."""
    year, month = ExtractYear(column), ExtractMonth(column)
    return Cast(year, IntegerField()) * 12 + Cast(month, IntegerField())


def since_of(row: Any) -> Month:
    """Give the first month that a row of ``owing_accounts`` owes."""
    return Month((row.since_number - 1) // 12, (row.since_number - 1) % 12 + 1)


def totals_booked(document: Takeover) -> dict[str, int]:
    """Sum what a takeover has brought: counts, and net fen by origin and component.

    The keys are those of ``Takeover.found``.
    """
    postings = Posting.objects.filter(
        entry__centre=document.centre_id,
        entry__kind=Entry.Kind.OPENING_BALANCE,
        entry__document_no=document.number,
        entry__reversal__isnull=True,
    )
    totals = dict.fromkeys(["FLEX", "UNIT", *(one.value for one in Component)], 0)
    for side, sign in (("credit", 1), ("debit", -1)):
        rows = postings.filter(**{f"{side}__role": LedgerAccount.Role.LINE}).order_by()
        for book, component, fen in rows.values_list(f"{side}__book", "component").annotate(
            fen=Sum("amount_fen")
        ):
            totals[book] += sign * int(fen)
            totals[component] += sign * int(fen)
    accounts = TakenOver.objects.filter(takeover=document)
    months = Coverage.objects.filter(taken_over__takeover=document)
    households = list_households_taken_over(document.centre, document.number).filter(
        state="APPROVED"
    )
    return {
        "accounts": accounts.count(),
        "months": months.count(),
        "marriages": households.filter(kind=HouseholdRecord.Kind.MARRIED).count(),
        "declarations": households.filter(kind=HouseholdRecord.Kind.UNMARRIED).count(),
        **totals,
    }


def list_correctable(member_account: MemberAccount, most: int = 60) -> list[tuple[Entry, int]]:
    """List the vouchers of an account that a correction can undo, the latest first, with their sum.

    Deposits, transfers in, and withdrawals and refunds that are not paid yet; nothing that was
    undone.
    """
    documents: list[Deposit | Transfer | Withdrawal | SuspenseRefund] = []
    unpaid = Withdrawal.objects.filter(payouts__state__in=Payout.OWED)
    kept = SuspenseRefund.objects.filter(payouts__state__in=Payout.OWED)
    for rows in (Deposit.objects.all(), Transfer.objects.all(), unpaid, kept):
        standing = rows.filter(member_account=member_account, entry__reversal__isnull=True)
        documents += standing.select_related("entry").order_by("-entry_id")[:most]
    found = [
        (one.entry, one.allowed_fen if isinstance(one, Withdrawal) else one.amount_fen)
        for one in documents
        if one.entry is not None
    ]
    return sorted(found, key=lambda pair: pair[0].pk, reverse=True)[:most]


def list_open_disputes(centre: Centre) -> list[Dispute]:
    """List the disputes that are not answered yet, the most urgent first."""
    ended = [Dispute.State.APPROVED, Dispute.State.CANCELLED]
    return list(
        Dispute.objects.filter(centre=centre)
        .exclude(state__in=ended)
        .select_related("member_account__member", "made_by", "bank_entered_by")
        .order_by("due_date", "pk")
    )


@dataclass(frozen=True, slots=True)
class Payouts:
    """A centre's payouts as finance works on them."""

    ready: list[Payout]
    bounced: list[Payout]
    ended: list[Payout]


def list_payouts(centre: Centre, on: dt.date) -> Payouts:
    """List what is to be paid and what the bank sent back, oldest first, and what ended on a day.

    A payout that the bank sent back names in ``waiting`` the reissue that waits for it, if any.
    """
    rows = Payout.objects.filter(centre=centre).select_related(
        "withdrawal__member_account__member",
        "exit__member_account__member",
        "heir__inheritance__member_account__member",
        "refund__member_account__member",
        "confirmed_by",
    )
    waiting = Reissue.objects.filter(payout=OuterRef("pk"), state=Reissue.State.SUBMITTED)
    bounced = rows.filter(state=Payout.State.BOUNCED).annotate(
        waiting=Subquery(waiting.values("number")[:1])
    )
    ended = rows.filter(confirmed_date=on).exclude(state=Payout.State.BOUNCED)
    return Payouts(
        ready=list(rows.filter(state=Payout.State.READY).order_by("pk")),
        bounced=list(bounced.order_by("pk")),
        ended=list(ended.order_by("-pk")),
    )


def list_bounced(member_account: MemberAccount) -> list[Payout]:
    """List the payments out of an account that the bank sent back and that are still owed."""
    of_account = (
        Q(withdrawal__member_account=member_account)
        | Q(exit__member_account=member_account)
        | Q(heir__inheritance__member_account=member_account)
        | Q(refund__member_account=member_account)
    )
    rows = Payout.objects.filter(of_account, state=Payout.State.BOUNCED)
    return list(
        rows.select_related("withdrawal", "exit", "heir__inheritance", "refund").order_by("pk")
    )


def interest_since(account: MemberAccount, day: dt.date) -> QuerySet[Posting]:
    """Select the interest credited to an account that counts from a day later than another."""
    return Posting.objects.filter(
        credit_id__in=[account.flex_ledger_account_id, account.unit_ledger_account_id],
        entry__kind=Entry.Kind.INTEREST,
        entry__reversal__isnull=True,
        value_date__gt=day,
    )


def interest_to_the_day_since(account: MemberAccount, day: dt.date) -> QuerySet[Posting]:
    """Select of it what was credited to a day, as at an exit, and not by a year's settlement."""
    return interest_since(account, day).exclude(value_date__month=6, value_date__day=30)
