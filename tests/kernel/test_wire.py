"""Facts: strict text outside, exact numbers inside, one clear refusal."""

import datetime as dt
import json
import time
from enum import StrEnum
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, ValidationError, model_validator

from kernel.money import MAX_FEN
from kernel.months import Month
from kernel.wire import (
    BadFacts,
    Count,
    Facts,
    Flag,
    IsoDate,
    IsoMonth,
    Rate,
    SignedYuanFen,
    YuanFen,
)


class Origin(StrEnum):
    FLEX = "FLEX"
    UNIT = "UNIT"


class Movement(Facts):
    date: IsoDate
    amount: SignedYuanFen
    origin: Origin
    covers: tuple[IsoMonth, ...] = ()


class Repricing(Facts):
    starts: IsoDate = Field(alias="from")
    annual_rate: Rate


class Sheet(Facts):
    opening_balance: YuanFen
    annual_rate: Rate | None = None
    movements: tuple[Movement, ...] = ()
    months: Count = 0
    first_home: Flag | None = None
    repricings: tuple[Repricing, ...] | None = None
    note: str = ""

    @model_validator(mode="after")
    def _a_note_of_doubt_needs_a_movement(self):
        if self.note == "doubt" and not self.movements:
            raise ValueError("a note of doubt needs a movement")
        if self.note == "too early":
            raise BadFacts("movements[0].date", "lies before the opening", code="TOO_EARLY")
        return self


MOVEMENT = {"date": "2026-01-31", "amount": "-5.50", "origin": "FLEX", "covers": ["2026-01"]}


def test_text_outside_is_exact_numbers_inside():
    sheet = Sheet.from_wire(
        {
            "opening_balance": "10000.5",
            "annual_rate": "2.525",
            "movements": [MOVEMENT],
            "months": 12,
            "first_home": False,
            "repricings": [{"from": "2026-01-01", "annual_rate": "2.60"}],
        }
    )
    assert sheet.opening_balance == 1_000_050
    assert sheet.annual_rate == Fraction(101, 4000)
    assert sheet.movements == (
        Movement(
            date=dt.date(2026, 1, 31), amount=-550, origin=Origin.FLEX, covers=(Month(2026, 1),)
        ),
    )
    assert (sheet.months, sheet.first_home) == (12, False)
    assert sheet.repricings[0].starts == dt.date(2026, 1, 1)


def test_unknown_facts_may_be_absent_or_null():
    absent = Sheet.from_wire({"opening_balance": "0"})
    null = Sheet.from_wire(
        {"opening_balance": "0", "annual_rate": None, "first_home": None, "repricings": None}
    )
    assert absent == null
    assert absent.annual_rate is None


