"""What may be paid in, and which months it covers (domain page, 3.4)."""

import datetime as dt

import pytest

from contributions.facts import ContributionFacts
from contributions.rules import decide_contribution
from contributions.wording import REASONS, WARNINGS
from kernel.months import Month
from kernel.wire import BadFacts
from policy.decisions import Outcome
from policy.loader import book_from_packs

SHARED_CODES = {"parameter_unset", "no_policy_in_force"}
NOTHING_BEFORE = {
    "monthly_amount": "500.00",
    "payment_amount": "500.00",
    "paid_this_month": "0.00",
    "paid_this_year": "0.00",
    "covered_until": None,
}


def contribution(centre, mode, on="2026-03-10", **changes):
    facts = ContributionFacts.from_wire({**NOTHING_BEFORE, "mode": mode, **changes})
    decision = decide_contribution(facts, book_from_packs(centre, dt.date.fromisoformat(on)))
    for reason in decision.reasons:
        assert reason.citations
        assert reason.code in SHARED_CODES or REASONS[reason.code] % reason.params
    assert {warning.code for warning in decision.warnings} <= {*WARNINGS, "carried_value"}
    return decision


def cover(decision):
    result = decision.result
    months = (result.covered_from, result.covered_until)
    return result.months_covered, *(month and str(month) for month in months)


def refusals(decision):
    return [reason.code for reason in decision.refusals]


def warnings(decision):
    return {warning.code for warning in decision.warnings}


OFFERED = {
    "bazhong": {"MONTHLY", "FREE"},
    "liaoning": {"MONTHLY", "QUARTERLY", "HALF_YEARLY", "YEARLY"},
    "lianyungang": {"MONTHLY", "FREE"},
    "yantai": {"MONTHLY", "QUARTERLY"},
    "kashgar": {"MONTHLY", "FREE"},
}
CYCLES = {"MONTHLY": 1, "QUARTERLY": 3, "HALF_YEARLY": 6, "YEARLY": 12, "FREE": 1}


@pytest.mark.parametrize("centre", OFFERED)
@pytest.mark.parametrize("mode", CYCLES)
def test_each_centre_takes_the_modes_of_its_text(centre, mode):
    months = CYCLES[mode]
    decision = contribution(centre, mode, "2025-07-10", payment_amount=f"{500 * months}.00")

    assert decision.result.months_covered == months
    if mode in OFFERED[centre]:
        assert decision.outcome is Outcome.APPROVED
    else:
        assert refusals(decision) == ["mode_not_offered"]


@pytest.mark.parametrize(
    ("covered_until", "covered_from", "last"),
    [
        (None, "2026-03", "2026-03"),
        ("2025-06", "2026-03", "2026-03"),
        ("2026-02", "2026-03", "2026-03"),
        ("2026-03", "2026-04", "2026-04"),
        ("2026-05", "2026-06", "2026-06"),
    ],
)
def test_cover_starts_this_month_or_after_what_is_paid_and_never_in_the_past(
    covered_until, covered_from, last
):
    decision = contribution("kashgar", "MONTHLY", covered_until=covered_until)

    assert decision.outcome is Outcome.APPROVED
    assert cover(decision) == (1, covered_from, last)


def test_a_quarter_pays_three_months_and_a_year_twelve():
    quarter = contribution("yantai", "QUARTERLY", payment_amount="1500.00")
    year = contribution("liaoning", "YEARLY", payment_amount="6000.00")

    assert cover(quarter) == (3, "2026-03", "2026-05")
    assert cover(year) == (12, "2026-03", "2027-02")


@pytest.mark.parametrize("mode", ["MONTHLY", "QUARTERLY", "HALF_YEARLY", "YEARLY"])
@pytest.mark.parametrize("cents", [-1, 1])
def test_a_cycle_is_paid_to_the_fen(mode, cents):
    due_fen = 50_000 * CYCLES[mode] + cents
    decision = contribution(
        "liaoning", mode, payment_amount=f"{due_fen // 100}.{due_fen % 100:02d}"
    )

    assert refusals(decision) == ["payment_of_cycle"]
    assert decision.result.months_covered == CYCLES[mode]


LIMITS = [
    ("bazhong", "2026-03-10", "200.00", "6000.00"),
    ("liaoning", "2026-03-10", "200.00", "6000.00"),
    ("yantai", "2026-03-10", "201.00", "6512.00"),
    ("kashgar", "2025-06-10", "162.00", "5950.00"),
]


