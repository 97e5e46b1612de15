"""What heirs are paid, to the fen, and what stands against paying them."""

import datetime as dt

import pytest

from contributions.facts import InheritanceFacts
from contributions.rules import decide_inheritance, decide_unclaimed
from contributions.wording import REASONS, WARNINGS
from kernel.wire import BadFacts
from policy.decisions import Outcome
from policy.loader import book_from_packs

CENTRES = ["bazhong", "liaoning", "lianyungang", "yantai", "kashgar"]
LEFT = {
    "balance_by_origin": {"FLEX": "100.00", "UNIT": "0.01"},
    "open_loan": False,
    "guarantee": False,
    "frozen": False,
    "banned_until": None,
}


def part(numerator, denominator, title="NOTARISED_DEED"):
    return {"numerator": numerator, "denominator": denominator, "amount": None, "title": title}


def sum_of(amount, title="NOTARISED_DEED"):
    return {"numerator": None, "denominator": None, "amount": amount, "title": title}


def decide(heirs, centre="kashgar", on="2026-10-14", rule=decide_inheritance, **changes):
    facts = InheritanceFacts.from_wire({**LEFT, "heirs": heirs, **changes})
    decision = rule(facts, book_from_packs(centre, dt.date.fromisoformat(on)))
    for reason in decision.reasons:
        assert reason.citations
        assert reason.code == "no_policy_in_force" or REASONS[reason.code] % reason.params
    assert {warning.code for warning in decision.warnings} <= set(WARNINGS)
    return decision


def refusals(decision):
    return [reason.code for reason in decision.refusals]


@pytest.mark.parametrize("centre", CENTRES)
def test_one_heir_gets_everything_in_every_centre(centre):
    decision = decide([part(1, 1)], centre, on="2027-01-04")
    assert decision.outcome is Outcome.APPROVED
    assert decision.result.parts_fen == (10_001,)


SHARES = [
    ([part(1, 3), part(2, 3)], (3_334, 6_667)),
    ([part(2, 3), part(1, 3)], (6_668, 3_333)),
    ([part(1, 3)] * 3, (3_335, 3_333, 3_333)),
    ([part(1, 7)] * 7, (1_433, *[1_428] * 6)),
    ([sum_of("0.01"), sum_of("100.00")], (1, 10_000)),
    ([sum_of("0.00"), part(1, 1)], (0, 10_001)),
    ([part(999_999, 1_000_000), part(1, 1_000_000)], (10_001, 0)),
]


@pytest.mark.parametrize(("heirs", "parts"), SHARES)
def test_parts_are_rounded_down_and_the_first_heir_gets_the_rest(heirs, parts):
    decision = decide(heirs)
    assert decision.outcome is Outcome.APPROVED
    assert decision.result.parts_fen == parts
    assert sum(parts) == decision.result.total_fen == 10_001


WRONG_SHARES = [
    [part(1, 3), part(1, 3)],
    [part(1, 2), part(2, 3)],
    [part(1, 2), part(499_999, 1_000_000)],
    [sum_of("100.00")],
    [sum_of("100.02")],
    # half of an odd sum is no whole fen, so a sum beside it cannot make up the whole
    [part(1, 2), sum_of("50.00")],
    [],
]


@pytest.mark.parametrize("heirs", WRONG_SHARES)
def test_parts_that_do_not_make_up_exactly_everything_are_refused(heirs):
    decision = decide(heirs)
    assert refusals(decision) == ["shares_do_not_make_the_whole"]
    assert decision.result.total_fen == 0
    assert set(decision.result.parts_fen) <= {0}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"open_loan": True}, "open_loan_before_heirs"),
        ({"frozen": True}, "is_frozen"),
    ],
)
@pytest.mark.parametrize("rule", [decide_inheritance, decide_unclaimed])
def test_what_stands_against_it(rule, changes, code):
    heirs = [part(1, 1)] if rule is decide_inheritance else []
    assert refusals(decide(heirs, rule=rule, **changes)) == [code]


def test_the_dead_may_have_stood_surety_or_under_a_ban():
    decision = decide([part(1, 1)], guarantee=True, banned_until="2028-01-01")
    assert decision.outcome is Outcome.APPROVED
    assert {warning.code for warning in decision.warnings} == {"stands_as_guarantor"}


@pytest.mark.parametrize("title", ["NOTARISED_DEED", "COURT_JUDGMENT", "WILL", "HEIRS_AGREEMENT"])
def test_every_title_of_the_law_is_accepted(title):
    assert decide([part(1, 1, title)]).outcome is Outcome.APPROVED


def test_money_without_heirs_goes_where_the_switch_says():
    decision = decide([], rule=decide_unclaimed)
    assert decision.outcome is Outcome.APPROVED
    assert (decision.result.total_fen, decision.result.parts_fen) == (10_001, ())
    said = {reason.code: reason.params for reason in decision.reasons}
    assert said["unclaimed_goes_to"]["goes_to"] == "OTHER_INCOME"


@pytest.mark.parametrize("rule", [decide_inheritance, decide_unclaimed])
def test_before_the_text_is_in_force_a_person_decides(rule):
    decision = decide([], on="2003-01-06", centre="yantai", rule=rule)
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert decision.result.total_fen is None


@pytest.mark.parametrize(
    "heir",
    [
        {**part(1, 2), "amount": "1.00"},
        {**part(1, 2), "numerator": None},
        {**part(1, 2), "denominator": 0},
        {**part(0, 2)},
        {**part(1, 2), "title": "PROMISE"},
        {**sum_of("-1.00")},
        {**sum_of(None)},
    ],
)
def test_a_part_is_a_fraction_or_a_sum(heir):
    with pytest.raises(BadFacts):
        decide([heir])
