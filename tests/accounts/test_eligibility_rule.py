"""Who may open a member account: each condition of the five texts."""

import datetime as dt

import pytest

from accounts.facts import EligibilityFacts
from accounts.rules import decide_eligibility
from accounts.wording import REASONS, WARNINGS
from kernel.wire import BadFacts
from policy.decisions import Outcome
from policy.loader import book_from_packs

CENTRES = ["bazhong", "liaoning", "lianyungang", "yantai", "kashgar"]
DOCUMENTS = ["RESIDENT_ID", "HMT_RESIDENCE_PERMIT", "FOREIGN_PERMANENT_RESIDENT_ID"]
SHARED_CODES = {"parameter_unset", "no_policy_in_force"}

WORKER = {
    "birth_date": "1990-06-15",
    "sex": "M",
    "document_type": "RESIDENT_ID",
    "category": None,
    "own_labour_income": True,
    "full_capacity": True,
    "in_unit_pension": False,
    "works_in_area": True,
    "dishonest_person": False,
    "has_open_account": False,
    "platform_checked": True,
}


def eligibility(centre, on="2026-01-31", **changes):
    facts = EligibilityFacts.from_wire({**WORKER, **changes})
    decision = decide_eligibility(facts, book_from_packs(centre, dt.date.fromisoformat(on)))
    for reason in decision.reasons:
        assert reason.citations
        assert reason.code in SHARED_CODES or REASONS[reason.code] % reason.params
    assert {warning.code for warning in decision.warnings} <= {*WARNINGS, "carried_value"}
    return decision


def ends(decision, met):
    return [reason.code for reason in decision.reasons if reason.met is met]


@pytest.mark.parametrize("centre", CENTRES)
def test_a_worker_who_meets_every_condition_may_join_everywhere(centre):
    decision = eligibility(centre)

    assert decision.outcome is Outcome.APPROVED
    assert decision.result is None
    assert all(reason.met for reason in decision.reasons)


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize(
    ("on", "outcome"),
    [
        ("2026-06-14", Outcome.REFUSED),
        ("2026-06-15", Outcome.APPROVED),
        ("2026-06-16", Outcome.APPROVED),
    ],
)
def test_the_sixteenth_birthday_opens_the_door(centre, on, outcome):
    assert eligibility(centre, on, birth_date="2010-06-15").outcome is outcome


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize(
    ("on", "own_labour_income", "outcome"),
    [
        ("2028-06-14", True, Outcome.APPROVED),
        ("2028-06-14", False, Outcome.REFUSED),
        ("2028-06-14", None, Outcome.NEEDS_REVIEW),
        ("2028-06-15", False, Outcome.APPROVED),
        ("2028-06-15", None, Outcome.APPROVED),
    ],
)
def test_below_eighteen_own_labour_income_is_needed(centre, on, own_labour_income, outcome):
    decision = eligibility(centre, on, birth_date="2010-06-15", own_labour_income=own_labour_income)

    assert decision.outcome is outcome


@pytest.mark.parametrize(
    ("on", "outcome"),
    [("2026-02-28", Outcome.REFUSED), ("2026-03-01", Outcome.APPROVED)],
)
def test_born_on_29_february_the_age_is_reached_on_1_march_of_a_common_year(on, outcome):
    decision = eligibility("kashgar", on, birth_date="2008-02-29", own_labour_income=False)

    assert decision.outcome is outcome


@pytest.mark.parametrize("centre", CENTRES)
def test_nobody_joins_before_being_born(centre):
    decision = eligibility(centre, birth_date="2026-02-01")

    assert ends(decision, False) == ["minimum_age"]


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize(
    ("facts", "last_day"),
    [
        ({"sex": "M", "birth_date": "1965-05-10"}, "2025-07-09"),
        ({"sex": "F", "birth_date": "1970-01-31"}, "2025-02-27"),
        ({"sex": "F", "birth_date": "1975-03-31", "category": "WOMEN_50"}, "2025-05-30"),
        ({"sex": "F", "birth_date": "1970-03-31", "category": "WOMEN_55"}, "2025-04-29"),
    ],
)
def test_an_account_opens_only_before_the_day_of_retirement(centre, facts, last_day):
    last = dt.date.fromisoformat(last_day)
    after = (last + dt.timedelta(days=1)).isoformat()

    assert eligibility(centre, last_day, **facts).outcome is Outcome.APPROVED
    refused = eligibility(centre, after, **facts)
    assert ends(refused, False) == ["below_retirement"]


def test_before_2025_a_man_of_sixty_had_retired():
    facts = {"sex": "M", "birth_date": "1964-12-20"}

    assert eligibility("kashgar", "2024-12-19", **facts).outcome is Outcome.APPROVED
    assert eligibility("kashgar", "2024-12-20", **facts).outcome is Outcome.REFUSED


