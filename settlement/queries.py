"""What is read of settlements. Sums are in fen; no query reads the clock."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from accounts.models import Member, MemberAccount
from contributions.models import TakenOver
from kernel.money import round_half_up, yuan
from kernel.months import FundYear, Month
from ledger.chart import Code
from ledger.models import Entry, LedgerAccount, Posting
from ledger.queries import get_balance_on_fen, get_ledger_account
from office.models import Centre
from settlement.facts import SurplusFacts
from settlement.models import SettlementAdjustment, SettlementItem, SettlementRun

UNDER_WAY = ("DRAFT", "SUBMITTED", "APPROVED", "POSTING")
POSTED = ("POSTED", "SEALED")
EXPENSES = (Code.INTEREST_EXPENSE, Code.SUBSIDY_EXPENSE, Code.OPENING_SUBSIDY_EXPENSE)
INTEREST = (SettlementItem.Kind.INTEREST_FLEX, SettlementItem.Kind.INTEREST_UNIT)


@dataclass(frozen=True, slots=True)
class Proof:
    """The year's sum from three sides: items, entries, expense accounts. All are equal."""

    items_fen: int
    postings_fen: int
    expense_fen: int

    @property
    def holds(self) -> bool:
        """Whether the three agree."""
        return self.items_fen == self.postings_fen == self.expense_fen

    def as_dict(self) -> dict[str, str]:
        """Give the sums in yuan, as the command prints them."""
        return {
            "items": yuan(self.items_fen),
            "postings": yuan(self.postings_fen),
            "expense": yuan(self.expense_fen),
        }


@dataclass(frozen=True, slots=True)
class YearReport:
    """What has been settled of a centre's fund year; ``failed`` accounts still wait."""

    accounts: int
    interest_fen: int
    subsidy_fen: int
    failed: int
    already_settled: int
    proof: Proof

    def as_dict(self) -> dict[str, object]:
        """Give the report in the form of the contract."""
        return {
            "accounts": self.accounts,
            "interest": yuan(self.interest_fen),
            "subsidy": yuan(self.subsidy_fen),
            "failed": self.failed,
            "already_settled": self.already_settled,
            "proof": self.proof.as_dict(),
        }


def list_in_scope(centre: Centre, year: int) -> QuerySet[MemberAccount]:
    """List the accounts a fund year settles: opened by its 30 June and not closed by then.

    An account taken over later was settled for the year by the system it came from.
    """
    end = FundYear(year).last_day
    later = TakenOver.objects.filter(member_account=OuterRef("pk"), booked_date__gt=end)
    return MemberAccount.objects.filter(
        Q(closed_date__isnull=True) | Q(closed_date__gt=end),
        ~Exists(later),
        centre=centre,
        opened_date__lte=end,
    )


def list_unsettled(centre: Centre, year: int) -> QuerySet[MemberAccount]:
    """List the accounts in scope that the year has given nothing yet, not even zero."""
    given = SettlementItem.objects.filter(
        member_account=OuterRef("pk"), year=year, kind=SettlementItem.Kind.INTEREST_FLEX
    )
    return list_in_scope(centre, year).filter(~Exists(given))


def list_runs(centre: Centre, year: int) -> QuerySet[SettlementRun]:
    """List the runs of a fund year that were not given up, by round."""
    return (
        SettlementRun.objects.filter(centre=centre, year=year)
        .exclude(state__in=["CANCELLED", "RETURNED"])
        .order_by("round")
    )


def find_run_under_way(centre: Centre) -> SettlementRun | None:
    """Find the centre's run that is neither posted nor given up."""
    return (
        SettlementRun.objects.filter(centre=centre, state__in=UNDER_WAY)
        .select_related("centre", "made_by")
        .first()
    )


def count_settled(centre: Centre, year: int) -> int:
    """Count the accounts that a fund year has settled."""
    return SettlementItem.objects.filter(
        run__centre=centre, year=year, kind=SettlementItem.Kind.INTEREST_FLEX
    ).count()


