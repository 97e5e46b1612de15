"""How an account's amounts came about: facts read from the books, the pure rules run on them.

Nothing here is used to post. It is the other road to the same numbers: the page for people, and
the check of the bulk steps.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from accounts.facts import ContributionMode
from accounts.models import Agreement, MemberAccount
from accounts.queries import list_standing_events
from contributions.earnings import find_credited
from contributions.facts import InterestFacts
from contributions.joining import get_carried_subsidies
from contributions.models import Coverage, Merge
from contributions.rules.interest import (
    CreditedUntil,
    InterestResult,
    LineMovement,
    decide_interest,
    earning_movements,
    interest_by_line,
    interest_facts_of,
)
from kernel.months import FundYear, Month
from ledger.facts import Component
from ledger.models import Entry, Posting
from policy.book import PolicyBook
from policy.decisions import Decision
from policy.queries import open_book
from settlement.models import SettlementItem
from settlement.queries import list_credits
from subsidies.cover import covered_months
from subsidies.facts import (
    Category,
    EventKind,
    OpeningSubsidyFacts,
    Origin,
    SubsidyEvent,
    SubsidyFacts,
    SubsidyMovement,
)
from subsidies.queries import find_earlier_subsidy, list_missing_approvals
from subsidies.rules import (
    OpeningSubsidyResult,
    SubsidyResult,
    decide_opening_subsidy,
    decide_subsidy,
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The amounts of one account and fund year, in fen, with the sheets they stand on.

    ``subsidy_fen`` and ``opening_subsidy_fen`` are None where nothing is paid out yet: a value
    is unset, or consents are missing.
    """

    member_account: MemberAccount
    year: int
    interest_flex_fen: int
    interest_unit_fen: int
    subsidy_fen: int | None
    opening_subsidy_fen: int | None
    interest: Decision[InterestResult]
    subsidy: Decision[SubsidyResult]
    opening_subsidy: Decision[OpeningSubsidyResult]
    interest_facts: InterestFacts
    subsidy_facts: SubsidyFacts

    @property
    def amounts(self) -> dict[str, int]:
        """What the items of a settlement hold: flexible interest always, the rest if any."""
        rest = {
            SettlementItem.Kind.INTEREST_UNIT: self.interest_unit_fen,
            SettlementItem.Kind.SUBSIDY: self.subsidy_fen or 0,
            SettlementItem.Kind.OPENING_SUBSIDY: self.opening_subsidy_fen or 0,
        }
        return {SettlementItem.Kind.INTEREST_FLEX.value: self.interest_flex_fen} | {
            kind.value: fen for kind, fen in rest.items() if fen
        }


@dataclass(frozen=True, slots=True)
class _Move:
    """A posting seen from the account: signed fen, its line and component."""

    date: dt.date
    amount_fen: int
    is_flex: bool
    component: Component
    entry_id: int


def explain_year(member_account: MemberAccount, year: int) -> Explanation:
    """Compute again what a fund year gives an account, by the pure rules.

    Raises:
        UnknownCentre, PoliciesNotLoaded: there is no law to compute by.
        BadFacts: the account's books hold what the rules refuse, such as a balance below zero.
    """
    period = FundYear(year)
    book = open_book(member_account.centre.code, period.last_day)
    moves = _moves(member_account, period)
    credited = find_credited(member_account, period.previous_settlement, period.last_day)
    earning = _earning(moves, credited)
    interest_facts = interest_facts_of(earning, period.last_day)
    interest = decide_interest(interest_facts, book.fresh(period.last_day))
    by_line = interest_by_line(earning, book.fresh(period.last_day), period.last_day)
    assert by_line is not None
    flex_fen, unit_fen = by_line
    subsidy_facts = _subsidy_facts(member_account, moves, book, period)
    subsidy = decide_subsidy(subsidy_facts, book.fresh(period.last_day))
    opening_facts = _opening_facts(member_account, subsidy_facts, year)
    opening = decide_opening_subsidy(opening_facts, book.fresh(period.last_day))
    return Explanation(
        member_account=member_account,
        year=year,
        interest_flex_fen=flex_fen,
        interest_unit_fen=unit_fen,
        subsidy_fen=_payable(member_account, subsidy, year),
        opening_subsidy_fen=opening.result.subsidy_fen,
        interest=interest,
        subsidy=subsidy,
        opening_subsidy=opening,
        interest_facts=interest_facts,
        subsidy_facts=subsidy_facts,
    )


def _earning(moves: list[_Move], credited: CreditedUntil | None) -> list[LineMovement]:
    """Date each movement by the day from which it still earns, if interest was credited before."""
    lines = [
        LineMovement(move.date, move.amount_fen, move.is_flex, move.entry_id) for move in moves
    ]
    return earning_movements(lines, credited)


def _payable(
    member_account: MemberAccount, decision: Decision[SubsidyResult], year: int
) -> int | None:
    """Give the subsidy, or None where the consents the text asks for are not recorded."""
    centre = member_account.centre
    book = open_book(centre.code, FundYear(year).last_day)
    if list_missing_approvals(centre, year, book.choices("subsidy.approvals")):
        return None
    return decision.result.subsidy_fen


