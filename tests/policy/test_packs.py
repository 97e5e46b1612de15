"""What the policy pages say, read as the rules read them."""

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest

from policy.loader import PACKS, Packs, load_catalogue, load_packs, parse_entry, read_yaml
from policy.values import Value

CENTRES = ("bazhong", "liaoning", "lianyungang", "yantai", "kashgar")
PAGES = sorted(path for path in PACKS.glob("*/*.yaml") if path.stem != "sources")
TODAY = dt.date(2026, 11, 20)
UNSET = None


@pytest.fixture(scope="module")
def packs() -> Packs:
    return load_packs()


def value_on(packs: Packs, centre: str, key: str, on: str) -> Value | None:
    return packs.book(centre, dt.date.fromisoformat(on)).find(key)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.stem}")
def test_every_page_loads(page: Any) -> None:
    catalogue = load_catalogue()

    for name, entries in read_yaml(page).items():
        for entry in entries:
            parse_entry(catalogue[f"{page.stem}.{name}"], page.parent.name, entry)


def test_the_five_centres_resolve_from_city_to_nation(packs: Packs) -> None:
    assert dict(packs.chains) == {
        "bazhong": ("bazhong", "cn"),
        "liaoning": ("liaoning-model", "liaoning", "cn"),
        "lianyungang": ("lianyungang", "cn"),
        "yantai": ("yantai", "cn"),
        "kashgar": ("kashgar", "cn"),
    }


@pytest.mark.parametrize(
    ("centre", "begins", "assumed"),
    [
        ("bazhong", "2024-07-01", True),
        ("liaoning", "2024-07-01", True),
        ("lianyungang", "2023-08-31", False),
        ("yantai", "2025-01-22", False),
        ("kashgar", "2024-07-01", True),
    ],
)
def test_a_pack_is_in_force_from_its_first_day_and_not_the_day_before(
    packs: Packs, centre: str, begins: str, assumed: bool
) -> None:
    first = dt.date.fromisoformat(begins)
    value = packs.book(centre, first).get("policy.begins")

    assert not packs.book(centre, first - dt.timedelta(days=1)).in_force
    assert packs.book(centre, first).in_force
    assert (value.typed, value.assumed) == (first, assumed)


@pytest.mark.parametrize("centre", CENTRES)
def test_no_value_of_a_centre_starts_before_its_pack(packs: Packs, centre: str) -> None:
    begins = packs.book(centre, TODAY).get("policy.begins").typed
    own = set(packs.chains[centre]) - {"cn"}

    early = [v for v in packs.values if v.jurisdiction in own and v.effective_from < begins]

    assert early == []


@pytest.mark.parametrize("centre", CENTRES)
def test_every_key_is_set_or_unset_on_purpose_or_its_silence_means_something(
    packs: Packs, centre: str
) -> None:
    chain = packs.chains[centre]
    pages = [value for value in packs.values if value.jurisdiction in chain]
    first = packs.book(centre, TODAY).get("policy.begins").typed

    for day in (first, TODAY):
        spoken = {value.key for value in pages if value.in_force(day)}
        forgotten = [
            key
            for key, parameter in packs.catalogue.items()
            if key not in spoken and parameter.if_silent is None
        ]
        assert forgotten == [], day


def test_what_is_unset_or_assumed_gives_a_chinese_reason(packs: Packs) -> None:
    for value in packs.values:
        if value.assumed or not value.is_set:
            assert any("\u4e00" <= sign <= "\u9fff" for sign in value.reason), value


def test_what_is_carried_cites_the_publication_that_ended(packs: Packs) -> None:
    carried = {(v.jurisdiction, v.key, str(v.effective_from)) for v in packs.values if v.carried}

    assert carried == {
        ("kashgar", "contribution.monthly_minimum", "2025-07-01"),
        ("kashgar", "contribution.monthly_maximum", "2025-07-01"),
        ("lianyungang", "contribution.monthly_maximum", "2027-01-01"),
        ("yantai", "contribution.monthly_minimum", "2026-07-01"),
        ("yantai", "contribution.monthly_maximum", "2026-07-01"),
    }
    assert all(v.citations for v in packs.values if v.carried)


