"""By which day the fund has to answer (Regulation art. 25, 26, 37)."""

import datetime as dt

import pytest

from kernel.wire import BadFacts
from policy.decisions import Outcome
from policy.facts import DeadlineFacts
from policy.loader import book_from_packs
from policy.rules import decide_deadline


def deadline(kind, accepted_on, centre="kashgar", on="2026-11-20"):
    facts = DeadlineFacts.from_wire({"kind": kind, "accepted_on": accepted_on})
    return decide_deadline(facts, book_from_packs(centre, dt.date.fromisoformat(on)))


@pytest.mark.parametrize(
    ("kind", "accepted_on", "due_on"),
    [
        ("WITHDRAWAL", "2026-11-16", "2026-11-19"),
        ("WITHDRAWAL", "2026-11-18", "2026-11-23"),
        ("WITHDRAWAL", "2026-11-20", "2026-11-25"),
        ("WITHDRAWAL", "2026-11-21", "2026-11-25"),
        ("BALANCE_DISPUTE", "2026-11-16", "2026-11-23"),
        # National Day: seven days off, Saturday 10 October worked
        ("WITHDRAWAL", "2026-09-30", "2026-10-10"),
        # Spring Festival 2026: 14 and 28 February are worked Saturdays
        ("WITHDRAWAL", "2026-02-12", "2026-02-24"),
        ("WITHDRAWAL", "2026-02-25", "2026-02-28"),
        # New Year: 1 and 2 January off, Sunday 4 January worked
        ("WITHDRAWAL", "2025-12-31", "2026-01-06"),
    ],
)
def test_the_day_after_acceptance_is_the_first_and_only_working_days_count(
    kind, accepted_on, due_on
):
    decision = deadline(kind, accepted_on)

    assert decision.outcome is Outcome.APPROVED
    assert decision.result.due_on == dt.date.fromisoformat(due_on)
    assert not decision.warnings


@pytest.mark.parametrize(
    ("accepted_on", "days", "clause", "due_on"),
    [
        ("2026-09-18", 15, "cn-regulation-2019#26", "2026-10-15"),
        ("2026-09-19", 15, "cn-regulation-2019#26", "2026-10-15"),
        ("2026-09-20", 10, "cn-regulation-2026#26", "2026-10-10"),
        ("2026-09-21", 10, "cn-regulation-2026#26", "2026-10-12"),
    ],
)
def test_a_loan_has_ten_days_since_20_september_2026_and_had_fifteen_before(
    accepted_on, days, clause, due_on
):
    decision = deadline("LOAN", accepted_on)

    assert decision.reasons[0].params["days"] == days
    assert clause in [str(citation) for citation in decision.reasons[0].citations]
    assert decision.result.due_on == dt.date.fromisoformat(due_on)


def test_a_year_without_a_published_calendar_counts_weekends_only_and_says_so():
    decision = deadline("WITHDRAWAL", "2026-12-31")

    assert decision.outcome is Outcome.APPROVED
    assert decision.result.due_on == dt.date(2027, 1, 5)
    (warning,) = decision.warnings
    assert (warning.code, warning.params) == ("calendar_not_published", {"year": 2027})


def test_the_calendar_of_2027_is_not_missed_by_who_is_due_in_2026():
    decision = deadline("WITHDRAWAL", "2026-12-28")

    assert decision.result.due_on == dt.date(2026, 12, 31)
    assert not decision.warnings


def test_the_day_of_the_question_changes_nothing():
    asked_early = deadline("LOAN", "2026-09-21", on="2024-07-01", centre="yantai")

    assert asked_early.outcome is Outcome.APPROVED
    assert asked_early.result.due_on == dt.date(2026, 10, 12)


def test_before_the_law_that_we_hold_a_person_has_to_look():
    decision = deadline("LOAN", "2002-03-23")

    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert decision.result.due_on is None


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": "LOAN"},
        {"accepted_on": "2026-01-01"},
        {"kind": "EXIT", "accepted_on": "2026-01-01"},
        {"kind": "LOAN", "accepted_on": "2026-02-30"},
        {"kind": "LOAN", "accepted_on": "2200-01-01"},
        {"kind": "LOAN", "accepted_on": "2026-01-01", "days": 3},
    ],
)
def test_unclear_facts_are_bad_requests(facts):
    with pytest.raises(BadFacts):
        DeadlineFacts.from_wire(facts)
