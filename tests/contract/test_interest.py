"""`interest` against the contract, and against a second computation."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.wire import BadFacts
from tests.calculators.asking import CENTRES, ask
from tests.contract import oracle
from tests.contract.asking import request, results


def asked(settled_on="2026-06-30", opening="0.00", movements=(), centre="kashgar", **more):
    facts = {
        "settled_on": settled_on,
        "opening_balance": opening,
        "movements": [{"date": day, "amount": amount} for day, amount in movements],
    }
    return request("interest", facts | more, centre=centre, on=settled_on)


LUMP = [("2025-07-01", "71400.00")]
TWELVE = [(f"{2025 + (m > 12)}-{(m - 1) % 12 + 1:02d}-15", "1000.00") for m in range(7, 19)]


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize(
    ("opening", "movements", "day_count", "interest"),
    [
        ("0.00", LUMP, None, "1068.03"),
        ("0.00", LUMP, "30/360", "1068.03"),
        ("0.00", LUMP, "ACT/365", "1068.07"),
        ("0.00", LUMP, "ACT/360", "1082.90"),
        ("10000.00", TWELVE, "30/360", "240.00"),
        ("10000.00", TWELVE, "ACT/365", "239.75"),
        ("10000.00", TWELVE, "ACT/360", "243.08"),
        ("10000.00", [], None, "150.00"),
        ("0.00", [("2026-06-30", "5000.00")], None, "0.00"),
        ("0.00", [("2026-06-29", "24000.00")], None, "1.00"),
        ("3000.00", [("2025-12-31", "-3000.00")], None, "22.50"),
        ("0.00", [("2026-02-28", "3000.00")], None, "15.00"),
    ],
)
def test_published_figures_of_interest(opening, movements, day_count, interest, centre):
    answer = ask("interest", asked("2026-06-30", opening, movements, centre, day_count=day_count))

    total = oracle.to_fen(opening) + sum(oracle.to_fen(fen) for _, fen in movements)
    assert answer["outcome"] == "APPROVED"
    assert answer["results"] == {
        "interest": interest,
        "closing_balance": oracle.to_yuan(total + oracle.to_fen(interest)),
    }


def test_the_published_statement_of_2017_is_met_to_the_cent():
    deposits = [(f"{2016 + (m > 12)}-{(m - 1) % 12 + 1:02d}-30", "4656.00") for m in range(7, 19)]
    deposits[7] = ("2017-02-28", "4656.00")

    answer = ask("interest", asked("2017-06-30", "85514.18", deposits))

    assert answer["results"] == {"interest": "1666.83", "closing_balance": "143053.01"}


@pytest.mark.parametrize(
    ("settled_on", "interest"),
    [("2025-07-01", "0.42"), ("2025-12-31", "75.00"), ("2026-06-29", "149.58")],
)
def test_an_exit_earns_from_the_last_settlement_to_its_own_day(settled_on, interest):
    assert results("interest", asked(settled_on, "10000.00"))["interest"] == interest


def test_a_rate_that_is_given_takes_the_place_of_the_table():
    assert results("interest", asked(opening="10000.00", annual_rate="0.35"))["interest"] == "35.00"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"settled_on": None}, "facts.settled_on"),
        ({"settled_on": "30.06.2026"}, "facts.settled_on"),
        ({"settled_on": "1899-06-30"}, "facts.settled_on"),
        ({"opening_balance": 100}, "facts.opening_balance"),
        ({"opening_balance": "1.005"}, "facts.opening_balance"),
        ({"opening_balance": "１.00"}, "facts.opening_balance"),
        ({"opening_balance": "-1.00"}, "facts.opening_balance"),
        ({"day_count": "ACT/ACT"}, "facts.day_count"),
        ({"annual_rate": 1.5}, "facts.annual_rate"),
        ({"extra": 1}, "facts.extra"),
        ({"movements": {}}, "facts.movements"),
        ({"movements": [{"date": "2025-07-01"}]}, "facts.movements[0].amount"),
        ({"movements": [{"date": "2025-06-30", "amount": "1.00"}]}, "facts.movements[0].date"),
        ({"movements": [{"date": "2026-07-01", "amount": "1.00"}]}, "facts.movements[0].date"),
    ],
)
def test_a_bad_request_names_its_path(changes, path):
    wrong = asked(opening="100.00")
    wrong["facts"] |= changes

    with pytest.raises(BadFacts) as refused:
        ask("interest", wrong)

    assert refused.value.path.startswith(path)


@st.composite
def years_of_movements(draw):
    settled_on = draw(st.dates(dt.date(2017, 7, 1), dt.date(2040, 6, 30)))
    if draw(st.booleans()):
        settled_on = dt.date(settled_on.year, 6, 30)
    before = oracle.settlement_before(settled_on)
    days = st.dates(before + dt.timedelta(days=1), settled_on)
    money = st.integers(1, 9_000_000)
    movements = draw(st.lists(st.tuples(days, money), max_size=12))
    return settled_on, draw(st.integers(0, 90_000_000)), movements


@given(
    years_of_movements(),
    st.sampled_from(["30/360", "ACT/360", "ACT/365"]),
    st.sampled_from(["1.50", "0.35", "2.525", "0"]),
)
def test_interest_is_what_a_second_computation_finds(year, day_count, rate):
    settled_on, opening, movements = year
    wire = [(day.isoformat(), oracle.to_yuan(fen)) for day, fen in movements]

    found = results(
        "interest",
        asked(
            settled_on.isoformat(),
            oracle.to_yuan(opening),
            wire,
            annual_rate=rate,
            day_count=day_count,
        ),
    )

    earned, closing = oracle.interest(
        settled_on, opening, movements, Fraction(rate) / 100, day_count
    )
    assert found == {"interest": oracle.to_yuan(earned), "closing_balance": oracle.to_yuan(closing)}
