"""The readings of the subsidy texts that a centre may choose instead."""

import dataclasses
import datetime as dt
from fractions import Fraction

import pytest

from kernel.money import round_half_up, yuan
from policy.decisions import Outcome
from policy.loader import book_from_packs, load_packs
from subsidies.rules import decide_subsidy
from tests.subsidies.builders import monthly, subsidy_facts


def with_reading(centre, settled_on, **readings):
    """Open the book of a centre that has chosen other readings."""
    day = dt.date.fromisoformat(settled_on)
    packs = load_packs()
    chosen = {f"subsidy.{name}": printed for name, printed in readings.items()}
    values = [
        dataclasses.replace(value, printed=chosen.get(value.key, value.printed))
        for value in packs.values
    ]
    return dataclasses.replace(packs, values=tuple(values)).book(centre, day)


def test_a_centre_may_pay_the_period_in_which_the_subsidy_stops():
    movements = monthly("2025-02", 17, "1000.00", 10)
    facts = subsidy_facts("2026-06-30", movements, [("2026-03-15", "WITHDRAWAL")])
    gap = subsidy_facts("2026-06-30", movements[:14])

    paid_then_stopped = decide_subsidy(
        facts, with_reading("yantai", "2026-06-30", stop_pays="PAY_THEN_STOP")
    )
    ended_by_the_gap = decide_subsidy(
        gap, with_reading("yantai", "2026-06-30", stop_pays="PAY_THEN_STOP")
    )

    # two lots of a thousand are twelve months old on 15 March, three on 1 April
    assert paid_then_stopped.result.subsidy_fen == 1_700
    assert paid_then_stopped.result.stopped
    assert ended_by_the_gap.result.stopped
    assert ended_by_the_gap.result.subsidy_fen == round_half_up(
        Fraction(200_000 * 271, 360) * Fraction(12, 1000)
    )


@pytest.mark.parametrize(
    ("settled_on", "years_from", "outcome"),
    [
        ("2030-06-30", "FIRST_QUALIFYING", Outcome.APPROVED),
        ("2031-06-30", "FIRST_QUALIFYING", Outcome.REFUSED),
        ("2031-06-30", "FIRST_CREDIT", Outcome.APPROVED),
    ],
)
def test_the_five_years_of_yantai_may_count_from_the_first_money_that_qualified(
    settled_on, years_from, outcome
):
    last = dt.date.fromisoformat(settled_on)
    movements = monthly("2025-02", (last.year - 2025) * 12 + last.month - 1, "1000.00", 10)
    facts = subsidy_facts(settled_on, movements, credits_before=0)

    decision = decide_subsidy(facts, with_reading("yantai", settled_on, years_from=years_from))

    assert decision.outcome is outcome


def test_kashgar_may_pay_the_first_year_once_twelve_months_are_full():
    movements = monthly("2025-01", 18, "500.00", 20)
    facts = subsidy_facts("2026-06-30", movements)

    literal = decide_subsidy(facts, book_from_packs("kashgar", dt.date(2026, 6, 30)))
    late = decide_subsidy(facts, with_reading("kashgar", "2026-06-30", backpay_first_year=True))

    assert yuan(literal.result.subsidy_fen) == "14.58"
    assert late.result.base_fen == literal.result.base_fen + 6 * 50_000
    assert yuan(late.result.subsidy_fen) == "18.13"
