"""A fund year is settled by two persons, once, to the fen, and says what it left out."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import MemberAccount
from kernel.money import parse_yuan
from kernel.months import FundYear, Month, month_span
from ledger.facts import Component
from ledger.models import Entry, LedgerAccount, Posting
from ledger.verify import prove as prove_books
from office.documents import AlreadyDecided, SamePerson
from office.roles import Role
from office.services import NotAllowed
from settlement import services
from settlement.errors import (
    EarlierYearMissing,
    SettlementRefused,
    YearBeforePolicy,
    YearNotEnded,
)
from settlement.models import SettlementException, SettlementItem, SettlementRun, Shard
from settlement.services import (
    approve_run,
    open_run,
    post_run,
    preview_run,
    return_run,
    seal_run,
    settle_year,
)
from subsidies.models import SubsidyApproval
from subsidies.services import AlreadyRecorded, record_approval
from tests.settlement.builders import Town, make_staff, make_town

JUNE = dt.date(2026, 6, 30)
JULY = dt.date(2025, 7, 1)


def town_of(code: str, day: dt.date = JUNE) -> Town:
    return make_town(code, day)


@pytest.fixture
def kashgar(db: None) -> Town:
    return town_of("kashgar")


def given(account: MemberAccount, year: int = 2026) -> dict[str, int]:
    items = SettlementItem.objects.filter(member_account=account, year=year)
    return dict(items.values_list("kind", "amount_fen"))


def a_year_of_months(account: MemberAccount, town: Town, fen: int, day: int = 10) -> None:
    for month in month_span(Month(2025, 7), Month(2026, 6)):
        town.deposit(account, month.first_day.replace(day=day), fen, month)


def settle(town: Town, year: int = 2026, **more: Any) -> dict[str, Any]:
    town.on(max(FundYear(year).last_day, town.today))
    report, _ = settle_year(centre=town.centre, year=year, approver=town.supervisor, **more)
    return report.as_dict()


# The documents' own numbers


def test_kashgar_pays_interest_and_subsidy_on_the_lump_of_its_own_example(kashgar: Town) -> None:
    account = kashgar.open_account(JULY)
    kashgar.deposit(account, JULY, 7_140_000, *month_span(Month(2025, 7), Month(2026, 6)))

    settle(kashgar)

    assert given(account) == {"INTEREST_FLEX": 106_803, "SUBSIDY": 35_601}


@pytest.mark.parametrize(("fen", "day", "subsidy_fen"), [(50_000, 20, 1_458), (595_000, 1, 19_238)])
def test_kashgar_weighs_monthly_money_by_its_days(
    kashgar: Town, fen: int, day: int, subsidy_fen: int
) -> None:
    account = kashgar.open_account(JULY)
    a_year_of_months(account, kashgar, fen, day)

    settle(kashgar)

    assert given(account)["SUBSIDY"] == subsidy_fen


def test_kashgar_grants_the_opening_subsidy_once_in_a_life(kashgar: Town) -> None:
    account = kashgar.open_account(JULY, category="GRADUATE", left_school=dt.date(2020, 7, 1))
    late = kashgar.open_account(JULY, category="GRADUATE", left_school=dt.date(2020, 6, 30))
    other = kashgar.open_account(JULY)
    for each in (account, late, other):
        a_year_of_months(each, kashgar, 50_000)

    settle(kashgar, 2026)
    settle(kashgar, 2027)

    granted = SettlementItem.objects.filter(kind="OPENING_SUBSIDY")
    assert [(i.member_account, i.year, i.amount_fen) for i in granted] == [(account, 2026, 10_000)]


def test_yantai_pays_aged_money_each_year_as_its_table_says(db: None) -> None:
    town = town_of("yantai", dt.date(2025, 6, 30))
    account = town.open_account(dt.date(2025, 2, 1))
    for month in month_span(Month(2025, 2), Month(2028, 6)):
        town.deposit(account, month.first_day.replace(day=10), 100_000, month)

    for year in (2025, 2026, 2027, 2028):
        settle(town, year)

    paid = [given(account, year).get("SUBSIDY", 0) for year in (2025, 2026, 2027, 2028)]
    assert paid == [0, 6_000, 20_400, 34_800]


def test_yantai_pays_at_most_five_times(db: None) -> None:
    town = town_of("yantai")
    account = town.open_account(dt.date(2025, 7, 1))
    for month in month_span(Month(2025, 7), Month(2033, 6)):
        town.deposit(account, month.first_day, 100_000, month)

    for year in range(2026, 2034):
        settle(town, year)

    paid = [bool(given(account, year).get("SUBSIDY")) for year in range(2026, 2034)]
    assert paid == [False, True, True, True, True, True, False, False]


def lianyungang_person(rate_fen: int = 5_000_000) -> tuple[Town, MemberAccount]:
    town = town_of("lianyungang", dt.date(2024, 6, 30))
    account = town.open_account(dt.date(2024, 1, 15), mode="FREE")
    town.deposit(account, dt.date(2024, 1, 15), rate_fen)
    town.move(account, dt.date(2024, 9, 1), 3_000_000, Component.TRANSFER_IN)
    return town, account


def test_lianyungang_pays_money_a_year_old_and_what_was_transferred_in(db: None) -> None:
    # The table of domain examples is at 1.2 %; the pack takes the bottom of the range, 1.0 %.
    town, account = lianyungang_person()

    for year in (2024, 2025, 2026):
        settle(town, year)

    paid = [given(account, year).get("SUBSIDY", 0) for year in (2024, 2025, 2026)]
    assert paid == [0, 50_000, 80_000]


def test_lianyungang_pays_to_the_day_of_the_loan_and_never_again(db: None) -> None:
    town, account = lianyungang_person()
    for year in (2024, 2025):
        settle(town, year)
    town.happen(account, "LOAN_DISBURSED", dt.date(2026, 3, 15))

    settle(town, 2026)
    settle(town, 2027)

    # 255 of 360 days of 800 yuan
    assert given(account, 2026)["SUBSIDY"] == 56_667
    assert "SUBSIDY" not in given(account, 2027)


def test_lianyungang_cuts_the_last_credit_to_the_lifetime_cap_across_accounts(db: None) -> None:
    town, account = lianyungang_person(98_000_000)
    settle(town, 2024)
    settle(town, 2025)  # 9,800 yuan
    settle(town, 2026)
    settle(town, 2027)

    assert [given(account, year).get("SUBSIDY", 0) for year in (2025, 2026, 2027)] == [
        980_000,
        20_000,
        0,
    ]


def test_liaoning_pays_no_subsidy(db: None) -> None:
    town = town_of("liaoning")
    account = town.open_account(JULY)
    a_year_of_months(account, town, 50_000)

    assert settle(town)["subsidy"] == "0.00"
    assert set(given(account)) == {"INTEREST_FLEX"}


# Two consents before a subsidy


def consents(town: Town, year: int, *kinds: str) -> None:
    finance = make_staff(town.branch, "finance", Role.FINANCE)
    for kind in kinds:
        record_approval(
            centre=town.centre,
            year=year,
            kind=kind,
            document_no="文1",
            document_date=JUNE,
            business_date=JUNE,
            by=finance if kind == "FINANCE_REVIEW" else town.supervisor,
        )


@pytest.mark.parametrize(
    ("kinds", "subsidy"),
    [
        ((), "0.00"),
        (("FINANCE_REVIEW",), "0.00"),
        (("COMMITTEE",), "0.00"),
        (("FINANCE_REVIEW", "COMMITTEE"), "100.00"),
    ],
)
def test_a_subsidy_waits_for_both_consents(db: None, kinds: tuple[str, ...], subsidy: str) -> None:
    town = town_of("consent", dt.date(2025, 6, 30))
    account = town.open_account(dt.date(2024, 7, 1))
    town.deposit(account, dt.date(2024, 7, 1), 1_000_000)
    settle(town, 2025)
    consents(town, 2026, *kinds)

    assert settle(town, 2026)["subsidy"] == subsidy


def test_one_person_cannot_record_both_consents(db: None) -> None:
    town = town_of("consent")
    consents(town, 2026, "COMMITTEE")

    with pytest.raises(AlreadyRecorded):
        record_approval(
            centre=town.centre,
            year=2026,
            kind="FINANCE_REVIEW",
            document_no="文2",
            document_date=JUNE,
            business_date=JUNE,
            by=town.supervisor,
        )
    with pytest.raises(NotAllowed):
        record_approval(
            centre=town.centre,
            year=2026,
            kind="COMMITTEE",
            document_no="文2",
            document_date=JUNE,
            business_date=JUNE,
            by=make_staff(town.branch, "clerk", Role.CLERK),
        )
    assert SubsidyApproval.objects.count() == 1


# Once, and to the fen


@pytest.fixture
def three(kashgar: Town, settings: Any) -> list[MemberAccount]:
    """Three accounts, each a shard of its own."""
    settings.SETTLEMENT_SHARD = 1
    accounts = [kashgar.open_account(JULY) for _ in range(3)]
    for place, account in enumerate(accounts):
        kashgar.deposit(account, JULY, 100_000 * (place + 1))
    return accounts


def books() -> tuple[int, int, int]:
    return Entry.objects.count(), Posting.objects.count(), SettlementItem.objects.count()


def test_a_second_run_posts_nothing_and_reports_the_same(
    kashgar: Town, three: list[MemberAccount]
) -> None:
    first = settle(kashgar)
    stand = books()
    second = settle(kashgar)

    assert second == {**first, "already_settled": 3}
    assert first["proof"] == dict.fromkeys(("items", "postings", "expense"), first["interest"])
    assert books() == stand
    # C1 is about vouchers of their own day, which histories written straight into books have not.
    proofs = [p for p in prove_books([kashgar.centre]) if not p.invariant.code.startswith("C")]
    assert [proof.violations for proof in proofs if not proof.holds] == []


def test_a_preview_writes_nothing_into_the_books(kashgar: Town, three: list[MemberAccount]) -> None:
    stand = books()
    lines = list(LedgerAccount.objects.order_by("pk").values_list("credits_fen", flat=True))

    report = settle(kashgar, preview=True)

    assert books() == stand
    assert lines == list(LedgerAccount.objects.order_by("pk").values_list("credits_fen", flat=True))
    assert report["accounts"] == 3
    assert SettlementRun.objects.get().state == "SUBMITTED"


def test_a_posting_that_died_between_shards_goes_on_where_it_stopped(
    kashgar: Town, three: list[MemberAccount], monkeypatch: pytest.MonkeyPatch
) -> None:
    deaths = iter([False, True])

    def die_at_the_second(done: int, failed: int) -> None:
        if next(deaths):
            raise KeyboardInterrupt

    run = preview_run(open_run(centre=kashgar.centre, year=2026, by=kashgar.system))
    approve_run(run=run, by=kashgar.supervisor, digest=run.digest)
    with pytest.raises(KeyboardInterrupt):
        post_run(run, tick=die_at_the_second)
    assert Shard.objects.filter(state="DONE").count() == 1
    assert SettlementItem.objects.count() == 1

    report = settle(kashgar)

    assert report["accounts"] == 3
    assert report["failed"] == 0
    assert SettlementItem.objects.count() == 3
    assert Posting.objects.filter(component="INTEREST").count() == 3


def test_what_changed_since_the_preview_is_left_for_a_round_of_its_own(
    kashgar: Town, three: list[MemberAccount]
) -> None:
    run = preview_run(open_run(centre=kashgar.centre, year=2026, by=kashgar.system))
    kashgar.deposit(three[1], dt.date(2026, 1, 1), 900_000)
    approve_run(run=run, by=kashgar.supervisor, digest=run.digest)
    run = post_run(run)

    assert (run.state, run.accounts, run.failed) == ("POSTED", 2, 1)
    assert given(three[1]) == {}
    assert settle(kashgar)["failed"] == 0
    assert given(three[1])["INTEREST_FLEX"] == 9_704
    assert set(SettlementRun.objects.values_list("round", flat=True)) == {1, 2}


def test_one_bad_account_never_stops_the_rest_and_settles_once_mended(
    kashgar: Town, three: list[MemberAccount]
) -> None:
    kashgar.move(three[0], dt.date(2025, 8, 1), -50_000)
    kashgar.move(three[1], dt.date(2025, 6, 1), -50_000)  # before anything was paid in

    report = settle(kashgar)

    assert (report["accounts"], report["failed"]) == (2, 1)
    noted = SettlementException.objects.get()
    assert (noted.member_account, noted.code) == (three[1], "TAKEN_BEFORE_PAID_IN")

    kashgar.move(three[1], dt.date(2025, 6, 1), 50_000)
    report = settle(kashgar)

    assert (report["accounts"], report["failed"], report["already_settled"]) == (3, 0, 2)
    assert report["proof"]["items"] == report["proof"]["expense"]


def test_an_account_without_agreement_is_left_out_where_the_mode_decides(db: None) -> None:
    town = town_of("yantai")
    account = town.open_account(JULY, agreed=False)

    assert settle(town)["failed"] == 1

    town.agree(account, "MONTHLY", JULY, 1)
    assert settle(town)["failed"] == 0


def test_money_of_the_next_year_does_not_disturb(kashgar: Town) -> None:
    account = kashgar.open_account(JULY)
    kashgar.deposit(account, JULY, 100_000)
    kashgar.on(dt.date(2026, 7, 20))
    kashgar.deposit(account, dt.date(2026, 7, 10), 999_999)
    later = kashgar.open_account(dt.date(2026, 7, 1))

    settle(kashgar)

    assert given(account)["INTEREST_FLEX"] == 1_496
    assert given(later) == {}
    entry = Entry.objects.get(kind="INTEREST")
    assert entry.business_date == dt.date(2026, 7, 20)
    assert set(entry.postings.values_list("value_date", flat=True)) == {JUNE}


def test_unit_money_earns_on_its_own_line(kashgar: Town) -> None:
    account = kashgar.open_account(JULY)
    kashgar.move(account, JULY, 100_000, Component.TRANSFER_IN, unit=True)

    settle(kashgar)

    account.unit_ledger_account.refresh_from_db()
    assert given(account) == {"INTEREST_FLEX": 0, "INTEREST_UNIT": 1_496}
    assert account.unit_ledger_account.credits_fen == 101_496


def test_the_database_pays_nobody_twice(kashgar: Town, three: list[MemberAccount]) -> None:
    settle(kashgar)
    item = SettlementItem.objects.first()
    assert item is not None
    twin = SettlementItem(
        run=item.run,
        year=item.year,
        member_account=item.member_account,
        member=item.member,
        kind=item.kind,
        amount_fen=1,
        base_fen=1,
    )

    with pytest.raises(IntegrityError, match=r"settlement_item_once|UNIQUE"), transaction.atomic():
        twin.save(force_insert=True)


# Two persons, in order, in time


def test_the_maker_cannot_approve(kashgar: Town, three: list[MemberAccount]) -> None:
    run = preview_run(open_run(centre=kashgar.centre, year=2026, by=kashgar.supervisor))

    with pytest.raises(SamePerson):
        approve_run(run=run, by=kashgar.supervisor, digest=run.digest)


@pytest.mark.parametrize("role", [Role.CLERK, Role.CHECKER, Role.FINANCE, Role.AUDITOR])
def test_only_a_supervisor_approves(kashgar: Town, role: Role) -> None:
    person = make_staff(kashgar.branch, "person", role)

    with pytest.raises(NotAllowed):
        settle_year(centre=kashgar.centre, year=2026, approver=person)
    assert not SettlementRun.objects.exists()


def test_the_system_maker_is_no_second_person(kashgar: Town) -> None:
    with pytest.raises(SamePerson):
        settle_year(centre=kashgar.centre, year=2026, approver=kashgar.system)


def test_an_unapproved_run_cannot_be_posted(kashgar: Town, three: list[MemberAccount]) -> None:
    run = preview_run(open_run(centre=kashgar.centre, year=2026, by=kashgar.system))

    with pytest.raises(AlreadyDecided):
        post_run(run)
    assert SettlementItem.objects.count() == 0


def test_a_returned_preview_makes_room_for_a_new_one(
    kashgar: Town, three: list[MemberAccount]
) -> None:
    run = preview_run(open_run(centre=kashgar.centre, year=2026, by=kashgar.system))
    return_run(run=run, by=kashgar.supervisor, reason="核对")

    assert settle(kashgar)["accounts"] == 3


def test_a_sealed_run_is_sealed_once(kashgar: Town, three: list[MemberAccount]) -> None:
    settle(kashgar)
    run = SettlementRun.objects.get()

    assert seal_run(run=run, by=kashgar.supervisor).state == "SEALED"
    with pytest.raises(AlreadyDecided):
        seal_run(run=run, by=kashgar.supervisor)
    assert settle(kashgar)["already_settled"] == 3


def test_years_are_settled_in_order(kashgar: Town) -> None:
    kashgar.open_account(JULY)
    kashgar.on(dt.date(2027, 6, 30))

    with pytest.raises(EarlierYearMissing, match="2026"):
        settle_year(centre=kashgar.centre, year=2027, approver=kashgar.supervisor)


@pytest.mark.parametrize(
    ("year", "refusal"), [(2027, YearNotEnded), (2024, YearBeforePolicy), (2020, YearBeforePolicy)]
)
def test_a_year_that_has_not_ended_or_has_no_policy_is_refused(
    kashgar: Town, year: int, refusal: type[SettlementRefused]
) -> None:
    with pytest.raises(refusal) as seen:
        settle_year(centre=kashgar.centre, year=year, approver=kashgar.supervisor)
    assert seen.value.field == "year"


def test_books_that_do_not_prove_are_not_settled(kashgar: Town) -> None:
    account = kashgar.open_account(JULY)
    kashgar.deposit(account, JULY, 100_000)
    kashgar.spoil_the_books(account)

    with pytest.raises(SettlementRefused, match="M6"):
        settle_year(centre=kashgar.centre, year=2026, approver=kashgar.supervisor)


def test_rounding_is_done_once_over_both_origins(kashgar: Town) -> None:
    account = kashgar.open_account(JULY)
    # 0.4 fen of flexible and 0.3 of unit interest make one fen, and it is flexible.
    kashgar.deposit(account, JULY, 27)
    kashgar.move(account, JULY, 20, unit=True)

    settle(kashgar)

    assert given(account) == {"INTEREST_FLEX": 1}
    assert parse_yuan("0.01") == 1


def test_shards_of_any_size_give_the_same_totals(kashgar: Town, settings: Any) -> None:
    for place in range(7):
        account = kashgar.open_account(JULY)
        kashgar.deposit(account, JULY, 12_345 + place)
    previews = []
    for size in (1, 2, 3, 7, 100):
        settings.SETTLEMENT_SHARD = size
        previews.append(settle(kashgar, preview=True))
        assert Shard.objects.filter(run__state="SUBMITTED").count() == -(-7 // size)

    assert len({str(preview) for preview in previews}) == 1
    assert services.shard_size() == 100
