"""Kashgar's opening subsidy of one hundred yuan (喀什解读 六(3))."""

import datetime as dt

import pytest

from policy.decisions import Outcome
from policy.loader import book_from_packs
from subsidies.facts import OpeningSubsidyFacts
from subsidies.rules import decide_opening_subsidy

GRADUATE = {
    "opened_on": "2025-09-01",
    "first_time": True,
    "category": "GRADUATE",
    "left_school_on": "2022-06-30",
    "full_months": 6,
    "granted_before": False,
}


def opening_subsidy(centre="kashgar", on="2026-06-30", **changes):
    facts = OpeningSubsidyFacts.from_wire({**GRADUATE, **changes})
    return decide_opening_subsidy(facts, book_from_packs(centre, dt.date.fromisoformat(on)))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"full_months": 7},
        {"left_school_on": None},
        {"left_school_on": "2020-09-01"},
        {"category": "TALENT", "left_school_on": "1999-06-30"},
    ],
)
def test_graduates_and_talents_get_one_hundred_yuan_after_six_full_months(changes):
    decision = opening_subsidy(**changes)

    assert decision.outcome is Outcome.APPROVED
    assert decision.result.subsidy_fen == 10_000


@pytest.mark.parametrize(
    ("changes", "refused_by"),
    [
        ({"category": "NONE"}, ["opening_subsidy_category"]),
        ({"left_school_on": "2020-08-31"}, ["opening_subsidy_graduate_years"]),
        ({"first_time": False}, ["opening_subsidy_not_first_time"]),
        ({"full_months": 5}, ["opening_subsidy_months"]),
        ({"granted_before": True}, ["opening_subsidy_granted_before"]),
        (
            {"first_time": False, "full_months": 0},
            ["opening_subsidy_not_first_time", "opening_subsidy_months"],
        ),
    ],
)
def test_who_misses_a_condition_gets_nothing_and_is_told_which(changes, refused_by):
    decision = opening_subsidy(**changes)

    assert [reason.code for reason in decision.refusals] == refused_by
    assert decision.result.subsidy_fen == 0


@pytest.mark.parametrize("centre", ["bazhong", "liaoning", "lianyungang", "yantai"])
def test_other_centres_have_no_opening_subsidy(centre):
    decision = opening_subsidy(centre)

    assert [reason.code for reason in decision.refusals] == ["no_scheme"]
    assert decision.result.subsidy_fen == 0


def test_before_the_text_is_in_force_a_person_has_to_look():
    decision = opening_subsidy(on="2024-06-30")

    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert decision.result.subsidy_fen is None
