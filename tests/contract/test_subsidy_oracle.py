"""`subsidy` against a second computation, over histories that nobody picked by hand."""

import datetime as dt
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract import oracle
from tests.contract.asking import results
from tests.contract.subsidies import asked, event, paid

DAY_COUNTS = st.sampled_from(["30/360", "ACT/360", "ACT/365"])
READINGS = st.sampled_from(["FULL_YEAR", "AFTER_ANNIVERSARY"])
SETTLED = st.integers(2026, 2035).map(lambda year: dt.date(year, 6, 30))
FEN = st.integers(1, 9_000_000)


def wire(movements):
    return [
        paid(day.isoformat(), oracle.to_yuan(fen), origin, covers=[])
        for day, fen, origin in movements
    ]


@st.composite
def histories(draw, origins=("FLEX",), *, debits=True):
    """A settlement day and up to twelve movements in the years before it."""
    settled_on = draw(SETTLED)
    days = st.dates(settled_on - dt.timedelta(days=1200), settled_on)
    movement = st.tuples(days, FEN, st.sampled_from(origins))
    movements = draw(st.lists(movement, min_size=1, max_size=12))
    if debits:
        out = st.tuples(days, FEN.map(lambda fen: -fen), st.just(origins[0]))
        movements += draw(st.lists(out, max_size=4))
    return settled_on, movements


@settings(max_examples=150, deadline=None)
@given(
    histories() | histories(("FLEX", "TRANSFER_IN", "UNIT", "INTEREST", "SUBSIDY"), debits=False),
    READINGS,
    DAY_COUNTS,
    st.integers(0, 1_100_000),
    st.sampled_from(["1.00", "1.20", "1.50"]),
)
def test_lianyungang_is_what_a_second_computation_finds(
    history, reading, day_count, credited, rate
):
    settled_on, movements = history

    found = results(
        "subsidy",
        asked(
            "lianyungang", settled_on.isoformat(), wire(movements), reading=reading,
            day_count=day_count, annual_rate=rate, credited_before=oracle.to_yuan(credited),
        ),
    )  # fmt: skip

    lots = oracle.lots_left(movements, settled_on, {"FLEX", "TRANSFER_IN"})
    exact, base = oracle.aged_subsidy(
        lots, settled_on, Fraction(rate) / 100, reading=reading, convention=day_count
    )
    subsidy = oracle.capped(oracle.half_up(exact), credited)
    left = max(oracle.LIANYUNGANG_CAP - credited, 0) - subsidy
    assert found["subsidy"] == oracle.to_yuan(subsidy)
    assert found["remaining_cap"] == oracle.to_yuan(left)
    if credited < oracle.LIANYUNGANG_CAP:
        assert found["base"] == oracle.to_yuan(base)


@settings(max_examples=100, deadline=None)
@given(histories(), READINGS, st.integers(1, 364))
def test_lianyungang_up_to_a_loan_is_what_a_second_computation_finds(history, reading, days):
    settled_on, movements = history
    disbursed = settled_on - dt.timedelta(days=days)

    found = results(
        "subsidy",
        asked(
            "lianyungang", settled_on.isoformat(), wire(movements), reading=reading,
            events=event(disbursed.isoformat(), "LOAN_DISBURSED"),
        ),
    )  # fmt: skip

    lots = oracle.lots_left(movements, disbursed, {"FLEX", "TRANSFER_IN"})
    exact, _ = oracle.aged_subsidy(
        lots, settled_on, oracle.LIANYUNGANG_RATE, reading=reading, until=disbursed
    )
    wanted = min(oracle.half_up(exact), oracle.LIANYUNGANG_CAP)
    assert (found["subsidy"], found["stopped"]) == (oracle.to_yuan(wanted), True)


@settings(max_examples=100, deadline=None)
@given(SETTLED, st.lists(FEN, min_size=2, max_size=40), st.integers(1, 28), READINGS, DAY_COUNTS)
def test_yantai_is_what_a_second_computation_finds(settled_on, amounts, day, reading, day_count):
    first = oracle.months_on(settled_on, 1 - len(amounts)).replace(day=day)
    movements = [(oracle.months_on(first, place), fen, "FLEX") for place, fen in enumerate(amounts)]
    history = [
        paid(on.isoformat(), oracle.to_yuan(fen)) for on, fen, _ in movements
    ]  # each covers its own month

    found = results(
        "subsidy",
        asked("yantai", settled_on.isoformat(), history, reading=reading, day_count=day_count),
    )

    lots = oracle.lots_left(movements, settled_on, {"FLEX"})
    exact, base = oracle.aged_subsidy(
        lots, settled_on, oracle.YANTAI_RATE, reading=reading, convention=day_count
    )
    assert found["subsidy"] == oracle.to_yuan(oracle.half_up(exact))
    assert found["base"] == oracle.to_yuan(base)


@settings(max_examples=100, deadline=None)
@given(histories(), DAY_COUNTS)
def test_kashgar_is_what_a_second_computation_finds(history, day_count):
    settled_on, movements = history
    opened = settled_on - dt.timedelta(days=1500)
    covers = [oracle.months_on(opened, place).isoformat()[:7] for place in range(12)]
    covering = paid(opened.isoformat(), "162.00", covers=covers)

    found = results(
        "subsidy",
        asked("kashgar", settled_on.isoformat(), [covering, *wire(movements)], day_count=day_count),
    )

    all_of_it = [(opened, 162_00, "FLEX"), *movements]
    lots = oracle.lots_left(all_of_it, settled_on, {"FLEX"})
    exact, base = oracle.new_money_subsidy(lots, settled_on, convention=day_count)
    assert found["subsidy"] == oracle.to_yuan(oracle.half_up(exact))
    assert found["base"] == oracle.to_yuan(base)
