"""The facts of an application as the books, the registers and the answers have them; read only.

What a clerk types (home, income, credit report) comes with the application; what a centre knows
itself (money, months, household, bans, loans, rent withdrawn) is read here and never typed.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from accounts.holds import find_ban_end, has_open_loan
from accounts.models import Member, MemberAccount, OutsideCheck, Spouse
from contributions.facts import Ground
from contributions.models import Coverage, Payout, Withdrawal
from kernel.days import add_months
from kernel.documents import DocumentType, Sex, read_document
from kernel.months import Month
from ledger.facts import Component
from ledger.models import Entry, Posting
from loans.facts import (
    Applicant,
    Contribution,
    Guarantor,
    House,
    LoanApplicationFacts,
    LoanQuotaFacts,
    PartyRole,
    Product,
    Purpose,
    Reading,
    RepaymentMethod,
    SecurityKind,
)
from loans.models import HOUSEHOLD_ROLES, CreditEvent, LoanApplication, LoanParty
from loans.states import OPEN_STATES
from policy.book import PolicyBook
from policy.facts import RetirementCategory

_RENT = (Ground.RENT, Ground.RELOCATION_RENT)
_PAID_IN = (
    Entry.Kind.DEPOSIT,
    Entry.Kind.ALLOCATION,
    Entry.Kind.OPENING_BALANCE,
    Entry.Kind.CONVERSION,
)


@dataclass(frozen=True, slots=True)
class Money:
    """What moved an account, as the quota wants it; sums in fen."""

    contributions: tuple[Contribution, ...]
    transferred_in_fen: int
    withdrawn_fen: int
    earned_fen: int


def open_account_of(member: Member | None) -> MemberAccount | None:
    """Find the one account of a member that is not closed."""
    if member is None:
        return None
    rows = member.member_accounts.exclude(state=MemberAccount.State.CLOSED)
    return rows.select_related("flex_ledger_account", "unit_ledger_account").first()


def money_of(account: MemberAccount) -> Money:
    """Read both lines of an account: own contributions with the months they cover, and the rest.

    What was undone counts on neither side. Money of a former employer counts like money that was
    transferred in: in the balance, not in the average.
    """
    flex = account.flex_ledger_account_id
    lots: dict[tuple[dt.date, int | None], int] = {}
    transferred = withdrawn = earned = 0
    for line, day, fen, component, kind, deposit in _movements(account):
        if fen < 0:
            withdrawn -= fen
        elif component in (Component.INTEREST, Component.SUBSIDY):
            earned += fen
        elif line == flex and component == Component.PRINCIPAL and kind in _PAID_IN:
            lots[day, deposit] = lots.get((day, deposit), 0) + fen
        else:
            transferred += fen
    return Money(_contributions(account, lots), transferred, withdrawn, earned)


def _movements(
    account: MemberAccount,
) -> list[tuple[int, dt.date, int, str, str, int | None]]:
    """List (line, value date, signed fen, component, kind, deposit) of both lines."""
    lines = [account.flex_ledger_account_id, account.unit_ledger_account_id]
    found = []
    for side, other, sign in (("credit_id", "debit_id", 1), ("debit_id", "credit_id", -1)):
        rows = Posting.objects.filter(
            **{f"{side}__in": lines},
            entry__reversal__isnull=True,
            entry__reversal_of__isnull=True,
        ).exclude(**{f"{other}__in": lines})
        found += [
            (line, day, sign * fen, component, kind, deposit)
            for line, day, fen, component, kind, deposit in rows.values_list(
                side, "value_date", "amount_fen", "component", "entry__kind", "entry__deposit"
            )
        ]
    return found


def _contributions(
    account: MemberAccount, lots: dict[tuple[dt.date, int | None], int]
) -> tuple[Contribution, ...]:
    """Give each lot the months it covers; months without a deposit here go to the others."""
    by_deposit: dict[int, list[Month]] = {}
    loose: list[Month] = []
    rows = Coverage.objects.filter(member_account=account, is_active=True).order_by("month")
    known = {deposit for _day, deposit in lots if deposit is not None}
    for month, deposit in rows.values_list("month", "deposit_id"):
        if deposit in known:
            by_deposit.setdefault(deposit, []).append(Month.of(month))
        else:
            loose.append(Month.of(month))
    others = sorted(day for day, deposit in lots if deposit is None)
    shared = _share(loose, others)
    return tuple(
        Contribution(
            date=day,
            amount=fen,
            covers=tuple(shared[day] if deposit is None else by_deposit.get(deposit, ())),
        )
        for (day, deposit), fen in sorted(lots.items(), key=lambda lot: (lot[0][0], lot[0][1] or 0))
    )


def _share(months: Sequence[Month], days: Sequence[dt.date]) -> dict[dt.date, list[Month]]:
    """Share months out over the days on which their money came, in order.

    A month goes to the first day not before it, what lies ahead to the last day. A day that got
    none repeats a month that is covered anyway, as an empty list would stand for its own month.
    """
    shared: dict[dt.date, list[Month]] = {day: [] for day in days}
    for month in months:
        if days:
            fitting = next((day for day in days if Month.of(day) >= month), days[-1])
            shared[fitting].append(month)
    if months:
        for covered in shared.values():
            covered[:] = covered or [months[0]]
    return shared


def rent_withdrawn_fen(members: Sequence[Member], book: PolicyBook) -> int:
    """Sum the rent that both spouses have withdrawn within the centre's window, in fen.

    Source: loan.rent_addback, loan.rent_addback_months; Yantai 7.
    """
    months = book.find("loan.rent_addback_months")
    if months is None or book.choice("loan.rent_addback") == "NONE":
        return 0
    taken = Withdrawal.objects.filter(
        member_account__member__in=members,
        ground__in=[ground.value for ground in _RENT],
        state=Withdrawal.State.APPROVED,
        entry__business_date__gt=add_months(book.on, -months.typed),
        entry__business_date__lte=book.on,
    ).exclude(payout__state=Payout.State.FAILED)
    return int(taken.aggregate(total=Sum("allowed_fen"))["total"] or 0)


def owes_a_loan(party: LoanParty) -> bool:
    """Tell whether a person belongs to the household of another loan that is not paid off."""
    if party.member is not None and has_open_loan(party.member):
        return True
    rows = standing_parties(party).filter(application__loan__state__in=[*OPEN_STATES])
    return rows.exists()


def standing_parties(party: LoanParty) -> QuerySet[LoanParty]:
    """Select where else a person is bound as one of a household, by paper or as a member."""
    rows = LoanParty.objects.filter(is_active=True, role__in=HOUSEHOLD_ROLES)
    same = rows.filter(person_index=party.person_index)
    if party.member_id is not None:
        same = same | rows.filter(member=party.member_id)
    return same.exclude(application=party.application_id)


def applicant_facts(party: LoanParty, book: PolicyBook, on: dt.date) -> Applicant:
    """Gather what the quota asks of one of the household.

    Args:
        on: the day on which bans are looked at.

    Raises:
        ValueError: a person without an account whose paper tells neither birth nor sex.
    """
    born, sex, category = _person(party)
    account = open_account_of(party.member)
    money = money_of(account) if account else Money((), 0, 0, 0)
    in_a_row, total = credit_of(party, book)
    return Applicant(
        birth_date=born,
        sex=sex,
        category=category,
        opened_on=account.opened_date if account else None,
        contributions=money.contributions,
        transferred_in=money.transferred_in_fen,
        withdrawn=money.withdrawn_fen,
        interest_and_subsidy=money.earned_fen,
        open_loan=owes_a_loan(party),
        dishonest_person=_failed(party.credit_check),
        overdue_in_a_row=in_a_row,
        overdue_total=total,
        banned_until=find_ban_end(party.member, on) if party.member else None,
    )


def _person(party: LoanParty) -> tuple[dt.date, Sex, RetirementCategory | None]:
    if party.member is not None:
        member = party.member
        return (
            member.birth_date,
            Sex(member.sex),
            RetirementCategory(member.retirement_category),
        )
    told = read_document(DocumentType(party.document_type), party.number)
    if told.birth_date is None or told.sex is None:
        raise ValueError(party.name)
    return told.birth_date, told.sex, None


def credit_of(party: LoanParty, book: PolicyBook) -> tuple[int, int]:
    """Give missed instalments in a row and in all: the report's, or our own record's if worse.

    Source: loan.credit_window_months.
    """
    in_a_row, total = party.overdue_in_a_row, party.overdue_total
    window = book.find("loan.credit_window_months")
    if party.member is None or window is None:
        return in_a_row, total
    own = CreditEvent.objects.filter(
        member=party.member,
        kind=CreditEvent.Kind.OVERDUE,
        corrected_date__isnull=True,
        date__gt=add_months(book.on, -window.typed),
        date__lte=book.on,
    )
    rows = list(own.values_list("in_a_row", flat=True))
    return max([in_a_row, *rows]), max(total, len(rows))


def application_facts(
    application: LoanApplication, parties: Sequence[LoanParty], book: PolicyBook, on: dt.date
) -> LoanApplicationFacts:
    """Gather the facts of an application as they stand on a day.

    Args:
        parties: the borrower, the spouse if there is one, then the guarantors.
        book: the law of the day of acceptance.
        on: the day on which bans are looked at.
    """
    household = [party for party in parties if party.role in HOUSEHOLD_ROLES]
    sureties = [party for party in parties if party.role == PartyRole.GUARANTOR]
    members = [party.member for party in household if party.member is not None]
    return LoanApplicationFacts(
        quota=LoanQuotaFacts(
            applied_on=application.business_date,
            applicants=tuple(applicant_facts(party, book, on) for party in household),
            house=House(
                price=application.price_fen,
                first_home=application.home_number == 1,
                local=application.is_local,
                green=application.is_green,
                purchased_on=application.purchase_date,
            ),
            family_monthly_income=application.family_income_fen,
            term_months=application.term_months,
            method=RepaymentMethod(application.method),
            talent=any(one.subsidy_category != Member.SubsidyCategory.NONE for one in members),
            rent_withdrawn_last_year=rent_withdrawn_fen(members, book),
        ),
        asked=application.asked_fen,
        product=Product(application.product),
        purpose=Purpose(application.purpose),
        bank_part=application.bank_part_fen,
        insured=application.is_insured,
        security=SecurityKind(application.security),
        guarantors=tuple(
            Guarantor(
                dishonest_person=_failed(party.credit_check),
                banned_until=find_ban_end(party.member, on) if party.member else None,
            )
            for party in sureties
        ),
        against=tuple(_failed(party.platform_check) for party in (*household, *sureties)),
        reading=Reading(application.reading) if application.reading else None,
    )


def find_other_spouse(member: Member, marriage_pk: int) -> Spouse:
    """Find the other one of a marriage."""
    own = set(member.documents.values_list("number_index", flat=True))
    rows = Spouse.objects.filter(marriage=marriage_pk).select_related("member", "record__member")
    return next(row for row in rows if row.member_id != member.pk and row.person_index not in own)


def _failed(check: OutsideCheck | None) -> bool:
    return check is not None and check.result == OutsideCheck.Result.FAIL
