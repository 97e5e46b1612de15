"""Whose months count together across a change of identity, centre by centre (domain page, 3.10)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contributions.facts import ConversionFacts, Identity, Stretch
from contributions.rules import decide_conversion, join_months
from contributions.wording import REASONS, WARNINGS
from kernel.months import Month, month_span
from policy.decisions import Outcome
from policy.loader import book_from_packs

CENTRES = ["bazhong", "liaoning", "lianyungang", "yantai", "kashgar"]
ON = dt.date(2026, 3, 10)


def unit(first, last):
    return stretch(first, last, Identity.UNIT)


def stretch(first, last, identity=Identity.FLEX):
    return Stretch(identity=identity, months=month_span(Month.parse(first), Month.parse(last)))


def converting(centre, *stretches, to="FLEX", goes_on="2026-03", brings=True, on=ON):
    facts = ConversionFacts(
        to=Identity(to), stretches=stretches, goes_on_in=Month.parse(goes_on), brings_money=brings
    )
    decision = decide_conversion(facts, book_from_packs(centre, on))
    for reason in decision.reasons:
        assert reason.citations
        assert reason.code == "no_policy_in_force" or REASONS[reason.code] % reason.params
    assert {warning.code for warning in decision.warnings} <= set(WARNINGS)
    return decision


def codes(decision):
    return {reason.code for reason in decision.reasons}


@pytest.mark.parametrize("centre", CENTRES)
def test_months_without_a_gap_count_together_everywhere(centre):
    decision = converting(centre, unit("2025-01", "2026-02"))
    assert decision.approved
    assert (decision.result.months, decision.result.left_out) == (14, 0)


@pytest.mark.parametrize(
    ("centre", "months", "left_out"),
    [
        ("bazhong", 12, 0),
        ("liaoning", 12, 0),
        ("lianyungang", 12, 0),
        ("kashgar", 12, 0),
        ("yantai", 0, 12),
    ],
)
def test_one_whole_month_of_gap_breaks_the_time_in_yantai_only(centre, months, left_out):
    decision = converting(centre, unit("2025-02", "2026-01"))
    assert decision.approved, "a gap never stops the change"
    assert (decision.result.months, decision.result.left_out) == (months, left_out)
    assert ("months_are_broken" in codes(decision)) == (centre == "yantai")


def test_the_next_calendar_month_is_no_gap():
    assert converting("yantai", unit("2026-01", "2026-02")).result.months == 2
    assert converting("yantai", unit("2026-01", "2026-03")).result.months == 3


def test_only_the_months_before_the_gap_are_left_out_in_yantai():
    decision = converting(
        "yantai", stretch("2024-01", "2024-06"), unit("2024-08", "2026-02"), goes_on="2026-03"
    )
    assert (decision.result.months, decision.result.left_out) == (19, 6)


def test_a_gap_inside_one_identity_is_not_a_change_of_identity():
    holes = Stretch(identity=Identity.FLEX, months=(Month(2025, 1), Month(2025, 6), Month(2026, 2)))
    assert converting("yantai", holes, to="UNIT", brings=False).result.months == 3


def test_months_paid_in_both_identities_count_once():
    decision = converting("bazhong", stretch("2025-06", "2026-02"), unit("2025-01", "2025-08"))
    assert decision.result.months == 14


def test_storage_time_begins_anew_in_lianyungang_only():
    restarts = {
        centre: converting(centre, unit("2026-01", "2026-02")).result.storage_time_restarts
        for centre in CENTRES
    }
    assert [centre for centre in CENTRES if restarts[centre]] == ["lianyungang"]
    assert "storage_time_restarts" in codes(converting("lianyungang", unit("2026-01", "2026-02")))


def test_nothing_is_said_of_storage_time_where_no_money_comes_along():
    decision = converting("lianyungang", stretch("2026-01", "2026-02"), to="UNIT", brings=False)
    assert not {"storage_time_restarts", "storage_time_is_kept"} & codes(decision)


def test_before_the_text_is_in_force_a_person_has_to_decide():
    decision = converting("yantai", on=dt.date(2025, 1, 21), goes_on="2025-01")
    assert decision.outcome is Outcome.NEEDS_REVIEW
    assert decision.result.months is None


STRETCHES = st.lists(
    st.builds(
        lambda start, length: stretch(
            str(Month(2020, 1) + start), str(Month(2020, 1) + (start + length))
        ),
        st.integers(0, 60),
        st.integers(0, 12),
    ),
    max_size=5,
)


@given(STRETCHES, st.integers(0, 4))
def test_no_month_is_lost_or_counted_twice(stretches, tolerance):
    every = {month for one in stretches for month in one.months}
    joined = join_months(stretches, always=False, tolerance=tolerance)
    assert len(joined.months) + joined.left_out == len(every)
    assert set(joined.months) <= every
    assert list(joined.months) == sorted(set(joined.months))
    always = join_months(stretches, always=True, tolerance=tolerance)
    assert set(always.months) == every
    assert always.left_out == 0


@given(STRETCHES, st.integers(0, 4))
def test_more_tolerance_never_takes_a_month_away(stretches, tolerance):
    strict = join_months(stretches, always=False, tolerance=tolerance)
    mild = join_months(stretches, always=False, tolerance=tolerance + 1)
    assert set(strict.months) <= set(mild.months)


@given(STRETCHES)
def test_the_order_in_which_stretches_are_told_does_not_matter(stretches):
    one = join_months(stretches, always=False, tolerance=0)
    other = join_months(list(reversed(stretches)), always=False, tolerance=0)
    assert one.months == other.months