def net_amounts(member_account: MemberAccount, year: int) -> dict[str, int]:
    """Give what an account has of a fund year now, corrections included, per kind in fen."""
    found: dict[str, int] = {}
    given = _given("kind", "amount_fen", member_account=member_account, year=year)
    for kind, fen in given:
        found[kind] = found.get(kind, 0) + fen
    return found


def list_credits(member: Member, kind: str, before: int) -> list[int]:
    """List what a person was given of a kind in earlier years by any account, in fen.

    Corrections are included; a credit that was taken back wholly is none.
    """
    found: dict[tuple[int, int], int] = {}
    columns = ("member_account_id", "year", "amount_fen")
    for account, year, fen in _given(*columns, member=member, kind=kind, year__lt=before):
        found[account, year] = found.get((account, year), 0) + fen
    return [fen for fen in found.values() if fen > 0]


def _given(*columns: str, **which: object) -> Iterable[tuple[Any, ...]]:
    """Read settled amounts and their corrections in one query."""
    items, changes = SettlementItem.objects, SettlementAdjustment.objects
    return (
        items.filter(**which)
        .order_by()
        .values_list(*columns)
        .union(changes.filter(**which).order_by().values_list(*columns), all=True)
    )


def list_adjustments(member_account: MemberAccount, year: int) -> list[SettlementAdjustment]:
    """List what was put right in a settled year of an account, in their order."""
    return list(
        SettlementAdjustment.objects.filter(member_account=member_account, year=year)
        .select_related("correction", "payout", "entry")
        .order_by("pk")
    )


def sums_by_kind(runs: QuerySet[SettlementRun]) -> dict[str, int]:
    """Add up what runs have given, per kind of item, in fen."""
    grouped = SettlementItem.objects.filter(run__in=runs).order_by().values_list("kind")
    return {kind: int(fen) for kind, fen in grouped.annotate(fen=Sum("amount_fen"))}


def prove(centre: Centre, runs: QuerySet[SettlementRun], end: dt.date) -> Proof:
    """Add up what runs have given, once in each book."""
    numbers = list(runs.values_list("number", flat=True))
    own = Posting.objects.filter(entry__centre=centre, entry__document_no__in=numbers)
    at_expense = Posting.objects.filter(
        debit__centre=centre,
        debit__code__in=EXPENSES,
        value_date=end,
        entry__document_no__in=numbers,
    )
    return Proof(
        items_fen=sum(sums_by_kind(runs).values()),
        postings_fen=_sum_fen(own),
        expense_fen=_sum_fen(at_expense),
    )


def report_year(centre: Centre, year: int, *, already_settled: int) -> YearReport:
    """Report what stands in the books of a fund year, all rounds together."""
    runs = list_runs(centre, year).filter(state__in=["POSTING", *POSTED])
    fen = sums_by_kind(runs)
    interest_fen = sum(fen.get(kind, 0) for kind in INTEREST)
    return YearReport(
        accounts=count_settled(centre, year),
        interest_fen=interest_fen,
        subsidy_fen=sum(fen.values()) - interest_fen,
        failed=list_unsettled(centre, year).count(),
        already_settled=already_settled,
        proof=prove(centre, runs, FundYear(year).last_day),
    )


def report_preview(run: SettlementRun, *, already_settled: int) -> YearReport:
    """Report what a previewed run would give; the proofs are those of what is posted so far."""
    posted = list_runs(run.centre, run.year).filter(state__in=["POSTING", *POSTED])
    return YearReport(
        accounts=run.accounts,
        interest_fen=run.interest_fen,
        subsidy_fen=run.subsidy_fen,
        failed=run.failed,
        already_settled=already_settled,
        proof=prove(run.centre, posted, FundYear(run.year).last_day),
    )


def _sum_fen(postings: QuerySet[Posting]) -> int:
    return int(postings.aggregate(total=Sum("amount_fen"))["total"] or 0)


