"""`loan-schedule`, `prepayment` and `penalty` against a second computation."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kernel.wire import BadFacts
from tests.calculators.asking import CENTRES, ask
from tests.contract import oracle
from tests.contract.asking import request, results

METHODS = ["LEVEL_PAYMENT", "LEVEL_PRINCIPAL"]


def loan(**changes):
    facts = {
        "principal": "270000.00",
        "term_months": 300,
        "method": "LEVEL_PAYMENT",
        "disbursed_on": "2026-01-15",
        "annual_rate": "2.60",
    } | changes
    return request("loan-schedule", {key: value for key, value in facts.items() if value != "-"})


def rows_of(found):
    return [
        (
            row["number"], dt.date.fromisoformat(row["due_on"]),
            *(oracle.to_fen(row[name]) for name in ("principal", "interest", "payment", "balance")),
        )
        for row in found["rows"]
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "term", "home", "rate"),
    [
        ("2015-08-26", 60, 1, "2.75"),
        ("2015-08-26", 61, 1, "3.25"),
        ("2022-09-30", 61, 1, "3.25"),
        ("2022-10-01", 60, 1, "2.60"),
        ("2022-10-01", 61, 2, "3.575"),
        ("2024-05-17", 61, 1, "3.10"),
        ("2024-05-18", 60, 1, "2.35"),
        ("2024-05-18", 61, 1, "2.85"),
        ("2024-05-18", 60, 2, "2.775"),
        ("2024-05-18", 61, 2, "3.325"),
        ("2025-05-07", 61, 1, "2.85"),
        ("2025-05-08", 60, 1, "2.10"),
        ("2025-05-08", 61, 1, "2.60"),
        ("2025-05-08", 60, 2, "2.525"),
        ("2025-05-08", 61, 2, "3.075"),
    ],
)
def test_the_rate_is_the_tables_on_the_day_of_disbursement(day, term, home, rate):
    body = loan(disbursed_on=day, term_months=term, home_number=home, annual_rate="-")

    found = results("loan-schedule", body)

    wanted = oracle.schedule(
        270_000_00, term, "LEVEL_PAYMENT", dt.date.fromisoformat(day),
        [(dt.date.min, Fraction(rate) / 100)],
    )  # fmt: skip
    assert rows_of(found) == wanted


def test_before_the_table_begins_the_rate_is_a_question():
    body = loan(disbursed_on="2015-08-25", annual_rate="-", home_number=1)

    answer = ask("loan-schedule", body)

    assert answer["outcome"] == "NEEDS_REVIEW"
    assert answer["results"] == {"payment": None, "total_interest": None, "rows": None}


@pytest.mark.parametrize(
    ("changes", "warns"),
    [
        ({"annual_rate": "-"}, True),
        ({"annual_rate": "-", "home_number": None}, True),
        ({"annual_rate": "-", "home_number": 1}, False),
        ({}, False),
    ],
)
def test_a_home_that_nobody_numbered_is_read_as_the_first_with_a_warning(changes, warns):
    answer = ask("loan-schedule", loan(**changes))

    assert bool(answer["warnings"]) is warns
    assert answer["results"]["payment"] == "1224.91"


@pytest.mark.parametrize("centre", CENTRES)
def test_a_schedule_needs_no_pack_of_the_centre(centre):
    body = loan(disbursed_on="2016-01-15", annual_rate="-", home_number=1)

    assert ask("loan-schedule", body | {"centre": centre})["outcome"] == "APPROVED"


@pytest.mark.parametrize(
    ("disbursed_on", "due_day", "dues"),
    [
        ("2026-01-31", None, ["2026-02-28", "2026-03-31", "2026-04-30"]),
        ("2027-12-31", None, ["2028-01-31", "2028-02-29", "2028-03-31"]),
        ("2026-01-31", 15, ["2026-02-15", "2026-03-15", "2026-04-15"]),
        ("2026-01-01", 31, ["2026-02-28", "2026-03-31", "2026-04-30"]),
    ],
)
def test_dues_fall_on_the_due_day_or_the_last_of_a_short_month(disbursed_on, due_day, dues):
    body = loan(disbursed_on=disbursed_on, term_months=3, due_day=due_day)

    assert [row["due_on"] for row in results("loan-schedule", body)["rows"]] == dues


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"principal": "0.00"}, "facts.principal"),
        ({"term_months": 0}, "facts.term_months"),
        ({"term_months": "300"}, "facts.term_months"),
        ({"term_months": True}, "facts.term_months"),
        ({"method": "BULLET"}, "facts.method"),
        ({"due_day": 0}, "facts.due_day"),
        ({"due_day": 32}, "facts.due_day"),
        ({"home_number": 3}, "facts.home_number"),
        ({"annual_rate": "2,60"}, "facts.annual_rate"),
        ({"annual_rate": "-2.60"}, "facts.annual_rate"),
        ({"disbursed_on": "2026-02-29"}, "facts.disbursed_on"),
        ({"disbursed_on": "-"}, "facts.disbursed_on"),
        ({"repricings": [{"from": "2027-01-01"}]}, "facts.repricings[0].annual_rate"),
        ({"repricings": [{"on": "2027-01-01"}]}, "facts.repricings[0]"),
    ],
)
def test_a_bad_schedule_request_names_its_path(changes, path):
    with pytest.raises(BadFacts) as refused:
        ask("loan-schedule", loan(**changes))

    assert refused.value.path.startswith(path)


LOANS = {
    "principal": st.integers(100_00, 2_000_000_00),
    "term": st.integers(1, 360),
    "method": st.sampled_from(METHODS),
    "disbursed_on": st.dates(dt.date(2016, 1, 1), dt.date(2040, 12, 31)),
    "rate": st.sampled_from(["2.10", "2.60", "2.525", "3.25", "6.00", "0"]),
}


@settings(max_examples=60, deadline=None)
@given(**LOANS, due_day=st.none() | st.integers(1, 31))
def test_a_schedule_is_what_a_second_computation_finds(
    principal, term, method, disbursed_on, rate, due_day
):
    body = loan(
        principal=oracle.to_yuan(principal), term_months=term, method=method,
        disbursed_on=disbursed_on.isoformat(), annual_rate=rate, due_day=due_day,
    )  # fmt: skip

    found = results("loan-schedule", body)

    wanted = oracle.schedule(
        principal, term, method, disbursed_on, [(dt.date.min, Fraction(rate) / 100)], due_day
    )
    assert rows_of(found) == wanted
    assert oracle.to_fen(found["total_interest"]) == sum(row[3] for row in wanted)


@settings(max_examples=60, deadline=None)
@given(**LOANS, change=st.dates(dt.date(2016, 1, 2), dt.date(2060, 1, 1)), later=LOANS["rate"])
def test_a_repriced_schedule_is_what_a_second_computation_finds(
    principal, term, method, disbursed_on, rate, change, later
):
    assume(disbursed_on < change)
    body = loan(
        principal=oracle.to_yuan(principal), term_months=term, method=method,
        disbursed_on=disbursed_on.isoformat(), annual_rate=rate,
        repricings=[{"from": change.isoformat(), "annual_rate": later}],
    )  # fmt: skip

    found = results("loan-schedule", body)

    rates = [(dt.date.min, Fraction(rate) / 100), (change, Fraction(later) / 100)]
    assert rows_of(found) == oracle.schedule(principal, term, method, disbursed_on, rates)


# --- prepayment ----------------------------------------------------------------------------------


def prepayment(paid=12, amount="50000.00", paid_on="2027-01-20", option="SHORTEN", **changes):
    body = loan(**changes)
    body["facts"] |= {
        "paid_instalments": paid, "amount": amount, "paid_on": paid_on, "option": option,
    }  # fmt: skip
    return body


@settings(max_examples=100, deadline=None)
@given(
    principal=st.integers(10_000_00, 2_000_000_00),
    term=st.integers(2, 360),
    method=LOANS["method"],
    disbursed_on=LOANS["disbursed_on"],
    rate=LOANS["rate"],
    data=st.data(),
)
def test_a_prepayment_is_what_a_second_computation_finds(
    principal, term, method, disbursed_on, rate, data
):
    annual = Fraction(rate) / 100
    rows = oracle.schedule(principal, term, method, disbursed_on, [(dt.date.min, annual)])
    paid = data.draw(st.integers(0, term - 1))
    start = rows[paid - 1][1] if paid else disbursed_on
    paid_on = data.draw(st.dates(start, rows[paid][1]))
    amount = data.draw(st.integers(1, rows[paid - 1][5] * 21 // 20 if paid else principal))
    option = data.draw(st.sampled_from(["SHORTEN", "REDUCE"]))
    body = prepayment(
        paid, oracle.to_yuan(amount), paid_on.isoformat(), option,
        principal=oracle.to_yuan(principal), term_months=term, method=method,
        disbursed_on=disbursed_on.isoformat(), annual_rate=rate,
    )  # fmt: skip

    answer = ask("prepayment", body)

    wanted = oracle.prepay(rows, annual, paid, amount, paid_on, option, method, disbursed_on, term)
    if wanted is None:
        assert answer["outcome"] == "REFUSED"
        return
    found = answer["results"]
    assert {
        key: value if isinstance(value, int) else oracle.to_fen(value)
        for key, value in found.items()
    } == wanted


@pytest.mark.parametrize(
    ("paid_on", "fits"),
    [
        ("2027-01-14", False), ("2027-01-15", True), ("2027-01-16", True),
        ("2027-02-14", True), ("2027-02-15", True), ("2027-02-16", False),
    ],
)  # fmt: skip
def test_a_prepayment_falls_between_the_last_paid_and_the_next_due_date(paid_on, fits):
    if fits:
        assert ask("prepayment", prepayment(paid_on=paid_on))["outcome"] == "APPROVED"
        return
    with pytest.raises(BadFacts) as refused:
        ask("prepayment", prepayment(paid_on=paid_on))
    assert refused.value.path == "facts.paid_on"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"paid": 300}, "facts.paid_instalments"),
        ({"paid": -1}, "facts.paid_instalments"),
        ({"amount": "0.00"}, "facts.amount"),
        ({"option": "BOTH"}, "facts.option"),
        ({"paid_on": None}, "facts.paid_on"),
    ],
)
def test_a_bad_prepayment_request_names_its_path(changes, path):
    with pytest.raises(BadFacts) as refused:
        ask("prepayment", prepayment(**changes))

    assert refused.value.path.startswith(path)


@pytest.mark.parametrize(
    ("method", "payment"), [("LEVEL_PAYMENT", "1224.91"), ("LEVEL_PRINCIPAL", "100.22")]
)
def test_when_one_instalment_is_left_the_level_payment_stays_and_the_principal_is_what_is_owed(
    method, payment
):
    body = prepayment(0, "269900.00", "2026-01-15", method=method)

    found = results("prepayment", body)

    assert (found["payment"], found["last_payment"]) == (payment, "100.22")
    assert found["remaining_instalments"] == 1


def test_more_than_is_owed_is_refused():
    assert ask("prepayment", prepayment(amount="300000.00"))["outcome"] == "REFUSED"


# --- penalty -------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 900_000), st.integers(0, 900_000),
            st.dates(dt.date(2025, 1, 1), dt.date(2026, 1, 1)),
        ),
        min_size=1, max_size=6,
    ),
    st.dates(dt.date(2026, 1, 1), dt.date(2027, 1, 1)),
    st.none() | st.integers(1, 5_000_000),
)  # fmt: skip
def test_a_penalty_is_what_a_second_computation_finds(instalments, paid_on, payment):
    instalments.sort(key=lambda one: one[2])
    facts = {
        "annual_rate": "2.60",
        "instalments": [
            {
                "principal": oracle.to_yuan(part),
                "interest": oracle.to_yuan(charged),
                "due_on": due.isoformat(),
            }
            for part, charged, due in instalments
        ],
        "paid_on": paid_on.isoformat(),
        "payment": None if payment is None else oracle.to_yuan(payment),
    }

    found = results("penalty", request("penalty", facts))

    fines = oracle.penalties(instalments, Fraction("0.026"), paid_on)
    assert [oracle.to_fen(fine) for fine in found["penalties"]] == fines
    assert oracle.to_fen(found["total"]) == sum(fines)
    if payment is None:
        assert (found["allocation"], found["unallocated"]) == (None, None)
        return
    rows, rest = oracle.allocate(instalments, fines, payment)
    assert oracle.to_fen(found["unallocated"]) == rest
    assert [
        tuple(oracle.to_fen(row[name]) for name in ("penalty", "interest", "principal"))
        for row in found["allocation"]
    ] == rows
