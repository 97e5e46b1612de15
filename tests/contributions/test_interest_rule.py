"""Deposit interest: published statements, day counts, rate changes, rounding."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contributions.facts import InterestFacts
from contributions.rules.interest import (
    RateSpan,
    decide_interest,
    exact_interest,
    split_by_origin,
)
from kernel.days import DayCount
from kernel.money import parse_yuan, round_half_up, yuan
from kernel.wire import BadFacts
from policy.decisions import Outcome
from policy.loader import book_from_packs

SETTLED = "2026-06-30"


def interest(opening="0.00", movements=(), settled_on=SETTLED, **more):
    facts = InterestFacts.from_wire(
        {
            "settled_on": settled_on,
            "opening_balance": opening,
            "movements": [{"date": day, "amount": amount} for day, amount in movements],
            **more,
        }
    )
    return decide_interest(facts, book_from_packs("kashgar", facts.settled_on))


def monthly(amount, day, first=(2025, 7), months=12):
    year, month = first
    return [
        (f"{year + (month + i - 1) // 12}-{(month + i - 1) % 12 + 1:02}-{day:02}", amount)
        for i in range(months)
    ]


@pytest.mark.parametrize(
    ("story", "opening", "movements", "day_count", "expected"),
    [
        ("喀什一次缴足 71,400", "0.00", [("2025-07-01", "71400.00")], "30/360", "1068.03"),
        ("同上，实际天数/365", "0.00", [("2025-07-01", "71400.00")], "ACT/365", "1068.07"),
        ("同上，实际天数/360", "0.00", [("2025-07-01", "71400.00")], "ACT/360", "1082.90"),
        ("结转一万、每月15日一千", "10000.00", monthly("1000.00", 15), "30/360", "240.00"),
        ("同上，实际天数/365", "10000.00", monthly("1000.00", 15), "ACT/365", "239.75"),
        ("同上，实际天数/360", "10000.00", monthly("1000.00", 15), "ACT/360", "243.08"),
        ("整年不动", "100.00", [], "30/360", "1.50"),
        ("结息日存入不计息", "0.00", [(SETTLED, "100000.00")], "30/360", "0.00"),
        ("结息日支取照计", "100.00", [(SETTLED, "-100.00")], "30/360", "1.50"),
        ("同日存取不计息", "0.00", [("2026-01-10", "9.00"), ("2026-01-10", "-9.00")], "30/360",
         "0.00"),
    ],
)  # fmt: skip
def test_interest_is_the_published_figure(story, opening, movements, day_count, expected):
    decision = interest(opening, movements, day_count=day_count)

    assert yuan(decision.result.interest_fen) == expected, story


def test_a_published_statement_of_2017_comes_out_to_the_fen():
    movements = monthly("4656.00", 31, (2016, 7))
    days = {2: 28, 4: 30, 6: 30, 9: 30, 11: 30}
    movements = [(f"{day[:8]}{days.get(int(day[5:7]), 31)}", amount) for day, amount in movements]

    decision = interest("85514.18", movements, "2017-06-30")

    assert yuan(decision.result.interest_fen) == "1666.83"
    assert yuan(decision.result.closing_balance_fen) == "143053.01"


def test_the_seed_person_of_kashgar_has_nine_yuan_thirty_eight_of_interest_in_2025():
    month_ends = ["01-31", "02-28", "03-31", "04-30", "05-31", "06-30"]
    decision = interest("0.00", [(f"2025-{end}", "500.00") for end in month_ends], "2025-06-30")

    assert yuan(decision.result.interest_fen) == "9.38"
    assert decision.outcome is Outcome.APPROVED


@pytest.mark.parametrize(
    ("day", "settled_on"), [("2025-06-30", "2026-06-30"), ("2026-07-01", "2026-06-30"),
                            ("2026-03-02", "2026-03-01")],
)  # fmt: skip
def test_a_movement_outside_the_period_is_a_bad_request_that_names_it(day, settled_on):
    with pytest.raises(BadFacts) as refused:
        interest("0.00", [("2026-01-05", "1.00"), (day, "1.00")], settled_on)

    assert refused.value.path == "movements[1].date"


def test_without_a_published_rate_a_person_has_to_look():
    decision = interest("100.00", [], "2015-06-30")

    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert decision.result.interest_fen is None
    assert [reason.code for reason in decision.reasons] == ["parameter_unset"]


def test_a_rate_given_by_the_reader_needs_no_table():
    assert yuan(interest("100.00", [], "2015-06-30", annual_rate="3.00").result.interest_fen) == (
        "3.00"
    )


def test_every_reason_cites_its_clause():
    decision = interest("100.00")

    assert all(reason.citations for reason in decision.reasons)


def test_a_rate_change_inside_the_year_is_paid_in_two_parts():
    half = dt.date(2025, 12, 30)
    spans = [
        RateSpan(dt.date(2025, 6, 30), half, Fraction(1, 100)),
        RateSpan(half, dt.date(2026, 6, 30), Fraction(3, 100)),
    ]

    earned = exact_interest([(dt.date(2025, 6, 30), 10_000)], spans, DayCount.D30_360)

    assert earned == 50 + 150


def test_unit_money_is_rounded_and_flexible_money_takes_the_rest():
    assert split_by_origin(Fraction(1, 2), Fraction(1, 2)) == (0, 1)
    assert split_by_origin(Fraction(7, 5), Fraction(2, 5)) == (2, 0)


@given(
    opening=st.integers(0, 10**9),
    cut=st.dates(dt.date(2025, 7, 1), dt.date(2026, 6, 29)),
    day_count=st.sampled_from(DayCount),
)
def test_interest_of_a_split_period_is_the_interest_of_the_whole(opening, cut, day_count):
    start, end, rate = dt.date(2025, 6, 30), dt.date(2026, 6, 30), Fraction(3, 200)
    whole = exact_interest([(start, opening)], [RateSpan(start, end, rate)], day_count)
    parts = exact_interest(
        [(start, opening)], [RateSpan(start, cut, rate), RateSpan(cut, end, rate)], day_count
    )

    assert whole == parts


@given(
    st.lists(
        st.tuples(st.dates(dt.date(2025, 7, 1), dt.date(2026, 6, 30)), st.integers(1, 10**8)),
        max_size=30,
    )
)
def test_interest_never_depends_on_the_order_of_the_movements(movements):
    forwards = [(day.isoformat(), yuan(fen)) for day, fen in movements]
    backwards = list(reversed(forwards))

    assert interest("0.00", forwards).result == interest("0.00", backwards).result


def test_half_a_fen_is_rounded_up_once_at_the_end():
    opening = parse_yuan("33.00")
    exact = Fraction(opening) * Fraction(3, 200)

    assert exact == Fraction(99, 2)
    assert interest("33.00").result.interest_fen == round_half_up(exact) == 50
