"""The desk counts the day by kind and says what the drawer holds."""

import datetime as dt

import pytest
from django.urls import reverse

from office.hindrances import list_hindrances
from office.inbox import count_made_on, list_undecided
from tests.contributions.withdrawals import ask, make_payer


@pytest.fixture
def payer(db):
    return make_payer("kashgar")


def test_the_day_is_counted_by_kind_mine_beside_everybodys(payer):
    stage, account = payer
    ask(stage, account)
    other = stage.colleague("other")

    mine = {one.kind.name: one.mine for one in count_made_on(stage.centre, stage.day, stage.clerk)}
    theirs = count_made_on(stage.centre, stage.day, other)

    assert mine == {"opening": 1, "deposit": 1, "withdrawal": 1}
    assert {(one.mine, one.everybody) for one in theirs} == {(0, 1)}


def test_another_day_and_another_centre_count_nothing(payer):
    stage, _account = payer
    before = stage.day - dt.timedelta(days=1)

    assert count_made_on(stage.centre, before, stage.clerk) == []


def test_the_desk_shows_the_count_and_the_drawer(payer, sign_in):
    stage, account = payer
    ask(stage, account)

    page = sign_in(stage.clerk).get(reverse("desk")).content.decode()

    assert "本柜账面" in page
    assert "5,000.00" in page


def test_what_waits_is_told_before_the_day_is_closed_and_blocks_nothing(payer):
    stage, account = payer
    withdrawal = ask(stage, account)

    said = [one for one in list_hindrances(stage.centre, stage.day) if not one.blocks]

    assert [one.item for one in list_undecided(stage.centre)] == [withdrawal]
    assert [one.text for one in said] == ["1 件待复核。"]


def test_what_is_due_by_law_is_named(payer):
    stage, account = payer
    withdrawal = ask(stage, account)

    said = " ".join(one.text for one in list_hindrances(stage.centre, withdrawal.due_date))

    assert withdrawal.number in said