# centre, key, day, printed value (UNSET = unset on purpose), assumed
PUBLISHED: list[tuple[str, str, str, Any, bool]] = [
    # modes and limits
    ("bazhong", "contribution.modes", "2024-07-01", ["MONTHLY", "FREE"], False),
    (
        "liaoning",
        "contribution.modes",
        "2024-07-01",
        ["MONTHLY", "QUARTERLY", "HALF_YEARLY", "YEARLY"],
        False,
    ),
    ("lianyungang", "contribution.modes", "2023-08-31", ["FREE", "MONTHLY"], False),
    ("yantai", "contribution.modes", "2025-01-22", ["MONTHLY", "QUARTERLY"], False),
    ("kashgar", "contribution.modes", "2024-07-01", ["MONTHLY", "FREE"], False),
    ("kashgar", "contribution.free_mode", "2024-07-01", "MULTIPLE_OF_MONTHLY", False),
    ("bazhong", "contribution.monthly_minimum", "2026-01-01", "200.00", True),
    ("bazhong", "contribution.monthly_maximum", "2026-01-01", "6000.00", True),
    ("bazhong", "contribution.least_payment", "2026-01-01", "200.00", True),
    ("liaoning", "contribution.monthly_minimum", "2026-01-01", "200.00", True),
    ("liaoning", "contribution.monthly_maximum", "2026-01-01", "6000.00", True),
    ("lianyungang", "contribution.monthly_minimum", "2026-01-01", UNSET, False),
    ("lianyungang", "contribution.monthly_maximum", "2025-12-31", "7570.80", True),
    ("lianyungang", "contribution.monthly_maximum", "2026-01-01", "7570.80", False),
    ("lianyungang", "contribution.monthly_maximum", "2026-12-31", "7570.80", False),
    ("lianyungang", "contribution.monthly_maximum", "2027-01-01", "7570.80", True),
    ("lianyungang", "contribution.least_payment", "2023-08-31", "100.00", False),
    ("yantai", "contribution.monthly_minimum", "2025-06-30", "201.00", True),
    ("yantai", "contribution.monthly_minimum", "2025-07-01", "201.00", False),
    ("yantai", "contribution.monthly_maximum", "2026-06-30", "6512.00", False),
    ("yantai", "contribution.monthly_maximum", "2026-07-01", "6512.00", True),
    ("kashgar", "contribution.monthly_minimum", "2025-06-30", "162.00", False),
    ("kashgar", "contribution.monthly_minimum", "2025-07-01", "162.00", True),
    ("kashgar", "contribution.monthly_maximum", "2025-06-30", "5950.00", False),
    ("kashgar", "contribution.monthly_maximum", "2025-07-01", "5950.00", True),
    ("bazhong", "contribution.limit_year", "2026-01-01", "FUND_YEAR", True),
    ("liaoning", "contribution.limit_year", "2026-01-01", "FUND_YEAR", True),
    ("lianyungang", "contribution.limit_year", "2026-01-01", "CALENDAR_YEAR", False),
    ("yantai", "contribution.limit_year", "2026-01-01", "FUND_YEAR", False),
    ("kashgar", "contribution.limit_year", "2026-01-01", "FUND_YEAR", False),
    # who may join
    ("bazhong", "eligibility.hmt_residents", "2026-01-01", UNSET, False),
    ("lianyungang", "eligibility.hmt_residents", "2026-01-01", UNSET, False),
    ("yantai", "eligibility.foreign_permanent_residents", "2026-01-01", UNSET, False),
    ("liaoning", "eligibility.hmt_residents", "2026-01-01", "ALLOWED", False),
    ("kashgar", "eligibility.foreign_permanent_residents", "2026-01-01", "ALLOWED", False),
    ("lianyungang", "eligibility.not_in_unit_pension", "2026-01-01", True, False),
    ("kashgar", "eligibility.not_in_unit_pension", "2026-01-01", False, True),
    # sealing and closing
    ("bazhong", "dormancy.close", "2026-01-01", False, True),
    ("lianyungang", "dormancy.seal", "2026-01-01", False, True),
    ("kashgar", "dormancy.close", "2026-01-01", False, True),
    ("liaoning", "dormancy.close", "2026-01-01", True, False),
    ("liaoning", "dormancy.seal", "2026-01-01", False, True),
    ("yantai", "dormancy.seal", "2026-01-01", True, False),
    ("yantai", "dormancy.close", "2026-01-01", True, False),
    ("yantai", "dormancy.months", "2026-01-01", 6, False),
    # subsidies
    ("bazhong", "subsidy.scheme", "2026-06-30", "UNDECIDED", False),
    ("bazhong", "subsidy.annual_rate", "2026-06-30", UNSET, False),
    ("bazhong", "subsidy.minimum_age", "2026-06-30", UNSET, False),
    ("bazhong", "subsidy.approvals", "2026-06-30", ["FINANCE_REVIEW", "COMMITTEE"], False),
    ("liaoning", "subsidy.scheme", "2026-06-30", "NONE", True),
    ("lianyungang", "subsidy.annual_rate", "2026-06-30", "1.00", True),
    ("lianyungang", "subsidy.lifetime_cap", "2026-06-30", "10000.00", False),
    ("yantai", "subsidy.annual_rate", "2026-06-30", "1.20", False),
    ("yantai", "subsidy.maximum_credits", "2026-06-30", 5, False),
    ("kashgar", "subsidy.annual_rate", "2026-06-30", "0.50", False),
    ("kashgar", "opening_subsidy.amount", "2026-06-30", "100.00", False),
    ("yantai", "opening_subsidy.scheme", "2026-06-30", "NONE", True),
    # loans
    ("bazhong", "loan.waiting_rule", "2026-01-01", UNSET, False),
    ("liaoning", "loan.waiting_rule", "2026-01-01", UNSET, False),
    ("yantai", "loan.waiting_rule", "2026-01-01", UNSET, False),
    ("lianyungang", "loan.minimum_cumulative_months", "2026-01-01", 6, False),
    ("kashgar", "loan.minimum_span_months", "2026-01-01", 12, False),
    ("kashgar", "loan.minimum_covered_months", "2026-01-01", 12, False),
    ("lianyungang", "loan.quota_family", "2026-01-01", UNSET, False),
    ("yantai", "loan.cap", "2026-01-01", UNSET, False),
    ("kashgar", "loan.cap", "2026-01-01", "700000.00", False),
    ("kashgar", "loan.price_share", "2026-01-01", "80", False),
    ("kashgar", "loan.income_share", "2026-01-01", "60", False),
    ("kashgar", "loan.maximum_term_years", "2026-01-01", 30, False),
    ("kashgar", "loan.term_age_men", "2026-01-01", 60, False),
    ("kashgar", "loan.term_age_women", "2026-01-01", 55, True),
    ("kashgar", "loan.term_extra_years", "2026-01-01", 5, False),
    ("kashgar", "loan.band_reading", "2026-01-01", "TABLE", True),
    ("kashgar", "loan.green_uplift", "2026-01-01", UNSET, False),
    ("yantai", "loan.rent_addback", "2026-01-01", "FIRST_HOME", False),
    ("bazhong", "loan.retained_ratio", "2026-01-01", "0.00", True),
    ("liaoning", "offset.account_first", "2026-01-01", True, False),
    ("kashgar", "offset.agreement_required", "2026-01-01", True, False),
    # leaving, and money out
    ("liaoning", "exit.unit_part_waits", "2026-01-01", 6, False),
    ("kashgar", "exit.unit_part_waits", "2026-01-01", 6, False),
    ("yantai", "exit.unit_part_waits", "2026-01-01", UNSET, False),
    ("liaoning", "exit.guarantee", "2026-01-01", "BLOCKS", False),
    ("kashgar", "exit.guarantee", "2026-01-01", "BLOCKS", False),
    ("bazhong", "exit.guarantee", "2026-01-01", "WARNS", True),
    ("lianyungang", "exit.no_pending_application", "2026-01-01", True, False),
    ("yantai", "withdrawal.relocation_single", "2026-01-01", "14000.00", False),
    ("yantai", "withdrawal.relocation_couple", "2026-01-01", "28000.00", False),
    ("yantai", "withdrawal.relocation_period", "2026-01-01", "CALENDAR_YEAR", True),
    ("lianyungang", "transfer.lot_clock", "2026-01-01", "RESTARTS", False),
    ("yantai", "transfer.joins_months", "2026-01-01", "IF_UNBROKEN", False),
]


