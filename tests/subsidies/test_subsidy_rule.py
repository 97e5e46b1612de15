"""Contribution subsidies: published numbers, readings, stop events, caps, years."""

import datetime as dt

import pytest

from kernel.days import DayCount
from kernel.money import yuan
from kernel.months import Month
from policy.decisions import Outcome
from policy.loader import book_from_packs
from tests.subsidies.builders import codes, monthly, paid, subsidy

LUMP = [paid("2025-07-01", "71400.00", *(str(Month(2025, 7) + i) for i in range(12)))]


@pytest.mark.parametrize(
    ("story", "movements", "day_count", "expected"),
    [
        ("解读的 356 元：5,950 元/月一次缴足一年", LUMP, "30/360", "356.01"),
        ("同上，实际天数/365", LUMP, "ACT/365", "356.02"),
        ("同上，实际天数/360：与解读不符", LUMP, "ACT/360", "360.97"),
        ("每月20日 500", monthly("2025-07", 12, "500.00", 20), "30/360", "14.58"),
        ("同上，实际天数/365", monthly("2025-07", 12, "500.00", 20), "ACT/365", "14.55"),
        ("每月1日 5,950", monthly("2025-07", 12, "5950.00", 1), "30/360", "192.38"),
        ("同上，实际天数/365", monthly("2025-07", 12, "5950.00", 1), "ACT/365", "191.70"),
        (
            "解读中的缴存人",
            monthly("2025-07", 6, "2000.00", 10) + monthly("2026-01", 6, "3000.00", 10),
            "30/360",
            "69.58",
        ),
        (
            "解读中的缴存人，实际天数/365",
            monthly("2025-07", 6, "2000.00", 10) + monthly("2026-01", 6, "3000.00", 10),
            "ACT/365",
            "69.36",
        ),
    ],
)
def test_kashgar_pays_the_new_money_of_the_year_by_days(story, movements, day_count, expected):
    decision = subsidy("kashgar", "2026-06-30", movements, day_count=day_count)

    assert decision.outcome is Outcome.APPROVED
    assert yuan(decision.result.subsidy_fen) == expected, story
    assert decision.result.remaining_cap_fen is None


@pytest.mark.parametrize(
    ("settled_on", "full_year", "after_anniversary"),
    [
        ("2025-06-30", "0.00", "0.00"),
        ("2026-06-30", "60.00", "13.33"),
        ("2027-06-30", "204.00", "134.00"),
        ("2028-06-30", "348.00", "278.00"),
    ],
)
def test_yantai_pays_money_stored_twelve_months(settled_on, full_year, after_anniversary):
    last = Month.of(dt.date.fromisoformat(settled_on))
    months = (last.year - 2025) * 12 + last.month - 1
    movements = monthly("2025-02", months, "1000.00", 10)
    history = {"opened_on": "2025-02-01"}

    by_default = subsidy("yantai", settled_on, movements, **history)
    other = subsidy("yantai", settled_on, movements, reading="AFTER_ANNIVERSARY", **history)

    assert by_default.outcome is other.outcome is Outcome.APPROVED
    assert yuan(by_default.result.subsidy_fen) == full_year
    assert yuan(other.result.subsidy_fen) == after_anniversary


LYG = [
    paid("2024-01-15", "50000.00", "2024-01"),
    paid("2024-09-01", "30000.00", origin="TRANSFER_IN"),
]


@pytest.mark.parametrize(
    ("settled_on", "full_year", "after_anniversary"),
    [
        ("2024-06-30", "0.00", "0.00"),
        ("2025-06-30", "600.00", "275.00"),
        ("2026-06-30", "960.00", "899.00"),
    ],
)
def test_lianyungang_counts_transferred_money_from_its_transfer(
    settled_on, full_year, after_anniversary
):
    free = {"mode": "FREE", "annual_rate": "1.20"}

    assert yuan(subsidy("lianyungang", settled_on, LYG, **free).result.subsidy_fen) == full_year
    other = subsidy("lianyungang", settled_on, LYG, reading="AFTER_ANNIVERSARY", **free)
    assert yuan(other.result.subsidy_fen) == after_anniversary


@pytest.mark.parametrize(
    ("reading", "expected"), [("AFTER_ANNIVERSARY", "619.00"), ("FULL_YEAR", "680.00")]
)
def test_a_loan_in_lianyungang_ends_the_subsidy_on_its_day(reading, expected):
    events = [("2026-03-15", "LOAN_DISBURSED")]
    facts = {"mode": "FREE", "annual_rate": "1.20", "reading": reading}

    in_the_year = subsidy("lianyungang", "2026-06-30", LYG, events, **facts)
    a_year_later = subsidy("lianyungang", "2027-06-30", LYG, events, **facts)

    assert yuan(in_the_year.result.subsidy_fen) == expected
    assert in_the_year.outcome is Outcome.APPROVED
    assert in_the_year.result.stopped
    assert a_year_later.outcome is Outcome.REFUSED
    assert a_year_later.result.subsidy_fen == 0


