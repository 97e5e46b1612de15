import datetime as dt
import time
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.wire import BadFacts
from loans.facts import LoanScheduleFacts
from loans.rules import LoanScheduleResult, decide_loan_schedule
from policy.decisions import Decision, Outcome
from policy.loader import book_from_packs

BOOK = book_from_packs("kashgar", dt.date(2026, 1, 31))


def loan(**changed: Any) -> dict[str, Any]:
    return {
        "principal": "270000.00",
        "term_months": 300,
        "method": "LEVEL_PAYMENT",
        "disbursed_on": "2026-02-10",
        "annual_rate": "2.60",
        **changed,
    }


def decide(**changed: Any) -> Decision[LoanScheduleResult]:
    return decide_loan_schedule(LoanScheduleFacts.from_wire(loan(**changed)), BOOK)


def rows_of(**changed: Any) -> Any:
    return decide(**changed).result.rows


@pytest.mark.parametrize(
    ("rate", "payment"), [("3.10", 427016), ("2.85", 413557), ("2.60", 400340)]
)
def test_a_million_over_thirty_years_costs_the_published_payment(rate: str, payment: int) -> None:
    result = decide(principal="1000000.00", term_months=360, annual_rate=rate).result
    assert result.payment_fen == payment


def test_the_270000_of_the_seed_cost_1224_91_a_month() -> None:
    decision = decide()
    assert decision.outcome is Outcome.APPROVED
    assert decision.result.payment_fen == 122491
    assert len(decision.result.rows or ()) == 300


def test_level_principal_falls_from_1485_00_to_901_95() -> None:
    result = decide(method="LEVEL_PRINCIPAL").result
    assert result.payment_fen == 148500
    assert result.rows is not None
    assert (result.rows[0].payment_fen, result.rows[-1].payment_fen) == (148500, 90195)
    assert result.total_interest_fen == sum(row.interest_fen for row in result.rows)


@pytest.mark.parametrize(
    ("disbursed", "due_day", "first", "second", "third"),
    [
        ("2026-01-31", None, "2026-02-28", "2026-03-31", "2026-04-30"),
        ("2027-12-31", None, "2028-01-31", "2028-02-29", "2028-03-31"),
        ("2026-01-15", 20, "2026-02-20", "2026-03-20", "2026-04-20"),
        ("2026-12-05", 30, "2027-01-30", "2027-02-28", "2027-03-30"),
    ],
)
def test_short_months_use_their_last_day_and_the_day_returns(
    disbursed: str, due_day: int | None, first: str, second: str, third: str
) -> None:
    rows = rows_of(disbursed_on=disbursed, due_day=due_day)
    assert [row.due_on.isoformat() for row in rows[:3]] == [first, second, third]


@pytest.mark.parametrize(
    ("due_day", "interest"),
    [(10, 58500), (20, 78000), (1, 40950), (9, 56550), (28, 93600)],
)
def test_a_broken_first_period_changes_only_the_interest_of_row_one(
    due_day: int, interest: int
) -> None:
    whole, broken = rows_of(), rows_of(due_day=due_day)
    assert broken[0].interest_fen == interest
    assert broken[0].principal_fen == whole[0].principal_fen
    amounts = [(row.principal_fen, row.interest_fen, row.balance_fen) for row in broken[1:]]
    assert amounts == [(row.principal_fen, row.interest_fen, row.balance_fen) for row in whole[1:]]
    assert decide(due_day=due_day).result.payment_fen == 122491