@pytest.mark.parametrize(
    ("facts", "path", "problem"),
    [
        ({}, "opening_balance", "is required"),
        ({"opening_balance": None}, "opening_balance", "None is not an amount"),
        ({"opening_balance": 500}, "opening_balance", "500 is not an amount"),
        ({"opening_balance": True}, "opening_balance", "True is not an amount"),
        ({"opening_balance": "-1"}, "opening_balance", "'-1' is not an amount"),
        ({"opening_balance": "１２"}, "opening_balance", "'１２' is not an amount"),
        ({"opening_balance": "1.005"}, "opening_balance", "'1.005' is not an amount"),
        ({"openingBalance": "1", "opening_balance": "1"}, "openingBalance", "unknown field"),
        ({"annual_rate": "101"}, "annual_rate", "'101' is not a percentage"),
        ({"annual_rate": 2}, "annual_rate", "2 is not a percentage"),
        ({"movements": None}, "movements", "must be a list, not None"),
        ({"movements": {}}, "movements", "must be a list, not {}"),
        ({"movements": "x"}, "movements", "must be a list, not 'x'"),
        ({"movements": [1]}, "movements[0]", "must be an object, not 1"),
        ({"movements": [MOVEMENT, {}]}, "movements[1].date", "is required"),
        (
            {"movements": [MOVEMENT | {"date": "2026-02-30"}]},
            "movements[0].date",
            "'2026-02-30' is not a date",
        ),
        ({"movements": [MOVEMENT | {"date": 1769817600}]}, "movements[0].date", "is not a date"),
        (
            {"movements": [MOVEMENT | {"origin": "flex"}]},
            "movements[0].origin",
            "must be one of 'FLEX', 'UNIT'; got 'flex'",
        ),
        ({"movements": [MOVEMENT | {"amount": "-0.00"}]}, "movements[0].amount", "not an amount"),
        (
            {"movements": [MOVEMENT | {"covers": ["2026-01", "2026-13"]}]},
            "movements[0].covers[1]",
            "'2026-13' is not a month",
        ),
        ({"movements": [MOVEMENT | {"extra": 1}]}, "movements[0].extra", "unknown field"),
        ({"months": True}, "months", "must be a whole number (a JSON integer), not True"),
        ({"months": "12"}, "months", "must be a whole number"),
        ({"months": 1.0}, "months", "must be a whole number"),
        ({"months": -1}, "months", "must be at least 0, not -1"),
        ({"months": 1_000_001}, "months", "must be at most 1000000"),
        ({"months": 10**40}, "months", "must be at most 1000000"),
        ({"first_home": "true"}, "first_home", "must be true or false, not 'true'"),
        ({"first_home": 1}, "first_home", "must be true or false, not 1"),
        ({"repricings": [{"starts": "2026-01-01"}]}, "repricings[0].from", "is required"),
        ({"note": 5}, "note", "must be a string, not 5"),
        ({"note": "doubt"}, "", "a note of doubt needs a movement"),
        ({"odd key": 1}, '["odd key"]', "unknown field"),
    ],
)
def test_a_wrong_fact_is_refused_with_its_path(facts, path, problem):
    if facts and not any(key.startswith("opening") for key in facts):
        facts = {"opening_balance": "1.00"} | facts
    with pytest.raises(BadFacts) as refused:
        Sheet.from_wire(facts)
    assert refused.value.path == path
    assert problem in refused.value.problem
    assert str(refused.value) == (f"{path}: {refused.value.problem}" if path else problem)


@pytest.mark.parametrize("wrong", [None, [], "x", 5, True])
def test_facts_are_an_object(wrong):
    with pytest.raises(BadFacts, match="facts: must be an object") as refused:
        Sheet.from_wire(wrong, at="facts")
    assert refused.value.code == "NOT_AN_OBJECT"


@pytest.mark.parametrize(
    "wrong",
    [float("nan"), float("inf"), dt.date(2026, 1, 1), {1, 2}, 10**5000],
    ids=["NaN", "Infinity", "date", "set", "huge"],
)
def test_what_json_cannot_hold_is_refused(wrong):
    with pytest.raises(BadFacts):
        Sheet.from_wire({"opening_balance": "1.00", "months": wrong})


def test_the_path_begins_where_the_caller_says_and_all_faults_are_kept():
    with pytest.raises(BadFacts) as refused:
        Sheet.from_wire({"movements": [{"date": "x"}], "later": 1}, at="facts")
    assert [path for path, _ in refused.value.errors] == [
        "facts.opening_balance",
        "facts.movements[0].date",
        "facts.movements[0].amount",
        "facts.movements[0].origin",
        "facts.later",
    ]
    assert str(refused.value) == "facts.opening_balance: is required"
    assert refused.value.code == "REQUIRED"


def test_a_check_of_the_whole_model_can_name_the_fact_it_means():
    with pytest.raises(BadFacts) as refused:
        Sheet.from_wire({"opening_balance": "1.00", "note": "too early"}, at="facts")
    assert str(refused.value) == "facts.movements[0].date: lies before the opening"
    assert refused.value.code == "TOO_EARLY"


def test_a_refusal_keeps_the_code_of_the_parser():
    with pytest.raises(BadFacts) as refused:
        Sheet.from_wire({"opening_balance": "1,000"})
    assert refused.value.code == "BAD_AMOUNT"
    assert refused.value.params["seen"] == "'1,000'"