# Income and expense by what brings and costs them, for the flexible pool's share of each.
_DEPOSIT_INCOME = ("40101", "40102", "40104")
_LOAN_INCOME = ("40103", "40105")
_DEPOSIT_EXPENSE = ("41101", "41102", "41104")
_LOAN_EXPENSE = ("41103",)
_FLEXIBLE_EXPENSE = ("41105", "41106")


def list_result_accounts(centre: Centre, year: int) -> list[tuple[LedgerAccount, int]]:
    """List the accounts of income and expense with what a calendar year brought, in fen.

    Income is above nought and expense below. Entries that close a year are left out, so the year
    reads the same before and after it is closed. An accrual is made in the month after the one it
    is valued in, and belongs to that one.
    """
    accounts = LedgerAccount.objects.filter(
        Q(code__startswith="401") | Q(code__startswith="411"),
        centre=centre,
        role=LedgerAccount.Role.DETAIL,
    ).order_by("code")
    accrual = Q(entry__kind=Entry.Kind.ACCRUAL)
    postings = Posting.objects.filter(
        accrual & Q(value_date__year=year) | ~accrual & Q(entry__business_date__year=year),
        entry__centre=centre,
    ).exclude(entry__kind=Entry.Kind.CLOSING)
    found = []
    for account in accounts:
        sums = [
            postings.filter(**{side: account}).aggregate(fen=Sum("amount_fen"))["fen"] or 0
            for side in ("credit", "debit")
        ]
        found.append((account, int(sums[0]) - int(sums[1])))
    return found


def read_surplus_facts(
    centre: Centre,
    year: int,
    *,
    management_fee_fen: int,
    flexible_reserve_fen: int | None = None,
) -> SurplusFacts:
    """Read what the books say of a calendar year, with what was resolved about it.

    All loans of this product are lent out of the flexible pool to flexible members.
    """
    result = {account.code: fen for account, fen in list_result_accounts(centre, year)}
    flexible = _average_fen(centre, year, [Code.FLEX_DEPOSITS])
    loans = _average_fen(centre, year, [Code.TRUST_LOANS, Code.OVERDUE_LOANS])
    last_day = dt.date(year, 12, 31)
    return SurplusFacts(
        year=year,
        deposit_income=_sum_of(result, _DEPOSIT_INCOME),
        deposit_expense=-_sum_of(result, _DEPOSIT_EXPENSE),
        loan_income=_sum_of(result, _LOAN_INCOME),
        loan_expense=-_sum_of(result, _LOAN_EXPENSE),
        flexible_expense=-_sum_of(result, _FLEXIBLE_EXPENSE),
        average_contributions=flexible + _average_fen(centre, year, [Code.UNIT_DEPOSITS]),
        average_flexible_contributions=flexible,
        average_loans=loans,
        average_flexible_loans=loans,
        loan_balance=sum(
            get_balance_on_fen(get_ledger_account(centre, code), last_day)
            for code in (Code.TRUST_LOANS, Code.OVERDUE_LOANS)
        ),
        reserve_balance=max(
            get_balance_on_fen(get_ledger_account(centre, Code.LOAN_RISK_RESERVE), last_day), 0
        ),
        management_fee=management_fee_fen,
        flexible_reserve=flexible_reserve_fen,
    )


def _sum_of(result: dict[str, int], codes: Iterable[str]) -> int:
    return sum(result.get(code, 0) for code in codes)


def _average_fen(centre: Centre, year: int, codes: Iterable[str]) -> int:
    """Average the balances of the twelve month ends, rounded half up."""
    ends = [Month(year, month).last_day for month in range(1, 13)]
    accounts = [get_ledger_account(centre, code) for code in codes]
    total_fen = sum(get_balance_on_fen(account, day) for account in accounts for day in ends)
    return round_half_up(Fraction(max(total_fen, 0), len(ends)))