@pytest.mark.parametrize(("centre", "key", "on", "printed", "assumed"), PUBLISHED)
def test_a_centre_sets_assumes_or_leaves_unset(
    packs: Packs, centre: str, key: str, on: str, printed: Any, assumed: bool
) -> None:
    value = value_on(packs, centre, key, on)

    if printed is UNSET:
        assert value is None
    else:
        assert value is not None
        assert (value.printed, value.assumed) == (printed, assumed)


NATIONAL: list[tuple[str, str, Any, Any]] = [
    # key, the first day of the new value, before, from then on
    ("interest.deposit_rate", "2016-02-21", UNSET, "1.50"),
    ("loan_rate.first_short", "2015-08-26", UNSET, "2.75"),
    ("loan_rate.first_short", "2022-10-01", "2.75", "2.60"),
    ("loan_rate.first_short", "2024-05-18", "2.60", "2.35"),
    ("loan_rate.first_short", "2025-05-08", "2.35", "2.10"),
    ("loan_rate.first_long", "2015-08-26", UNSET, "3.25"),
    ("loan_rate.first_long", "2022-10-01", "3.25", "3.10"),
    ("loan_rate.first_long", "2024-05-18", "3.10", "2.85"),
    ("loan_rate.first_long", "2025-05-08", "2.85", "2.60"),
    ("loan_rate.second_short", "2015-08-26", UNSET, "3.025"),
    ("loan_rate.second_short", "2022-10-01", "3.025", "3.025"),
    ("loan_rate.second_short", "2024-05-18", "3.025", "2.775"),
    ("loan_rate.second_short", "2025-05-08", "2.775", "2.525"),
    ("loan_rate.second_long", "2015-08-26", UNSET, "3.575"),
    ("loan_rate.second_long", "2022-10-01", "3.575", "3.575"),
    ("loan_rate.second_long", "2024-05-18", "3.575", "3.325"),
    ("loan_rate.second_long", "2025-05-08", "3.325", "3.075"),
    ("deadline.withdrawal_days", "2026-09-20", 3, 3),
    ("deadline.loan_days", "2026-09-20", 15, 10),
    ("deadline.balance_dispute_days", "2026-09-20", 5, 5),
    ("withdrawal.fraud_ban_years", "2026-09-20", UNSET, 3),
    ("withdrawal.loan_fraud_ban_years", "2026-09-20", UNSET, 5),
]


