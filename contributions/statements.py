"""What statements and certificates say of an account, read from the books; sums are in fen."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from accounts.models import Member, MemberAccount
from contributions.queries import get_member_statement, list_covered_months
from contributions.rules.tax import TaxYear, annual_limit_fen, lay_out_tax_year
from kernel.months import Month, month_span
from ledger.facts import Component
from ledger.models import Entry, Posting
from ledger.queries import Statement
from policy.book import PolicyBook
from policy.queries import open_book

# Own money comes in by these; transfers, interest and subsidies are not the member's payment.
OWN_MONEY = (Entry.Kind.DEPOSIT, Entry.Kind.ALLOCATION)


@dataclass(frozen=True, slots=True)
class SortedStatement:
    """A statement with its sums by kind of entry; a reversal counts with what it undid."""

    statement: Statement
    sums: dict[str, int]

    @property
    def moved_fen(self) -> int:
        """Everything that came in less everything that went out."""
        return sum(self.sums.values())


def sort_statement(
    member_account: MemberAccount, first_date: dt.date, last_date: dt.date
) -> SortedStatement:
    """Return an account's statement over business days with the sums of each kind of entry."""
    statement = get_member_statement(member_account, first_date, last_date)
    reversals = [line.entry_id for line in statement.lines if line.kind == Entry.Kind.REVERSAL]
    undone = dict(Entry.objects.filter(pk__in=reversals).values_list("pk", "reversal_of__kind"))
    sums: dict[str, int] = defaultdict(int)
    for line in statement.lines:
        sums[undone.get(line.entry_id, line.kind)] += line.credit_fen - line.debit_fen
    return SortedStatement(statement, dict(sums))


def get_tax_year(member: Member, year: int) -> TaxYear:
    """Return what a member paid of their own money in a calendar year, month by month.

    Counted is what was credited to the flexible money of all their accounts with this centre, by
    the day from which it counts; what was reversed since does not count, whenever that was.

    Source: tax.within_limit, contribution.monthly_maximum, contribution.annual_cap_months.
    """
    lines = member.member_accounts.values("flex_ledger_account")
    credited = (
        Posting.objects.filter(
            credit__in=lines,
            component=Component.PRINCIPAL,
            entry__kind__in=OWN_MONEY,
            entry__reversal__isnull=True,
            value_date__year=year,
        )
        .order_by()
        .annotate(month=TruncMonth("value_date"))
        .values_list("month")
        .annotate(fen=Sum("amount_fen"))
    )
    by_month = {Month.of(month): int(fen) for month, fen in credited}
    months = month_span(Month(year, 1), Month(year, 12))
    book = open_book(member.centre.code, months[-1].last_day)
    maxima = {month: _maximum_fen(book.fresh(month.last_day)) for month in months}
    return lay_out_tax_year(
        year,
        by_month,
        capped=book.flag("tax.within_limit"),
        limit_fen=annual_limit_fen(maxima, book.count("contribution.annual_cap_months")),
    )


def _maximum_fen(book: PolicyBook) -> int | None:
    """Give the highest monthly contribution in force; None before a text or a number is."""
    value = book.find("contribution.monthly_maximum") if book.in_force else None
    return None if value is None else int(value.typed)


@dataclass(frozen=True, slots=True)
class Standing:
    """How steadily a member has paid, on a day."""

    months: int
    in_a_row: int
    last_month: Month | None


def get_standing(member_account: MemberAccount, on: dt.date) -> Standing:
    """Count the covered months of an account up to a day, and the run that ends with them."""
    months = [m for m in list_covered_months(member_account) if m <= Month.of(on)]
    known = set(months)
    run, month = 0, months[-1] if months else None
    while month in known:
        run, month = run + 1, month - 1
    return Standing(len(months), run, months[-1] if months else None)