@pytest.mark.parametrize(
    "wrong",
    [
        {"opening_balance": "500.00"},
        {"opening_balance": 500.0},
        {"opening_balance": True},
        {"opening_balance": -1},
        {"opening_balance": MAX_FEN + 1},
        {"annual_rate": "2.60"},
        {"annual_rate": 0.026},
        {"annual_rate": Fraction(1, 3)},
        {"annual_rate": Fraction(13, 5)},
        {"movements": [MOVEMENT]},
        {"months": "12"},
        {"first_home": 1},
        {"unknown": 1},
    ],
)
def test_inside_the_program_text_is_refused_so_that_nobody_mistakes_yuan_for_fen(wrong):
    with pytest.raises(ValidationError):
        Sheet(**({"opening_balance": 1} | wrong))


@pytest.mark.parametrize(
    "wrong",
    [
        {"date": "2026-01-31"},
        {"date": dt.datetime(2026, 1, 31, tzinfo=dt.UTC)},
        {"date": dt.date(1899, 12, 31)},
        {"amount": "1.00"},
        {"amount": -MAX_FEN - 1},
        {"origin": "FLEX"},
        {"covers": ("2026-01",)},
        {"covers": ((2026, 1),)},
    ],
)
def test_inside_the_program_a_movement_holds_dates_fen_and_months(wrong):
    right = {"date": dt.date(2026, 1, 31), "amount": -550, "origin": Origin.FLEX}
    assert Movement(**right).amount == -550
    with pytest.raises(ValidationError):
        Movement(**(right | wrong))


def test_facts_do_not_change():
    sheet = Sheet(opening_balance=1)
    with pytest.raises(ValidationError):
        sheet.opening_balance = 2
    assert hash(sheet) == hash(Sheet(opening_balance=1))


FEN = st.integers(-MAX_FEN, MAX_FEN)
DATES = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))
RATES = st.integers(0, 10**8).map(lambda steps: Fraction(steps, 10**8))
MOVEMENTS = st.builds(
    Movement,
    date=DATES,
    amount=FEN,
    origin=st.sampled_from(Origin),
    covers=st.lists(st.builds(Month, st.integers(1900, 2199), st.integers(1, 12)), max_size=3).map(
        tuple
    ),
)
SHEETS = st.builds(
    Sheet,
    opening_balance=st.integers(0, MAX_FEN),
    annual_rate=st.none() | RATES,
    movements=st.lists(MOVEMENTS, max_size=3).map(tuple),
    months=st.integers(0, 1_000_000),
    first_home=st.none() | st.booleans(),
    repricings=st.none()
    | st.lists(st.builds(Repricing, starts=DATES, annual_rate=RATES), max_size=2).map(tuple),
)


@given(SHEETS)
def test_facts_travel_and_come_back_unchanged(sheet):
    wire = sheet.to_wire()
    assert Sheet.from_wire(json.loads(json.dumps(wire))) == sheet
    assert Sheet.from_wire(wire).to_wire() == wire


def test_rates_travel_as_printed():
    sheet = Sheet(opening_balance=5, annual_rate=Fraction(13, 500))
    assert sheet.to_wire()["annual_rate"] == "2.60"
    assert sheet.to_wire()["opening_balance"] == "0.05"


def test_the_schema_tells_the_form_of_every_fact():
    schema = Sheet.model_json_schema()
    facts, movement = schema["properties"], schema["$defs"]["Movement"]["properties"]
    assert facts["opening_balance"]["pattern"] == r"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?$"
    assert movement["date"]["format"] == "date"
    assert "pattern" in movement["covers"]["items"]
    assert facts["months"]["maximum"] == 1_000_000
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["opening_balance"]
    assert "from" in schema["$defs"]["Repricing"]["properties"]


def test_four_hundred_rows_are_read_in_milliseconds():
    facts = {"opening_balance": "1.00", "movements": [MOVEMENT] * 400}
    Sheet.from_wire(facts)
    best = 1.0
    for _ in range(10):
        started = time.perf_counter()
        Sheet.from_wire(facts)
        best = min(best, time.perf_counter() - started)
    assert best < 0.02  # about 0.002; the machines of a test run are busy