@pytest.mark.parametrize(("key", "first", "before", "after"), NATIONAL)
def test_a_national_value_changes_on_its_day_and_not_the_day_before(
    packs: Packs, key: str, first: str, before: Any, after: Any
) -> None:
    day = dt.date.fromisoformat(first)
    old = packs.book("kashgar", day - dt.timedelta(days=1)).find(key)

    assert (old.printed if old else UNSET) == before
    assert packs.book("kashgar", day).get(key).printed == after


def test_rates_are_kept_as_printed_and_computed_exactly(packs: Packs) -> None:
    book = packs.book("yantai", TODAY)

    assert book.rate("loan_rate.second_short") == Fraction(2525, 100_000)
    assert book.get("loan_rate.second_short").text == "2.525"


def test_decoration_fees_and_other_approved_uses_are_grounds_only_since_the_revision(
    packs: Packs,
) -> None:
    before = packs.book("kashgar", dt.date(2026, 9, 19)).choices("withdrawal.grounds")
    since = packs.book("kashgar", dt.date(2026, 9, 20)).choices("withdrawal.grounds")

    assert (len(before), len(since)) == (8, 11)
    assert set(since) - set(before) == {"DECORATION", "PROPERTY_FEE", "OTHER_APPROVED"}


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("day", ["2026-09-19", "2026-09-20"])
def test_every_ground_of_a_centre_names_its_evidence(packs: Packs, centre: str, day: str) -> None:
    book = packs.book(centre, dt.date.fromisoformat(day))

    grounds = book.choices("withdrawal.grounds") + book.choices("withdrawal.extra_grounds")

    assert set(grounds) == set(book.table("withdrawal.evidence"))


@pytest.mark.parametrize("year", range(2016, 2027))
def test_the_calendar_names_weekdays_off_and_weekend_days_worked(packs: Packs, year: int) -> None:
    table = packs.book("kashgar", dt.date(year, 12, 31)).table("calendar.year")
    off, worked = ([dt.date.fromisoformat(day) for day in table[name]] for name in sorted(table))

    assert {day.year for day in off + worked} == {year}
    assert all(day.weekday() < 5 for day in off)
    assert all(day.weekday() >= 5 for day in worked)
    assert len(off) >= 15


def test_the_make_up_days_of_2026_are_the_published_ones(packs: Packs) -> None:
    table = packs.book("kashgar", TODAY).table("calendar.year")

    assert [day[5:] for day in table["workdays"]] == [
        "01-04",
        "02-14",
        "02-28",
        "05-09",
        "09-20",
        "10-10",
    ]


def test_no_calendar_is_known_for_a_year_that_is_not_published(packs: Packs) -> None:
    assert value_on(packs, "kashgar", "calendar.year", "2015-12-31") is None
    assert value_on(packs, "kashgar", "calendar.year", "2027-01-01") is None


def test_retirement_is_progressive_only_since_2025(packs: Packs) -> None:
    before = packs.book("bazhong", dt.date(2024, 12, 31))
    since = packs.book("bazhong", dt.date(2025, 1, 1))

    assert before.table("retirement.men_60") == {"base_years": 60}
    assert since.table("retirement.women_50") == {
        "base_years": 50,
        "series_from": "1975-01",
        "births_per_step": 2,
        "most_delay_months": 60,
    }


def test_the_bands_of_kashgar_differ_between_table_and_text_only_at_1000(packs: Packs) -> None:
    bands = packs.book("kashgar", TODAY).table("loan.multiplier_bands")

    assert [(row.get("upto"), row.get("inclusive"), row["multiplier"]) for row in bands] == [
        ("1000.00", ["TABLE"], 10),
        ("2500.00", ["TABLE", "TEXT"], 15),
        (None, None, 20),
    ]
