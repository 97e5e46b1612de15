import datetime as dt
from typing import Any

import pytest

from kernel.wire import BadFacts
from loans.facts import PenaltyFacts
from loans.rules import PenaltyResult, Share, decide_penalty
from policy.decisions import Decision, Outcome
from policy.loader import book_from_packs

DAY = dt.date(2026, 7, 10)
INSTALMENT = {"principal": "900.00", "interest": "300.00", "due_on": "2026-06-10"}


def decide(on: dt.date = DAY, **changed: Any) -> Decision[PenaltyResult]:
    facts = {"annual_rate": "2.60", "instalments": [INSTALMENT], "paid_on": "2026-07-10", **changed}
    return decide_penalty(PenaltyFacts.from_wire(facts), book_from_packs("kashgar", on))


@pytest.mark.parametrize(
    ("paid_on", "penalty"),
    [
        ("2026-06-10", 0),
        ("2026-06-11", 13),
        ("2026-06-30", 260),
        ("2026-07-01", 273),
        ("2026-07-10", 390),
        ("2027-06-10", 4_680),
    ],
)
def test_principal_and_interest_bear_one_and_a_half_times_the_rate_by_30_360(
    paid_on: str, penalty: int
) -> None:
    decision = decide(paid_on=paid_on)
    assert decision.outcome is Outcome.APPROVED
    assert decision.result == PenaltyResult((penalty,), penalty)


def test_each_instalment_is_rounded_and_the_total_adds_them() -> None:
    older = {**INSTALMENT, "due_on": "2026-05-10"}
    result = decide(instalments=[older, INSTALMENT]).result
    assert (result.penalties_fen, result.total_fen) == ((780, 390), 1_170)


def test_an_instalment_not_yet_due_owes_nothing_and_takes_nothing() -> None:
    later = {**INSTALMENT, "due_on": "2026-08-10"}
    result = decide(instalments=[later], payment="100.00").result
    assert result.penalties_fen == (0,)
    assert (result.allocation, result.unallocated_fen) == ((Share(0, 0, 0),), 10_000)


@pytest.mark.parametrize(
    ("payment", "first", "second", "left"),
    [
        ("0.00", (0, 0, 0), (0, 0, 0), 0),
        ("7.79", (779, 0, 0), (0, 0, 0), 0),
        ("7.81", (780, 1, 0), (0, 0, 0), 0),
        ("307.81", (780, 30_000, 1), (0, 0, 0), 0),
        ("1207.80", (780, 30_000, 90_000), (0, 0, 0), 0),
        ("1211.71", (780, 30_000, 90_000), (390, 1, 0), 0),
        ("2411.70", (780, 30_000, 90_000), (390, 30_000, 90_000), 0),
        ("2411.71", (780, 30_000, 90_000), (390, 30_000, 90_000), 1),
    ],
)
@pytest.mark.parametrize("newest_first", [False, True])
def test_a_payment_goes_to_the_oldest_penalty_interest_principal(
    payment: str, first: tuple[int, ...], second: tuple[int, ...], left: int, newest_first: bool
) -> None:
    instalments = [{**INSTALMENT, "due_on": "2026-05-10"}, INSTALMENT]
    shares = (Share(*first), Share(*second))
    if newest_first:
        instalments, shares = instalments[::-1], shares[::-1]
    result = decide(instalments=instalments, payment=payment).result
    assert result.allocation == shares
    assert result.unallocated_fen == left


def test_before_the_notice_on_penalties_a_person_has_to_look() -> None:
    decision = decide(on=dt.date(2003, 12, 31))
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert decision.result == PenaltyResult()


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"annual_rate": None}, "annual_rate"),
        ({"instalments": [{**INSTALMENT, "interest": "-1.00"}]}, "instalments[0].interest"),
        ({"instalments": {}}, "instalments"),
        ({"paid_on": "2026-06-31"}, "paid_on"),
    ],
)
def test_bad_requests_name_the_fact(changed: dict[str, Any], path: str) -> None:
    with pytest.raises(BadFacts) as refused:
        decide(**changed)
    assert refused.value.path == path