@pytest.mark.parametrize(
    ("before", "expected", "left", "outcome"),
    [
        ("0.00", "960.00", "9040.00", Outcome.APPROVED),
        ("9040.00", "960.00", "0.00", Outcome.APPROVED),
        ("9800.00", "200.00", "0.00", Outcome.APPROVED),
        ("9999.99", "0.01", "0.00", Outcome.APPROVED),
        ("10000.00", "0.00", "0.00", Outcome.REFUSED),
    ],
)
def test_lianyungang_never_pays_more_than_ten_thousand_in_all(before, expected, left, outcome):
    decision = subsidy(
        "lianyungang", "2026-06-30", LYG, mode="FREE", annual_rate="1.20", credited_before=before
    )

    assert yuan(decision.result.subsidy_fen) == expected
    assert yuan(decision.result.remaining_cap_fen) == left
    assert decision.outcome is outcome
    assert decision.result.stopped is (left == "0.00")


def test_a_used_up_cap_is_reported_as_stopped():
    decision = subsidy("lianyungang", "2026-06-30", LYG, mode="FREE", credited_before="10000.00")

    assert codes(decision) == ["stopped"]


@pytest.mark.parametrize(
    ("centre", "kind", "refused"),
    [
        ("yantai", "WITHDRAWAL", True),
        ("yantai", "VOLUNTARY_WITHDRAWAL", True),
        ("yantai", "LOAN_APPLIED", True),
        ("yantai", "LOAN_DISBURSED", True),
        ("yantai", "ARREARS", True),
        ("yantai", "SEALED", True),
        ("yantai", "EXIT", True),
        ("lianyungang", "WITHDRAWAL", False),
        ("lianyungang", "LOAN_APPLIED", False),
        ("lianyungang", "ARREARS", False),
        ("lianyungang", "SEALED", False),
        ("lianyungang", "VOLUNTARY_WITHDRAWAL", True),
        ("lianyungang", "EXIT", True),
        ("kashgar", "WITHDRAWAL", True),
        ("kashgar", "VOLUNTARY_WITHDRAWAL", True),
        ("kashgar", "LOAN_DISBURSED", True),
        ("kashgar", "EXIT", True),
        ("kashgar", "LOAN_APPLIED", False),
        ("kashgar", "ARREARS", False),
        ("kashgar", "SEALED", False),
    ],
)
def test_each_centre_names_what_stops_its_subsidy(centre, kind, refused):
    movements = monthly("2025-02", 17, "1000.00", 10)
    facts = {"opened_on": "2025-02-01"}

    stopped = subsidy(centre, "2026-06-30", movements, [("2026-06-30", kind)], **facts)
    later = subsidy(centre, "2026-06-30", movements, [("2026-07-01", kind)], **facts)

    assert (stopped.outcome is Outcome.REFUSED) is refused
    assert stopped.result.stopped is refused
    if refused:
        assert stopped.result.subsidy_fen == 0
        assert codes(stopped) == ["subsidy_stop_event"]
    assert later.outcome is Outcome.APPROVED


@pytest.mark.parametrize(
    ("facts", "refused_by", "stopped"),
    [
        ({"first_time": False}, ["subsidy_not_first_time"], False),
        ({"mode": "QUARTERLY"}, ["subsidy_mode_excluded"], False),
        (
            {"first_time": False, "mode": "QUARTERLY"},
            ["subsidy_not_first_time", "subsidy_mode_excluded"],
            False,
        ),
        ({"credits_before": 5}, ["stopped"], True),
    ],
)
def test_yantai_pays_first_timers_who_pay_monthly_for_five_years(facts, refused_by, stopped):
    movements = monthly("2025-02", 17, "1000.00", 10)

    decision = subsidy("yantai", "2026-06-30", movements, **{"opened_on": "2025-02-01", **facts})

    assert codes(decision) == refused_by
    assert decision.result.subsidy_fen == 0
    assert decision.result.stopped is stopped


