"""Loans on paper: a contract and what happens to it, for the tests of the course."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from typing import Any

from kernel.days import DayCount
from loans.contract import Contract, Conventions, Event
from loans.course import Course, replay
from loans.facts import RepaymentMethod

USUAL = Conventions(
    day_count=DayCount.D30_360,
    segments=True,
    penalty_factor=Fraction(3, 2),
    penalty_on_interest=True,
    grace_days=0,
    allocation=("PENALTY", "INTEREST", "PRINCIPAL"),
)


def contract(**changed: Any) -> Contract:
    """Agree on 270,000 yuan over 300 months at 2.60 %, paid out on 10 February 2026."""
    terms: dict[str, Any] = {
        "principal_fen": 27_000_000,
        "term_months": 300,
        "method": RepaymentMethod.LEVEL_PAYMENT,
        "disbursed_on": dt.date(2026, 2, 10),
        "due_day": 10,
        "annual_rate": Fraction(26, 1000),
        "conventions": USUAL,
    }
    return Contract(**{**terms, **changed})


def with_conventions(**changed: Any) -> Contract:
    """Agree on the usual loan under other conventions."""
    return contract(conventions=replace(USUAL, **changed))


def run(*events: Event, **changed: Any) -> Course:
    """Replay events on a contract."""
    return replay(contract(**changed), events)
