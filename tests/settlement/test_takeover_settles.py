"""An account taken over in mid-year settles as if it had lived here all the time."""

import datetime as dt
import random

import pytest

from accounts.models import Agreement, MemberAccount, MemberEvent
from accounts.services import Newcomer, PastEvent, found_accounts_taken_over
from contributions.models import Coverage, TakenOver, Takeover
from contributions.services import (
    AccountTaken,
    OpeningLot,
    approve_takeover,
    book_accounts,
    finish_takeover,
    hand_in_workbook,
    keep_findings,
    submit_takeover,
)
from contributions.verify import takeovers_stand_in_the_books
from kernel.documents import check_digit
from kernel.months import FundYear
from ledger.facts import Component
from ledger.models import Posting
from office.roles import Role
from settlement.explain import explain_year
from settlement.models import SettlementItem
from settlement.queries import list_in_scope
from settlement.services import settle_year
from settlement.verify import subsidies_stay_within_their_limits
from subsidies.services import record_earlier_subsidies
from tests.settlement.builders import FIVE, Life, Town, make_staff, make_town

CUT = dt.date(2026, 2, 3)


def lots_of(account: MemberAccount) -> tuple[OpeningLot, ...]:
    """Read an account's whole history as the other system would give it."""
    lines = {account.flex_ledger_account_id: False, account.unit_ledger_account_id: True}
    return tuple(
        OpeningLot(lines[line], Component(component), day, sign * fen)
        for side, sign in (("credit_id", 1), ("debit_id", -1))
        for line, component, day, fen in Posting.objects.filter(
            **{f"{side}__in": list(lines)}
        ).values_list(side, "component", "value_date", "amount_fen")
    )


def newcomer_of(account: MemberAccount, place: int) -> Newcomer:
    member, agreement = account.member, account.agreements.get(state="SIGNED")
    digits = f"65310119900101{place:03d}"
    events = MemberEvent.objects.filter(member_account=account)
    return Newcomer(
        old_number=account.number,
        name="接管人",
        document_type="RESIDENT_ID",
        number=digits + check_digit(digits),
        birth_date=dt.date(1990, 1, 1),
        sex="F",
        retirement_category="WOMEN_55",
        phone="",
        employment="SELF_EMPLOYED",
        subsidy_category=member.subsidy_category,
        left_school_date=member.left_school_date,
        first_time=account.first_time,
        opened_date=account.opened_date,
        identity=account.identity,
        sealed_date=None,
        mode=agreement.mode,
        monthly_amount_fen=agreement.monthly_amount_fen,
        signed_date=agreement.signed_date,
        effective_month=agreement.effective_month,
        bank="",
        card="",
        debit_day=None,
        events=tuple(PastEvent(e.kind, e.date, e.document_no) for e in events),
    )


def take_over(town: Town, lived: list[MemberAccount]) -> list[MemberAccount]:
    """Found a twin of each account from what another system would tell of it."""
    finance = make_staff(town.branch, f"{town.centre.code}-finance", Role.FINANCE)
    totals = dict.fromkeys(["FLEX", "UNIT", *Component], 0)
    for account in lived:
        for lot in lots_of(account):
            totals["UNIT" if lot.unit else "FLEX"] += lot.amount_fen
            totals[lot.component] += lot.amount_fen
    months = Coverage.objects.filter(member_account__in=lived, is_active=True)
    found = {"accounts": len(lived), "months": months.count(), **totals}
    document = hand_in_workbook(
        centre=town.centre,
        branch=town.branch,
        file_name="old.xlsx",
        content=b"a workbook",
        claimed=found,
        business_date=town.today,
        by=finance,
    )
    keep_findings(document=document, found=found, problems=[], count=0)
    document = submit_takeover(document=document, by=finance)
    document = approve_takeover(document=document, digest=document.digest, by=town.supervisor)
    twins = found_accounts_taken_over(
        centre=town.centre,
        branch=town.branch,
        newcomers=[newcomer_of(account, place) for place, account in enumerate(lived, start=1)],
        document_no=document.number,
        business_date=town.today,
        by=finance,
    )
    taken = [
        AccountTaken(
            account=twin,
            old_number=account.number,
            lots=lots_of(account),
            months=tuple(months.filter(member_account=account).values_list("month", "amount_fen")),
        )
        for account, twin in zip(lived, twins, strict=True)
    ]
    book_accounts(document=document, taken=taken, business_date=town.today, part=1)
    earlier = []
    for account, twin in zip(lived, twins, strict=True):
        paid = SettlementItem.objects.filter(member=account.member)
        credited = list(paid.filter(kind="SUBSIDY").values_list("amount_fen", flat=True))
        opening = sum(paid.filter(kind="OPENING_SUBSIDY").values_list("amount_fen", flat=True))
        if credited or opening:
            earlier.append((twin.member, sum(credited), len(credited), opening))
    record_earlier_subsidies(rows=earlier, document_no=document.number, by=finance)
    finish_takeover(document=document, business_date=town.today)
    return twins