def test_a_repricing_inside_a_period_cuts_its_interest_and_keeps_its_payment() -> None:
    old = rows_of(annual_rate="2.85")
    rows = rows_of(annual_rate="2.85", repricings=[{"from": "2027-01-01", "annual_rate": "2.60"}])
    assert rows[:10] == old[:10]
    opening = old[9].balance_fen
    parts = opening * (Fraction(285, 10_000) * 21 + Fraction(26, 1000) * 9) / 360
    assert rows[10].interest_fen == int(parts + Fraction(1, 2))
    assert rows[10].payment_fen == old[10].payment_fen
    assert len(rows) == 300
    fresh = decide(
        principal=f"{rows[10].balance_fen / 100:.2f}", term_months=289, disbursed_on="2027-01-10"
    ).result
    assert fresh.rows is not None
    assert [row.payment_fen for row in rows[11:]] == [row.payment_fen for row in fresh.rows]


def test_a_repricing_on_a_due_day_begins_with_the_next_instalment() -> None:
    old = rows_of(annual_rate="2.85")
    rows = rows_of(annual_rate="2.85", repricings=[{"from": "2027-01-10", "annual_rate": "2.60"}])
    assert rows[:11] == old[:11]
    assert rows[11].payment_fen < old[11].payment_fen
    assert rows[11].interest_fen == int(
        Fraction(rows[10].balance_fen * 26, 12_000) + Fraction(1, 2)
    )


@pytest.mark.parametrize("method", ["LEVEL_PAYMENT", "LEVEL_PRINCIPAL"])
@pytest.mark.parametrize("due_day", [10, 25, 29, 31])
def test_a_repricing_to_the_same_rate_changes_no_interest(method: str, due_day: int) -> None:
    same = [{"from": "2027-01-01", "annual_rate": "2.60"}]
    changed = {"method": method, "due_day": due_day, "disbursed_on": "2026-01-10"}
    assert rows_of(**changed, repricings=same) == rows_of(**changed)


def test_a_repricing_on_the_day_of_disbursement_is_the_first_rate() -> None:
    repricings = [{"from": "2026-02-10", "annual_rate": "2.60"}]
    assert rows_of(annual_rate="3.10", repricings=repricings) == rows_of()


@pytest.mark.parametrize(
    ("disbursed", "term", "home", "rate"),
    [
        ("2015-08-26", 60, 1, "2.75"), ("2022-09-30", 61, None, "3.25"),
        ("2022-10-01", 61, None, "3.10"), ("2024-05-17", 61, 1, "3.10"),
        ("2024-05-18", 61, 1, "2.85"), ("2025-05-07", 60, 1, "2.35"),
        ("2025-05-08", 60, 1, "2.10"), ("2025-05-08", 60, 2, "2.525"),
        ("2025-05-08", 61, 2, "3.075"),
    ],
)  # fmt: skip
def test_the_table_gives_the_rate_of_the_day_the_class_and_the_home(
    disbursed: str, term: int, home: int | None, rate: str
) -> None:
    changed = {"disbursed_on": disbursed, "term_months": term}
    decision = decide(**changed, annual_rate=None, home_number=home)
    assert decision.outcome is Outcome.APPROVED
    assert decision.result == decide(**changed, annual_rate=rate).result
    warned = [warning.code for warning in decision.warnings]
    expected = {None: ["first_home_assumed"], 2: ["second_home_rate_is_a_floor"]}
    assert warned == expected.get(home, [])


def test_before_the_table_begins_a_person_has_to_look() -> None:
    decision = decide(disbursed_on="2015-08-25", annual_rate=None)
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert decision.result == LoanScheduleResult(None, None, None)


def test_a_loan_without_interest_is_shared_evenly() -> None:
    result = decide(principal="100.00", term_months=3, annual_rate="0").result
    assert [row.payment_fen for row in result.rows or ()] == [3333, 3333, 3334]
    assert result.total_interest_fen == 0


@pytest.mark.parametrize("method", ["LEVEL_PAYMENT", "LEVEL_PRINCIPAL"])
@pytest.mark.parametrize("principal", ["0.01", "0.02", "1.00", "1.81"])
def test_tiny_loans_keep_every_row(principal: str, method: str) -> None:
    rows = rows_of(principal=principal, term_months=360, method=method)
    assert len(rows) == 360
    assert min(row.principal_fen for row in rows) >= 0
    assert rows[-1].balance_fen == 0


