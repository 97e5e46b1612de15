"""Agreements signed on older law, found edition by edition (C1)."""

import datetime as dt

import pytest

from accounts.models import Agreement
from accounts.older_law import (
    count_reading_otherwise,
    count_without_edition,
    list_older_editions,
    naming_clause,
    signed_on_older_law,
)
from accounts.services import change_agreement
from policy.queries import open_book
from tests.accounts.builders import forget_clauses, make_stage, make_terms
from tests.contributions.limits import MINIMUM, publish

MONTHS, HOLDS = "dormancy.months", "agreement.signed_version_holds"
JULY = dt.date(2026, 7, 1)


@pytest.fixture
def changed(stage):
    """Kashgar in July: the minimum and the months of the dormancy clause have changed."""
    account = stage.open_account(make_terms(monthly_amount_fen=60_000))
    publish(stage, MINIMUM, "170.00", JULY)
    publish(stage, MONTHS, 12, JULY)
    stage.on(JULY)
    return account


def older(stage):
    return list_older_editions(stage.centre, open_book(stage.centre.code, stage.day))


def rows(stage):
    return signed_on_older_law(stage.centre, older(stage))


def test_a_changed_law_is_found_with_what_holds_and_what_binds(stage, changed):
    (edition,) = older(stage)
    assert [one.key for one in edition.holding] == [MONTHS]
    assert [one.key for one in edition.binding] == [MINIMUM]
    (row,) = rows(stage)
    assert (row.pk, row.holding, row.binding, row.differing) == (changed.pk, 1, 1, 2)


def test_where_the_centre_lets_no_signed_version_hold_the_law_binds_in_all(stage, changed):
    publish(stage, HOLDS, False, dt.date(2026, 7, 2))
    stage.on(dt.date(2026, 7, 2))
    assert [(row.holding, row.binding) for row in rows(stage)] == [(0, 2)]


def test_who_signed_on_the_law_of_today_is_not_listed(stage):
    stage.open_account()
    assert older(stage) == []
    assert list(rows(stage)) == []


def test_who_signs_anew_leaves_the_list(stage, changed):
    stage.open_account()
    change_agreement(
        member_account=changed,
        mode="MONTHLY",
        monthly_amount_fen=60_000,
        business_date=stage.day,
        document_no="A-1",
        clerk=stage.clerk,
    )
    assert list(rows(stage)) == []


def test_a_version_that_was_ended_is_no_agreement_any_more(stage, changed):
    Agreement.objects.update(state=Agreement.State.BREACHED)
    assert older(stage) == []


def test_one_clause_narrows_the_list_and_a_longer_key_is_another_clause(stage, changed):
    assert [row.pk for row in naming_clause(rows(stage), MONTHS)] == [changed.pk]
    assert not naming_clause(rows(stage), "dormancy.seal").exists()
    assert not naming_clause(rows(stage), "dormancy.month").exists()


def test_agreements_without_clauses_are_counted_and_never_compared(stage, changed):
    forget_clauses(changed)
    assert older(stage) == []
    assert count_without_edition(stage.centre) == 1


def test_another_centres_agreements_are_not_found(stage, changed):
    other = make_stage("yantai", JULY)
    other.counted = 200  # nobody who already has an account
    other.open_account()
    assert signed_on_older_law(other.centre, older(stage)).count() == 0
    assert count_reading_otherwise(["yantai"], MONTHS, 6) == 0


@pytest.mark.parametrize(("printed", "found"), [(6, 0), (12, 1), (None, 1)])
def test_a_proposed_reading_counts_those_that_were_signed_on_another(stage, printed, found):
    stage.open_account()
    assert count_reading_otherwise(["kashgar"], MONTHS, printed) == found


def test_many_accounts_ask_as_often_as_one(stage, changed, django_assert_max_num_queries):
    for _ in range(3):
        stage.open_account()
    book = open_book(stage.centre.code, stage.day)
    with django_assert_max_num_queries(2):
        assert list_older_editions(stage.centre, book)