def test_a_woman_counts_by_base_55_and_is_told_when_base_50_would_say_no():
    facts = {"sex": "F", "birth_date": "1974-12-01"}

    decision = eligibility("kashgar", "2026-01-31", **facts)

    assert decision.outcome is Outcome.APPROVED
    assert [warning.code for warning in decision.warnings] == ["women_50_is_retired"]
    refused = eligibility("kashgar", "2026-01-31", category="WOMEN_50", **facts)
    assert refused.outcome is Outcome.REFUSED
    assert not refused.warnings


ASKED = {
    "full_capacity": set(CENTRES),
    "has_open_account": set(CENTRES),
    "platform_checked": set(CENTRES),
    "in_unit_pension": {"lianyungang"},
    "works_in_area": {"lianyungang"},
    "dishonest_person": {"yantai", "kashgar"},
}


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("fact", ASKED)
def test_what_is_unknown_needs_a_person_where_the_text_asks(centre, fact):
    decision = eligibility(centre, **{fact: None})

    asked = centre in ASKED[fact]
    assert decision.outcome is (Outcome.NEEDS_REVIEW if asked else Outcome.APPROVED)
    assert len(ends(decision, None)) == asked


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize(
    ("fact", "wrong", "code"),
    [
        ("full_capacity", False, "full_capacity_lacking"),
        ("has_open_account", True, "has_open_account"),
        ("in_unit_pension", True, "in_unit_pension"),
        ("works_in_area", False, "works_elsewhere"),
        ("dishonest_person", True, "dishonest_person"),
    ],
)
def test_what_is_wrong_refuses_where_the_text_asks(centre, fact, wrong, code):
    decision = eligibility(centre, **{fact: wrong})

    asked = centre in ASKED[fact]
    assert decision.outcome is (Outcome.REFUSED if asked else Outcome.APPROVED)
    assert ends(decision, False) == ([code] if asked else [])


@pytest.mark.parametrize("centre", CENTRES)
def test_a_platform_that_did_not_answer_cleanly_needs_a_person(centre):
    decision = eligibility(centre, platform_checked=False)

    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert ends(decision, None) == ["platform_not_checked"]


@pytest.mark.parametrize("document_type", DOCUMENTS[1:])
@pytest.mark.parametrize(
    ("centre", "outcome"),
    [
        ("bazhong", Outcome.NEEDS_REVIEW),
        ("liaoning", Outcome.APPROVED),
        ("lianyungang", Outcome.NEEDS_REVIEW),
        ("yantai", Outcome.NEEDS_REVIEW),
        ("kashgar", Outcome.APPROVED),
    ],
)
def test_people_from_outside_join_where_the_text_names_them(centre, document_type, outcome):
    decision = eligibility(centre, document_type=document_type)

    assert decision.outcome is outcome
    if outcome is Outcome.NEEDS_REVIEW:
        (reason,) = (reason for reason in decision.reasons if reason.met is None)
        assert reason.code == "parameter_unset"
        assert str(reason.params["key"]).startswith("eligibility.")


@pytest.mark.parametrize(
    ("centre", "first_day"),
    [
        ("bazhong", "2024-07-01"),
        ("liaoning", "2024-07-01"),
        ("lianyungang", "2023-08-31"),
        ("yantai", "2025-01-22"),
        ("kashgar", "2024-07-01"),
    ],
)
def test_before_the_text_is_in_force_nothing_is_decided(centre, first_day):
    day_before = dt.date.fromisoformat(first_day) - dt.timedelta(days=1)

    early = eligibility(centre, day_before.isoformat(), full_capacity=False)

    assert early.outcome is Outcome.NEEDS_REVIEW
    assert ends(early, None) == ["no_policy_in_force"]
    assert eligibility(centre, first_day).outcome is Outcome.APPROVED


def test_every_reason_is_listed_and_a_refusal_beats_a_review():
    decision = eligibility(
        "lianyungang", full_capacity=False, in_unit_pension=True, works_in_area=None
    )

    assert decision.outcome is Outcome.REFUSED
    assert ends(decision, False) == ["full_capacity_lacking", "in_unit_pension"]
    assert ends(decision, None) == ["work_place_unknown"]


def test_liaoning_cites_its_own_clause_for_the_young():
    decision = eligibility("liaoning", birth_date="2009-01-01")

    (reason,) = (reason for reason in decision.reasons if reason.code == "own_labour_income")
    assert "liaoning-notice-draft#(一)" in [str(citation) for citation in reason.citations]


@pytest.mark.parametrize(
    "changes",
    [
        {"sex": "X"},
        {"sex": None},
        {"birth_date": None},
        {"document_type": "PASSPORT"},
        {"category": "WOMEN_55"},
        {"sex": "F", "category": "MEN_60"},
        {"full_capacity": "yes"},
        {"full_capacity": 1},
        {"employer": "nobody"},
    ],
)
def test_unclear_facts_are_bad_requests(changes):
    with pytest.raises(BadFacts):
        EligibilityFacts.from_wire({**WORKER, **changes})