@given(
    principal=st.integers(1, 99_999_999_999_999),
    months=st.integers(1, 400),
    rate=st.integers(0, 100_000_000),
    method=st.sampled_from(["LEVEL_PAYMENT", "LEVEL_PRINCIPAL"]),
    due_day=st.one_of(st.none(), st.integers(1, 31)),
    disbursed=st.dates(dt.date(2016, 1, 1), dt.date(2100, 1, 1)),
    repriced=st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 6_000_000)), max_size=4),
)
@settings(max_examples=60, deadline=None)
def test_what_was_lent_is_repaid_whatever_the_loan(
    principal: int, months: int, rate: int, method: str, due_day: int | None,
    disbursed: dt.date, repriced: list[tuple[int, int]],
) -> None:  # fmt: skip
    days = {disbursed + dt.timedelta(days=step): new for step, new in repriced}
    facts = LoanScheduleFacts.from_wire(
        loan(
            principal=f"{principal // 100}.{principal % 100:02d}",
            term_months=months,
            method=method,
            due_day=due_day,
            disbursed_on=disbursed.isoformat(),
            annual_rate=f"{rate // 10**6}.{rate % 10**6:06d}",
            repricings=[
                {"from": day.isoformat(), "annual_rate": f"{new // 10**6}.{new % 10**6:06d}"}
                for day, new in sorted(days.items())
            ],
        )
    )
    result = decide_loan_schedule(facts, BOOK).result
    assert result.rows is not None
    assert [row.number for row in result.rows] == list(range(1, months + 1))
    assert sum(row.principal_fen for row in result.rows) == principal
    balance = principal
    for row in result.rows:
        balance -= row.principal_fen
        assert row.balance_fen == balance >= 0
        assert row.interest_fen >= 0
        assert row.principal_fen >= 0
        assert row.payment_fen == row.principal_fen + row.interest_fen
    assert balance == 0


def test_360_rows_take_less_than_ten_milliseconds() -> None:
    facts = LoanScheduleFacts.from_wire(loan(term_months=360, annual_rate="3.123457"))
    best = min(_seconds(facts) for _ in range(5))
    assert best < 0.010


def _seconds(facts: LoanScheduleFacts) -> float:
    start = time.process_time()
    decide_loan_schedule(facts, BOOK)
    return time.process_time() - start


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"principal": "0.00"}, ""),
        ({"principal": "1e5"}, "principal"),
        ({"term_months": 0}, "term_months"),
        ({"term_months": 1201}, "term_months"),
        ({"term_months": "12"}, "term_months"),
        ({"due_day": 0}, "due_day"),
        ({"due_day": 32}, "due_day"),
        ({"home_number": 3}, "home_number"),
        ({"annual_rate": "2,60"}, "annual_rate"),
        ({"disbursed_on": "2026-02-29"}, "disbursed_on"),
        ({"repricings": [{"from": "2026-02-09", "annual_rate": "2.60"}]}, ""),
        ({"repricings": [{"from": "2027-01-01", "annual_rate": "2.60"}] * 2}, ""),
        ({"repricings": [{"from_": "2027-01-01", "annual_rate": "2.60"}]}, "repricings[0].from"),
        ({"repricings": [{"from": "2027-01-01"}]}, "repricings[0].annual_rate"),
    ],
)
def test_bad_requests_name_the_fact(changed: dict[str, Any], path: str) -> None:
    with pytest.raises(BadFacts) as refused:
        LoanScheduleFacts.from_wire(loan(**changed))
    assert refused.value.path == path or (not path and refused.value.path)


def test_stored_facts_replay() -> None:
    facts = LoanScheduleFacts.from_wire(
        loan(repricings=[{"from": "2027-01-01", "annual_rate": "2.35"}], due_day=20)
    )
    assert LoanScheduleFacts.from_wire(facts.to_wire()) == facts
