"""A settled account from which a wrong deposit is taken is one that never had it, to the fen."""

import datetime as dt
import random

import pytest

from contributions.errors import AlreadyCorrected, MoneyUsed, NotCorrectable
from contributions.models import Coverage, Deposit
from contributions.queries import get_holdings
from kernel.months import FundYear, Month, month_span
from ledger.models import Entry
from ledger.verify import prove as prove_books
from office.documents import ChangedMeanwhile, SamePerson
from office.services import NotAllowed
from settlement.errors import RunUnderWay, SettledOtherwise
from settlement.models import SettlementAdjustment, SettlementItem
from settlement.queries import net_amounts
from settlement.services import approve_run, open_run, preview_run, settle_year, submit_correction
from tests.settlement.builders import FIVE, OTHERS, Town, make_town
from tests.settlement.twins import Hands, Twins

YEARS = (2026, 2027, 2028)
JUNE = dt.date(2026, 6, 30)
JULY = dt.date(2025, 7, 1)


def settle(town: Town, year: int) -> None:
    town.on(max(FundYear(year).last_day, town.today))
    report, _ = settle_year(centre=town.centre, year=year, approver=town.supervisor)
    assert report.failed == 0


def given(account, year: int) -> dict[str, int]:
    return {kind: fen for kind, fen in net_amounts(account, year).items() if fen}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("code", [*FIVE, *OTHERS])
def test_a_corrected_account_is_one_that_never_had_the_deposit(code: str, seed: int, db) -> None:
    """Three years of twins; one of each gets wrong deposits, corrected years later or at once."""
    chance = random.Random(f"{code}-{seed}")
    town = make_town(code, JUNE)
    hands = Hands.of(town)
    twins = [Twins.born(town, chance, YEARS[0]) for _ in range(6)]
    for year in YEARS:
        town.on(FundYear(year).last_day)
        town.batching, town.balances = True, {}
        for pair in twins:
            pair.live(FundYear(year))
        town.flush()
        town.batching = False
        settle(town, year)
        town.on(town.today + dt.timedelta(days=1))
        for pair in twins:
            if year == YEARS[-1] or chance.random() < 0.4:
                pair.set_right(hands)

    for pair in twins:
        for year in YEARS:
            assert given(pair.wronged, year) == given(pair.true, year), (pair.true.number, year)
        held, due = get_holdings(pair.wronged), get_holdings(pair.true)
        assert (held.flex_fen, held.unit_fen) == (due.flex_fen, due.unit_fen)
        assert {c: fen for c, fen in held.flex.items() if fen} == {
            c: fen for c, fen in due.flex.items() if fen
        }
    assert SettlementAdjustment.objects.exists()
    broken = [p for p in prove_books([town.centre]) if not p.holds]
    assert [p for p in broken if p.invariant.code[0] in "MS" or p.invariant.code == "P8"] == []


@pytest.fixture
def kashgar(db) -> Town:
    return make_town("kashgar", JUNE)


@pytest.fixture
def hands(kashgar: Town) -> Hands:
    return Hands.of(kashgar)


def a_full_year(town: Town, fen: int = 50_000):
    """An account with twelve months, so that the subsidy is earned too."""
    account = town.open_account(JULY, category="TALENT")
    for month in month_span(Month(2025, 7), Month(2026, 6)):
        town.deposit(account, month.first_day.replace(day=20), fen, month)
    return account


def entry_of(account, place: int) -> Entry:
    return Deposit.objects.filter(member_account=account).order_by("pk")[place].entry


def test_interest_and_both_subsidies_are_taken_back_with_the_month_they_rested_on(
    kashgar: Town, hands: Hands
) -> None:
    """Without the sixth month twelve are not full: the subsidy of the year goes too."""
    account = a_full_year(kashgar)
    settle(kashgar, 2026)
    assert given(account, 2026)["SUBSIDY"] == 1_458
    kashgar.on(dt.date(2026, 7, 1))

    correction = hands.correct(kashgar, entry_of(account, 5))

    changed = {row["kind"]: row["fen"] for row in correction.effect}
    assert changed["SUBSIDY"] == -1_458
    assert changed["INTEREST_FLEX"] < 0
    assert "SUBSIDY" not in given(account, 2026)
    assert given(account, 2026)["OPENING_SUBSIDY"] == 10_000
    item = SettlementItem.objects.get(member_account=account, kind="SUBSIDY")
    assert item.amount_fen == 1_458, "what was settled stays on record"
    assert Coverage.objects.filter(member_account=account, is_active=True).count() == 11


def test_red_entries_stand_on_their_30_june_and_on_the_day_they_were_booked(
    kashgar: Town, hands: Hands
) -> None:
    account = a_full_year(kashgar)
    settle(kashgar, 2026)
    kashgar.on(dt.date(2026, 9, 1))
    hands.correct(kashgar, entry_of(account, 0))
    for adjustment in SettlementAdjustment.objects.select_related("entry"):
        (posting,) = adjustment.entry.postings.all()
        assert posting.value_date == JUNE
        assert adjustment.entry.business_date == dt.date(2026, 9, 1)
        assert posting.debit == account.flex_ledger_account
        assert posting.credit.code in ("41101", "41105", "41106")


def test_an_opening_subsidy_that_was_taken_back_can_be_earned_again(
    kashgar: Town, hands: Hands
) -> None:
    account = kashgar.open_account(JULY, category="TALENT")
    for month in month_span(Month(2025, 7), Month(2025, 12)):
        kashgar.deposit(account, month.first_day, 50_000, month)
    settle(kashgar, 2026)
    assert given(account, 2026)["OPENING_SUBSIDY"] == 10_000
    kashgar.on(dt.date(2026, 7, 1))
    hands.correct(kashgar, entry_of(account, 5))
    assert "OPENING_SUBSIDY" not in given(account, 2026)

    kashgar.deposit(account, dt.date(2026, 7, 1), 50_000, Month(2026, 7))
    settle(kashgar, 2027)

    assert given(account, 2027)["OPENING_SUBSIDY"] == 10_000


