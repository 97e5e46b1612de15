"""The stories follow from the seed and keep their order."""

import datetime as dt
from collections import Counter

import pytest

from fundcenter.demo.data import CENTRES, LAST_DAY, cast_of
from fundcenter.demo.deeds import Deed, Step
from fundcenter.demo.people import Registry
from fundcenter.demo.story import tell


def test_the_same_seed_tells_the_same_story():
    assert tell(120) == tell(120)


def test_another_seed_tells_another_one():
    assert tell(120)[0] != tell(120, seed=7)[0]


def test_a_member_more_does_not_change_the_lives_of_the_others():
    few, many = tell(100)[4], tell(105)[4]
    assert [s for s in many.steps if s.who in {step.who for step in few.steps}] == list(few.steps)


def test_four_hundred_members_are_spread_over_five_centres():
    stories = tell(400)
    assert [story.centre for story in stories] == list(CENTRES)
    assert sum(story.members for story in stories) == 400
    assert min(story.members for story in stories) >= 70


def test_named_members_come_even_when_few_are_asked_for():
    assert [story.members for story in tell(1)] == [len(cast_of(c).members) for c in CENTRES]


def test_steps_come_in_the_order_of_days():
    for story in tell(400):
        days = [step.date for step in story.steps]
        assert days == sorted(days)
        assert days[0] >= story.data.first_day
        assert days[-1] <= LAST_DAY


def test_nobody_pays_before_the_account_is_open():
    for story in tell(400):
        opened: dict[str, Step] = {}
        for step in story.steps:
            if step.deed is Deed.OPEN:
                opened.setdefault(step.who, step)
            elif step.who and step.deed is not Deed.REFUSED_OPENING:
                assert step.who in opened, step


def test_the_last_fund_year_is_left_to_settle():
    settled = {
        story.centre: [s.facts["year"] for s in story.steps if s.deed is Deed.SETTLE]
        for story in tell(1)
    }
    assert settled == {code: [2025] for code in CENTRES} | {"lianyungang": [2024, 2025]}


@pytest.mark.parametrize(
    ("centre", "modes"),
    [
        ("bazhong", {"MONTHLY", "FREE"}),
        ("liaoning", {"MONTHLY", "QUARTERLY", "HALF_YEARLY", "YEARLY"}),
        ("lianyungang", {"MONTHLY", "FREE"}),
        ("yantai", {"MONTHLY", "QUARTERLY"}),
        ("kashgar", {"MONTHLY", "FREE"}),
    ],
)
def test_every_mode_of_a_centre_is_used(centre, modes):
    story = next(story for story in tell(400) if story.centre == centre)
    opened = [step.facts["plan"].terms for step in story.steps if step.deed is Deed.OPEN]
    assert {terms.mode.value for terms in opened} == modes


@pytest.mark.parametrize("centre", CENTRES)
def test_some_are_refused_in_every_centre(centre):
    story = next(story for story in tell(1) if story.centre == centre)
    counted = Counter(step.deed for step in story.steps)
    assert counted[Deed.REFUSED_OPENING] >= 6
    assert counted[Deed.REFUSED_DEPOSIT] >= 1


def test_a_birthday_does_not_run_out_of_numbers_silently():
    registry = Registry("kashgar", 5, tell(1)[4].data)
    born, sex = dt.date(1990, 1, 1), cast_of("kashgar").members[0].sex
    numbers = {registry.number("653101", born, sex) for _ in range(500)}
    assert len(numbers) == 500
    with pytest.raises(ValueError, match="no number left"):
        registry.number("653101", born, sex)