def items(account: MemberAccount, year: int) -> dict[str, tuple[int, int]]:
    rows = SettlementItem.objects.filter(member_account=account, year=year)
    return {
        kind: (fen, base) for kind, fen, base in rows.values_list("kind", "amount_fen", "base_fen")
    }


@pytest.mark.parametrize("code", FIVE)
def test_a_life_taken_over_in_mid_year_settles_like_the_life_lived_here(
    db: None, code: str
) -> None:
    town, chance = make_town(code, dt.date(2025, 6, 30)), random.Random(f"takeover {code}")
    lived = [town.open_account(dt.date(2024, 9, 1), mode="MONTHLY") for _ in range(12)]
    lives = [Life(town, chance, account) for account in lived]
    town.batching = True
    for life in lives:
        life.live(FundYear(2025))
    town.flush()
    settle_year(centre=town.centre, year=2025, approver=town.supervisor)
    for life in lives:
        life.live(FundYear(2026))
    town.flush()
    town.on(CUT)
    there = [life.account for life in lives if not life.closed]
    # What happens here after the takeover happens to both; up to it, the other system told it.
    twins = take_over(town, there)
    town.on(FundYear(2026).last_day)

    settle_year(centre=town.centre, year=2026, approver=town.supervisor)

    assert [items(twin, 2026) for twin in twins] == [items(account, 2026) for account in there]
    assert [explain_year(twin, 2026).amounts for twin in twins] == [
        {kind: fen for kind, (fen, _) in items(twin, 2026).items()} for twin in twins
    ]
    assert takeovers_stand_in_the_books(town.centre) == []
    assert subsidies_stay_within_their_limits(town.centre) == []


def test_a_year_that_ended_before_the_takeover_is_not_settled_here(db: None) -> None:
    town = make_town("kashgar", dt.date(2025, 6, 30))
    account = town.open_account(dt.date(2024, 9, 1))
    town.move(account, dt.date(2024, 9, 1), 100_000)
    town.on(dt.date(2025, 7, 1))

    (twin,) = take_over(town, [account])

    assert twin not in list_in_scope(town.centre, 2025)
    assert twin in list_in_scope(town.centre, 2026)
    assert TakenOver.objects.get(member_account=twin).old_number == account.number
    assert Takeover.objects.get().booked_date == dt.date(2025, 7, 1)


def test_the_control_totals_of_a_takeover_are_proven_against_the_books(db: None) -> None:
    town = make_town("kashgar", dt.date(2025, 6, 30))
    account = town.open_account(dt.date(2024, 9, 1))
    town.move(account, dt.date(2024, 9, 1), 100_000)
    take_over(town, [account])
    document = Takeover.objects.get()
    assert Agreement.objects.filter(state="SIGNED").count() == 2

    Takeover.objects.filter(pk=document.pk).update(found={**document.found, "FLEX": 1})

    assert len(takeovers_stand_in_the_books(town.centre)) == 1