def _moves(member_account: MemberAccount, period: FundYear) -> list[_Move]:
    """Read both lines up to 30 June, without what this very settlement has posted."""
    found = []
    lines = {
        member_account.flex_ledger_account_id: True,
        member_account.unit_ledger_account_id: False,
    }
    own = f"settlement:{member_account.centre.code}:{period.year}:"
    # What another account brought in later, the year has settled there.
    later = Q(entry__kind=Entry.Kind.CONVERSION, entry__business_date__gt=period.last_day)
    # An entry and its reversal are as if they had never been.
    postings = Posting.objects.filter(
        value_date__lte=period.last_day,
        entry__reversal__isnull=True,
        entry__reversal_of__isnull=True,
    ).exclude(Q(entry__key__startswith=own) | later)
    for side, sign in (("credit_id", 1), ("debit_id", -1)):
        rows = postings.filter(**{f"{side}__in": list(lines)}).values_list(
            side, "value_date", "amount_fen", "component", "entry_id"
        )
        found += [
            _Move(date, sign * fen, lines[line], Component(component), entry)
            for line, date, fen, component, entry in rows
        ]
    return sorted(found, key=lambda move: (move.date, move.amount_fen < 0, move.entry_id))


def _subsidy_facts(
    member_account: MemberAccount, moves: list[_Move], book: PolicyBook, period: FundYear
) -> SubsidyFacts:
    covers: dict[int, list[Month]] = defaultdict(list)
    covered = Coverage.objects.filter(member_account=member_account, is_active=True)
    first = _first_entry(moves)
    foreign = [None, *_merged_by(member_account, period)]
    rows = covered.order_by("month").values_list(
        "deposit__entry_id", "deposit__member_account_id", "month"
    )
    for entry, paid_into, month in rows:
        covers[first if paid_into in foreign else entry].append(Month.of(month))
    credited = list_credits(member_account.member, SettlementItem.Kind.SUBSIDY, period.year)
    earlier = find_earlier_subsidy(member_account.member)
    events = list_standing_events(
        member_account,
        [kind.value for kind in EventKind],
        period.last_day,
        undone_count=not book.flag("subsidy.undone_restores"),
    )
    carried = get_carried_subsidies(member_account, period.last_day)
    return SubsidyFacts(
        settled_on=period.last_day,
        opened_on=member_account.opened_date,
        mode=find_mode(member_account, period.last_day) or ContributionMode.FREE,
        first_time=member_account.first_time,
        movements=tuple(
            SubsidyMovement(
                date=move.date,
                amount=move.amount_fen,
                origin=origin_of(move.is_flex, move.component),
                covers=tuple(covers.get(move.entry_id, ())) if move.amount_fen > 0 else (),
            )
            for move in moves
        ),
        events=tuple(SubsidyEvent(date=e.date, kind=EventKind(e.kind)) for e in events),
        credited_before=sum(credited)
        + (earlier.credited_fen if earlier else 0)
        + carried.amount_fen,
        credits_before=len(credited) + (earlier.credits if earlier else 0) + carried.credits,
    )


def _merged_by(member_account: MemberAccount, period: FundYear) -> list[int]:
    """List the accounts whose deposits have gone up in this one by the end of a fund year."""
    merges = Merge.objects.filter(
        target=member_account, state=Merge.State.APPROVED, entry__business_date__lte=period.last_day
    )
    if not merges.exists():
        return []
    foreign = Coverage.objects.filter(member_account=member_account, deposit__isnull=False)
    paid_into = foreign.exclude(deposit__member_account=member_account)
    return list(paid_into.values_list("deposit__member_account_id", flat=True).distinct())


def _first_entry(moves: list[_Move]) -> int:
    """Find the entry of the first flexible contribution: months from before are told with it."""
    own = (m for m in moves if m.is_flex and m.component is Component.PRINCIPAL)
    return next((move.entry_id for move in own if move.amount_fen > 0), 0)


def _opening_facts(
    member_account: MemberAccount, facts: SubsidyFacts, year: int
) -> OpeningSubsidyFacts:
    member = member_account.member
    earlier = find_earlier_subsidy(member)
    return OpeningSubsidyFacts(
        opened_on=member_account.opened_date,
        first_time=member_account.first_time,
        category=Category(member.subsidy_category),
        left_school_on=member.left_school_date,
        full_months=len(covered_months(facts)),
        granted_before=bool(earlier and earlier.opening_subsidy_fen)
        or bool(list_credits(member, SettlementItem.Kind.OPENING_SUBSIDY, before=year))
        or get_carried_subsidies(member_account, FundYear(year).last_day).opening,
    )


def find_mode(member_account: MemberAccount, on: dt.date) -> ContributionMode | None:
    """Find the mode of the agreement in effect on a day."""
    agreement = (
        Agreement.objects.filter(
            member_account=member_account, effective_month__lte=on, signed_date__lte=on
        )
        .order_by("-version")
        .first()
    )
    return None if agreement is None else ContributionMode(agreement.mode)


def origin_of(is_flex: bool, component: Component) -> Origin:
    """Say from where money came: by its line and its component."""
    if component in (Component.INTEREST, Component.SUBSIDY):
        return Origin(component.value)
    if not is_flex:
        return Origin.UNIT
    return Origin.FLEX if component is Component.PRINCIPAL else Origin.TRANSFER_IN