@pytest.mark.parametrize(("centre", "on", "lowest", "highest"), LIMITS)
@pytest.mark.parametrize(("bound", "code"), [(2, "monthly_minimum"), (3, "monthly_maximum")])
def test_the_monthly_amount_keeps_the_limits_to_the_fen(centre, on, lowest, highest, bound, code):
    limit = lowest if bound == 2 else highest
    inside = contribution(centre, "MONTHLY", on, monthly_amount=limit, payment_amount=limit)
    fen = round(float(limit) * 100) + (-1 if bound == 2 else 1)
    amount = f"{fen // 100}.{fen % 100:02d}"
    outside = contribution(centre, "MONTHLY", on, monthly_amount=amount, payment_amount=amount)

    assert inside.outcome is Outcome.APPROVED
    assert code in refusals(outside)


def test_lianyungang_has_no_monthly_minimum_but_a_least_payment_and_a_maximum():
    small = {"monthly_amount": "100.00", "payment_amount": "100.00"}
    too_small = {"monthly_amount": "99.99", "payment_amount": "99.99"}
    most = {"monthly_amount": "7570.80", "payment_amount": "7570.80"}
    too_much = {"monthly_amount": "7570.81", "payment_amount": "7570.81"}

    assert contribution("lianyungang", "MONTHLY", **small).outcome is Outcome.APPROVED
    assert refusals(contribution("lianyungang", "MONTHLY", **too_small)) == ["least_payment"]
    assert contribution("lianyungang", "MONTHLY", **most).outcome is Outcome.APPROVED
    assert refusals(contribution("lianyungang", "MONTHLY", **too_much)) == ["monthly_maximum"]


@pytest.mark.parametrize(
    ("on", "covered_until", "payment", "months", "last", "outcome"),
    [
        ("2025-07-01", None, "71400.00", 12, "2026-06", Outcome.APPROVED),
        ("2025-07-01", None, "77350.00", 13, "2026-07", Outcome.REFUSED),
        ("2025-07-01", "2025-07", "71400.00", 12, "2026-07", Outcome.REFUSED),
        ("2026-06-30", None, "5950.00", 1, "2026-06", Outcome.APPROVED),
        ("2026-06-30", "2026-06", "5950.00", 1, "2026-07", Outcome.REFUSED),
        ("2026-07-01", "2026-06", "5950.00", 1, "2026-07", Outcome.APPROVED),
    ],
)
def test_kashgar_pays_ahead_to_the_june_that_ends_the_fund_year(
    on, covered_until, payment, months, last, outcome
):
    decision = contribution(
        "kashgar",
        "FREE",
        on,
        monthly_amount="5950.00",
        payment_amount=payment,
        covered_until=covered_until,
    )

    assert decision.outcome is outcome
    assert decision.result.months_covered == months
    assert decision.result.covered_until == Month.parse(last)
    if outcome is Outcome.REFUSED:
        assert refusals(decision) == ["prepay_until"]


def test_the_june_bound_holds_for_every_mode_in_kashgar_and_its_other_reading_is_shown():
    monthly = contribution("kashgar", "MONTHLY", "2026-06-10", covered_until="2026-06")
    far = contribution("kashgar", "FREE", "2026-06-10", payment_amount="7000.00")

    assert refusals(monthly) == ["prepay_until"]
    assert "prepay_reading" in warnings(monthly)
    assert cover(far) == (14, "2026-06", "2027-07")
    assert "prepay_reading" not in warnings(far)


@pytest.mark.parametrize("payment", ["0.00", "499.99", "500.01", "750.00", "250.00"])
def test_free_mode_in_kashgar_takes_whole_multiples_only(payment):
    decision = contribution("kashgar", "FREE", "2025-07-10", payment_amount=payment)

    assert "payment_is_multiple" in refusals(decision)
    assert cover(decision) == (None, None, None)


@pytest.mark.parametrize(
    ("monthly_amount", "code"),
    [("161.99", "monthly_minimum"), ("5950.01", "monthly_maximum"), ("0.00", "monthly_minimum")],
)
def test_each_month_of_a_multiple_keeps_the_limits(monthly_amount, code):
    decision = contribution(
        "kashgar", "FREE", monthly_amount=monthly_amount, payment_amount=monthly_amount
    )

    assert refusals(decision) == [code]


