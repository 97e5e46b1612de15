"""Whom a proposed change of the law touches, counted before it is approved."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts.models import MemberAccount
from policy.effects import list_touched
from policy.services import ProposedValue, propose
from tests.accounts.builders import make_stage, make_terms


@pytest.fixture
def stage(db):
    return make_stage("kashgar")


def proposed(stage, key, printed):
    value = ProposedValue(
        jurisdiction="kashgar",
        key=key,
        printed=printed,
        effective_from=stage.day + dt.timedelta(days=30),
        assumed=True,
        reason="试",
    )
    return propose(value=value, centre=stage.centre, business_date=stage.day, by=stage.supervisor)


def counts(stage, key, printed):
    return [one.count for one in list_touched(proposed(stage, key, printed), ["kashgar"])]


def test_a_new_minimum_counts_the_agreements_below_it(stage):
    for fen in (50_000, 60_000, 70_000):
        stage.open_account(make_terms(monthly_amount_fen=fen))

    assert counts(stage, "contribution.monthly_minimum", "650.00") == [3, 2, 3]


def test_an_agreement_on_the_bound_is_not_outside(stage):
    stage.open_account(make_terms(monthly_amount_fen=50_000))

    assert counts(stage, "contribution.monthly_maximum", "500.00") == [1, 0, 1]


def test_closed_accounts_are_not_touched(stage):
    account = stage.open_account()
    MemberAccount.objects.filter(pk=account.pk).update(
        state="CLOSED", closed_date=stage.day, close_reason="EXIT"
    )

    assert counts(stage, "interest.day_count", "ACT/365") == [0]


def test_other_centres_are_not_counted(stage):
    make_stage("yantai").open_account()

    assert counts(stage, "contribution.monthly_minimum", "650.00") == [0, 0, 0]


def test_a_key_that_is_read_at_the_window_only_touches_nobody_beforehand(stage):
    stage.open_account()

    assert counts(stage, "deadline.withdrawal_days", 4) == []


@pytest.mark.parametrize(
    ("key", "printed", "text"),
    [
        ("dormancy.months", 12, "协议按其他规定签订，重签前以所签版本为准"),
        ("contribution.monthly_minimum", "650.00", "协议按其他规定签订，新规即时适用"),
    ],
)
def test_the_agreements_signed_on_another_reading_are_counted_with_what_holds(
    stage, key, printed, text
):
    stage.open_account()
    with override("zh-hans"):
        touched = list_touched(proposed(stage, key, printed), ["kashgar"])
    found = {one.text: one.count for one in touched}
    assert found[text] == 1


def test_a_proposal_of_what_everybody_signed_touches_no_agreement(stage):
    stage.open_account()

    assert counts(stage, "dormancy.months", 6) == [1, 0]


def test_a_key_that_only_begins_like_a_clause_is_none(stage):
    stage.open_account()

    assert counts(stage, "loan.cap_uplift", "30") == []


def test_the_second_supervisor_sees_the_counts(stage, client):
    stage.open_account(make_terms(monthly_amount_fen=50_000))
    proposal = proposed(stage, "contribution.monthly_minimum", "650.00")
    client.force_login(stage.supervisor, backend="django.contrib.auth.backends.ModelBackend")

    page = client.get(reverse("admin:policy_proposal_change", args=[proposal.pk])).content.decode()

    assert "超出新限额的现行协议" in page