def test_the_fifth_credit_of_yantai_is_the_last():
    movements = monthly("2025-02", 17, "1000.00", 10)

    fourth = subsidy("yantai", "2026-06-30", movements, credits_before=3)
    fifth = subsidy("yantai", "2026-06-30", movements, credits_before=4)

    assert fourth.result.subsidy_fen == fifth.result.subsidy_fen == 6_000
    assert not fourth.result.stopped
    assert fifth.result.stopped


@pytest.mark.parametrize("missing", ["2025-03", "2025-12", "2026-06"])
def test_a_month_without_cover_ends_the_subsidy_of_yantai(missing):
    movements = [
        movement
        for movement in monthly("2025-02", 17, "1000.00", 10)
        if missing not in movement["covers"]
    ]

    decision = subsidy("yantai", "2026-06-30", movements)

    assert codes(decision) == ["subsidy_gap"]
    assert decision.result.stopped


@pytest.mark.parametrize(
    ("months", "outcome"), [(11, Outcome.REFUSED), (12, Outcome.APPROVED), (13, Outcome.APPROVED)]
)
def test_kashgar_asks_for_twelve_months_in_a_row(months, outcome):
    movements = monthly("2025-02", months, "500.00", 10)

    assert subsidy("kashgar", "2026-06-30", movements).outcome is outcome


def test_a_gap_after_twelve_months_does_not_stop_kashgar_but_one_before_does():
    once = monthly("2024-07", 12, "500.00", 10)
    again = monthly("2025-09", 10, "500.00", 10)
    broken = monthly("2025-01", 6, "500.00", 10) + monthly("2025-08", 11, "500.00", 10)

    assert subsidy("kashgar", "2026-06-30", once + again).outcome is Outcome.APPROVED
    assert codes(subsidy("kashgar", "2026-06-30", broken)) == ["subsidy_months"]


def test_unit_and_transferred_money_earn_no_subsidy_in_kashgar():
    movements = [
        *monthly("2025-07", 12, "500.00", 20),
        paid("2025-07-01", "9999.00", origin="UNIT"),
        paid("2025-07-01", "9999.00", origin="TRANSFER_IN"),
        paid("2026-01-01", "9.00", origin="INTEREST"),
    ]

    assert yuan(subsidy("kashgar", "2026-06-30", movements).result.subsidy_fen) == "14.58"


def test_a_withdrawal_consumes_the_newest_money_first():
    movements = [
        paid("2024-01-15", "50000.00", "2024-01"),
        paid("2024-03-15", "10000.00", "2024-03"),
        paid("2025-05-01", "-12000.00"),
    ]

    decision = subsidy("lianyungang", "2025-06-30", movements, mode="FREE", annual_rate="1.00")

    assert yuan(decision.result.base_fen) == "48000.00"
    assert yuan(decision.result.subsidy_fen) == "480.00"


def test_liaoning_has_no_scheme_and_bazhong_has_not_decided():
    none = subsidy("liaoning", "2026-06-30", monthly("2025-02", 17, "500.00", 10))
    open_ = subsidy("bazhong", "2026-06-30", monthly("2025-02", 17, "500.00", 10))

    assert (none.outcome, codes(none)) == (Outcome.REFUSED, ["no_scheme"])
    assert none.result.subsidy_fen == 0
    assert open_.outcome is Outcome.NEEDS_REVIEW
    assert open_.result.subsidy_fen is None


def test_before_a_text_is_in_force_nothing_is_decided():
    decision = subsidy("kashgar", "2024-06-30", [])

    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert [reason.code for reason in decision.reasons] == ["no_policy_in_force"]


def test_the_other_reading_is_shown_unless_one_is_asked_for():
    silent = subsidy("yantai", "2026-06-30", monthly("2025-02", 17, "1000.00", 10))
    asked = subsidy(
        "yantai", "2026-06-30", monthly("2025-02", 17, "1000.00", 10), reading="FULL_YEAR"
    )

    (warning,) = (w for w in silent.warnings if w.code == "subsidy_other_reading")
    assert (warning.params["amount"], warning.params["other_amount"]) == ("60.00", "13.33")
    assert not [w for w in asked.warnings if w.code == "subsidy_other_reading"]


def test_every_reason_of_every_centre_cites_a_clause_or_an_assumed_parameter():
    for centre in ("bazhong", "liaoning", "lianyungang", "yantai", "kashgar"):
        decision = subsidy(centre, "2026-06-30", monthly("2025-02", 17, "1000.00", 10))
        assert all(reason.citations for reason in decision.reasons), centre


def test_the_day_count_of_the_pack_is_thirty_days_a_month():
    book = book_from_packs("kashgar", dt.date(2026, 6, 30))

    assert book.choice("subsidy.day_count") == DayCount.D30_360