@pytest.mark.parametrize(
    ("centre", "payment", "paid_before", "codes"),
    [
        ("bazhong", "200.00", "0.00", []),
        ("bazhong", "199.99", "0.00", ["least_payment"]),
        ("bazhong", "72000.00", "0.00", []),
        ("bazhong", "72000.01", "0.00", ["annual_cap"]),
        ("bazhong", "1000.00", "71000.00", []),
        ("bazhong", "1000.00", "71000.01", ["annual_cap"]),
        ("bazhong", "0.00", "0.00", ["least_payment"]),
        ("lianyungang", "100.00", "0.00", []),
        ("lianyungang", "99.99", "0.00", ["least_payment"]),
        ("lianyungang", "7570.80", "0.00", []),
        ("lianyungang", "7570.81", "0.00", ["month_cap"]),
        ("lianyungang", "570.80", "90278.80", []),
        ("lianyungang", "570.81", "90278.80", ["annual_cap"]),
    ],
)
def test_free_mode_elsewhere_keeps_the_least_payment_and_twelve_maxima_a_year(
    centre, payment, paid_before, codes
):
    decision = contribution(
        centre, "FREE", monthly_amount=None, payment_amount=payment, paid_this_year=paid_before
    )

    assert refusals(decision) == codes
    assert decision.outcome is (Outcome.REFUSED if codes else Outcome.APPROVED)
    assert cover(decision) == (1, "2026-03", "2026-03")


def test_in_lianyungang_a_month_keeps_the_monthly_maximum_too():
    within = {"payment_amount": "570.80", "paid_this_month": "7000.00"}
    beyond = {"payment_amount": "570.81", "paid_this_month": "7000.00"}

    assert contribution("lianyungang", "FREE", **within).outcome is Outcome.APPROVED
    assert refusals(contribution("lianyungang", "FREE", **beyond)) == ["month_cap"]
    bazhong = {"payment_amount": "6000.00", "paid_this_month": "6000.00"}
    assert contribution("bazhong", "FREE", **bazhong).outcome is Outcome.APPROVED


@pytest.mark.parametrize("covered_until", ["2026-03", "2026-12"])
def test_a_second_free_payment_of_the_month_adds_money_but_no_month(covered_until):
    decision = contribution("lianyungang", "FREE", covered_until=covered_until)

    assert decision.outcome is Outcome.APPROVED
    assert cover(decision) == (0, None, None)


@pytest.mark.parametrize(
    ("centre", "mode", "expected"),
    [
        ("kashgar", "MONTHLY", (1, "2026-03", "2026-03")),
        ("yantai", "QUARTERLY", (3, "2026-03", "2026-05")),
        ("kashgar", "FREE", (None, None, None)),
    ],
)
def test_an_unknown_monthly_amount_needs_a_person_where_the_mode_rests_on_it(
    centre, mode, expected
):
    decision = contribution(centre, mode, monthly_amount=None)

    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert cover(decision) == expected


def test_a_payment_for_more_months_than_a_calendar_holds_is_refused_and_no_crash():
    decision = contribution("kashgar", "FREE", monthly_amount="0.01", payment_amount="14000.00")

    assert decision.outcome is Outcome.REFUSED
    assert "prepay_until" in refusals(decision)


def test_limits_used_past_their_published_period_are_warned_of():
    assert "carried_value" not in warnings(contribution("kashgar", "MONTHLY", "2025-06-30"))
    assert "carried_value" in warnings(contribution("kashgar", "MONTHLY", "2025-07-01"))


def test_a_year_above_twelve_maxima_is_shown_to_who_pays_by_the_month():
    decision = contribution("bazhong", "MONTHLY", paid_this_year="71500.01")

    assert decision.outcome is Outcome.APPROVED
    assert warnings(decision) == {"year_above_cap"}


@pytest.mark.parametrize(
    ("centre", "mode", "first_day"),
    [
        ("bazhong", "MONTHLY", "2024-07-01"),
        ("liaoning", "MONTHLY", "2024-07-01"),
        ("lianyungang", "FREE", "2023-08-31"),
        ("yantai", "MONTHLY", "2025-01-22"),
        ("kashgar", "MONTHLY", "2024-07-01"),
    ],
)
def test_before_the_text_is_in_force_nothing_is_received(centre, mode, first_day):
    day_before = dt.date.fromisoformat(first_day) - dt.timedelta(days=1)

    early = contribution(centre, mode, day_before.isoformat())

    assert early.outcome is Outcome.NEEDS_REVIEW
    assert [reason.code for reason in early.reasons] == ["no_policy_in_force"]
    assert cover(early) == (None, None, None)
    assert contribution(centre, mode, first_day).outcome is Outcome.APPROVED


@pytest.mark.parametrize(
    "changes",
    [
        {"mode": "WEEKLY"},
        {"payment_amount": "-1.00"},
        {"payment_amount": "1.001"},
        {"payment_amount": 500},
        {"payment_amount": None},
        {"paid_this_month": None},
        {"covered_until": "2026-13"},
        {"covered_until": "2026-01-01"},
        {"cycle": "MONTHLY"},
    ],
)
def test_unclear_facts_are_bad_requests(changes):
    with pytest.raises(BadFacts):
        ContributionFacts.from_wire({**NOTHING_BEFORE, "mode": "MONTHLY", **changes})