# Refused


def test_money_that_was_taken_out_since_cannot_be_taken_back(kashgar: Town, hands: Hands) -> None:
    account = kashgar.open_account(JULY)
    kashgar.deposit(account, JULY, 100_000, Month(2025, 7))
    kashgar.deposit(account, dt.date(2025, 8, 1), 100_000, Month(2025, 8))
    kashgar.move(account, dt.date(2025, 9, 1), -150_000)
    settle(kashgar, 2026)
    with pytest.raises(MoneyUsed) as refused:
        hands.submit(kashgar, entry_of(account, 1))
    assert refused.value.short_fen == 50_000 - 998  # the interest is still there
    assert "490.02" in str(refused.value)
    assert not SettlementAdjustment.objects.exists()


def test_money_that_came_back_later_does_not_hide_the_days_it_was_gone(
    kashgar: Town, hands: Hands
) -> None:
    account = kashgar.open_account(JULY)
    kashgar.deposit(account, JULY, 100_000, Month(2025, 7))
    kashgar.move(account, dt.date(2025, 9, 1), -100_000)
    kashgar.deposit(account, dt.date(2026, 1, 1), 500_000, Month(2026, 1))
    settle(kashgar, 2026)
    with pytest.raises(MoneyUsed):
        hands.submit(kashgar, entry_of(account, 0))


def test_interest_itself_is_corrected_with_its_deposit_only(kashgar: Town, hands: Hands) -> None:
    account = a_full_year(kashgar)
    settle(kashgar, 2026)
    interest = Entry.objects.get(kind="INTEREST")
    with pytest.raises(NotCorrectable, match=interest.document_no):
        hands.submit(kashgar, interest)
    assert given(account, 2026)["SUBSIDY"] == 1_458


def test_a_second_correction_of_a_voucher_is_refused(kashgar: Town, hands: Hands) -> None:
    account = a_full_year(kashgar)
    settle(kashgar, 2026)
    first = hands.submit(kashgar, entry_of(account, 3))
    with pytest.raises(AlreadyCorrected, match=first.number):
        hands.submit(kashgar, entry_of(account, 3))


def test_a_reversal_of_a_reversal_is_refused(kashgar: Town, hands: Hands) -> None:
    account = a_full_year(kashgar)
    settle(kashgar, 2026)
    kashgar.on(dt.date(2026, 7, 1))
    done = hands.correct(kashgar, entry_of(account, 3))
    with pytest.raises(NotCorrectable):
        hands.submit(kashgar, done.entry)
    with pytest.raises(AlreadyCorrected):
        hands.submit(kashgar, entry_of(account, 3))


def test_nothing_is_corrected_while_a_settlement_is_posted(kashgar: Town, hands: Hands) -> None:
    account = a_full_year(kashgar)
    kashgar.on(dt.date(2026, 7, 1))
    run = preview_run(open_run(centre=kashgar.centre, year=2026, by=kashgar.system))
    approve_run(run=run, by=kashgar.supervisor, digest=run.digest)
    with pytest.raises(RunUnderWay, match=run.number):
        hands.submit(kashgar, entry_of(account, 3))


def test_a_year_the_rules_would_settle_otherwise_today_is_left_to_people(
    kashgar: Town, hands: Hands
) -> None:
    account = a_full_year(kashgar)
    settle(kashgar, 2026)
    kashgar.happen(account, "WITHDRAWAL", dt.date(2026, 5, 1))  # entered too late
    with pytest.raises(SettledOtherwise, match="2026"):
        hands.submit(kashgar, entry_of(account, 3))


def test_what_is_approved_is_what_was_shown_of_settled_years(kashgar: Town, hands: Hands) -> None:
    account = a_full_year(kashgar)
    kashgar.on(dt.date(2026, 7, 1))
    correction = hands.submit(kashgar, entry_of(account, 3))
    assert correction.effect == []
    hands.look(kashgar, correction, hands.checker)
    settle(kashgar, 2026)
    before = get_holdings(account).total_fen
    with pytest.raises(ChangedMeanwhile, match=correction.number):
        hands.look(kashgar, correction, hands.supervisor)
    assert get_holdings(account).total_fen == before
    assert not SettlementAdjustment.objects.exists()
    assert all(
        proof.holds for proof in prove_books([kashgar.centre]) if proof.invariant.code[0] == "S"
    )


def test_a_later_reversal_takes_three_persons(kashgar: Town, hands: Hands) -> None:
    account = a_full_year(kashgar)
    settle(kashgar, 2026)
    kashgar.on(dt.date(2026, 7, 1))
    correction = hands.submit(kashgar, entry_of(account, 3))
    with pytest.raises(SamePerson):
        hands.look(kashgar, correction, hands.clerk)
    hands.look(kashgar, correction, hands.supervisor)  # reviews
    assert correction.state == "SUBMITTED"
    with pytest.raises(SamePerson):
        hands.look(kashgar, correction, hands.supervisor)
    with pytest.raises(NotAllowed):
        hands.look(kashgar, correction, hands.checker)
    assert not SettlementAdjustment.objects.exists()


def test_who_may_not_correct_hands_nothing_in(kashgar: Town, hands: Hands) -> None:
    account = a_full_year(kashgar)
    with pytest.raises(NotAllowed):
        submit_correction(
            entry=entry_of(account, 3), reason="x", business_date=JUNE, by=hands.checker
        )
