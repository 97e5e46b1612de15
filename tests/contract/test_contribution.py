"""`contribution`: modes, limits and cover of the five centres."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.wire import BadFacts
from tests.calculators.asking import ABSENT, CENTRES, ask
from tests.contract import oracle, oracle_members
from tests.contract.asking import request


def asked(centre, mode, payment, monthly=None, on="2026-01-15", **changes):
    facts = {
        "mode": mode,
        "monthly_amount": monthly,
        "payment_amount": payment,
        "paid_this_month": "0.00",
        "paid_this_year": "0.00",
        "covered_until": "2025-12",
    } | changes
    facts = {key: value for key, value in facts.items() if value is not ABSENT}
    return request("contribution", facts, centre=centre, on=on)


def outcome(*args, **changes):
    return ask("contribution", asked(*args, **changes))["outcome"]


def cover(*args, **changes):
    return tuple(ask("contribution", asked(*args, **changes))["results"].values())


@pytest.mark.parametrize(
    ("centre", "inside", "outside"),
    [
        ("bazhong", ["200.00", "6000.00"], ["199.99", "6000.01"]),
        ("liaoning", ["200.00", "6000.00"], ["199.99", "6000.01"]),
        ("lianyungang", ["100.00", "7570.80"], ["99.99", "7570.81"]),
        ("yantai", ["201.00", "6512.00"], ["200.99", "6512.01"]),
        ("kashgar", ["162.00", "5950.00"], ["161.99", "5950.01"]),
    ],
)
def test_a_month_is_within_its_limits(centre, inside, outside):
    assert [outcome(centre, "MONTHLY", one, one) for one in inside] == ["APPROVED"] * 2
    assert [outcome(centre, "MONTHLY", one, one) for one in outside] == ["REFUSED"] * 2


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize(
    ("mode", "months"),
    [("MONTHLY", 1), ("QUARTERLY", 3), ("HALF_YEARLY", 6), ("YEARLY", 12), ("FREE", 1)],
)
def test_each_centre_has_its_own_modes(centre, mode, months):
    offered = mode in oracle_members.CONTRIBUTION[centre][0]
    payment = oracle.to_yuan(500_00 * months)

    answer = ask("contribution", asked(centre, mode, payment, "500.00"))

    assert answer["outcome"] == ("APPROVED" if offered else "REFUSED")
    assert set(answer["results"]) == {"months_covered", "covered_from", "covered_until"}


@pytest.mark.parametrize("payment", ["1499.99", "1500.01", "500.00", "3000.00"])
def test_a_periodic_mode_pays_exactly_its_cycle(payment):
    assert outcome("yantai", "QUARTERLY", payment, "500.00") == "REFUSED"


@pytest.mark.parametrize(
    ("covered_until", "found"),
    [
        (ABSENT, (3, "2026-01", "2026-03")),
        (None, (3, "2026-01", "2026-03")),
        ("2025-06", (3, "2026-01", "2026-03")),
        ("2025-12", (3, "2026-01", "2026-03")),
        ("2026-01", (3, "2026-02", "2026-04")),
        ("2026-03", (3, "2026-04", "2026-06")),
    ],
)
def test_cover_starts_now_or_after_what_is_covered_and_never_back(covered_until, found):
    asked_for = ("kashgar", "FREE", "1500.00", "500.00")

    assert cover(*asked_for, covered_until=covered_until) == found
    assert outcome(*asked_for, covered_until=covered_until) == "APPROVED"


@pytest.mark.parametrize(
    ("on", "months", "allowed"),
    [
        ("2025-07-01", 12, True), ("2025-07-01", 13, False), ("2026-06-30", 1, True),
        ("2026-06-30", 2, False), ("2026-01-15", 6, True), ("2026-01-15", 7, False),
        ("2025-12-31", 7, True),
    ],
)  # fmt: skip
def test_kashgar_pays_at_most_to_the_june_that_ends_the_fund_year(on, months, allowed):
    payment = oracle.to_yuan(162_00 * months)

    found = outcome("kashgar", "FREE", payment, "162.00", on=on, covered_until=None)

    assert found == ("APPROVED" if allowed else "REFUSED")


def test_the_june_bound_holds_for_monthly_payers_of_kashgar_too():
    assert outcome("kashgar", "MONTHLY", "500.00", "500.00", covered_until="2026-05") == "APPROVED"
    assert outcome("kashgar", "MONTHLY", "500.00", "500.00", covered_until="2026-06") == "REFUSED"


def test_a_month_paid_freely_twice_is_covered_once():
    assert cover("lianyungang", "FREE", "100.00", covered_until="2026-01") == (0, None, None)
    assert outcome("lianyungang", "FREE", "100.00", covered_until="2026-01") == "APPROVED"


@pytest.mark.parametrize(
    ("centre", "payment", "month", "year", "allowed"),
    [
        ("lianyungang", "7570.80", "0.00", "0.00", True),
        ("lianyungang", "7470.80", "100.00", "100.00", True),
        ("lianyungang", "7470.81", "100.00", "100.00", False),
        ("lianyungang", "849.60", "0.00", "90000.00", True),
        ("lianyungang", "849.61", "0.00", "90000.00", False),
        ("bazhong", "72000.00", "0.00", "0.00", True),
        ("bazhong", "72000.01", "0.00", "0.00", False),
        ("bazhong", "200.00", "71800.00", "71800.00", True),
        ("bazhong", "200.01", "71800.00", "71800.00", False),
    ],
)
def test_free_payments_stay_within_the_month_and_the_year(centre, payment, month, year, allowed):
    found = outcome(centre, "FREE", payment, paid_this_month=month, paid_this_year=year)

    assert found == ("APPROVED" if allowed else "REFUSED")


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("mode", ["MONTHLY", "FREE"])
def test_nothing_is_no_contribution(centre, mode):
    assert outcome(centre, mode, "0.00", "500.00") == "REFUSED"


def test_a_monthly_amount_that_is_not_known_is_a_question():
    assert outcome("yantai", "MONTHLY", "500.00") == "NEEDS_REVIEW"


def test_a_limit_carried_past_its_period_warns():
    carried = ask("contribution", asked("kashgar", "MONTHLY", "500.00", "500.00"))
    published = ask(
        "contribution",
        asked("kashgar", "MONTHLY", "500.00", "500.00", on="2025-06-30", covered_until="2025-05"),
    )

    assert carried["warnings"]
    assert published["warnings"] == []
    assert published["outcome"] == "APPROVED"


@pytest.mark.parametrize(
    ("centre", "first"),
    [
        ("bazhong", "2024-07-01"), ("liaoning", "2024-07-01"), ("lianyungang", "2023-08-31"),
        ("yantai", "2025-01-22"), ("kashgar", "2024-07-01"),
    ],
)  # fmt: skip
def test_a_pack_begins_on_its_day(centre, first):
    before = str(dt.date.fromisoformat(first) - dt.timedelta(days=1))

    early = ask("contribution", asked(centre, "MONTHLY", "500.00", "500.00", on=before))

    assert early["outcome"] == "NEEDS_REVIEW"
    assert "no_policy_in_force" in {reason["code"] for reason in early["reasons"]}
    assert (
        outcome(centre, "MONTHLY", "500.00", "500.00", on=first, covered_until=None) == "APPROVED"
    )


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"mode": "DAILY"}, "facts.mode"),
        ({"mode": None}, "facts.mode"),
        ({"payment_amount": "-5.00"}, "facts.payment_amount"),
        ({"payment_amount": "500.001"}, "facts.payment_amount"),
        ({"payment_amount": "5e2"}, "facts.payment_amount"),
        ({"payment_amount": " 500.00"}, "facts.payment_amount"),
        ({"payment_amount": 500}, "facts.payment_amount"),
        ({"paid_this_month": None}, "facts.paid_this_month"),
        ({"paid_this_year": ABSENT}, "facts.paid_this_year"),
        ({"covered_until": "2025-13"}, "facts.covered_until"),
        ({"covered_until": "2025-12-01"}, "facts.covered_until"),
        ({"covered_until": 202512}, "facts.covered_until"),
        ({"Mode": "FREE"}, "facts.Mode"),
    ],
)
def test_a_bad_request_names_its_path(changes, path):
    with pytest.raises(BadFacts) as refused:
        ask("contribution", wrong(changes))

    assert refused.value.path == path


def wrong(changes):
    body = asked("kashgar", "MONTHLY", "500.00", "500.00")
    facts = body["facts"] | changes
    body["facts"] = {key: value for key, value in facts.items() if value is not ABSENT}
    return body


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(CENTRES),
    st.sampled_from(["MONTHLY", "QUARTERLY", "HALF_YEARLY", "YEARLY", "FREE"]),
    st.integers(100_00, 8000_00),
    st.integers(1, 14),
    st.sampled_from([0, 0, 0, 1, -1]),
    st.integers(0, 8000_00),
    st.integers(0, 95_000_00),
    st.none() | st.integers(-8, 8),
    st.dates(dt.date(2025, 1, 22), dt.date(2027, 12, 31)),
)
def test_a_contribution_is_what_a_second_reading_finds(
    centre, mode, monthly, times, off, month, year, ahead, on
):
    payment = monthly * times + off
    until = None if ahead is None else oracle_members.number(on) + ahead
    body = asked(
        centre, mode, oracle.to_yuan(payment), oracle.to_yuan(monthly), on=str(on),
        paid_this_month=oracle.to_yuan(month), paid_this_year=oracle.to_yuan(month + year),
        covered_until=None if until is None else oracle_members.printed(until),
    )  # fmt: skip

    answer = ask("contribution", body)

    allowed, months, first, last = oracle_members.contribution(
        centre, mode, monthly, payment, month, month + year, until, on
    )
    assert answer["outcome"] == ("APPROVED" if allowed else "REFUSED")
    if allowed:
        printed = [None if one is None else oracle_members.printed(one) for one in (first, last)]
        assert list(answer["results"].values()) == [months, *printed]
