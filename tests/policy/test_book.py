"""The policy book: which value holds, what silence means, what was read."""

import datetime as dt

import pytest

from policy.book import PolicyBook, Unset
from policy.decisions import Outcome, Sheet
from policy.values import BadValue, Citation, Parameter, Unit, Value

RATE = "demo.rate"
SWITCH = "demo.switch"
CATALOGUE = {
    RATE: Parameter(RATE, "年率", "Rate", Unit.PERCENT),
    SWITCH: Parameter(SWITCH, "开关", "Switch", Unit.FLAG, if_silent=False),
    "policy.begins": Parameter("policy.begins", "起始日", "First day", Unit.DATE),
}


def day(text):
    return dt.date.fromisoformat(text)


def value(jurisdiction, begins, printed, until=None, key=RATE, **more):
    unit = CATALOGUE[key].unit
    more.setdefault("citations", (Citation("demo-1", "3"),))
    return Value(
        key, jurisdiction, unit, printed, day(begins), day(until) if until else None, **more
    )


def book(on, *values):
    return PolicyBook(
        centre="demo", on=day(on), chain=("city", "nation"), values=values, catalogue=CATALOGUE
    )


@pytest.mark.parametrize(
    ("on", "printed"),
    [
        ("2024-12-31", "1.00"),
        ("2025-01-01", "2.00"),
        ("2025-05-31", "2.00"),
        ("2025-06-01", "1.50"),
    ],
)
def test_the_city_speaks_before_the_nation_while_it_speaks(on, printed):
    values = (
        value("nation", "2020-01-01", "1.00"),
        value("nation", "2025-03-01", "1.50"),
        value("city", "2025-01-01", "2.00", until="2025-06-01"),
    )

    assert book(on, *values).get(RATE).printed == printed


def test_a_history_sees_where_a_citys_value_ends_and_the_nations_goes_on():
    values = (
        value("nation", "2020-01-01", "1.00"),
        value("city", "2025-01-01", "2.00", until="2025-06-01"),
    )

    opened = book("2025-12-31", *values)
    found = opened.history(RATE, day("2024-07-01"), day("2025-07-01"))

    assert [item.printed for item in found] == ["1.00", "2.00"]
    assert set(opened.opened) == set(found)
    stretches = opened.stretches(RATE, day("2024-07-01"), day("2025-07-01"))
    assert [(str(item.start), str(item.end), item.value.printed) for item in stretches] == [
        ("2024-07-01", "2025-01-01", "1.00"),
        ("2025-01-01", "2025-06-01", "2.00"),
        ("2025-06-01", "2025-07-01", "1.00"),
    ]


def test_a_stretch_without_a_value_is_shown_as_one():
    opened = book("2025-12-31", value("nation", "2025-01-01", "1.00", until="2025-02-01"))

    stretches = opened.stretches(RATE, day("2024-12-01"), day("2025-03-01"))

    assert [item.value and item.value.printed for item in stretches] == [None, "1.00", None]


def test_a_value_unset_by_the_city_hides_the_nations_and_silence():
    unset = value("city", "2025-01-01", None, reason="本市另有规定", citations=())
    opened = book("2025-02-01", value("nation", "2020-01-01", "1.00"), unset)

    with pytest.raises(Unset) as missing:
        opened.get(RATE)
    assert (missing.value.key, missing.value.centre) == (RATE, "demo")
    assert missing.value.on == day("2025-02-01")


def test_silence_is_shown_as_assumed_and_cited_as_the_parameter_itself():
    opened = book("2025-02-01")

    assert opened.flag(SWITCH) is False
    assert opened.find(SWITCH).assumed
    assert opened.cite(SWITCH) == (Citation("parameter", SWITCH),)


def test_an_unknown_key_is_a_programming_error():
    with pytest.raises(KeyError):
        book("2025-02-01").find("demo.nowhere")


@pytest.mark.parametrize("reader", ["fen", "count", "flag", "choice", "table", "ratio"])
def test_a_value_is_read_in_its_own_unit_only(reader):
    opened = book("2025-02-01", value("nation", "2020-01-01", "1.00"))

    with pytest.raises(TypeError):
        getattr(opened, reader)(RATE)


@pytest.mark.parametrize("printed", [1.5, 15, "1,5", "１.５", "", "-1.00", True])
def test_a_value_that_is_not_of_its_unit_cannot_exist(printed):
    with pytest.raises(BadValue) as refused:
        value("nation", "2020-01-01", printed)
    assert refused.value.key == RATE


def test_a_sheet_refuses_before_it_asks_and_asks_before_it_approves():
    sheet = Sheet(book("2025-02-01", value("nation", "2020-01-01", "1.00")))

    assert sheet.outcome is Outcome.APPROVED
    sheet.test("first", True, RATE)
    assert sheet.outcome is Outcome.APPROVED
    sheet.unset(RATE)
    assert sheet.outcome is Outcome.NEEDS_REVIEW
    sheet.test("last", False, RATE)
    assert sheet.outcome is Outcome.REFUSED
    decision = sheet.decide(None)
    assert [reason.code for reason in decision.refusals] == ["last"]
    assert [item.key for item in decision.parameters] == [RATE]


def test_a_carried_value_warns_every_decision_that_reads_it():
    carried = value("city", "2025-01-01", "2.00", assumed=True, carried=True, reason="沿用")
    sheet = Sheet(book("2025-02-01", carried))
    sheet.book.rate(RATE)

    (warning,) = sheet.decide(None).warnings

    assert warning.code == "carried_value"
    assert warning.params["key"] == RATE
